"""Which stretches of a recording are a trial's baseline, its task and its recovery; none of them lies in another trial.

>>> windows, refused = of_markers([("stress", 6000)], fs=20, windows=unguard.ResponseWindows())
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unguard._core import ResponseWindows

#: What is said of a trial that another follows: what came behind it is that one, and no recovery.
FOLLOWED = "another trial follows it"


@dataclass(frozen=True)
class TrialWindows:
    """The stretches of one trial, samples, first and behind the last.

    Attributes
    ----------
    kind: of the trial, such as "stress". at: where it begins.
    baseline, task: what is compared. recovery: what comes behind; None where it cannot be told, and no_recovery why.
    """

    kind: str
    at: int
    baseline: tuple[int, int]
    task: tuple[int, int]
    recovery: tuple[int, int] | None
    no_recovery: str = ""


def of_markers(
    markers: Sequence[tuple[str, int]], *, fs: float, windows: ResponseWindows
) -> tuple[list[TrialWindows], list[tuple[str, int, str]]]:
    """Return the windows of markers that have each a baseline of its own before it; and those that cannot be, and why.

    A marker whose baseline or task lies in the task of another is refused. One whose recovery does has none.
    """
    before, during, after = (round(s * fs) for s in (windows.baseline, windows.task, windows.recovery))
    made: list[TrialWindows] = []
    refused: list[tuple[str, int, str]] = []
    for i, (kind, at) in enumerate(markers):
        others = [(name, start) for k, (name, start) in enumerate(markers) if k != i]
        own = {"baseline": (at - before, at), "task": (at, at + during), "recovery": (at + during, at + during + after)}
        met = {
            window: f"{window} overlaps {name!r} at {start / fs:.4g} s"
            for window, (first, last) in own.items()
            for name, start in others
            if first < start + during and start < last
        }
        against = met.get("baseline") or met.get("task")
        if against:
            refused.append((kind, at, against))
        else:
            why = met.get("recovery", "")
            made.append(TrialWindows(kind, at, own["baseline"], own["task"], None if why else own["recovery"], why))
    return made, refused
