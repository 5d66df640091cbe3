"""The ends of a scale, such as 0 and 10 of a rating: no interval goes beyond what a value can be."""

from __future__ import annotations

from typing import Any

import numpy as np

from unguard.arguments import number, several
from unguard.clinical.sessions import Array, Sessions
from unguard.errors import ConfigError
from unguard.trend import Estimate

Scale = tuple[float, float]


def scale_of(course: Sessions, scale: Any) -> Scale | None:
    """Check the scale that `unguard.clinical.progress` is given; ConfigError names what cannot be."""
    if scale is None:
        return None
    expected = "two numbers, the lowest value that can be and the highest"
    ends = [number("scale", end, expected) for end in several("scale", scale, expected)]
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ConfigError("scale", ends, expected)
    if course.log:
        raise ConfigError("scale", ends, "None where log: a ratio has no highest value")
    low, high = ends
    for name, values in (("values", course.values), ("ends", course.ends)):
        known = np.empty(0) if values is None else values[np.isfinite(values)]
        beyond = known[(known < low) | (known > high)]
        if len(beyond):
            raise ConfigError(name, float(beyond[0]), f"{low:g} to {high:g}, the scale")
    return low, high


def change_within(e: Estimate | None, scale: Scale | None) -> Estimate | None:
    """Return a change, and its interval, cut to what a scale leaves room for."""
    if e is None or scale is None:
        return e
    room = scale[1] - scale[0]
    return Estimate(*(min(room, max(-room, v)) for v in (e.value, e.low, e.high)))


def values_within(values: Array, scale: Scale | None) -> Array:
    """Return values cut to a scale; NaN stays."""
    return values if scale is None else np.clip(values, *scale)
