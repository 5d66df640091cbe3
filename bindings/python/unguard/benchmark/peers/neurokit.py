"""NeuroKit2's `emg_activation` behind `emg_clean` and `emg_amplitude`, as the examples in its documentation call it.

`emg_clean` is a 100 Hz high-pass, forward and backward. Records are given in microvolts, and in millivolts to `silva`,
which compares with a fixed number: the simulator in its examples makes bursts of about 1. For `mixture` the unit
matters, too: a small number that scikit-learn adds to variances swamps them in millivolts. It is a setting.
`duration_min` is samples there, though the docstring says seconds; here it is seconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.benchmark.detector import BAND, RAW, Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.errors import ConfigError
from unguard.extras import module, quiet

PACKAGE = "neurokit2"
METHODS = ("threshold", "mixture", "pelt", "biosppy", "silva")
_OF_AMPLITUDE = ("threshold", "mixture")
#: Microvolts are divided by this.
_UNITS = {"uV": 1.0, "mV": 1e3}


def emg_activation(
    *,
    method: str = "threshold",
    clean: str = "own",
    level: float | None = None,
    duration: float | None = None,
    unit: str = "uV",
) -> Detector:
    """Return `emg_activation`.

    Parameters
    ----------
    method: one of METHODS. clean: "own" or "band". duration: least duration in seconds; None takes the package's own.
    level: None takes the package's own threshold; else in SD of the amplitude ("threshold"), as a probability
        ("mixture"), in means of the rectified signal ("biosppy"), or in `unit` ("silva").
    unit: of the record as it is given, "uV" or "mV".
    """
    if method not in METHODS:
        raise ConfigError("method", repr(method), "one of " + ", ".join(METHODS))
    if unit not in _UNITS:
        raise ConfigError("unit", repr(unit), "one of " + ", ".join(_UNITS))
    if clean not in ("own", "band"):
        raise ConfigError("clean", repr(clean), '"own" or "band"')

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        nk = module("neurokit2", PACKAGE, "benchmark")
        with quiet():
            rate = int(fs)
            cleaned = nk.emg_clean(x / _UNITS[unit], sampling_rate=rate, method="biosppy" if clean == "own" else "none")
            more: dict[str, Any] = {"emg_cleaned": cleaned}
            if method in _OF_AMPLITUDE:
                more = {"emg_amplitude": nk.emg_amplitude(cleaned, sampling_rate=rate)}
            if level is not None:
                more["threshold"] = level * _unit(method, next(iter(more.values())))
            if duration is not None:
                more["duration_min"] = int(duration * fs)
            _, info = nk.emg_activation(sampling_rate=rate, method=method, **more)
        onsets = [int(i) for i in info["EMG_Onsets"]]
        # It leaves out the offset of an event that the record ends in.
        offsets = [*(int(i) for i in info["EMG_Offsets"]), len(x)]
        return [ScoredEvent(a, b) for a, b in zip(onsets, offsets, strict=False) if b > a]

    settings = {"clean": clean, "level": level, "duration": duration, "unit": unit}
    wants = RAW if clean == "own" else BAND
    return Detector(f"NeuroKit2 {method}", detect, settings, wants=wants)


def _unit(method: str, signal: NDArray[np.float64]) -> float:
    if method == "threshold":
        return float(np.std(signal))
    return float(np.mean(np.abs(signal))) if method == "biosppy" else 1.0


def _family(method: str, unit: str = "uV", **grid: tuple[Any, ...]) -> Family:
    documented = {"method": method, "clean": "own", "level": None, "duration": None, "unit": unit}
    return Family(f"NeuroKit2 {method}", emg_activation, documented, "the examples of emg_activation", grid, PACKAGE)


NEUROKIT: tuple[Family, ...] = (
    _family("threshold", clean=("own", "band"), level=(None, 0.5, 1.0), duration=(None, 0.2)),
    _family("mixture", clean=("own", "band"), level=(None, 0.9), duration=(None, 0.2)),
    _family("pelt", clean=("own", "band")),
    _family("biosppy", clean=("own", "band"), level=(None, 2.0), duration=(None, 0.2)),
    _family("silva", "mV", clean=("own", "band"), level=(None, 0.005), duration=(None, 0.2)),
)
