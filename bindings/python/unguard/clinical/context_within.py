"""One context against all without it, or one rating, within sessions: what a whole session shares counts as nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from unguard.clinical.context_effect import FEWEST, ContextEffect
from unguard.clinical.sessions import Array
from unguard.trend import Estimate

_Z = 1.959963984540054
UNVARIED = "does not vary within a session"
#: Of what a context varies within sessions: where the order explains more, it is early or late and nothing else. At a
#: half an effect is measured by half of the observations that it seems to have (Kutner 2005, ISBN 978-0-07-238688-2,
#: 10.5: a variance inflation of 2). Proposed.
MOST_BY_ORDER = 0.5


@dataclass(frozen=True)
class Seen:
    """Observations. values: of the outcome. sessions: of which. order: their place in it; None: not known."""

    values: Array
    sessions: NDArray[np.intp]
    order: Array | None

    def within(self, sessions: NDArray[np.intp]) -> Seen:
        """Return those of some sessions."""
        some = np.isin(self.sessions, sessions)
        return Seen(self.values[some], self.sessions[some], None if self.order is None else self.order[some])


def of_context_within(factor: str, context: str, a: Seen, b: Seen) -> ContextEffect | str:
    """Return the effect of a context, a with it and b without; or why there is none.

    Sessions in which it was there always or never say nothing of it, and are left out. Difference: of least squares
    with a level for each session and, where the order is known, a line and a parabola over it that all sessions share:
    what is gained or tires from bend to bend is no context. Student's interval on the observations less sessions less
    those less one; its error is the larger of the usual one and of that which bears contexts that scatter differently
    (HC2, MacKinnon & White 1985, doi:10.1016/0304-4076(85)90158-7). p: the larger of that, and of ranks after all but
    the context is taken off (aligned ranks, Hodges & Lehmann 1962, doi:10.1214/aoms/1177704575). Effect: the difference
    in standard deviations within sessions, corrected for few as Hedges 1981. A context that goes with the order is
    refused. Fixed effects, and taking others out beforehand (Frisch, Waugh & Lovell): Wooldridge 2010, ISBN
    978-0-262-23258-6, ch. 10. Gain within a session: Page 2015, JMPT 38:449.
    """
    both = np.intersect1d(a.sessions, b.sessions)
    if len(both) == 0:
        return UNVARIED
    a, b = a.within(both), b.within(both)
    n, m = len(a.values), len(b.values)
    if min(n, m) < FEWEST:
        return (
            f"{n} observations with it and {m} without in sessions that have both: at least {FEWEST} of each are needed"
        )
    y = np.concatenate([a.values, b.values])
    _, belongs = np.unique(np.concatenate([a.sessions, b.sessions]), return_inverse=True)
    sizes = np.bincount(belongs)
    x = _less_mean(np.repeat([1.0, 0.0], [n, m]), belongs, sizes)
    left = _less_mean(y, belongs, sizes)
    over = _over_order(a, b, belongs, sizes)
    varied = float(x @ x)
    x, left = (values - over @ (over.T @ values) for values in (x, left))
    power = float(x @ x)
    if power < (1 - MOST_BY_ORDER) * varied:
        return (
            f"it goes with the order within sessions ({100 * (1 - power / varied):.0f} % of it): what is gained or "
            "tires from bend to bend cannot be told from it"
        )
    difference = float(x @ left) / power
    rest = left - difference * x
    freedom = len(y) - len(sizes) - over.shape[1] - 1
    if freedom < 1:
        return f"{len(y)} observations of {len(sizes)} sessions: too few of each"
    within = math.sqrt(float(rest @ rest) / freedom)
    if not within > 1e-12 * max(1e-300, float(abs(y).max())):
        return "the outcome does not vary within the contexts"
    # A lever of 1 leaves no rest: of that observation nothing is known, and 0 of it is 0.
    levers = np.minimum(1 / sizes[belongs] + np.sum(over * over, axis=1) + x * x / power, 1 - 1e-9)
    robust = math.sqrt(float((x * x) @ (rest * rest / (1 - levers)))) / power
    error = max(within / math.sqrt(power), robust)
    of_means = 2 * float(stats.t.sf(abs(difference) / error, freedom))
    # What is left of the outcome, the context's own part put back.
    aligned = rest + difference * _less_mean(np.repeat([1.0, 0.0], [n, m]), belongs, sizes)
    p = max(of_means, float(stats.mannwhitneyu(aligned[:n], aligned[n:]).pvalue))
    half = float(stats.t.ppf(0.975, freedom)) * error
    g = (1 - 3 / (4 * freedom - 1)) * difference / within
    of_g = math.sqrt(1 / power + g * g / (2 * freedom))
    return ContextEffect(
        factor, context, n, m, Estimate(difference, difference - half, difference + half),
        Estimate(g, g - _Z * of_g, g + _Z * of_g), of_g, p,
    )  # fmt: skip


def _over_order(a: Seen, b: Seen, belongs: NDArray[np.intp], sizes: NDArray[np.intp]) -> Array:
    """Return the line and the parabola over the order as orthonormal columns; none where it is not known or even."""
    if a.order is None or b.order is None:
        return np.empty((len(belongs), 0))
    order = np.concatenate([a.order, b.order])
    scaled = (order - order.mean()) / (float(order.std()) or 1.0)
    columns = np.column_stack([_less_mean(scaled, belongs, sizes), _less_mean(scaled**2, belongs, sizes)])
    u, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(u[:, size > 1e-9 * max(1.0, float(size[0]))], dtype=np.float64)


def _less_mean(values: Array, belongs: NDArray[np.intp], sizes: NDArray[np.intp]) -> Array:
    return np.asarray(values - (np.bincount(belongs, weights=values) / sizes)[belongs], dtype=np.float64)
