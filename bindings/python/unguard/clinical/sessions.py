"""What is known of each session of a course, checked once, on the scale that is reckoned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.arguments import flag, several, whole
from unguard.errors import ConfigError
from unguard.trend import column

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

Array = NDArray[np.float64]

BETTER = ("higher", "lower")


@dataclass(frozen=True, eq=False)
class Sessions:
    """One entry a session.

    Attributes
    ----------
    days: since the first session. first: its date; None where days were given as numbers.
    values, ends: at the start and at the end of sessions; of their natural logarithms, where `log`. NaN: not known.
    flares: indices of sessions that were declared to be in a flare. kept: those that anything is said by.
    sign: 1 where higher is better, -1 where lower is.
    """

    days: Array
    first: pd.Timestamp | None
    values: Array
    ends: Array | None
    flares: tuple[int, ...]
    kept: NDArray[np.bool_]
    sign: float
    log: bool


def sessions_of(
    days: ArrayLike,
    values: ArrayLike,
    *,
    better: str,
    ends: ArrayLike | None = None,
    flares: Sequence[int] = (),
    log: bool = False,
) -> Sessions:
    """Check what `unguard.clinical.progress` is given of sessions; ConfigError names what cannot be."""
    if not isinstance(better, str) or better not in BETTER:
        raise ConfigError("better", repr(better), '"higher" or "lower"')
    since, first = days_of(days)
    value = _values("values", values, len(since))
    end = None if ends is None else _values("ends", ends, len(since))
    if flag("log", log):
        value = logarithm("values", value)
        end = None if end is None else logarithm("ends", end)
    expected = f"indices of sessions, 0 to {len(since) - 1}"
    left = tuple(sorted({whole("flares", i, expected) for i in several("flares", flares, expected)}))
    if left and not 0 <= left[0] <= left[-1] < len(since):
        raise ConfigError("flares", list(left), expected)
    kept = np.isfinite(value)
    kept[list(left)] = False
    return Sessions(since, first, value, end, left, kept, 1.0 if better == "higher" else -1.0, log)


def days_of(days: ArrayLike) -> tuple[Array, pd.Timestamp | None]:
    """Return days since the first session, and its date where dates were given."""
    given = np.asarray(column(days))
    if given.ndim != 1 or given.size == 0:
        raise ConfigError("days", f"of shape {given.shape}", "one number or date a session, (sessions,)")
    first = None
    if given.dtype.kind not in "fiu":
        first, given = _since_first(given)
    since = given.astype(float)
    if not np.isfinite(since).all() or np.any(np.diff(since) <= 0):
        raise ConfigError("days", "not ascending", "finite numbers or dates, each later than the one before")
    return since - since[0], first


def _since_first(given: NDArray[Any]) -> tuple[pd.Timestamp, Array]:
    import pandas as pd

    expected = "numbers of days, or dates of one time zone"
    if given.dtype.kind not in "MOU":
        raise ConfigError("days", f"of {given.dtype}", expected)
    try:
        dates = pd.DatetimeIndex(given)
    except (TypeError, ValueError) as error:
        raise ConfigError("days", str(error), expected) from None
    if dates.hasnans:
        raise ConfigError("days", "a date that is missing", expected)
    return dates[0], ((dates - dates[0]) / pd.Timedelta(days=1)).to_numpy(dtype=float)


def _values(name: str, given: ArrayLike, sessions: int) -> Array:
    found = np.asarray(column(given))
    if found.dtype.kind not in "fiu" or found.shape != (sessions,):
        raise ConfigError(name, f"{found.dtype} of shape {found.shape}", f"one number for each of {sessions} days")
    made = found.astype(float)
    if np.isinf(made).any():
        raise ConfigError(name, "infinite in places", "finite numbers; NaN where a value is not known")
    return made


def logarithm(name: str, values: Array) -> Array:
    """Return natural logarithms; NaN stays, and what is not above 0 is refused."""
    known = values[np.isfinite(values)]
    if np.any(known <= 0):
        raise ConfigError(name, float(known.min()), "numbers above 0, to take logarithms of")
    return np.log(values)
