"""The bends of a session, at its start, at its end and over all of it: ratios, how far, how fast, how guarded."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import Bend, GuardingProfile, bend_ratio
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.flexion import NOT_TOLD, NOT_TOLD_BY_ACTIVITY, has_angle
from unguard.clinical.guarding import guarding_indices
from unguard.clinical.side_differences import side_differences
from unguard.plan import BendTask, Plan
from unguard.session.kept_profiles import profiles_of
from unguard.session.measure import END, START, WHOLE, Measure, of_estimate, of_ratio

#: Which way is better, and what is told of a session. ERR and FRR: high is healthy; FER: low is (clinical.md 1).
RATIOS = {"ERR": "higher", "FRR": "higher", "FER": "lower"}


@dataclass(frozen=True)
class Counted:
    """Which bends of a session count.

    Attributes
    ----------
    numbers: of those that do, from 1. each: how many make the start, and the end. practice: how many were left out.
    """

    numbers: tuple[int, ...]
    each: int
    practice: int

    def parts(self) -> dict[str, tuple[int, ...]]:
        """Return the numbers of the bends at the start, at the end and over all; none at an end that is the start."""
        late = self.numbers[-self.each :] if len(self.numbers) >= 2 * self.each else ()
        return {START: self.numbers[: self.each], END: late, WHOLE: self.numbers}


def counted(count: int, plan: Plan) -> Counted:
    """Return which of so many bends count: all but the plan's practice, where there are more than that."""
    task = next((task for task in plan.tasks if isinstance(task, BendTask)), BendTask(kind="bend", name="bends"))
    practice = task.practice if count > task.practice else 0
    return Counted(tuple(range(practice + 1, count + 1)), task.repetitions, practice)


def reasons_against(bend: Bend, phases_by: str) -> list[str]:
    """Return why the levels of a bend are not what they are called. By cues a muscle that shows no phases may be the
    finding, and counts.
    """
    against = ("not believed", *(NOT_TOLD_BY_ACTIVITY if phases_by == "activity" else NOT_TOLD))
    return [doubt for doubt in bend.doubts if doubt in against]


def believed(made: BendAnalysis, bend: Bend) -> bool:
    """Return whether the levels of a bend are what they are called."""
    return not reasons_against(bend, made.bends.phases_by)


def bend_remarks(made: BendAnalysis, which: Counted, plan: Plan) -> list[str]:
    """Return which bends were left out, and of how many."""
    told = []
    if which.practice:
        bends = "The first bend was" if which.practice == 1 else f"The first {which.practice} bends were"
        told.append(f"{bends} practice, by the plan, and left out: {len(which.numbers)} count.")
    elif any(isinstance(task, BendTask) and task.practice for task in plan.tasks):
        told.append(f"There are {made.count} bends, no more than the plan has for practice: none was left out.")
    for muscle in made.muscles:
        of = [b for b in made.bends.of(muscle) if b.number in which.numbers]
        out = [b for b in of if not believed(made, b)]
        if out:
            why = sorted({d for b in out for d in reasons_against(b, made.bends.phases_by)})
            told.append(
                f"{muscle}: {len(out)} of {len(of)} bends were left out of ratios and silence ({', '.join(why)}): if "
                "they are the guarded ones, the others are too good."
            )
    return told


def bend_measures(made: BendAnalysis, which: Counted) -> list[Measure]:
    """Return the measures of the bends that count."""
    found: list[Measure] = []
    for muscle in made.muscles:
        of = [b for b in made.bends.of(muscle) if believed(made, b)]
        for when, numbers in which.parts().items():
            some = [b for b in of if b.number in numbers]
            for name, better in RATIOS.items():
                r = bend_ratio(some, name)
                if r:
                    found.append(of_ratio(name, muscle, when, r, better))
        silent = [b.silent for b in of if b.number in which.numbers and b.flexed and b.extending]
        if silent:
            low, high = stats.binomtest(sum(silent), len(silent)).proportion_ci(method="wilson")
            share = sum(silent) / len(silent)
            found.append(Measure("silent bends", muscle, WHOLE, share, float(low), float(high), "1", False, "higher",
                                 len(silent)))  # fmt: skip
    counting = tuple(b for b in made.bends.bends if b.number in which.numbers and believed(made, b))
    for s in side_differences(dataclasses.replace(made.bends, bends=counting)):
        if s.phase in ("flexing", "extending"):
            found.append(Measure(f"asymmetry, {s.phase}", s.muscle, WHOLE, s.value, s.low, s.high, "%", count=s.bends))
    if made.angle is not None:
        for when, numbers in which.parts().items():
            of_trunk = [b for b in made.bends.of(made.muscles[0]) if b.number in numbers and has_angle(b.doubts)]
            deep = [b.deepest_deg - b.upright_deg for b in of_trunk]
            reached = _mean(deep)
            if reached:
                found.append(Measure("range of bending", "", when, *reached, "deg", False, "higher", len(deep)))
    return found


