"""Which contexts go with more guarding: when, how often, what drives it.

>>> found = drivers(diary.assign(guarding=z), outcome="guarding", contexts=["action", "place", "thought"])
>>> found.to_dataframe()
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Fewest observations with a context, and without it, that anything is said of.
FEWEST = 5


@dataclass(frozen=True)
class Driver:
    """One context, against all observations without it.

    Attributes
    ----------
    factor, context: the column of the diary, and what stood in it; of a rating, its name and "per point".
    observations, others: with it, and without it; of a rating, all and 0.
    difference: of the means (of a rating: the slope), in the outcome's unit, with its 95 % interval (Welch 1947).
    effect: the same over the standard deviation within both, corrected for few (Hedges' g: Hedges 1981); of a rating,
        2 r / sqrt(1 - r^2).
    shrunk: the effect drawn to 0 by as much as the effects of all contexts scatter no more than chance explains
        (empirical Bayes: Efron & Morris 1973): the best guess for whoever picks the largest.
    p: chance of a difference at least as large without one, two-sided.
    q: the same with all contexts that were looked at (Benjamini & Hochberg 1995).
    drives: q is at most the false-discovery rate that was asked for.
    """

    factor: str
    context: str
    observations: int
    others: int
    difference: Estimate
    effect: Estimate
    shrunk: Estimate
    p: float
    q: float
    drives: bool

    def __str__(self) -> str:
        said = "goes with" if self.drives else "not told from chance:"
        return f"{self.factor} {self.context}: {said} {self.difference} ({self.observations} times)"


@dataclass(frozen=True)
class Drivers:
    """All contexts that could be looked at, the largest effect first; and those that could not, and why.

    Attributes
    ----------
    found: drivers and what is none. left_out: (factor, context, reason).
    outcome: what was explained. false_discoveries: the share of drivers that may be none.
    """

    found: tuple[Driver, ...]
    left_out: tuple[tuple[str, str, str], ...]
    outcome: str
    false_discoveries: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a context: factor, context, observations, others, difference, effect and shrunk effect with
        their intervals (columns _low, _high), p, q, drives."""
        import pandas as pd

        rows = []
        for d in self.found:
            row: dict[str, Any] = {
                "factor": d.factor, "context": d.context, "observations": d.observations, "others": d.others
            }  # fmt: skip
            for name in ("difference", "effect", "shrunk"):
                e = getattr(d, name)
                row |= {name: e.value, f"{name}_low": e.low, f"{name}_high": e.high}
            rows.append(row | {"p": d.p, "q": d.q, "drives": d.drives})
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Raw:
    """An effect before the others are known."""

    factor: str
    context: str
    observations: int
    others: int
    difference: Estimate
    effect: Estimate
    error: float  # standard error of the effect
    p: float


def drivers(
    diary: pd.DataFrame,
    *,
    outcome: str,
    contexts: Sequence[str] = (),
    ratings: Sequence[str] = (),
    false_discoveries: float = 0.05,
) -> Drivers:
    """Tell which contexts of a diary go with more of an outcome.

    Parameters
    ----------
    diary: one row an observation (a bend, an event, an hour): the outcome, and columns of contexts and ratings.
    outcome: the column that is explained, such as a guarding index; rows without a finite one are left out.
    contexts: columns of words, such as action, place or thought; several at once are a list in the cell. An empty cell
        says nothing of that row.
    ratings: columns of numbers, such as pain or fear 0 to 10.
    false_discoveries: the share of the drivers that may be none, 0.001 to 0.5.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Welch 1947, doi:10.1093/biomet/34.1-2.28; Hedges 1981, doi:10.3102/10769986006002107; Benjamini & Hochberg
    1995, doi:10.1111/j.2517-6161.1995.tb02031.x; Efron & Morris 1973, doi:10.1080/01621459.1973.10481350. What goes with
    something need not be its cause. Offline.
    """
    import pandas as pd

    if not 0.001 <= false_discoveries <= 0.5:
        raise ConfigError("false_discoveries", false_discoveries, "0.001 to 0.5")
    for name, columns in (("outcome", [outcome]), ("contexts", contexts), ("ratings", ratings)):
        for column in columns:
            if column not in diary.columns:
                raise ConfigError(name, column, "a column of the diary, one of " + ", ".join(map(str, diary.columns)))
    if not contexts and not ratings:
        raise ConfigError("contexts", "none, and no ratings", "at least one column")
    y = pd.to_numeric(diary[outcome], errors="coerce").to_numpy(dtype=float)
    here = np.isfinite(y)
    raw: list[_Raw] = []
    left_out: list[tuple[str, str, str]] = []
    for factor in contexts:
        cells = [_words(cell) for cell in diary[factor]]
        said = np.array([bool(c) for c in cells]) & here
        for context in sorted({word for c, s in zip(cells, said, strict=True) if s for word in c}):
            with_it = np.array([context in c for c in cells]) & said
            made = _of_context(factor, context, y[with_it], y[said & ~with_it])
            if isinstance(made, str):
                left_out.append((factor, context, made))
            else:
                raw.append(made)
    for factor in ratings:
        x = pd.to_numeric(diary[factor], errors="coerce").to_numpy(dtype=float)
        both = here & np.isfinite(x)
        made = _of_rating(factor, x[both], y[both])
        if isinstance(made, str):
            left_out.append((factor, "per point", made))
        else:
            raw.append(made)
    return Drivers(tuple(_weighed(raw, false_discoveries)), tuple(left_out), outcome, false_discoveries)


def _words(cell: Any) -> tuple[str, ...]:
    if isinstance(cell, str):
        return (cell,) if cell.strip() else ()
    if isinstance(cell, (list, tuple, set, frozenset)):
        return tuple(str(one) for one in cell)
    return () if cell is None or cell != cell else (str(cell),)


def _of_context(factor: str, context: str, a: np.ndarray, b: np.ndarray) -> _Raw | str:
    if len(a) < FEWEST or len(b) < FEWEST:
        return f"{len(a)} observations with it and {len(b)} without: at least {FEWEST} of each are needed"
    if a.std() == 0 and b.std() == 0:
        return "the outcome does not vary"
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(0.95)
    difference = float(a.mean() - b.mean())
    n, m = len(a), len(b)
    freedom = n + m - 2
    within = math.sqrt(((n - 1) * a.var(ddof=1) + (m - 1) * b.var(ddof=1)) / freedom)
    few = 1 - 3 / (4 * freedom - 1)
    g = few * difference / within
    error = math.sqrt((n + m) / (n * m) + g * g / (2 * (n + m)))
    return _Raw(factor, context, n, m, Estimate(difference, float(interval.low), float(interval.high)),
                _around(g, error), error, float(test.pvalue))  # fmt: skip


def _of_rating(factor: str, x: np.ndarray, y: np.ndarray) -> _Raw | str:
    if len(x) < 2 * FEWEST:
        return f"{len(x)} observations: at least {2 * FEWEST} are needed"
    if x.std() == 0 or y.std() == 0:
        return "the outcome does not vary" if y.std() == 0 else "the rating does not vary"
    line = stats.linregress(x, y)
    t = float(stats.t.ppf(0.975, len(x) - 2))
    r = float(np.clip(line.rvalue, -1 + 1e-12, 1 - 1e-12))
    d = 2 * r / math.sqrt(1 - r * r)
    # Of atanh(r), 1 / sqrt(n - 3); d is 2 sinh(atanh(r)).
    error = 2 * math.cosh(math.atanh(r)) / math.sqrt(len(x) - 3)
    slope = float(line.slope)
    return _Raw(factor, "per point", len(x), 0, Estimate(slope, slope - t * line.stderr, slope + t * line.stderr),
                _around(d, error), error, float(line.pvalue))  # fmt: skip


def _around(value: float, error: float) -> Estimate:
    return Estimate(value, value - 1.959964 * error, value + 1.959964 * error)


def _weighed(raw: list[_Raw], rate: float) -> list[Driver]:
    """Return them with what all together say of each, the largest first."""
    if not raw:
        return []
    q = stats.false_discovery_control([r.p for r in raw])
    effects, errors = np.array([r.effect.value for r in raw]), np.array([r.error for r in raw])
    spread = _spread(effects, errors)
    made = []
    for r, q_of in zip(raw, q, strict=True):
        keep = spread / (spread + r.error**2)
        shrunk = _around(keep * r.effect.value, math.sqrt(keep) * r.error)
        made.append(Driver(r.factor, r.context, r.observations, r.others, r.difference, r.effect, shrunk, r.p,
                           float(q_of), bool(q_of <= rate)))  # fmt: skip
    return sorted(made, key=lambda d: -abs(d.shrunk.value))


def _spread(effects: np.ndarray, errors: np.ndarray) -> float:
    """Return the variance of the true effects about 0 that makes those found as likely as can be."""
    from scipy.optimize import minimize_scalar

    def unlikely(log: float) -> float:
        variance = math.exp(log) + errors**2
        return float(np.sum(np.log(variance) + effects**2 / variance))

    best = minimize_scalar(unlikely, bounds=(-14, 6), method="bounded")
    return math.exp(float(best.x))
