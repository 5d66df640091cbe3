"""How far a measure scatters though nothing changed: standard error of measurement, and what change is beyond it.

>>> found = reliability(frr)  # (people, sessions), nothing done in between
>>> found.sem, found.mdc()
>>> mdc(log_sem(FRR_SEM_PERCENT))  # of ln FRR: 1.29, a factor of 3.6
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats  # type: ignore[import-untyped]

from unguard.arguments import number, several
from unguard.benchmark.agreement import icc
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Standard error of measurement of the lumbar FRR between sessions a week apart, % of the grand mean: 44 people without
#: back pain, "Evaluating test-retest reliability and measurement error of the lumbar flexion relaxation ratio within-
#: and between-days" (abstract). People in pain may scatter more.
FRR_SEM_PERCENT = 49.0
#: Of the same, within a session.
FRR_SEM_WITHIN_PERCENT = 38.0


def log_sem(percent_of_mean: float) -> float:
    """Return a standard error of measurement that is given as % of the mean, as one of natural logarithms.

    sqrt(ln(1 + (percent / 100)^2)): the standard deviation of the logarithm of a log-normal quantity with that
    coefficient of variation. Of the FRR's 49 %: 0.464. Caveat: a quantity that is not log-normal has another one.

    Parameters
    ----------
    percent_of_mean: above 0, at most 1,000, %.

    Raises
    ------
    ConfigError: another number.

    Source: Aitchison & Brown 1957, The Lognormal Distribution, ch. 2.
    """
    expected = "above 0, at most 1000, % of the mean"
    share = number("percent_of_mean", percent_of_mean, expected) / 100
    if not 0 < share <= 10:
        raise ConfigError("percent_of_mean", percent_of_mean, expected)
    return math.sqrt(math.log1p(share * share))


def mdc(sem: float, *, sessions: int = 1, level: float = 0.95) -> float:
    """Return the minimal detectable change: z sqrt(2) SEM / sqrt(sessions), z = 1.96 at 95 %. In the SEM's unit.

    Caveat: it is of one comparison that was chosen beforehand, between sessions that are independent. Who looks again
    and again, or takes the largest of many changes, finds such a change in noise sooner or later.

    Parameters
    ----------
    sem: standard error of measurement, above 0. sessions: whose mean is compared with the mean of as many, 1 or more.
    level: 0.5 to 0.9999.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Weir 2005, doi:10.1519/15184.1.
    """
    size = positive("sem", sem, "a finite number above 0, in the unit of the measure")
    count = number("sessions", sessions, "a whole number, 1 or more")
    if count < 1 or not count.is_integer():
        raise ConfigError("sessions", sessions, "a whole number, 1 or more")
    if not 0.5 <= number("level", level, "0.5 to 0.9999") <= 0.9999:
        raise ConfigError("level", level, "0.5 to 0.9999")
    return NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(2 / count) * size


def reliable_change(before: float, after: float, *, sem: float) -> float:
    """Return the reliable change index: (after - before) / (sqrt(2) SEM), no unit; beyond 1.96 is rare in noise alone.

    Caveat: of one comparison that was chosen beforehand, as `mdc`.

    Parameters
    ----------
    before, after: values of two sessions. sem: standard error of measurement, above 0, in their unit.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Jacobson & Truax 1991, doi:10.1037/0022-006X.59.1.12.
    """
    first, last = (number(n, v, "a finite number") for n, v in (("before", before), ("after", after)))
    return (last - first) / (math.sqrt(2) * positive("sem", sem, "a finite number above 0, in the unit of the measure"))


def positive(parameter: str, value: Any, expected: str) -> float:
    """Return a finite number above 0; raise ConfigError for anything else."""
    found = number(parameter, value, expected)
    if not found > 0:
        raise ConfigError(parameter, value, expected)
    return found


@dataclass(frozen=True)
class Reliability:
    """What several sessions of several people say of a measure. Two-way analysis of variance.

    Attributes
    ----------
    sem: standard error of measurement, agreement: sqrt(variance of sessions + of what is left); what one session is
        off by, shifts between sessions of all people included. With its interval (Satterthwaite 1946).
    sem_consistency: sqrt(variance of what is left): without such shifts. With its interval (chi-square).
    icc_agreement: ICC(2,1), share of the variance that is people's. icc_consistency: ICC(3,1). With their intervals
        (McGraw & Wong 1996). They depend on how much people differ; the SEM does not. Shares, 0 to 1: where people
        differ less than their errors alone make them, 0 of the variance is theirs, though the formula says less.
    people, sessions: how many. level: of the intervals.
    """

    sem: Estimate
    sem_consistency: Estimate
    icc_agreement: Estimate
    icc_consistency: Estimate
    people: int
    sessions: int
    level: float

    def mdc(self, *, sessions: int = 1, level: float = 0.95) -> float:
        """Return the minimal detectable change by the SEM of agreement; see `mdc`."""
        return mdc(self.sem.value, sessions=sessions, level=level)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a quantity: quantity, value, low, high, level."""
        import pandas as pd

        told = {"SEM": self.sem, "SEM consistency": self.sem_consistency,
                "ICC(2,1)": self.icc_agreement, "ICC(3,1)": self.icc_consistency}  # fmt: skip
        rows = [(name, e.value, e.low, e.high, self.level) for name, e in told.items()]
        return pd.DataFrame(rows, columns=["quantity", "value", "low", "high", "level"])


