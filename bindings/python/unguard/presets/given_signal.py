"""What a preset is given: finite samples and a rate; or a refusal that names the argument."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.arguments import number, whole
from unguard.errors import ConfigError

_MOST = 1e6


def record(x: ArrayLike, parameter: str = "x") -> NDArray[np.float64]:
    """Return (samples,) or (samples, channels), float64 and finite; raise ConfigError for anything else."""
    expected = "(samples,) or (samples, channels) of real numbers, in microvolts"
    if isinstance(x, np.ma.MaskedArray):
        raise ConfigError(parameter, "a masked array", expected)
    try:
        found = np.asarray(x)
    except ValueError:  # rows of different lengths
        raise ConfigError(parameter, f"a {type(x).__name__} that is no array", expected) from None
    if found.dtype.kind not in "fiu":
        raise ConfigError(parameter, f"of type {found.dtype}", expected)
    if found.ndim not in (1, 2) or found.size == 0:
        raise ConfigError(parameter, f"of shape {found.shape}", expected + ", and at least one")
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        raise ConfigError(
            parameter,
            f"not finite {len(bad)} times, first at sample {bad[0][0]}",
            "finite samples; bridge or cut out what is missing, and say how",
        )
    far = np.argwhere(np.abs(found.astype(np.float64)) > _MOST)
    if len(far):
        # What a filter makes of it would be beyond the engine's full scale, which the engine replaces.
        raise ConfigError(
            parameter,
            f"{found[tuple(far[0])]:g} at sample {far[0][0]}",
            f"at most {_MOST:g} uV either way, 1 V; counts of a converter are no microvolts",
        )
    return np.ascontiguousarray(found, dtype=np.float64)


def channel(x: ArrayLike, parameter: str = "x") -> NDArray[np.float64]:
    """Return the samples of one channel; raise ConfigError for anything else, several channels included."""
    if np.ndim(found := record(x, parameter)) != 1:
        raise ConfigError(parameter, f"of shape {found.shape}", "one channel, (samples,), as the peer takes it")
    return found


def rate(fs: float, above: float = 0.0) -> float:
    """Return the sampling rate; raise ConfigError unless it is above a number of Hz, twice an edge of a filter."""
    expected = "a sampling rate above 0 Hz" if above == 0 else f"above {above:g} Hz, twice the upper edge of the filter"
    found = number("fs", fs, expected)
    if not found > above:
        raise ConfigError("fs", f"{found:g} Hz", expected)
    return found


def count(parameter: str, value: float, *, least: int = 1, most: float = math.inf, of: str = "samples") -> int:
    """Return a whole number of something; raise ConfigError unless it is within its range."""
    end = "" if math.isinf(most) else f" and at most {most:g}"
    expected = f"a whole number of {of}, at least {least}{end}"
    found = whole(parameter, value, expected)
    if not least <= found <= most:
        raise ConfigError(parameter, found, expected)
    return found


def positive(parameter: str, value: float, expected: str) -> float:
    """Return a number above 0; raise ConfigError for anything else."""
    found = number(parameter, value, expected)
    if found <= 0:
        raise ConfigError(parameter, f"{found:g}", expected)
    return found
