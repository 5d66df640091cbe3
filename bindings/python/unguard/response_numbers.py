"""What is said about a response in one number, and in which words: its settle time, its equivalent noise bandwidth."""

from __future__ import annotations

from typing import Any

from unguard import _core
from unguard.errors import ConfigError

#: The step that is drawn and spoken of, and how close to its final value an answer counts as settled.
STEP_UV = 1000.0
WITHIN_UV = 1.0
#: An electrode's offset when it is put on, as large as an amplifier takes.
OFFSET_UV = 300_000.0

UNKNOWN = "unknown: remembers for longer than can be followed"
_SECONDS_FROM_S = 10.0


def settle_time_of(spec: Any, *, fs: float, step: float = STEP_UV) -> float | None:
    """Return the settle time in seconds of a linear spec; None where it remembers for longer than can be followed."""
    _core.polynomials(spec, fs=fs)  # refuses what is no rate and no linear filter
    try:
        return _core.settle_time(spec, fs=fs, step=step, within=WITHIN_UV)
    except ConfigError:
        return None


def noise_bandwidth_in_words(spec: Any, *, fs: float) -> str:
    """Return the equivalent noise bandwidth in hertz, or why there is none."""
    _core.polynomials(spec, fs=fs)
    try:
        return f"{_core.noise_bandwidth(spec, fs=fs):.4g} Hz"
    except ConfigError:
        return UNKNOWN if settle_time_of(spec, fs=fs) is None else "none: lets nothing through"


def unit_of_time(longest_s: float) -> tuple[float, str]:
    """Return what seconds are multiplied by to be shown, and the unit: ms, or s from 10 s on."""
    return (1.0, "s") if longest_s >= _SECONDS_FROM_S else (1000.0, "ms")


def time_in_words(seconds: float | None) -> str:
    """Return a time as it is said, or that it is unknown."""
    if seconds is None:
        return UNKNOWN
    factor, unit = unit_of_time(seconds)
    return f"{factor * seconds:.4g} {unit}"
