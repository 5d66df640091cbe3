"""BioSPPy's onset detectors (biosppy.signals.emg), called as their docstrings say.

`find_onsets` has defaults, and `biosppy.signals.emg.emg` shows what is put before it: a Butterworth high-pass of
order 4 at 100 Hz, forward and backward. Each of the others wants "filtered EMG", rest and thresholds, and documents
no values: they get usual ones of the method it names (3 SD of rest; Bonato: a false-alarm probability of 0.001), and
the band of the benchmark. Sizes are samples there, though the docstrings say seconds; here they are seconds. `solnik`
and `londral` compare a power with an amplitude, and `silva` with a fixed number, so that the unit matters: it is a
setting, microvolts but for `silva`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.benchmark.detector import BAND, RAW, Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.peers.edges import between
from unguard.errors import ConfigError
from unguard.extras import module, quiet

PACKAGE = "biosppy"
Signal = NDArray[np.float64]
#: Microvolts are divided by this.
_UNITS = {"uV": 1.0, "mV": 1e3}
_USUAL = "usual values of the method it names (3 SD of rest; Bonato: 0.1 % false): the package documents none"


def _detector(
    name: str, function: str, wants: str, settings: dict[str, Any], arguments: Callable[[float], dict[str, Any]]
) -> Detector:
    unit = settings.get("unit", "uV")
    if unit not in _UNITS:
        raise ConfigError("unit", repr(unit), "one of " + ", ".join(_UNITS))

    def detect(x: Signal, fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        call = getattr(module("biosppy.signals.emg", PACKAGE, "benchmark"), function)
        given = x / _UNITS[unit]
        more = arguments(fs)
        if "rest" in more:
            more["rest"] = given[rest[0] : rest[1]]
        with quiet():
            return between(call(signal=given, sampling_rate=fs, **more)["onsets"], given)

    return Detector(name, detect, settings, wants=wants)


def _samples(seconds: float, fs: float) -> int:
    return max(1, int(seconds * fs))


def find_onsets(*, filter: str = "own", size: float = 0.05, spreads: float | None = None) -> Detector:
    """Return `find_onsets`: rectified, smoothed twice, against 1.2 times the mean and 2 SD of that.

    Parameters
    ----------
    filter: "own" (100 Hz high-pass, as `emg()` does) or "band". size: window, seconds.
    spreads: threshold in SD of the rectified rest above its mean; None takes the package's own.
    """
    if filter not in ("own", "band"):
        raise ConfigError("filter", repr(filter), '"own" or "band"')

    def detect(x: Signal, fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        emg = module("biosppy.signals.emg", PACKAGE, "benchmark")
        with quiet():
            if filter == "own":
                tools = module("biosppy.signals.tools", PACKAGE, "benchmark")
                y, _, _ = tools.filter_signal(
                    signal=x, ftype="butter", band="highpass", order=4, frequency=100, sampling_rate=fs
                )
            else:
                y = x
            still = np.abs(y[rest[0] : rest[1]])
            level = None if spreads is None else float(still.mean() + spreads * still.std())
            return between(emg.find_onsets(signal=y, sampling_rate=fs, size=size, threshold=level)["onsets"], y)

    settings = {"filter": filter, "size": size, "spreads": spreads}
    return Detector("BioSPPy find_onsets", detect, settings, wants=RAW if filter == "own" else BAND)


def hodges_bui(*, size: float = 0.025, threshold: float = 3.0) -> Detector:
    """Return Hodges & Bui 1996: window in seconds, threshold in SD of the rest."""
    return _detector(
        "BioSPPy hodges_bui",
        "hodges_bui_onset_detector",
        BAND,
        {"size": size, "threshold": threshold},
        lambda fs: {"rest": None, "size": _samples(size, fs), "threshold": threshold},
    )


def bonato(*, threshold: float = 9.19, active: float = 0.03, above: int = 2, fail: int = 3) -> Detector:
    """Return Bonato 1998: threshold in variances of the rest; `active` seconds; `above` and `fail` in pairs."""
    return _detector(
        "BioSPPy bonato",
        "bonato_onset_detector",
        BAND,
        {"threshold": threshold, "active": active, "above": above, "fail": fail},
        lambda fs: {
            "rest": None,
            "threshold": threshold,
            "active_state_duration": _samples(active / 2, fs),
            "samples_above_fail": above,
            "fail_size": fail,
        },
    )


def lidierth(*, size: float = 0.025, threshold: float = 3.0, active: float = 0.03, fail: float = 0.005) -> Detector:
    """Return Lidierth 1986: window, least duration and longest drop-out in seconds; threshold in SD of the rest."""
    return _detector(
        "BioSPPy lidierth",
        "lidierth_onset_detector",
        BAND,
        {"size": size, "threshold": threshold, "active": active, "fail": fail},
        lambda fs: {
            "rest": None,
            "size": _samples(size, fs),
            "threshold": threshold,
            "active_state_duration": _samples(active, fs),
            "fail_size": _samples(fail, fs),
        },
    )


def abbink(*, size: float = 0.025, alarm: float = 0.1, threshold: float = 3.0, transition: float = 1.5) -> Detector:
    """Return Abbink 1998: windows in seconds, thresholds in SD of the rest."""
    return _detector(
        "BioSPPy abbink",
        "abbink_onset_detector",
        BAND,
        {"size": size, "alarm": alarm, "threshold": threshold, "transition": transition},
        lambda fs: {
            "rest": None,
            "size": _samples(size, fs),
            "alarm_size": _samples(alarm, fs),
            "threshold": threshold,
            "transition_threshold": transition,
        },
    )


def solnik(*, threshold: float = 3.0, active: float = 0.025, unit: str = "uV") -> Detector:
    """Return Solnik 2010 (Teager-Kaiser): threshold in SD of the rest, least duration in seconds."""
    return _detector(
        "BioSPPy solnik",
        "solnik_onset_detector",
        BAND,
        {"threshold": threshold, "active": active, "unit": unit},
        lambda fs: {"rest": None, "threshold": threshold, "active_state_duration": _samples(active, fs)},
    )


def silva(*, size: int = 20, longer: int = 22, threshold: float = 0.05, unit: str = "mV") -> Detector:
    """Return Silva 2012: two windows in samples, threshold in `unit`; the values are those NeuroKit2 documents."""
    return _detector(
        "BioSPPy silva",
        "silva_onset_detector",
        BAND,
        {"size": size, "longer": longer, "threshold": threshold, "unit": unit},
        lambda fs: {"size": size, "threshold_size": longer, "threshold": threshold},
    )


def londral(*, size: float = 0.05, threshold: float = 3.0, active: float = 0.03, unit: str = "uV") -> Detector:
    """Return Londral 2013: window and least duration in seconds, threshold in SD of the rest."""
    return _detector(
        "BioSPPy londral",
        "londral_onset_detector",
        BAND,
        {"size": size, "threshold": threshold, "active": active, "unit": unit},
        lambda fs: {
            "rest": None,
            "size": _samples(size, fs),
            "threshold": threshold,
            "active_state_duration": _samples(active, fs),
        },
    )


BIOSPPY: tuple[Family, ...] = (
    Family(
        "BioSPPy find_onsets",
        find_onsets,
        {"filter": "own", "size": 0.05, "spreads": None},
        "biosppy.signals.emg.emg()",
        {"filter": ("own", "band"), "size": (0.05, 0.2), "spreads": (None, 2.0, 4.0, 8.0)},
        PACKAGE,
    ),
    Family(
        "BioSPPy hodges_bui",
        hodges_bui,
        {"size": 0.025, "threshold": 3.0},
        _USUAL,
        {"size": (0.025, 0.05, 0.1, 0.25), "threshold": (1.5, 3.0, 6.0, 12.0)},
        PACKAGE,
    ),
    Family(
        "BioSPPy bonato",
        bonato,
        {"threshold": 9.19, "active": 0.03, "above": 2, "fail": 3},
        _USUAL,
        {"threshold": (9.19, 30.0, 100.0), "active": (0.03, 0.1), "fail": (3, 10, 30)},
        PACKAGE,
    ),
    Family(
        "BioSPPy lidierth",
        lidierth,
        {"size": 0.025, "threshold": 3.0, "active": 0.03, "fail": 0.005},
        _USUAL,
        {"size": (0.025, 0.1), "threshold": (1.5, 3.0, 6.0, 12.0), "active": (0.03, 0.1), "fail": (0.005, 0.05)},
        PACKAGE,
    ),
    Family(
        "BioSPPy abbink",
        abbink,
        {"size": 0.025, "alarm": 0.1, "threshold": 3.0, "transition": 1.5},
        _USUAL,
        {"threshold": (1.5, 3.0, 6.0)},
        PACKAGE,
    ),
    Family(
        "BioSPPy solnik",
        solnik,
        {"threshold": 3.0, "active": 0.025, "unit": "uV"},
        _USUAL,
        {"threshold": (3.0, 15.0), "active": (0.025, 0.1), "unit": ("uV", "mV")},
        PACKAGE,
    ),
    Family(
        "BioSPPy silva",
        silva,
        {"size": 20, "longer": 22, "threshold": 0.05, "unit": "mV"},
        "those NeuroKit2 documents for its copy: the package documents none",
        {"size": (20, 100), "longer": (22, 200), "threshold": (0.005, 0.05, 5.0), "unit": ("uV", "mV")},
        PACKAGE,
    ),
    Family(
        "BioSPPy londral",
        londral,
        {"size": 0.05, "threshold": 3.0, "active": 0.03, "unit": "uV"},
        _USUAL,
        {"threshold": (3.0, 10.0), "active": (0.03, 0.1), "unit": ("uV", "mV")},
        PACKAGE,
    ),
)
