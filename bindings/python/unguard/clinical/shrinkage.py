"""Effects drawn towards 0, as far as all of them together say that they scatter by chance."""

from __future__ import annotations

import functools

import numpy as np
from scipy.special import ndtr  # type: ignore[import-untyped]

from unguard.clinical.sessions import Array
from unguard.trend import Estimate

#: Of the half-normal that the spread of true effects is drawn from beforehand, in standard deviations of the outcome.
SPREAD = 0.5
_SPREADS = np.linspace(0.0, 2.5, 101)
_Z = 1.959963984540054


@functools.cache
def _prior() -> Array:
    # The trapezoid's ends count half.
    made = np.exp(-0.5 * (_SPREADS / SPREAD) ** 2)
    made[[0, -1]] /= 2
    return np.asarray(made / made.sum())


def shrunk(effects: Array, errors: Array) -> list[Estimate]:
    """Return the posterior mean of each effect, and its central 95 % interval.

    True effects are taken as normal about 0 with a standard deviation tau, and those found as normal about the true
    ones with their standard errors; tau is not taken as known: each from 0 to 2.5 counts as much as the effects found
    and a half-normal of scale 0.5 give it. Given tau, an effect keeps tau^2 / (tau^2 + error^2) of what was found:
    those with few observations keep least. Whoever picks the largest of many is misled less than by those found.

    Source: Efron & Morris 1973, doi:10.1080/01621459.1973.10481350 (shrinkage); Roever 2021, doi:10.1002/jrsm.1475
    (the half-normal).
    """
    variance = _SPREADS[:, None] ** 2 + errors**2
    unlikely = 0.5 * np.sum(np.log(variance) + effects**2 / variance, axis=1)
    weight = _prior() * np.exp(unlikely.min() - unlikely)
    weight /= weight.sum()
    keep = _SPREADS[:, None] ** 2 / variance
    means, spreads = keep * effects, np.sqrt(keep) * errors
    value = weight @ means
    low, high = _quantiles(weight, means, spreads, np.array([[0.025], [0.975]]))
    return [Estimate(float(v), float(a), float(b)) for v, a, b in zip(value, low, high, strict=True)]


def _quantiles(weight: Array, means: Array, spreads: Array, p: Array) -> Array:
    """Return quantiles of each mixture of normals, (p, mixtures), by bisection; a spread of 0 is a point."""
    low = np.repeat([(means - 10 * spreads).min(axis=0) - 1e-9], len(p), axis=0)
    high = np.repeat([(means + 10 * spreads).max(axis=0) + 1e-9], len(p), axis=0)
    # So narrow that a point's chance is 0 or 1.
    narrow = np.maximum(spreads, 1e-12)
    for _ in range(34):
        middle = 0.5 * (low + high)
        under = np.einsum("t,ptm->pm", weight, ndtr((middle[:, None, :] - means) / narrow)) < p
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray(0.5 * (low + high))
