"""Within a session and from one to the next: two things that are kept apart. And Tau, against a baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats  # type: ignore[import-untyped]

from unguard.clinical.sessions import Array, days_of
from unguard.errors import ConfigError
from unguard.trend import Estimate, column

#: Values of a phase below which Tau is not given, and baseline values below which it cannot be seen to have a trend.
FEWEST_OF_A_PHASE = 3
FEWEST_FOR_A_TREND = 5


def gain_of(starts: Array, ends: Array, kept: np.ndarray) -> Estimate | str:
    """Return the mean change within a session, end less start, with its 95 % interval; or why there is none."""
    return _mean((ends - starts)[kept], "sessions with a start and an end")


def retention_of(starts: Array, ends: Array, kept: np.ndarray) -> Estimate | str:
    """Return the mean change from an end to the next start, with its 95 % interval; or why there is none."""
    return _mean((starts[1:] - ends[:-1])[kept[1:] & kept[:-1]], "pairs of an end and the start that follows")


def _mean(x: Array, what: str) -> Estimate | str:
    """Return Student's interval of a mean (1908, doi:10.1093/biomet/6.1.1)."""
    x = x[np.isfinite(x)]
    if len(x) < 3:
        return f"{len(x)} {what}: at least 3 are needed"
    half = float(stats.t.ppf(0.975, len(x) - 1)) * float(x.std(ddof=1)) / math.sqrt(len(x))
    return Estimate(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half)


@dataclass(frozen=True)
class Tau:
    """How far the values behind a baseline lie above those in it.

    Attributes
    ----------
    value: -1 to 1: the share of pairs that rose less the share that fell; 0 where nothing changed.
    corrected: a trend of the baseline was more than chance, and was taken off all values.
    baseline, after: values of each phase.
    """

    value: float
    corrected: bool
    baseline: int
    after: int

    def __str__(self) -> str:
        trend = "with the baseline's trend taken off" if self.corrected else "no trend in the baseline to take off"
        return f"Tau {self.value:+.2f} ({self.baseline} and {self.after} values, {trend})"


def baseline_corrected_tau(days: ArrayLike, values: ArrayLike, *, baseline: int) -> Tau:
    """Return Tau of what came behind a baseline, with the baseline's own trend taken off if it is more than chance.

    Tau = sum over all pairs of sign(after - baseline) / (pairs): 2 NAP - 1, no unit, positive where values rose. The
    trend that is taken off is the Theil-Sen line of the baseline, carried on, where Kendall's test of the baseline has
    p < 0.05.

    Parameters
    ----------
    days: ascending numbers, or dates. values: (sessions,), finite. baseline: the first so many, at least 3; behind
        them, too. A trend can be seen in 5 and more only.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: no interval goes with it, for the known ones take sessions as independent; of a baseline of 3 it jumps by
    steps. Tarlow writes Tau-b with the phase as a variable, whose largest value is below 1; this is Tau without ties,
    which reaches 1. Source: Tarlow 2017, doi:10.1177/0145445516666750; Parker & Vannest 2009,
    doi:10.1016/j.beth.2008.10.006 (NAP); Sen 1968, doi:10.1080/01621459.1968.10480934. Offline.
    """
    since = days_of(days)[0]
    y = np.asarray(column(values), dtype=float)
    if y.shape != since.shape or not np.isfinite(y).all():
        raise ConfigError("values", f"of shape {y.shape}", f"one finite number for each of {len(since)} days")
    found = tau_of(since, y, baseline)
    if isinstance(found, str):
        raise ConfigError("baseline", baseline, f"at least {FEWEST_OF_A_PHASE} values in it and behind it")
    return found


def tau_of(t: Array, y: Array, baseline: int) -> Tau | str:
    """Return baseline-corrected Tau; or why there is none."""
    after = len(y) - baseline
    if min(baseline, after) < FEWEST_OF_A_PHASE:
        return f"{baseline} sessions of a baseline and {max(0, after)} behind it: at least 3 of each are needed"
    first, when = y[:baseline], t[:baseline]
    corrected = (
        baseline >= FEWEST_FOR_A_TREND and np.ptp(first) > 0 and float(stats.kendalltau(when, first).pvalue) < 0.05
    )
    if corrected:
        y = y - float(stats.theilslopes(first, when)[0]) * t
    apart = y[baseline:][None, :] - y[:baseline][:, None]
    # What a line leaves of values on it is rounding.
    apart[np.abs(apart) <= 1e-12 * float(np.abs(first).max())] = 0
    return Tau(float(np.sign(apart).mean()), bool(corrected), baseline, after)
