"""The detectors of unguard that the benchmark runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import default_band
from unguard.benchmark.detector import Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.spec_adapter import from_spec

#: As in the analysis: heartbeats in a declared rest do not forbid to calibrate on it.
_REST_WITH_EVENTS = unguard.RestCalibrator(most_by_peaks=1000, most_trend=1000)


def spasm_detector(*, low: float = 20.0, **fields: Any) -> Detector:
    """Return `unguard.SpasmDetector`, its rest calibrated on the stretch that is known to be rest.

    Parameters
    ----------
    low: lower edge of the band, hertz. fields: of the spec, such as slow_spreads.
    """

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        high = default_band(fs)[1]

        def spec(still: NDArray[np.float64], fs: float) -> unguard.SpasmDetector:
            text = f"{low:g}-{high:g} Hz, causal"
            level = unguard.calibrate_rest(still, fs=fs, band=text, spec=_REST_WITH_EVENTS)
            return unguard.SpasmDetector(rest=level, **fields)

        return from_spec(spec, name="unguard", band=unguard.Bandpass(low=low, high=high))(x, fs, rest)

    return Detector("unguard SpasmDetector", detect, {"low": low, **fields}, causal=True)


OURS: tuple[Family, ...] = (
    Family(
        "unguard SpasmDetector",
        spasm_detector,
        {},
        "the defaults of unguard.SpasmDetector",
        {"low": (20.0, 40.0, 60.0), "slow_spreads": (4.0, 8.0, 16.0), "fast_spreads": (6.0, 24.0)},
    ),
)