def reliability(values: ArrayLike, *, level: float = 0.95) -> Reliability:
    """Tell from test and retest how far a measure scatters, where nothing was done in between.

    With MSP, MSS and MSE the mean squares of n people, k sessions and what is left: SEM = sqrt((MSS - MSE) / n + MSE),
    no less than sqrt(MSE); it is SD sqrt(1 - ICC(2,1)) with the total SD. ICC(3,1) = (MSP - MSE) / (MSP + (k - 1) MSE).

    Parameters
    ----------
    values: (people, sessions), at least 3 and 2, finite; of ratios, their logarithms.
    level: of the intervals, 0.5 to 0.999.

    Raises
    ------
    ConfigError: another shape, values that are not finite, or such as do not vary.

    Caveat: people and sessions are taken as drawn at random, and errors as independent and alike in all. With few
    people the intervals are wide, and they are the finding. Source: Shrout & Fleiss 1979,
    doi:10.1037/0033-2909.86.2.420; McGraw & Wong 1996, doi:10.1037/1082-989X.1.1.30; Weir 2005, doi:10.1519/15184.1; de
    Vet 2006, doi:10.1016/j.jclinepi.2005.10.015; Satterthwaite 1946, doi:10.2307/3002019. Offline.
    """
    x = np.asarray(values, dtype=float)
    if x.ndim != 2 or x.shape[0] < 3 or x.shape[1] < 2:
        raise ConfigError("values", f"of shape {x.shape}", "(people, sessions), at least 3 people and 2 sessions")
    if not np.isfinite(x).all():
        raise ConfigError("values", "not finite in places", "a finite value of every person in every session")
    if not 0.5 <= number("level", level, "0.5 to 0.999") <= 0.999:
        raise ConfigError("level", level, "0.5 to 0.999")
    n, k = x.shape
    of_people, of_sessions = x.mean(axis=1) - x.mean(), x.mean(axis=0) - x.mean()
    left = x - x.mean() - of_people[:, None] - of_sessions
    freedom = (n - 1) * (k - 1)
    between, shift = k * float(of_people @ of_people) / (n - 1), n * float(of_sessions @ of_sessions) / (k - 1)
    error = float(np.sum(left**2)) / freedom
    if not error > 1e-20 * float(np.mean(x**2)):
        raise ConfigError("values", "alike in all sessions", "sessions that differ: an error of 0 is none of a measure")
    tail = (1 - level) / 2
    return Reliability(
        sem=_agreement(shift, error, n, k, tail),
        sem_consistency=_spread(error, freedom, tail),
        icc_agreement=_share(icc(x), *_icc_agreement(between, shift, error, n, k, tail)),
        icc_consistency=_share(*_icc_consistency(between / error, n, k, tail)),
        people=n,
        sessions=k,
        level=level,
    )


