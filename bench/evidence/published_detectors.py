"""The published detectors, each at the same number of false alarms an hour, and told the same rest.

SpasmDetector is not among them: it is ours.
"""

from __future__ import annotations

from typing import Any

import unguard

SPECS = (
    unguard.HodgesBui(),
    unguard.TkeoOnset(),
    unguard.Lidierth(),
    unguard.MerloWavelet(),
    unguard.Bonato(),
    unguard.Aglr(),
    unguard.GaussianMixtureOnset(),
    unguard.SampleEntropyOnset(),
)


#: An hour of noise costs this one seconds: it is allowed so many times as many alarms, which makes it quicker.
ALLOWED = {"SampleEntropyOnset": 30.0}


def named(name: str) -> str:
    """Return a name for tables, with what it is allowed beyond the others."""
    return f"{name} ({ALLOWED[name]:g} times as many alarms allowed)" if name in ALLOWED else name


def at_false_alarms(spec: Any, model: Any, per_hour: float) -> Any:
    """Return a spec with the threshold for so many an hour of a calibrated noise; or why there is none."""
    try:
        return unguard.for_false_alarms(spec, model, per_hour=per_hour).spec
    except unguard.ConfigError as refused:
        return str(refused)


def told(spec: Any, rest: Any, fs: float, noise: Any) -> tuple[Any, bool]:
    """Return a spec that knows a rest, (samples,) or (samples, channels), or is to learn all of it.

    noise: of `unguard.calibrate_noise` of the rest. The flag says that the rest has to be heard first.
    """
    known = {f["name"] for f in spec._fields}
    if "noise" in known:
        return spec.replace(noise=noise), False
    if "baseline" in known:
        return spec.replace(baseline=unguard.calibrate_baseline(spec, rest, fs=fs)), False
    return spec.replace(learn=len(rest) / fs), True
