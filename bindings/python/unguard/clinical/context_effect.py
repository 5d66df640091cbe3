"""One context against all without it, or one rating: how large the difference is, and how sure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special, stats  # type: ignore[import-untyped]

from unguard.clinical.sessions import Array
from unguard.trend import Estimate

#: Fewest observations with a context, and without it, that anything is said of.
FEWEST = 5
_Z = 1.959963984540054


@dataclass(frozen=True)
class ContextEffect:
    """An effect on its own, before those of the others are known; as `unguard.clinical.Driver` has it.

    Attributes
    ----------
    error: standard error of `effect`.
    """

    factor: str
    context: str
    observations: int
    others: int
    difference: Estimate
    effect: Estimate
    error: float
    p: float


def of_context(factor: str, context: str, a: Array, b: Array) -> ContextEffect | str:
    """Return the effect of a context, a with it and b without; or why there is none.

    Difference of means and interval: Welch 1947, doi:10.1093/biomet/34.1-2.28. p: the larger of Welch's, and of Mann &
    Whitney 1947, doi:10.1214/aoms/1177730491. Effect: Hedges'
    g = (1 - 3 / (4 (n + m) - 9)) difference / pooled SD, its standard error sqrt((n + m) / (n m) + g^2 / (2 (n + m))):
    Hedges 1981, doi:10.3102/10769986006002107.
    """
    n, m = len(a), len(b)
    if min(n, m) < FEWEST:
        return f"{n} observations with it and {m} without: at least {FEWEST} of each are needed"
    within = math.sqrt(((n - 1) * float(a.var(ddof=1)) + (m - 1) * float(b.var(ddof=1))) / (n + m - 2))
    if not within > 1e-12 * max(1e-300, float(abs(a).max()), float(abs(b).max())):
        return "the outcome does not vary within the contexts"
    # As scipy.stats.ttest_ind has it, at a tenth of what it costs.
    of_a, of_b = float(a.var(ddof=1)) / n, float(b.var(ddof=1)) / m
    error_of_means = math.sqrt(of_a + of_b)
    freedom = (of_a + of_b) ** 2 / (of_a**2 / (n - 1) + of_b**2 / (m - 1))
    difference = float(a.mean() - b.mean())
    of_means = 2 * float(special.stdtr(freedom, -abs(difference) / error_of_means))
    p = max(of_means, float(stats.mannwhitneyu(a, b).pvalue))
    half = float(special.stdtrit(freedom, 0.975)) * error_of_means
    g = (1 - 3 / (4 * (n + m) - 9)) * difference / within
    error = math.sqrt((n + m) / (n * m) + g * g / (2 * (n + m)))
    return ContextEffect(
        factor, context, n, m, Estimate(difference, difference - half, difference + half),
        Estimate(g, g - _Z * error, g + _Z * error), error, p,
    )  # fmt: skip


def of_rating(factor: str, x: Array, y: Array) -> ContextEffect | str:
    """Return the effect of a rating x on y; or why there is none.

    Difference: the slope of least squares, with Student's interval. Effect: d = 2 r / sqrt(1 - r^2), which a rating cut
    in two at its middle would have if both were Gaussian (Cohen 1988, Statistical Power Analysis, ch. 2), with
    Fisher's interval of r (1921): d is 2 sinh(atanh r). p: the larger of that of the slope, and of Spearman's ranks
    (1904, doi:10.2307/1412159).
    """
    if len(x) < 2 * FEWEST:
        return f"{len(x)} observations: at least {2 * FEWEST} are needed"
    for name, some in (("rating", x), ("outcome", y)):
        if not some.std() > 1e-12 * float(abs(some).max()):
            return f"the {name} does not vary"
    line = stats.linregress(x, y)
    t = float(stats.t.ppf(0.975, len(x) - 2))
    # All on one line: its r has no interval, and rounds beyond 1.
    r = max(-1 + 1e-12, min(1 - 1e-12, float(line.rvalue)))
    turned, error = math.atanh(r), 1 / math.sqrt(len(x) - 3)
    value, low, high = (2 * math.sinh(turned + s * _Z * error) for s in (0, -1, 1))
    slope, half = float(line.slope), t * float(line.stderr)
    return ContextEffect(
        factor, "per point", len(x), 0, Estimate(slope, slope - half, slope + half), Estimate(value, low, high),
        2 * math.cosh(turned) * error, max(float(line.pvalue), float(stats.spearmanr(x, y).pvalue)),
    )  # fmt: skip