def _spread(variance: float, freedom: float, tail: float) -> Estimate:
    """Return a standard deviation with the interval that chi-square gives it."""
    low, high = (math.sqrt(variance * freedom / float(stats.chi2.ppf(p, freedom))) for p in (1 - tail, tail))
    return Estimate(math.sqrt(variance), low, high)


def _agreement(shift: float, error: float, n: int, k: int, tail: float) -> Estimate:
    # Sessions that differ less than what is left says have no variance of their own.
    if shift <= error:
        return _spread(error, (n - 1) * (k - 1), tail)
    variance = shift / n + error * (n - 1) / n
    freedom = variance**2 / ((shift / n) ** 2 / (k - 1) + (error * (n - 1) / n) ** 2 / ((n - 1) * (k - 1)))
    return _spread(variance, freedom, tail)


def _share(value: float, low: float, high: float) -> Estimate:
    """Return an estimate of a share of variance: where people differ less than their errors, none is theirs."""
    least, most = min(low, value), max(high, value)
    return Estimate(*(min(1.0, max(0.0, v)) for v in (value, least, most)))


def _icc_consistency(f: float, n: int, k: int, tail: float) -> tuple[float, float, float]:
    freedom = (n - 1, (n - 1) * (k - 1))
    low, high = f / float(stats.f.ppf(1 - tail, *freedom)), f * float(stats.f.ppf(1 - tail, *freedom[::-1]))
    value, lowest, highest = ((one - 1) / (one + k - 1) for one in (f, low, high))
    return value, lowest, highest


def _icc_agreement(between: float, shift: float, error: float, n: int, k: int, tail: float) -> tuple[float, float]:
    """Return McGraw & Wong's interval of ICC(2,1), their table 7."""
    # Of a share below 0 the degrees of freedom are those of 0.
    below_r = between + (k - 1) * error + k * (shift - error) / n
    r = max(0.0, between - error) / below_r if below_r > 0 else 0.0
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    freedom = (a * shift + b * error) ** 2 / ((a * shift) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    upper = float(stats.f.ppf(1 - tail, n - 1, freedom))
    lower = float(stats.f.ppf(1 - tail, freedom, n - 1))
    below = k * shift + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * below + n * between)
    high = n * (lower * between - error) / (below + n * lower * between)
    return low, high


def within_person_sem(repetitions: Iterable[ArrayLike], *, level: float = 0.95) -> Estimate:
    """Return the standard error of measurement from repetitions: the pooled standard deviation within people.

    sqrt(sum of squares about each person's own mean / (values - people)), with its chi-square interval; in the unit of
    the values. Of one person it is that person's own noise. Caveat: repetitions of one session know nothing of what
    putting electrodes on anew does; for change between sessions give one array of sessions a person.

    Parameters
    ----------
    repetitions: one array of finite values a person, at least 2 in each. level: of the interval, 0.5 to 0.999.

    Raises
    ------
    ConfigError: fewer, or values that are not finite or do not vary.

    Source: Bland & Altman 1996, doi:10.1136/bmj.313.7059.744.
    """
    people = [np.asarray(one, dtype=float) for one in several("repetitions", repetitions, "an array a person")]
    if not people:
        raise ConfigError("repetitions", "of nobody", "an array of values for at least one person")
    for i, one in enumerate(people):
        if one.ndim != 1 or len(one) < 2:
            found = "1 repetition" if one.size == 1 else f"an array of shape {one.shape}"
            raise ConfigError(f"repetitions[{i}]", found, "at least 2 repetitions, (repetitions,)")
        if not np.isfinite(one).all():
            raise ConfigError(f"repetitions[{i}]", "not finite in places", "finite values")
    if not 0.5 <= number("level", level, "0.5 to 0.999") <= 0.999:
        raise ConfigError("level", level, "0.5 to 0.999")
    freedom = sum(len(one) - 1 for one in people)
    variance = sum(float(np.sum((one - one.mean()) ** 2)) for one in people) / freedom
    if not variance > 0:
        raise ConfigError("repetitions", "alike", "repetitions that differ: an error of 0 is none of a measure")
    return _spread(variance, freedom, (1 - level) / 2)
