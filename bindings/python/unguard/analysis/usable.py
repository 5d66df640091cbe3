"""Which samples of a channel are signal at all: not missing, not at the rail, not constant."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: No electrode gives this much (the engine's own limit where a converter's rails are unknown).
FULL_SCALE_UV = 1e7
#: So many equal samples at the largest or smallest value of a channel are the converter's rail, not chance.
RAIL_SAMPLES = 3
#: A value that does not change for so long comes from no electrode.
FLAT_S = 0.1


@dataclass(frozen=True)
class Usable:
    """Shares of a channel's samples that are no signal, and where.

    Attributes
    ----------
    bad: bool, shape (samples,), True where the sample is not used.
    missing, clipped, flat, out_of_range: shares from 0 to 1; a sample may count in more than one.
    """

    bad: NDArray[np.bool_]
    missing: float
    clipped: float
    flat: float
    out_of_range: float


def judge(x: NDArray[np.float64], valid: NDArray[np.bool_] | None, fs: float) -> Usable:
    """Judge one channel.

    Parameters
    ----------
    x: values in microvolts, shape (samples,), finite.
    valid: False where the value was missing and is held; None when none was.
    fs: hertz.
    """
    n = len(x)
    missing = np.zeros(n, dtype=bool) if valid is None else ~valid
    beyond = (x > FULL_SCALE_UV) | (x < -FULL_SCALE_UV)
    clipped, flat = _stuck(x, missing, beyond, fs)
    bad = missing | beyond | flat | clipped
    return Usable(bad, float(missing.mean()), float(clipped.mean()), float(flat.mean()), float(beyond.mean()))


def _stuck(
    x: NDArray[np.float64], missing: NDArray[np.bool_], beyond: NDArray[np.bool_], fs: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where the channel is at a rail, and where it is constant."""
    start, length = _long_runs(x, missing)
    long = length >= max(RAIL_SAMPLES, math.ceil(FLAT_S * fs))
    level = x[start]
    sound = ~(missing | beyond)
    rail = np.zeros(len(start), dtype=bool)
    if len(start) and sound.any():
        low, high = np.min(x, where=sound, initial=np.inf), np.max(x, where=sound, initial=-np.inf)
        for edge in (low, high):
            at_edge = sound[start] & (level == edge)
            # A signal that hits the rail comes and goes: what only ever stays there for long is a lost electrode.
            if low < high and np.any(at_edge & ~long) and _is_rail(x, missing, low, high):
                rail |= at_edge
    clipped = _spread(start, length, rail, len(x))
    flat = _spread(start, length, long & ~rail, len(x)) & ~missing
    return clipped, flat


def _long_runs(x: NDArray[np.float64], missing: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return first sample and length of every run of `RAIL_SAMPLES` equal values and more.

    Held values are no run with those before them.
    """
    same = _same(x, missing)
    count = RAIL_SAMPLES - 1
    inside = np.ones(max(0, len(same) - count + 1), dtype=bool)
    for i in range(count):
        inside &= same[i : i + len(inside)]
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    return edges[::2], edges[1::2] - edges[::2] + count


def _same(x: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether each sample goes on as the one before, shape (samples - 1,)."""
    return np.equal(x[1:], x[:-1]) & np.equal(missing[1:], missing[:-1])


def _spread(start: NDArray[np.intp], length: NDArray[np.intp], which: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    found = np.zeros(n, dtype=bool)
    for first, count in zip(start[which], length[which], strict=True):
        found[first : first + count] = True
    return found


def _is_rail(x: NDArray[np.float64], missing: NDArray[np.bool_], low: float, high: float) -> bool:
    # A coarse converter repeats its largest value by chance: a rail lies many steps from the middle.
    levels = x[np.concatenate([[True], ~_same(x, missing)])]
    steps = np.unique(levels[:200_000])
    return len(steps) > 32 or (high - low) > 32 * float(np.min(np.diff(steps), initial=np.inf))
