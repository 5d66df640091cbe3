"""Where the trials of a session are: one resting baseline for those that follow it, one recovery behind the last.

By annotations "adaptation", "baseline", "neutral", "stress" and "recovery". What is not annotated is where the plan has
it: the baseline before the first trial, the recovery behind the last one's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from unguard._core import ResponseWindows
from unguard.clinical.trial_windows import FOLLOWED, TrialWindows
from unguard.plan import ReactivityTask
from unguard.recording import Annotation

#: What muscles respond to, and what is quiet.
KINDS = ("neutral", "stress")
_QUIET = ("adaptation", "baseline", "recovery")
#: Of a trial or a baseline as it is planned: hands mark a second or two beside it, and what is cut to less is another.
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class _Mark:
    """What was annotated, from when to when, s. planned_s: how long it was to last. known: whether its own end is."""

    what: str
    begins: float
    ends: float
    planned_s: float
    known: bool


def trials_of(
    annotations: Iterable[Annotation], task: ReactivityTask | None, *, windows: ResponseWindows, fs: float, samples: int
) -> tuple[list[TrialWindows], list[tuple[str, int, str]]]:
    """Return the windows of every trial that is annotated; and (kind, sample, why) of what cannot be told.

    Parameters
    ----------
    annotations: of the recording; without a duration each lasts as it is planned, no longer than to the next.
    task: the plan's; None: each trial and the baseline before it last as `windows` say.
    windows: of them the recovery, and how near to a trial's end it has to begin (a piece). fs, samples: of the levels.

    A block begins with a baseline. Where none is annotated, one begins, too, where there was time for a recovery and
    for another baseline since the last trial. All trials of a block are measured from its baseline; a recovery is told
    of the last one and of any that an annotated recovery follows.
    """
    marks = _marks(annotations, task, windows)
    made: list[TrialWindows] = []
    refused: list[tuple[str, int, str]] = []
    end_s = samples / fs
    for number, block in enumerate(_blocks(marks, windows)):
        first = next(i for i in block if marks[i].what in KINDS)
        baseline = _baseline(marks, block[0], first, number, task, windows)
        for i in (k for k in block if marks[k].what in KINDS):
            mark = marks[i]
            at = round(mark.begins * fs)
            if isinstance(baseline, str):
                if i == first:
                    refused.append((mark.what, at, baseline))
                continue
            cut = _cut("trial", mark.ends - mark.begins, mark.planned_s)
            if cut:
                refused.append((mark.what, at, cut))
                continue
            last = not any(marks[k].what in KINDS for k in block if k > i)
            back = _recovery(marks, i, last, windows, end_s)
            why = back if isinstance(back, str) else ""
            if why and why != FOLLOWED:
                refused.append((mark.what, at, f"its recovery is not told: {why}"))
            made.append(
                TrialWindows(
                    mark.what, at, _samples(baseline, fs), _samples((mark.begins, mark.ends), fs),
                    None if isinstance(back, str) else _samples(back, fs), why,
                )
            )  # fmt: skip
    return made, refused


def _marks(annotations: Iterable[Annotation], task: ReactivityTask | None, windows: ResponseWindows) -> list[_Mark]:
    named = [(note.text.strip().lower(), note) for note in annotations]
    notes = sorted(((w, n) for w, n in named if w in (*KINDS, *_QUIET)), key=lambda one: one[1].onset_s)
    usual = {"baseline": windows.baseline, "recovery": windows.recovery} | dict.fromkeys(KINDS, windows.task)
    counted = dict.fromkeys((*KINDS, *_QUIET), 0)
    made = []
    for i, (what, note) in enumerate(notes):
        if what == "baseline":
            counted |= dict.fromkeys(KINDS, 0)
        # Of several stress trials in the plan the first is the first; what comes beyond them lasts as the last of them.
        of_plan = [t.duration_s for t in task.trials if t.what == what] if task else []
        planned = of_plan[min(counted[what], len(of_plan) - 1)] if of_plan else usual.get(what, 0.0)
        counted[what] += 1
        lasts = note.duration_s if note.duration_s > 0 else planned
        follows = notes[i + 1][1].onset_s if i + 1 < len(notes) else float("inf")
        made.append(_Mark(what, note.onset_s, min(note.onset_s + lasts, follows), lasts, note.duration_s > 0))
    return made


def _blocks(marks: Sequence[_Mark], windows: ResponseWindows) -> list[list[int]]:
    """Return the indices of the marks of each block that has a trial."""
    blocks: list[list[int]] = [[]]
    ended = -float("inf")
    annotated = False
    for i, mark in enumerate(marks):
        apart = mark.begins - ended >= windows.recovery + windows.baseline
        if mark.what == "baseline" or (mark.what in KINDS and not annotated and apart):
            blocks.append([])
            annotated = mark.what == "baseline"
        if mark.what in KINDS:
            ended = mark.ends
        blocks[-1].append(i)
    return [block for block in blocks if any(marks[i].what in KINDS for i in block)]


def _baseline(
    marks: Sequence[_Mark], begins: int, first: int, number: int, task: ReactivityTask | None, windows: ResponseWindows
) -> tuple[float, float] | str:
    """Return from when to when the block rests, s; or why that cannot be said."""
    if marks[begins].what == "baseline":
        own = marks[begins]
        return _cut("baseline", own.ends - own.begins, own.planned_s) or (own.begins, own.ends)
    lasts, ahead = windows.baseline, windows.baseline
    if task is not None:
        what: list[str] = [trial.what for trial in task.trials]
        at = what.index("baseline")
        lasts = task.trials[at].duration_s
        # By the schedule in the first block; later ones are no schedule's, and rest just before they begin.
        until = what.index(marks[first].what) if number == 0 else at + 1
        ahead = sum(trial.duration_s for trial in task.trials[at:until])
    start = marks[first].begins - ahead
    busy = max((m.ends for m in marks[:first]), default=0.0)
    free = (max(start, busy, 0.0), start + lasts)
    return _cut("baseline", free[1] - free[0], lasts) or free


def _cut(window: str, left_s: float, planned_s: float) -> str:
    if left_s > 0 and left_s >= LEAST_SHARE * planned_s:
        return ""
    return (
        f"its {window} of {planned_s:.4g} s is cut to {max(0.0, left_s):.4g} s by another trial or the recording's end"
    )


def _recovery(
    marks: Sequence[_Mark], i: int, last: bool, windows: ResponseWindows, end_s: float
) -> tuple[float, float] | str:
    """Return from when to when a trial is recovered from, s; or why that cannot be told."""
    mark = marks[i]
    marked = i + 1 < len(marks) and marks[i + 1].what == "recovery"
    if not marked and not last:
        return FOLLOWED
    begins = marks[i + 1].begins if marked else mark.ends
    lasts = marks[i + 1].planned_s if marked else windows.recovery
    if mark.known and begins - mark.ends > windows.piece:
        return f"it was marked {begins - mark.ends:.4g} s behind the trial's end"
    follows = next((m for m in marks[i + 1 + marked :] if m.begins < begins + lasts), None)
    if follows is not None:
        return (
            f"{follows.what!r} begins {follows.begins - begins:.4g} s behind the trial, before {lasts:.4g} s are over"
        )
    if begins + lasts > end_s:
        return f"the recording ends {max(0.0, end_s - begins):.4g} s behind the trial, before {lasts:.4g} s are over"
    return begins, begins + lasts


def _samples(window: tuple[float, float], fs: float) -> tuple[int, int]:
    return round(window[0] * fs), round(window[1] * fs)
