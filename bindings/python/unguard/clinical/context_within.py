"""One context against all without it, or one rating, within sessions: what a whole session shares counts as nothing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from unguard.clinical.context_effect import FEWEST, ContextEffect
from unguard.clinical.sessions import Array
from unguard.trend import Estimate

_Z = 1.959963984540054
UNVARIED = "does not vary within a session"


def of_context_within(
    factor: str, context: str, a: Array, of_a: NDArray[np.intp], b: Array, of_b: NDArray[np.intp]
) -> ContextEffect | str:
    """Return the effect of a context, a with it and b without, of_a and of_b their sessions; or why there is none.

    Sessions in which it was there always or never say nothing of it, and are left out. Difference: of least squares
    with a level for each session, Student's interval on the observations less sessions less one; its error is the
    larger of the usual one and of that which bears contexts that scatter differently (HC2, MacKinnon & White 1985,
    doi:10.1016/0304-4076(85)90158-7). p: the larger of that, and of ranks after each session's mean is taken off
    (aligned ranks, Hodges & Lehmann 1962, doi:10.1214/aoms/1177704575). Effect: the difference in standard deviations
    within sessions, corrected for few as Hedges 1981. Fixed effects: Wooldridge 2010, ISBN 978-0-262-23258-6, ch. 10.
    """
    both = np.intersect1d(of_a, of_b)
    if len(both) == 0:
        return UNVARIED
    a, of_a = a[np.isin(of_a, both)], of_a[np.isin(of_a, both)]
    b, of_b = b[np.isin(of_b, both)], of_b[np.isin(of_b, both)]
    n, m = len(a), len(b)
    if min(n, m) < FEWEST:
        return (
            f"{n} observations with it and {m} without in sessions that have both: at least {FEWEST} of each are needed"
        )
    y = np.concatenate([a, b])
    _, belongs = np.unique(np.concatenate([of_a, of_b]), return_inverse=True)
    sizes = np.bincount(belongs)
    x = _less_mean(np.repeat([1.0, 0.0], [n, m]), belongs, sizes)
    left = _less_mean(y, belongs, sizes)
    power = float(x @ x)
    difference = float(x @ left) / power
    rest = left - difference * x
    freedom = len(y) - len(sizes) - 1
    if freedom < 1:
        return f"{len(y)} observations of {len(sizes)} sessions: too few of each"
    within = math.sqrt(float(rest @ rest) / freedom)
    if not within > 1e-12 * max(1e-300, float(abs(y).max())):
        return "the outcome does not vary within the contexts"
    # A lever of 1 leaves no rest: of that observation nothing is known, and 0 of it is 0.
    levers = np.minimum(1 / sizes[belongs] + x * x / power, 1 - 1e-9)
    robust = math.sqrt(float((x * x) @ (rest * rest / (1 - levers)))) / power
    error = max(within / math.sqrt(power), robust)
    of_means = 2 * float(stats.t.sf(abs(difference) / error, freedom))
    p = max(of_means, float(stats.mannwhitneyu(left[:n], left[n:]).pvalue))
    half = float(stats.t.ppf(0.975, freedom)) * error
    g = (1 - 3 / (4 * freedom - 1)) * difference / within
    of_g = math.sqrt(1 / power + g * g / (2 * freedom))
    return ContextEffect(
        factor, context, n, m, Estimate(difference, difference - half, difference + half),
        Estimate(g, g - _Z * of_g, g + _Z * of_g), of_g, p,
    )  # fmt: skip


def _less_mean(values: Array, belongs: NDArray[np.intp], sizes: NDArray[np.intp]) -> Array:
    return np.asarray(values - (np.bincount(belongs, weights=values) / sizes)[belongs], dtype=np.float64)
