"""How far a session may be off though nothing changed, as far as that is known beforehand: no interval is narrower."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.clinical.reliability import positive
from unguard.clinical.sessions import Array, Sessions
from unguard.errors import ConfigError
from unguard.trend import Estimate, column

#: Correlations of neighbouring sessions that a verdict bears; none is worse than all of them.
CORRELATIONS = np.linspace(0.0, 0.5, 6)
#: Standard deviation of what rounding to whole steps leaves out, in steps: even between -1/2 and 1/2.
OF_ROUNDING = 1 / math.sqrt(12)
#: Bends, or what else was counted, that are added as half with and half without (Agresti & Coull 1998).
_ADDED = 4


@dataclass(frozen=True, eq=False)
class Noise:
    """What is known of it. One of the three, or none.

    Attributes
    ----------
    sem: standard error of measurement between sessions, in the unit of the values that are reckoned with.
    resolution: the step that values are rounded to, such as 1 of a rating; they scatter by that, or more.
    trials: (sessions,), of how many each value is a share; it scatters by that count, or more.
    """

    sem: float | None = None
    resolution: float | None = None
    trials: Array | None = None

    def least(self, values: Array, kept: NDArray[np.bool_]) -> float | None:
        """Return the standard deviation of a session that is known at least, of those kept; None: nothing is known.

        Of shares that of counting, sqrt(p (1 - p) mean(1 / n)), p of all sessions together with two more of each kind
        (Agresti & Coull 1998, doi:10.1080/00031305.1998.10480550), for none of four is not never.
        """
        if self.trials is None:
            return self.sem if self.resolution is None else self.resolution * OF_ROUNDING
        n, share = self.trials[kept], values[kept]
        p = (float(n @ share) + _ADDED / 2) / (float(n.sum()) + _ADDED)
        return math.sqrt(p * (1 - p) * float(np.mean(1 / n))) if len(n) else None


def noise_of(
    course: Sessions, *, sem: float | None, resolution: float | None = None, trials: ArrayLike | None = None
) -> Noise:
    """Check what `unguard.clinical.progress` is given of it; ConfigError names what cannot be."""
    given = [
        name for name, one in (("sem", sem), ("resolution", resolution), ("trials", trials)) if one is not None
    ]  # fmt: skip
    if len(given) > 1:
        raise ConfigError(given[1], "given", f"None beside {given[0]}: one of sem, resolution and trials")
    if trials is not None:
        return Noise(trials=_trials(course, trials))
    if resolution is not None:
        if course.log:
            raise ConfigError("resolution", resolution, "None where log: steps are of the values themselves")
        return Noise(resolution=positive("resolution", resolution, "a finite number above 0, the step of the values"))
    return Noise(
        sem=None if sem is None else positive("sem", sem, "a finite number above 0, in the unit of the values")
    )


def _trials(course: Sessions, trials: ArrayLike) -> Array:
    n = np.asarray(column(trials), dtype=float)
    known = np.isfinite(course.values)
    if course.log:
        raise ConfigError("trials", "given", "None where log: a share is counted, not multiplied")
    if n.shape != known.shape or not np.all(n[known] >= 1):
        raise ConfigError("trials", f"of shape {n.shape}", f"1 or more for each of {len(known)} sessions with a value")
    if np.any((course.values[known] < 0) | (course.values[known] > 1)):
        raise ConfigError("values", float(course.values[known].max()), "shares, 0 to 1, where trials are given")
    return n


def correlated(t: Array) -> Array:
    """Return the correlations of sessions, (CORRELATIONS, sessions, sessions), phi^(gap / usual gap)."""
    usual = np.median(np.diff(t))
    # 0^0 is 1: a session is like itself, whatever the correlation of neighbours.
    return np.asarray(CORRELATIONS[:, None, None] ** (np.abs(np.subtract.outer(t, t)) / usual))


def spread(t: Array, weights: Array) -> Array:
    """Return the variance of the weighted sum in those of a session, one for each of CORRELATIONS."""
    return np.asarray(weights @ correlated(t) @ weights)


def no_narrower(slope: Estimate, t: Array, sem: float, level: float) -> Estimate:
    """Return the slope with an interval at least as wide as the SEM makes it, by the correlation that makes most of it.

    Five sessions on a line by chance say nothing of how far the next may be off: the SEM does.
    """
    off = t - t.mean()
    weights = off / float(off @ off)
    half = NormalDist().inv_cdf((1 + level) / 2) * sem * math.sqrt(float(np.max(spread(t, weights))))
    return Estimate(slope.value, min(slope.low, slope.value - half), max(slope.high, slope.value + half))
