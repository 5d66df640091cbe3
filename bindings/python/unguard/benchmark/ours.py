"""The detectors of unguard that the benchmark runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import default_band
from unguard.benchmark.band import bandpass
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


#: RMS over what the median magnitude says of Gaussian noise, beyond which something beats in a rest.
_PEAKED = 1.3


def activity_detector(*, false_alarms: float = 1.0, **fields: Any) -> Detector:
    """Return `unguard.ActivityDetector`, calibrated on the stretch that is known to be rest, a heart in it included.

    Parameters
    ----------
    false_alarms: an hour. fields: of the spec, such as most_a_sample.
    """

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        band = bandpass(fs)

        def spec(still: NDArray[np.float64], fs: float) -> unguard.ActivityDetector:
            text = f"{band.low:g}-{band.high:g} Hz, causal"
            beats = _beats(x[slice(*rest)], still, fs)
            noise = unguard.NoiseCalibrator(order=20 if len(beats) else 12, shortest=0.5, most_change=3, most_peaked=3)
            calibration = unguard.calibrate_activity(
                still, fs=fs, band=text, r_peaks=beats or None, spec=unguard.ActivityCalibrator(noise=noise)
            )
            return unguard.ActivityDetector(calibration=calibration, false_alarms=false_alarms, **fields)

        return from_spec(spec, name="unguard", band=band)(x, fs, rest)

    return Detector("unguard ActivityDetector", detect, {"false_alarms": false_alarms, **fields}, causal=True)


def _beats(raw: NDArray[np.float64], still: NDArray[np.float64], fs: float) -> list[float]:
    """Return the R peaks of a rest, samples; none where nothing stands out of it."""
    magnitude = np.abs(still)
    if float(np.sqrt(np.mean(still**2))) < _PEAKED * float(np.median(magnitude)) / 0.6744897501960817:
        return []
    late = len(raw) - len(still)
    return [p - late for p in unguard.r_peaks(raw, fs=fs).tolist() if p >= late]


OURS: tuple[Family, ...] = (
    Family(
        "unguard ActivityDetector",
        activity_detector,
        {},
        "the defaults of unguard.ActivityDetector",
        {"false_alarms": (0.01, 1.0, 100.0), "shortest": (0.03, 0.1), "join": (0.05, 0.3)},
    ),
    Family(
        "unguard SpasmDetector",
        spasm_detector,
        {},
        "the defaults of unguard.SpasmDetector",
        {"low": (20.0, 40.0, 60.0), "slow_spreads": (4.0, 8.0, 16.0), "fast_spreads": (6.0, 24.0)},
    ),
)
