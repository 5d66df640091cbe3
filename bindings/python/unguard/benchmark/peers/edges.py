"""Lists of edges, as some peers give them, as events."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.benchmark.event import ScoredEvent


def between(edges: Any, x: NDArray[np.float64]) -> list[ScoredEvent]:
    """Return the events between edges that switch on and off in turn, without saying which does what.

    Of the two readings, first edge on or first edge off, the one with the larger mean power inside is taken: the
    reading that is kinder to the detector. An event that is open at an end of the record ends there.

    Parameters
    ----------
    edges: samples, rising. x: the record, shape (samples,).
    """
    at = np.unique(np.asarray(edges, dtype=np.float64).astype(np.int64))
    if not len(at):
        return []
    at = np.clip(at, 0, len(x))
    readings = [_pairs(at, len(x)), _pairs(np.concatenate([[0], at]), len(x))]
    power = np.concatenate([[0.0], np.cumsum(x**2)])

    def inside(pairs: NDArray[np.int64]) -> float:
        length = int(np.sum(pairs[:, 1] - pairs[:, 0]))
        return float(np.sum(power[pairs[:, 1]] - power[pairs[:, 0]])) / length if length else 0.0

    best = max(readings, key=inside)
    return [ScoredEvent(int(a), int(b)) for a, b in best if b > a]


def _pairs(at: NDArray[np.int64], samples: int) -> NDArray[np.int64]:
    if len(at) % 2:
        at = np.concatenate([at, [samples]])
    return at.reshape(-1, 2)
