"""detecta's `detect_onset`: runs of samples above a threshold.

It thresholds whatever it is given. The rectified band is given, and the threshold is the SD of rest with `n_above` =
10 and `n_below` = 0, as the examples of its docstring do; searched, also a linear envelope, as its author's notebook
on EMG makes one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.benchmark.detector import BAND, Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.errors import ConfigError
from unguard.extras import module, quiet

PACKAGE = "detecta"
_ENVELOPE_HZ = 8.0


def detect_onset(
    *, series: str = "rectified", spreads: float = 1.0, above: float | None = None, below: float = 0.0
) -> Detector:
    """Return `detect_onset`.

    Parameters
    ----------
    series: "rectified" or "envelope" (8 Hz low-pass of it). spreads: threshold in SD of the band at rest; of an
    envelope, its mean at rest and so many of its SD. above: least duration, seconds; None: 10 samples. below: longest
    gap, seconds.
    """
    if series not in ("rectified", "envelope"):
        raise ConfigError("series", repr(series), '"rectified" or "envelope"')

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        call = module("detecta", PACKAGE, "benchmark").detect_onset
        y = np.abs(x)
        level = spreads * float(x[rest[0] : rest[1]].std())
        if series == "envelope":
            y = unguard.zero_phase(unguard.Lowpass(cutoff=_ENVELOPE_HZ, order=2), y, fs=fs)
            still = y[rest[0] : rest[1]]
            level = float(still.mean() + spreads * still.std())
        least = 10 if above is None else int(above * fs)
        with quiet():
            found = call(y, level, n_above=least, n_below=int(below * fs))
        return [ScoredEvent(int(a), int(b) + 1) for a, b in found]

    settings = {"series": series, "spreads": spreads, "above": above, "below": below}
    return Detector("detecta detect_onset", detect, settings, wants=BAND)


DETECTA: tuple[Family, ...] = (
    Family(
        "detecta detect_onset",
        detect_onset,
        {"series": "rectified", "spreads": 1.0, "above": None, "below": 0.0},
        "the examples of detect_onset",
        {
            "series": ("rectified", "envelope"),
            "spreads": (1.0, 3.0, 6.0, 12.0),
            "above": (None, 0.1),
            "below": (0.0, 0.05, 0.3),
        },
        PACKAGE,
    ),
)
