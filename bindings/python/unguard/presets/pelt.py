"""Changes of variance as NeuroKit2 0.3.0 looks for them: PELT's recursion, with its own way of reading off changes.

Source: Killick, Fearnhead & Eckley 2012, doi:10.1080/01621459.2012.737745; neurokit2, signal/signal_changepoints.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def changes_of_variance(x: NDArray[np.float64]) -> list[int]:
    """Return the samples at which the variance changes, ascending; the penalty is ln N.

    The peer does not trace the best segmentation back from the end: every last change of the last change of any stretch
    from the start is one, more than the method finds.
    """
    length = len(x)
    penalty = np.log(length)
    energy = np.concatenate([[0.0], np.cumsum(np.abs(x - np.mean(x)) ** 2)])
    best = np.zeros(length + 1)
    best[0] = -penalty
    last = np.zeros(length + 1, dtype=np.int64)
    candidates = np.array([0])
    for end in range(2, length + 1):
        span = (end - candidates).astype(np.float64)
        with np.errstate(divide="ignore"):  # samples that are all the mean cost minus infinity
            cost = best[candidates] + span * np.log((energy[end] - energy[candidates]) / span)
        if np.isnan(cost).all():
            return []
        best[end] = np.nanmin(cost) + penalty
        last[end] = candidates[np.nanargmin(cost)]
        candidates = np.append(candidates[cost < best[end]], end - 1)
    changes = np.unique(last[last])
    return [int(c) for c in changes if c > 0]
