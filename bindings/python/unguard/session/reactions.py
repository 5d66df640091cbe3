"""What the trials of a session did to the muscles: annotated "neutral" and "stress", against the control site."""

from __future__ import annotations

import unguard
from unguard.clinical.reactivity import Responses, responses
from unguard.plan import Plan, ReactivityTask
from unguard.recording import Recording
from unguard.session.levels import Levels
from unguard.session.measure import WHOLE, Measure, of_estimate

KINDS = ("neutral", "stress")


def reactions(recording: Recording, levels: Levels, plan: Plan) -> Responses | None:
    """Return the responses to all trials that are annotated; None where there are none."""
    markers = [
        (note.text.strip().lower(), round(note.onset_s * levels.fs))
        for note in recording.annotations
        if note.text.strip().lower() in KINDS
    ]
    if not markers:
        return None
    control = next((m.channel for m in plan.montage.muscles if m.role == "control"), None)
    muscles = {m: levels.of(m) for m in levels.muscles}
    known = control if control in muscles else None
    return responses(muscles, markers, fs=levels.fs, control=known, windows=windows_of(plan))


def windows_of(plan: Plan) -> unguard.ResponseWindows:
    """Return the windows by the plan's own trials; those of minutes of stress where it has none."""
    for task in plan.tasks:
        if isinstance(task, ReactivityTask):
            seconds = {trial.what: trial.duration_s for trial in task.trials}
            before, during, after = seconds["baseline"], seconds["stress"], seconds["recovery"]
            piece = max(0.5, min(10.0, during / 6))
            return unguard.ResponseWindows(
                baseline=before, task=during, recovery=after, piece=piece, held=min(10.0, after / 4)
            )
    return unguard.ResponseWindows()


def reaction_measures(found: Responses | None) -> list[Measure]:
    """Return reactivity and specificity with their intervals, and the half-time of the recovery."""
    measures: list[Measure] = []
    for s in found.summaries if found else ():
        for name, e in (("reactivity", s.reactivity), ("specificity", s.specificity)):
            if e is not None:
                measures.append(of_estimate(f"{name} to {s.kind}", s.muscle, WHOLE, e, "1", "lower", s.responses))
        if s.half_time_s is not None:
            half = s.half_time_s
            name = f"recovery from {s.kind}"
            measures.append(Measure(name, s.muscle, WHOLE, half, half, half, "s", False, "lower", s.responses))
    return measures
