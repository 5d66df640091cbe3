"""One measure over the sessions of a person: its values, and whether the sessions that have it compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unguard.plan import Goal
from unguard.session.how_made import way_of
from unguard.session.measure import family_of


def measures_of(sessions: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return every measure that any session has, by what it is called."""
    found: dict[str, dict[str, Any]] = {}
    for session in sessions:
        for one in session["measures"]:
            found.setdefault(key_of(one), one)
    return found


def key_of(one: dict[str, Any]) -> str:
    """Return what a measure is called in every session, as `Measure.key`."""
    return f"{one['measure']} of {one['muscle']}" if one["muscle"] else str(one["measure"])


def how_they_differ(sessions: Sequence[dict[str, Any]], key: str) -> str:
    """Return in what way the sessions that have a measure do not compare; "" where they do."""
    ways: list[dict[str, Any]] = []
    units: list[str] = []
    for session in sessions:
        for one in session["measures"]:
            if key_of(one) == key:
                ways.append(way_of(session, family_of(one["measure"])))
                units.append(one["unit"])
    told = [
        f"{name} {' and '.join(seen)}"
        for name in dict.fromkeys(name for way in ways for name in way)
        if len(seen := list(dict.fromkeys(_spelled(way.get(name)) for way in ways))) > 1
    ]
    if told:
        return f"sessions were analysed in different ways: {'; '.join(told)}"
    seen = list(dict.fromkeys(units))
    return f"sessions have it in different units: {' and '.join(seen)}" if len(seen) > 1 else ""


def _spelled(value: Any) -> str:
    return "not known" if value is None or value == "" else "none" if value == [] else str(value)


def values_of(sessions: Sequence[dict[str, Any]], key: str, when: str) -> np.ndarray:
    """Return a measure's value in every session at its start, its end or over all of it; NaN where it has none."""
    made = np.full(len(sessions), np.nan)
    for i, session in enumerate(sessions):
        for one in session["measures"]:
            if key_of(one) == key and one["when"] == when:
                made[i] = one["value"]
    return made


def counts_of(sessions: Sequence[dict[str, Any]], key: str) -> np.ndarray:
    """Return of how many a share is in each session; a session that does not say has it of one."""
    made = np.ones(len(sessions))
    for i, session in enumerate(sessions):
        for one in session["measures"]:
            if key_of(one) == key:
                made[i] = one.get("count", 1)
    return made


def goal_of(goals: dict[str, Goal], key: str) -> Goal | None:
    """Return the plan's goal of a measure; it may name the band behind it ("ERR of multifidus L, 30-400 Hz")."""
    for name, goal in goals.items():
        if name == key or name.startswith(f"{key},"):
            return goal
    return None
