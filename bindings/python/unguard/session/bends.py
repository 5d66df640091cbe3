"""The bends of a session, at its start, at its end and over all of it: ratios, how far, how fast, how guarded."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import Bend, GuardingProfile, bend_ratio
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.guarding import guarding_indices
from unguard.plan import Plan
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


def movement_measures(made: BendAnalysis, each: int) -> list[Measure]:
    """Return how fast and how smoothly the trunk moved, and how long each muscle took to let go afterwards.

    Speed is a fair target, for people with back pain bend more slowly (Laird et al. 2014, PMC4096432); smoothness and
    letting go are shown, and a change of them is told over sessions.
    """
    if made.movements is None:
        return []
    bends, found = made.movements.bends, []
    parts = {START: bends[:each], END: bends[-each:] if len(bends) >= 2 * each else (), WHOLE: bends}
    for when, some in parts.items():
        for name, values, unit in (
            ("peak speed of bending", [b.down.peak_deg_s for b in some], "deg/s"),
            ("smoothness of bending, SPARC",
             [b.down.spectral_arc_length for b in some if b.down.spectral_arc_length is not None], "1"),
        ):  # fmt: skip
            reached = _mean(values)
            if reached:
                found.append(Measure(name, "", when, *reached, unit, False, "higher", len(values)))
        for i, muscle in enumerate(made.movements.muscles):
            relaxed = [r.time_s for b in some if (r := b.muscles[i].relaxing) and not r.censored]
            censored = sum(bool((r := b.muscles[i].relaxing) and r.censored) for b in some)
            reached = _mean(relaxed)
            # Of some that did not let go in time, a mean of the others would be too good.
            if reached and not censored:
                found.append(Measure("time to relax", muscle, when, *reached, "s", False, "lower", len(relaxed)))
    return found


def guarding_measures(made: BendAnalysis, plan: Plan, each: int) -> list[Measure]:
    """Return the guarding index against the profile that the plan keeps of the same muscles and band; none without."""
    if made.by_angle is None:
        return []
    kept = next(
        (c for c in plan.calibrations if c.kind == "guarding" and c.channels == made.by_angle.muscles
         and c.band == plan.processing.ratio_band), None,
    )  # fmt: skip
    if kept is None:
        return []
    profile = kept.restore()
    if not isinstance(profile, GuardingProfile):
        return []
    told = guarding_indices(made.by_angle, profile)
    found = []
    for muscle in told.muscles:
        judged = [i.value for i in told.of(muscle) if i.judged]
        parts = {START: judged[:each], END: judged[-each:] if len(judged) >= 2 * each else [], WHOLE: judged}
        for when, some in parts.items():
            reached = _mean(some)
            if reached:
                found.append(Measure("guarding index", muscle, when, *reached, "1", False, "lower", len(some)))
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