def movement_measures(made: BendAnalysis, which: Counted) -> list[Measure]:
    """Return how fast and how smoothly the trunk moved, and how long each muscle took to let go afterwards.

    Speed is a fair target, for people with back pain bend more slowly (Laird et al. 2014, PMC4096432); smoothness and
    letting go are shown, and a change of them is told over sessions.
    """
    if made.movements is None:
        return []
    found = []
    for when, numbers in which.parts().items():
        some = [b for b in made.movements.bends if b.number in numbers and has_angle(b.doubts)]
        for name, values, unit in (
            ("peak speed of bending", [b.down.peak_deg_s for b in some], "deg/s"),
            ("smoothness of bending, SPARC",
             [b.down.spectral_arc_length for b in some if b.down.spectral_arc_length is not None], "1"),
        ):  # fmt: skip
            reached = _mean(values)
            if reached:
                found.append(Measure(name, "", when, *reached, unit, False, "higher", len(values)))
        for i, muscle in enumerate(made.movements.muscles):
            relaxing = [r for b in some if (r := b.muscles[i].relaxing)]
            told = median_at_least([r.time_s for r in relaxing], [r.censored for r in relaxing])
            if told:
                value, low, high, least = told
                note = "at least" if least else ""
                found.append(Measure("time to relax", muscle, when, value, low, high, "s", False, "lower",
                                     len(relaxing), note))  # fmt: skip
    return found


def median_at_least(times: Sequence[float], censored: Sequence[bool]) -> tuple[float, float, float, bool] | None:
    """Return the median of times of which some are only known to be longer, its 95 % interval, and whether the median
    itself is only known to be at least that; None of none.

    The interval is that of order statistics, of a chance of 95 % and more; below six times its ends are not known. A
    mean of those that ended would leave out the worst days. Source: David & Nagaraja 2003, ISBN 978-0-471-38926-2, 7.1.
    """
    if not times:
        return None
    n = len(times)
    least = np.sort(np.asarray(times, dtype=np.float64))
    most = np.sort(np.where(censored, math.inf, times))
    middle = float(np.median(least))
    rank = int(stats.binom.ppf(0.025, n, 0.5))  # of the order statistics, from 1; 0: there is none
    low, high = (float(least[rank - 1]), float(most[n - rank])) if rank else (-math.inf, math.inf)
    return middle, low, high, middle != (float(most[n // 2]) + float(most[(n - 1) // 2])) / 2


def guarding_measures(made: BendAnalysis, plan: Plan, which: Counted) -> list[Measure]:
    """Return the guarding index against the profile that the plan keeps of the same muscles and band; none without."""
    if made.by_angle is None:
        return []
    kept = next((c for c in profiles_of(plan, made.by_angle.muscles) if c.kind == "guarding"), None)
    if kept is None:
        return []
    profile = kept.restore()
    if not isinstance(profile, GuardingProfile):
        return []
    told = guarding_indices(made.by_angle, profile)
    found = []
    for channel, muscle in enumerate(told.muscles):
        judged = [
            (b.number, i.value)
            for b, i in zip(told.bends, told.indices, strict=True)
            if b.channel == channel and i.judged
        ]
        for when, numbers in which.parts().items():
            some = [value for number, value in judged if number in numbers]
            reached = _mean(some)
            if reached:
                found.append(Measure("guarding index", muscle, when, *reached, "1", False, "lower", len(some)))
    return found


def spike_measures(made: BendAnalysis, which: Counted) -> list[Measure]:
    """Return spikes on bending a bend with their Poisson interval, and the share of guarded holds with Wilson's; none
    where the plan keeps no profile that fits.
    """
    found = []
    for muscle in made.muscles:
        for when, numbers in which.parts().items():
            e = made.spikes.per_bend(muscle, numbers)
            if e is not None:
                bends = len(made.spikes.counted(muscle, numbers))
                found.append(of_estimate("spikes on bending", muscle, when, e, "a bend", "lower", bends))
        share = made.spikes.guarded_share(muscle, which.numbers)
        if share is not None:
            value, low, high, holds = share
            found.append(Measure("guarded holds", muscle, WHOLE, value, low, high, "1", False, "lower", holds))
    return found


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
