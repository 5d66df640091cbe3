"""Which onset of a muscle belongs to which onset of a reference: one to one, in the order of time, the nearest.

As many pairs as there can be, and of all ways to make so many the one with the least sum of squared distances, of
equal ones the earliest. It does not depend on which of the two is called the reference, if the window is mirrored with
them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

Times = NDArray[np.float64]
#: Far below a squared distance that could be told from another one, as a share of the window's.
_TIE = 1e-9


def pairs(reference: Times, partner: Times, window: tuple[float, float]) -> list[tuple[int, int]]:
    """Return pairs of indices (reference, partner), in the order of time.

    Parameters
    ----------
    reference, partner: ascending, (n,) and (m,), in one unit.
    window: the least and the largest partner minus reference of a pair, in that unit, ends included.
    """
    found: list[tuple[int, int]] = []
    for r, p in _apart(reference, partner, window):
        found += [(r[i], p[j]) for i, j in _nearest(reference[r], partner[p], window)]
    return found


def within(reference: Times, partner: Times, window: tuple[float, float]) -> NDArray[np.int64]:
    """Return how many partners lie in the window of each reference, (n,)."""
    first = np.searchsorted(partner, reference + window[0], side="left")
    last = np.searchsorted(partner, reference + window[1], side="right")
    return np.asarray(last - first, dtype=np.int64)


def _apart(reference: Times, partner: Times, window: tuple[float, float]) -> list[tuple[list[int], list[int]]]:
    """Return groups of indices without a possible pair between them: a long record is many small problems."""
    groups: list[tuple[list[int], list[int]]] = []
    end = -np.inf
    for i, at in enumerate(reference):
        first = int(np.searchsorted(partner, at + window[0], side="left"))
        last = int(np.searchsorted(partner, at + window[1], side="right"))
        if at + window[0] > end:
            groups.append(([], []))
        end = at + window[1]
        r, p = groups[-1]
        r.append(i)
        p.extend(j for j in range(first, last) if not p or j > p[-1])
    return [(r, p) for r, p in groups if p]


def _nearest(reference: Times, partner: Times, window: tuple[float, float]) -> list[tuple[int, int]]:
    late = partner[None, :] - reference[:, None]
    may = (late >= window[0]) & (late <= window[1])
    # One pair more is worth more than all distances together. Squares, and not sums: only so do pairs never cross.
    enough = max(abs(window[0]), abs(window[1])) or 1.0
    # Of ways that are as near, the earliest, whichever of the two is called the reference.
    earliest = _TIE * np.add.outer(np.arange(late.shape[0]), np.arange(late.shape[1])) / sum(late.shape)
    cost = np.where(may, (late / enough) ** 2 + earliest - min(late.shape) - 1, 0.0)
    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(cost), strict=True) if may[i, j]]
