"""The reports of a session and of a course of sessions: one page each, nothing fetched, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from unguard.clinical.methods_text import bend_methods
from unguard.report import words
from unguard.report.bend_figures import course_figure, loop_figure, ratio_figure
from unguard.report.colours import PHASES
from unguard.report.session_figures import drivers_figure, levels_figure, progress_figure
from unguard.report.templating import template
from unguard.report.words import short
from unguard.session.course import Course
from unguard.session.measure import Measure
from unguard.session.result import SessionAnalysis

_SHADED = ("bending", "full flexion", "returning")


def session_html(made: SessionAnalysis) -> str:
    """Return the report of a session."""
    bends = made.bends
    return template("session.html.j2", _filters()).render(
        made=made,
        in_short=session_in_short(made),
        rows=[_measure(m) for m in made.measures],
        levels=Markup(levels_figure(made)),
        course=Markup(course_figure(bends) if bends else ""),
        loop=Markup(loop_figure(bends) if bends else ""),
        ratios=Markup(ratio_figure(bends) if bends else ""),
        shaded=[(PHASES[what], what) for what in _SHADED],
        methods=bend_methods(bends) if bends else "",
    )  # fmt: skip


def course_html(made: Course) -> str:
    """Return the report of a course of sessions."""
    rows = made.to_dataframe().to_dict(orient="records")
    return template("progress.html.j2", _filters()).render(
        made=made,
        in_short=course_in_short(made),
        rows=[_progress_row(row, made) for row in rows],
        figures=[(name, Markup(progress_figure(made, name, i))) for i, name in enumerate(made.progress)],
        forest=Markup(drivers_figure(made)),
        drivers=[] if made.drivers is None else made.drivers.found,
    )  # fmt: skip


def session_in_short(made: SessionAnalysis) -> list[str]:
    """Return what was found in sentences; no diagnosis, no judgement."""
    told = []
    whole = {m.muscle: m for m in made.measures if m.name == "ERR" and m.when == "whole"}
    if made.bends is not None:
        told.append(f"{made.bends.count} bends were measured, phases by {made.bends.bends.phases_by}.")
    for muscle, m in whole.items():
        least = "at least " if m.note else ""
        told.append(
            f"{muscle}: coming up it was {least}{short(m.value)} times as strong as in full flexion "
            f"({short(m.low)} to {short(m.high)})."
        )
    rests = [m for m in made.measures if m.name == "spasm-like activity at rest"]
    counted = sum(m.count for m in rests)
    if rests:
        found = f"was counted {counted} times" if counted else "was not found"
        told.append(f"Spasm-like activity {found} in declared rest.")
    for m in made.measures:
        if m.name.startswith("specificity") and (m.low > 0 or m.high < 0):
            way = "more" if m.value > 0 else "less"
            told.append(f"{m.muscle} reacted {way} than the control site ({m.name.removeprefix('specificity ')}).")
    return told or ["The recording has no bends, rests or trials that were marked: levels are all that is told."]


def course_in_short(made: Course) -> list[str]:
    """Return the words on each measure, those that changed first."""
    order = {"improved": 0, "worse": 1, "no change beyond noise": 2, "too few sessions": 3}
    told = [f"{len(made.dates)} sessions, {made.dates[0]} to {made.dates[-1]}"
            + (f"; {len(made.flares)} in a flare, shown and left out." if made.flares else ".")]  # fmt: skip
    by: dict[str, list[str]] = {}
    for name, p in sorted(made.progress.items(), key=lambda one: order[one[1].verdict]):
        by.setdefault(p.verdict, []).append(name)
    for verdict, names in by.items():
        told.append(f"{verdict[:1].upper() + verdict[1:]}: {', '.join(names)}.")
    if made.drivers is not None:
        found = [f"{d.factor} {d.context} {d.said}" for d in made.drivers.drivers]
        told.append(
            f"Guarding: {'; '.join(found)}." if found else "No context is told from chance to go with guarding."
        )
    return told


def _filters() -> dict[str, Callable[..., object]]:
    return {"seconds": words.seconds, "short": short}


def _measure(m: Measure) -> dict[str, str]:
    known = math.isfinite(m.low) and math.isfinite(m.high) and (m.low, m.high) != (m.value, m.value)
    return {
        "name": m.name,
        "muscle": m.muscle,
        "when": m.when,
        "value": ("≥ " if m.note == "at least" else "") + short(m.value),
        "interval": f"{short(m.low)} to {short(m.high)}" if known else "-",
        "unit": "" if m.unit == "1" else m.unit,
        "count": str(m.count),
    }


def _progress_row(row: dict[str, Any], made: Course) -> dict[str, str]:
    p = made.progress[row["measure"]]
    return {
        "measure": row["measure"],
        "unit": "" if row["unit"] == "1" else row["unit"],
        "sessions": str(row["sessions"]),
        "first": short(row["first"]),
        "last": short(row["last"]),
        "change": _interval(row, "change"),
        "gain": _interval(row, "gain"),
        "retention": _interval(row, "retention"),
        "verdict": row["verdict"],
        "goal": "-" if p.goal is None else f"{short(p.goal)}: {p.forecast}" if p.forecast else short(p.goal),
    }


def _interval(row: dict[str, Any], what: str) -> str:
    value = row[what]
    if not math.isfinite(value):
        return "-"
    return f"{short(value)} [{short(row[what + '_low'])}, {short(row[what + '_high'])}]"
