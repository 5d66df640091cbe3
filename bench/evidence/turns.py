"""Two ways of doing the same, in turns: each pair of runs gives a ratio, and the median of them is what is said."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 5
#: Does the work and returns what it took, in whatever unit.
Cost = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """The second's cost over the first's, of pairs of runs; and the median cost of each."""

    ratio: float
    lowest: float
    highest: float
    first: float
    second: float


def in_turns(first: Cost, second: Cost, runs: int = RUNS) -> Ratio:
    """Run both `runs` times in turns, after one run of each that does not count."""
    pairs = [(first(), second()) for _ in range(runs + 1)][1:]
    ratios = [b / a for a, b in pairs]
    medians = (statistics.median(costs) for costs in zip(*pairs, strict=True))
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), *medians)


def processor_seconds(work: Callable[[], object]) -> Cost:
    """Return the work with its processor time: other programs on the machine disturb that less than the clock."""

    def cost() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return cost
