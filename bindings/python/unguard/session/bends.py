"""The bends of a session: their ratios at its start, at its end and over all of it, and how far they went."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import Bend, bend_ratio
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.session.measure import END, START, WHOLE, Measure, of_ratio

#: Which way is better, and what is told of a session. ERR and FRR: high is healthy; FER: low is (clinical.md 1).
RATIOS = {"ERR": "higher", "FRR": "higher", "FER": "lower"}


def bend_measures(made: BendAnalysis, each: int) -> list[Measure]:
    """Return the measures of bends; each: how many bends make its start, and its end."""
    found: list[Measure] = []
    for muscle in made.muscles:
        of = [b for b in made.bends.of(muscle) if "phases uncertain" not in b.doubts]
        parts: dict[str, Sequence[Bend]] = {START: of[:each], END: of[-each:] if len(of) >= 2 * each else [], WHOLE: of}
        for when, some in parts.items():
            for name, better in RATIOS.items():
                r = bend_ratio(some, name)
                if r:
                    found.append(of_ratio(name, muscle, when, r, better))
        silent = [b.silent for b in of if b.flexed and b.extending]
        if silent:
            low, high = stats.binomtest(sum(silent), len(silent)).proportion_ci(method="wilson")
            share = sum(silent) / len(silent)
            found.append(Measure("silent bends", muscle, WHOLE, share, float(low), float(high), "1", False, "higher",
                                 len(silent)))  # fmt: skip
    for s in made.sides:
        if s.phase in ("flexing", "extending"):
            found.append(Measure(f"asymmetry, {s.phase}", s.muscle, WHOLE, s.value, s.low, s.high, "%", count=s.bends))
    if made.angle is not None:
        for when, some in _parts(made, each).items():
            reached = _mean([b.deepest_deg - b.upright_deg for b in some])
            if reached:
                found.append(Measure("range of bending", "", when, *reached, "deg", False, "higher", len(some)))
    return found


def _parts(made: BendAnalysis, each: int) -> dict[str, Sequence[Bend]]:
    of = made.bends.of(made.muscles[0])
    return {START: of[:each], END: of[-each:] if len(of) >= 2 * each else (), WHOLE: of}


def _mean(values: Sequence[float]) -> tuple[float, float, float] | None:
    """Return a mean and its 95 % interval by Student's t; of one value nothing is known of the interval."""
    if not values:
        return None
    x = np.asarray(values)
    middle = float(x.mean())
    if len(x) < 2:
        return middle, -math.inf, math.inf
    off = float(stats.t.ppf(0.975, len(x) - 1) * x.std(ddof=1)) / math.sqrt(len(x))
    return middle, middle - off, middle + off
