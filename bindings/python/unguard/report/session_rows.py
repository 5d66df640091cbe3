"""The measures of a session as rows that can be read: by what they are of, start, end and whole beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unguard.report.words import short
from unguard.session.measure import (
    ACTIVITY,
    BENDS,
    END,
    LEVELS,
    MOVEMENT,
    PROFILE,
    RATINGS,
    START,
    WHOLE,
    Measure,
    family_of,
)

_CALLED = {
    BENDS: "Bends",
    PROFILE: "Bends against good ones",
    MOVEMENT: "Movement",
    LEVELS: "Levels and trials",
    ACTIVITY: "Declared rest",
    RATINGS: "Ratings",
}
#: Values below which the order statistics of a median have no ends of 95 %: 2 / 2^6 is the first below 5 %.
_FEWEST_OF_A_MEDIAN = 6


@dataclass(frozen=True)
class Row:
    """A measure of one muscle.

    Attributes
    ----------
    name, muscle, unit: as the measure has them. start, end, whole: with their intervals, or why there is none.
    """

    name: str
    muscle: str
    unit: str
    start: str
    end: str
    whole: str


def session_rows(measures: Sequence[Measure]) -> list[tuple[str, list[Row]]]:
    """Return (what they are of, rows), those that are of anything, in order."""
    told: dict[str, dict[tuple[str, str, str], dict[str, str]]] = {family: {} for family in _CALLED}
    for m in measures:
        told[family_of(m.name)].setdefault((m.name, m.muscle, m.unit), {})[m.when] = with_interval(m)
    return [
        (
            _CALLED[family],
            [
                Row(name, muscle, "" if unit == "1" else unit, *(by.get(when, "") for when in (START, END, WHOLE)))
                for (name, muscle, unit), by in rows.items()
            ],
        )
        for family, rows in told.items()
        if rows
    ]


def with_interval(m: Measure) -> str:
    """Return a value with its 95 % interval and of how many it is; where it has no interval, why."""
    value = ("≥ " if m.note == "at least" else "") + short(m.value)
    known = (m.low, m.high) != (m.value, m.value) and math.isfinite(m.low)
    if not known:
        return f"{value} ({why_no_interval(m)})"
    return f"{value} [{short(m.low)}, {short(m.high)}] of {m.count}"


def why_no_interval(m: Measure) -> str:
    """Return why a measure has no interval."""
    if m.note and m.note != "at least":
        return m.note
    if family_of(m.name) == RATINGS:
        return "as rated"
    if m.name in ("median load", "rest time"):
        return "of all samples"
    if m.name.startswith(("time to relax", "recovery")) and m.count < _FEWEST_OF_A_MEDIAN:
        return f"of {m.count}; an interval needs {_FEWEST_OF_A_MEDIAN}"
    return f"of {m.count}"
