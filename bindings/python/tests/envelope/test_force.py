"""Envelopes of real muscles against the force they make: four isometric holds, EMG and force in one record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import unguard
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FS = 2000.0
#: Sheets are EMG_ and the muscle that holds; in each, columns are in this order.
MUSCLES = ("VL", "BF", "TA", "LG")
#: Where no envelope is still filling, and all that is shifted still has a value, s from either end.
FROM_S, BEFORE_END_S = 0.5, 0.6
#: Behind 20-450 Hz, a limb.
BANDWIDTH_HZ = 190.0


def holds(folder: Path) -> dict[str, tuple[Floats, Floats]]:
    """Return of every hold the EMG of the muscle that holds, uV, and the force, kgf."""
    book = openpyxl.load_workbook(folder / "elderly_emg_force" / "ID_24.xlsx", read_only=True, data_only=True)

    def column(sheet: str, index: int) -> Floats:
        return np.array([row[index] for row in book[sheet].iter_rows(values_only=True)], dtype=np.float64)

    found = {m: (column(f"EMG_{m}", i), column("DNM", i)) for i, m in enumerate(MUSCLES)}
    book.close()
    return found


def cleaned(x: Floats, low: float = 20.0) -> Floats:
    """Return the EMG behind a causal band-pass."""
    return np.asarray(unguard.Chain(unguard.Priming(), unguard.Bandpass(low=low))(x, fs=FS))


def lag(envelope: Floats, centred: Floats, most: float = 0.4) -> int:
    """Return by how many samples an envelope comes after one of zero phase: where they correlate best."""
    first, last = round(FROM_S * FS), len(centred) - round(BEFORE_END_S * FS)
    shifts = range(round(most * FS))
    return int(np.argmax([np.corrcoef(envelope[first + k : last + k], centred[first:last])[0, 1] for k in shifts]))


def correlation(envelope: Floats, late: int, force: Floats) -> float:
    """Return the correlation with the force of an envelope that comes so many samples late, shifted back."""
    first, last = round(FROM_S * FS), len(force) - round(BEFORE_END_S * FS)
    return float(np.corrcoef(envelope[first + late : last + late], force[first:last])[0, 1])


def centred_mean(x: Floats, seconds: float = 0.1) -> Floats:
    """Return the mean of |x| about every sample: an envelope of zero phase."""
    n = round(seconds * FS)
    return np.convolve(np.abs(x), np.ones(n) / n, mode="same")


@pytest.fixture(scope="module")
def recorded(real_data: Path) -> dict[str, tuple[Floats, Floats]]:
    return holds(real_data)


ENVELOPES: dict[str, Any] = {
    "feedback": unguard.ENVELOPES["feedback"],
    "display": unguard.ENVELOPES["display"],
    "measurement": unguard.ENVELOPES["measurement"],
    "bayesian": unguard.BayesianEnvelope(bandwidth=BANDWIDTH_HZ),
}


# Truth: the load cell, recorded beside. Where the effort of a hold falls off, so must the envelope: VL and TA lose a
# third and more of their force within 10 s, BF wanders.
@pytest.mark.parametrize("muscle", ["VL", "BF", "TA"])
@pytest.mark.parametrize("name", list(ENVELOPES))
def test_an_envelope_follows_the_force(
    recorded: dict[str, tuple[Floats, Floats]],
    muscle: str,
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    emg, force = recorded[muscle]
    x = cleaned(emg)
    y = np.asarray(ENVELOPES[name](x, fs=FS))
    late = lag(y, centred_mean(x))
    r = correlation(y, late, force)
    record_property(f"{muscle} {name}", f"{r:.3f}")
    assert r >= (0.7 if muscle == "TA" else 0.3)
    # Against chance: the same envelope read backwards in time does not.
    assert correlation(y[::-1], late, force) < r


def test_a_steadier_envelope_follows_it_better(recorded: dict[str, tuple[Floats, Floats]]) -> None:
    for muscle in ("VL", "BF", "TA"):
        emg, force = recorded[muscle]
        x = cleaned(emg)
        r = []
        for name in ("feedback", "display", "measurement"):
            late = round(unguard.smoothing(ENVELOPES[name], fs=FS)["delay_s"] * FS)
            r.append(correlation(np.asarray(ENVELOPES[name](x, fs=FS)), late, force))
        assert r == sorted(r), muscle
