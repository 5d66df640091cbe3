"""The detectors of unguard that the benchmark runs."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import default_band
from unguard.benchmark.band import bandpass
from unguard.benchmark.detector import Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.spec_adapter import from_spec
from unguard.samples import samples_in

#: As in the analysis: heartbeats in a declared rest do not forbid to calibrate on it. Of RestCalibrator.
_WITH_EVENTS = {"most_by_peaks": 1000.0, "most_trend": 1000.0}
#: The rests of the benchmark are short and not all quiet, and few are to be refused for it. Of NoiseCalibrator.
_SHORT_OR_RESTLESS: dict[str, Any] = {"shortest": 0.2, "most_change": 3.0, "most_peaked": 3.0}


def spasm_detector(*, low: float = 20.0, **fields: Any) -> Detector:
    """Return `unguard.SpasmDetector`, its rest calibrated on the stretch that is known to be rest.

    Parameters
    ----------
    low: lower edge of the band, hertz. fields: of the spec, such as slow_spreads.
    """

    rest_calibrator = unguard.RestCalibrator(**_WITH_EVENTS)

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        high = default_band(fs)[1]

        def spec(still: NDArray[np.float64], fs: float) -> unguard.SpasmDetector:
            text = f"{low:g}-{high:g} Hz, causal"
            level = unguard.calibrate_rest(still, fs=fs, band=text, spec=rest_calibrator)
            return unguard.SpasmDetector(rest=level, **fields)

        return from_spec(spec, name="unguard", band=unguard.Bandpass(low=low, high=high))(x, fs, rest)

    return Detector("unguard SpasmDetector", detect, {"low": low, **_WITH_EVENTS, **fields}, causal=True)


#: RMS over what the median magnitude says of Gaussian noise, beyond which something beats in a rest.
_PEAKED = 1.3
#: Median magnitude of a standard normal variable.
_NORMAL_MEDIAN = 0.6744897501960817


def activity_detector(**fields: Any) -> Detector:
    """Return `unguard.ActivityDetector`, calibrated on the stretch that is known to be rest, heart included.

    Parameters
    ----------
    fields: of the spec, such as false_alarms; those that are not given have its defaults.
    """

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        def spec(still: NDArray[np.float64], fs: float) -> unguard.ActivityDetector:
            return unguard.ActivityDetector(calibration=_calibrated(x, fs, rest, still), **fields)

        return from_spec(spec, name="unguard", band=bandpass(fs))(x, fs, rest)

    plain = unguard.ActivityDetector()
    settings = {name: getattr(plain, name) for name in ("false_alarms", "rise", "join")} | fields
    return Detector("unguard ActivityDetector", detect, settings | _SHORT_OR_RESTLESS, causal=True)


def event_detector(*, false_alarms: float | None = None, **fields: Any) -> Detector:
    """Return `unguard.EventDetector`, calibrated as `activity_detector` is, and told of what is declared to be rest.

    Parameters
    ----------
    false_alarms: of its activity, an hour; None has its default. fields: of the spec, such as activity_join.
    """
    made = unguard.EventDetector(**fields)
    often = made.activity.false_alarms if false_alarms is None else false_alarms
    told = made.replace(activity=made.activity.replace(false_alarms=often))

    def detect(
        x: NDArray[np.float64], fs: float, rest: tuple[int, int], declared: Sequence[tuple[int, int]] = ()
    ) -> list[ScoredEvent]:
        def spec(still: NDArray[np.float64], fs: float) -> unguard.EventDetector:
            return told.calibrated(_calibrated(x, fs, rest, still))

        return from_spec(spec, name="unguard", band=bandpass(fs), markers=True)(x, fs, rest, declared)

    settings = {"false_alarms": often, "activity_join": made.activity_join} | fields | _SHORT_OR_RESTLESS
    return Detector("unguard EventDetector", detect, settings, causal=True, told=True)


def _calibrated(
    x: NDArray[np.float64], fs: float, rest: tuple[int, int], still: NDArray[np.float64]
) -> unguard.ActivityCalibration:
    """Return what is known of a rest of a record: `still` is that stretch in the band."""
    band = bandpass(fs)
    text = f"{band.low:g}-{band.high:g} Hz, causal"
    return _calibration(still.tobytes(), fs, text, _beats(x, rest, still, fs))


# No setting that is searched changes it, and it takes longer than to listen to a record of the generator.
@functools.lru_cache(maxsize=256)
def _calibration(still: bytes, fs: float, band: str, beats: tuple[float, ...]) -> unguard.ActivityCalibration:
    spec = unguard.ActivityCalibrator(noise=unguard.NoiseCalibrator(**_SHORT_OR_RESTLESS))
    return unguard.calibrate_activity(np.frombuffer(still), fs=fs, band=band, r_peaks=list(beats) or None, spec=spec)


def _beats(x: NDArray[np.float64], rest: tuple[int, int], still: NDArray[np.float64], fs: float) -> tuple[float, ...]:
    """Return the R peaks of a rest, in samples of it; none where nothing stands out of it.

    They are looked for in all of the record up to its end: a tracker has to learn what a beat is. One that was before
    it, below 0, may reach into it.
    """
    median = float(np.median(np.abs(still)))
    if float(np.sqrt(np.mean(still**2))) < _PEAKED * median / _NORMAL_MEDIAN:
        return ()
    peaks = unguard.r_peaks(x[: rest[1]], fs=fs)
    first, reach = rest[1] - len(still), samples_in(unguard.ActivityCalibrator().after, fs)
    return tuple(float(p - first) for p in np.asarray(peaks) if np.floor(p - first) > -reach and p < rest[1])


#: A muscle's tone between two bursts, and a gap within one, are no bursts. Chosen on the tuning shares of plux_bursts,
#: emggo and uci_gestures, the first 40 % of each, by F1 and between equals by the sample-wise F1; nothing was chosen by
#: what comes behind.
BURSTS = {"rise": 3.0, "join": 0.5}

_REST_OF_ACTIVITY = (
    "its rest may be short or restless (shortest 0.2 s, most_change 3, most_peaked 3; defaults 2 s, 1.5, 1.3); where "
    "something beats in it, it is told the R peaks, found in all of the record up to its end"
)

OURS: tuple[Family, ...] = (
    Family(
        "unguard SpasmDetector",
        spasm_detector,
        {},
        "the defaults of unguard.SpasmDetector; heartbeats and a trend in the rest are let pass",
        {"low": (20.0, 40.0, 60.0), "slow_spreads": (4.0, 8.0, 16.0), "fast_spreads": (6.0, 24.0)},
    ),
    Family(
        "unguard ActivityDetector",
        activity_detector,
        {},
        "the defaults of unguard.ActivityDetector, for onsets: whatever is above rest counts, a muscle's tone too; not "
        f"those of its calibration: {_REST_OF_ACTIVITY}",
        {"false_alarms": (0.01, 1.0), "join": (0.05, 0.5)},
    ),
    Family(
        "unguard ActivityDetector, bursts",
        activity_detector,
        BURSTS,
        "for bursts, and not the tone between them: rise 3, join 0.5 s, chosen on the tuning parts of the recordings; "
        "its calibration as of unguard ActivityDetector",
        {"false_alarms": (0.01, 1.0), "rise": (1.0, 3.0), "join": (0.05, 0.5)},
    ),
    Family(
        "unguard EventDetector",
        event_detector,
        {},
        "the defaults of unguard.EventDetector, told of the declared rest, in which alone it names what it finds; its "
        "calibration as of unguard ActivityDetector",
        {"false_alarms": (1.0, 10.0), "activity_join": (0.2, 0.5)},
    ),
)
