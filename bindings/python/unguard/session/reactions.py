"""What the trials of a session did to the muscles: annotated "neutral" and "stress", against the control site."""

from __future__ import annotations

import math

import unguard
from unguard.clinical.reactivity import Response, Responses, responses_to
from unguard.plan import Plan, ReactivityTask
from unguard.recording import Recording
from unguard.session.bends import median_at_least
from unguard.session.levels import Levels
from unguard.session.measure import WHOLE, Measure, of_estimate
from unguard.session.trials import trials_of


def reactions(recording: Recording, levels: Levels, plan: Plan) -> Responses | None:
    """Return the responses to all trials that are annotated, by the baseline of their block; None without trials."""
    windows = windows_of(plan)
    trials, refused = trials_of(
        recording.annotations, _task(plan), windows=windows, fs=levels.fs, samples=len(levels.uV)
    )
    if not trials and not refused:
        return None
    control = next((m.channel for m in plan.montage.muscles if m.role == "control"), None)
    muscles = {m: levels.of(m) for m in levels.muscles}
    known = control if control in muscles else None
    return responses_to(muscles, trials, fs=levels.fs, control=known, spec=windows, refused=refused)


def _task(plan: Plan) -> ReactivityTask | None:
    return next((task for task in plan.tasks if isinstance(task, ReactivityTask)), None)


def windows_of(plan: Plan) -> unguard.ResponseWindows:
    """Return the windows by the plan's own trials; those of minutes of stress where it has none."""
    task = _task(plan)
    if task is None:
        return unguard.ResponseWindows()
    seconds = {trial.what: trial.duration_s for trial in task.trials}
    before, during, after = seconds["baseline"], seconds["stress"], seconds["recovery"]
    piece = max(0.5, min(10.0, during / 6))
    return unguard.ResponseWindows(baseline=before, task=during, recovery=after, piece=piece, held=min(10.0, after / 4))


def reaction_measures(found: Responses | None) -> list[Measure]:
    """Return reactivity and specificity, and the half-time of the recovery, with intervals where there are enough."""
    measures: list[Measure] = []
    for s in found.summaries if found else ():
        of = {at: r for muscle, kind, at, r in found.each if (muscle, kind) == (s.muscle, s.kind)} if found else {}
        reacted = [r.reactivity for r in of.values()]
        beside = {at: r.reactivity for muscle, _, at, r in found.each if muscle == found.control} if found else {}
        less = [
            r.reactivity - beside[at] for at, r in of.items() if at in beside and found and s.muscle != found.control
        ]
        for name, e, values in (("reactivity", s.reactivity, reacted), ("specificity", s.specificity, less)):
            called = f"{name} to {s.kind}"
            if e is not None:
                measures.append(of_estimate(called, s.muscle, WHOLE, e, "1", "lower", s.responses))
            elif values:
                # Of one or two trials a mean alone is known.
                middle = sum(values) / len(values)
                measures.append(Measure(called, s.muscle, WHOLE, middle, math.nan, math.nan, "1", False, "lower",
                                        len(values), _trials(len(values))))  # fmt: skip
        measures += _recovered(s.muscle, s.kind, list(of.values()))
    return measures


def _recovered(muscle: str, kind: str, of: list[Response]) -> list[Measure]:
    """Return the median half-time, "at least" where too many were not over."""
    known = [r for r in of if r.recovery_s is not None and (r.half_time_s is not None or r.censored)]
    times = [r.half_time_s if r.half_time_s is not None else r.recovery_s or 0.0 for r in known]
    told = median_at_least(times, [r.censored for r in known])
    if told is None:
        return []
    value, low, high, least = told
    note = "at least" if least else "" if math.isfinite(low) else _trials(len(known))
    return [Measure(f"recovery from {kind}", muscle, WHOLE, value, low, high, "s", False, "lower", len(known), note)]


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"
