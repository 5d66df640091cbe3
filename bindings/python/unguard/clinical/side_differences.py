"""Left against right of one muscle, phase by phase, over all bends of a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import Asymmetry, asymmetry
from unguard.clinical.flexion import PHASES, Bends
from unguard.clinical.sides import Pair, pairs


@dataclass(frozen=True)
class SideDifference:
    """Left against right of one muscle in one phase, over all bends: 100 (left - right) / (left + right).

    Attributes
    ----------
    muscle: without its side. phase: "standing", "flexing", "half", "flexed" or "extending".
    value: %, above 0 left is stronger; with its 95 % interval, low and high.
    least_change: minimal detectable change of two such means, t sqrt(2) SD / sqrt(bends), by how bends of this one
        recording differ, %; electrodes that are placed anew add to it. None for fewer than three bends.
    bends: that went into it.
    """

    muscle: str
    phase: str
    value: float
    low: float
    high: float
    least_change: float | None
    bends: int


def side_differences(found: Bends) -> tuple[SideDifference, ...]:
    """Return left against right of every muscle with both sides, phase by phase, over all its bends."""
    made = []
    for pair in pairs(found.muscles):
        for phase in PHASES:
            one = _side(found, pair, phase)
            if one:
                made.append(one)
    return tuple(made)


def _side(found: Bends, pair: Pair, phase: str) -> SideDifference | None:
    """Return it over all bends: on the scale of half the logarithm of left over right, where errors add."""
    of_left, of_right = ({b.number: getattr(b, phase) for b in found.of(m)} for m in (pair.left, pair.right))
    each: list[Asymmetry] = []
    for n, level in of_left.items():
        other = of_right.get(n)
        one = asymmetry(level, other) if level is not None and other is not None else None
        if one is not None and not one.at_floor:
            each.append(one)
    if not each:
        return None
    halves = np.arctanh([a.value / 100 for a in each])
    within = np.arctanh([a.high / 100 for a in each]) - halves
    off = float(np.sqrt(np.sum(within**2))) / len(each)
    least = None
    if len(each) > 2:
        spread = float(halves.std(ddof=1)) / np.sqrt(len(each))
        off = max(off, float(stats.t.ppf(0.975, len(each) - 1)) * spread)
        # Of so few the standard deviation is itself uncertain: Student's t, not the normal.
        times = float(stats.t.ppf(0.975, len(each) - 1))
        least = times * np.sqrt(2) * float(np.std([a.value for a in each], ddof=1)) / np.sqrt(len(each))
    middle = float(halves.mean())
    value, low, high = (100 * float(np.tanh(v)) for v in (middle, middle - off, middle + off))
    return SideDifference(pair.muscle, phase, value, low, high, least, len(each))
