"""The rests that are not quiet hold what their names say, and nothing else. Truth: the generator's, and the signal."""

from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from scipy import signal

from bench.evidence.detect_rest import REST_S, RESTING, SETTLED_S, Disturbed, kinds
from bench.evidence.onset_trials import FS, heard

#: One swing of the drift behind what is calibrated on.
SECONDS = SETTLED_S + REST_S + 120.0
ALL = ("single motor units", "drifting noise", "ECG at 0 dB", "hum")


def rest(parts: dict[str, Any]) -> Any:
    """Return a rest with these parts."""
    still = unguard.RestEvents(spikes=0, bursts=0, tonics=0)
    return unguard.simulate(unguard.Paraspinal(seed=4, rate=FS, duration=SECONDS, rest_events=still, **parts))


def hum(x: NDArray[np.float64]) -> float:
    """Return the power at 50 Hz over that of the neighbours."""
    f, power = signal.welch(x, FS, nperseg=8000)
    return float(power[np.abs(f - 50) < 0.2].max() / np.median(power[np.abs(f - 50) < 10]))


def drift_dB(x: NDArray[np.float64]) -> float:
    """Return the SD of the level from 10 s to 10 s, by the median: what is on for a short while does not count."""
    x = heard(np.asarray(unguard.Chain(unguard.LineCanceller(frequency=50))(x, fs=FS)))[int(SETTLED_S * FS) :]
    return float(np.std(20 * np.log10(np.median(np.abs(x.reshape(-1, int(10 * FS))), axis=1))))


def test_there_is_one_of_each_and_all_together() -> None:
    assert [kind.name for kind in kinds()] == [*ALL, "all together"]
    assert RESTING.tolist() == pytest.approx(heard(rest({}).data).std(axis=0), rel=0.1)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_a_rest_holds_what_its_name_says(kind: Disturbed) -> None:
    units, drifts, beats, hums = (kind.name in (name, "all together") for name in ALL)
    made = rest(kind.parts)
    x, truth = made.data, made.truth
    assert truth["events"] == []
    assert bool(truth["trains"]) == units
    assert all(train["begin"] >= (SETTLED_S + REST_S) * FS for train in truth["trains"])
    assert bool(truth["r_peaks"]) == beats == kind.heart
    assert kind.hum == hums
    for channel in x.T:
        assert (hum(channel) > 100) == hums
        assert (drift_dB(channel) > 1) == drifts


def test_the_heart_at_0_db_is_as_loud_as_the_rest() -> None:
    (heart,) = (kind for kind in kinds() if kind.name == "ECG at 0 dB")
    quiet = rest({}).data
    ecg = heard(rest(heart.parts).data - quiet)
    assert 20 * np.log10(ecg.std(axis=0) / heard(quiet).std(axis=0)) == pytest.approx(0, abs=1)
