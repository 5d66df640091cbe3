"""The reports of a session and of a course of sessions: one page each, nothing fetched, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from markupsafe import Markup

from unguard.clinical.methods_text import bend_methods
from unguard.clinical.progress import Progress
from unguard.clinical.session_verdict import BY_BLOCKS, IMPROVED, NOISE, TOO_FEW, WORSE
from unguard.report import words
from unguard.report.bend_pictures import bend_pictures
from unguard.report.session_figures import drivers_figure, levels_figure, progress_figure
from unguard.report.session_rows import session_rows
from unguard.report.spike_words import spike_table, spikes_in_short
from unguard.report.templating import template
from unguard.report.words import short
from unguard.session.bends import counted
from unguard.session.course import Course
from unguard.session.result import SessionAnalysis

#: Of measures that did not change, in a sentence; more are a list that nobody reads, and stand in the table.
_MOST_NAMES = 4


def session_html(made: SessionAnalysis) -> str:
    """Return the report of a session."""
    bends = made.bends
    return template("session.html.j2", _filters()).render(
        made=made,
        in_short=session_in_short(made),
        groups=session_rows(made.measures),
        levels=Markup(levels_figure(made)),
        **bend_pictures(bends),
        spikes=spike_table(bends, counted(bends.count, made.plan).numbers) if bends else None,
        methods=bend_methods(bends) if bends else "",
    )  # fmt: skip


def course_html(made: Course) -> str:
    """Return the report of a course of sessions."""
    rows = made.to_dataframe().to_dict(orient="records")
    return template("progress.html.j2", _filters()).render(
        made=made,
        in_short=course_in_short(made),
        rows=[_progress_row(row, made) for row in rows],
        figures=[
            (name, Markup(progress_figure(made, name, i)), verdict_basis(p, made.units[name]))
            for i, (name, p) in enumerate(made.progress.items())
        ],
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
    if made.bends is not None:
        told += spikes_in_short(made.bends, counted(made.bends.count, made.plan).numbers)
    rests = [m for m in made.measures if m.name == "spasm-like activity at rest"]
    times = sum(m.count for m in rests)
    if rests:
        found = f"was counted {times} times" if times else "was not found"
        told.append(f"Spasm-like activity {found} in declared rest ({', '.join(m.muscle for m in rests)}).")
    elif made.activity.method.rests_s:
        told.append("Nothing is told of spasm-like activity in declared rest: see the remarks.")
    for m in made.measures:
        if m.name.startswith("specificity") and (m.low > 0 or m.high < 0):
            way = "more" if m.value > 0 else "less"
            told.append(f"{m.muscle} reacted {way} than the control site ({m.name.removeprefix('specificity ')}).")
    return told or [
        "Levels are all that is told: of bends, declared rest and trials the recording shows none that can be."
    ]


def course_in_short(made: Course) -> list[str]:
    """Return the words on each measure: those that changed one by one with their numbers, then the others."""
    told = [f"{len(made.dates)} sessions, {made.dates[0]} to {made.dates[-1]}"
            + (f"; {len(made.flares)} in a flare, shown and left out." if made.flares else ".")]  # fmt: skip
    for verdict in (IMPROVED, WORSE):
        told += [_changed(name, p, made.units[name]) for name, p in made.progress.items() if p.verdict == verdict]
    for verdict in (NOISE, TOO_FEW):
        names = [name for name, p in made.progress.items() if p.verdict == verdict]
        if names:
            which = ", ".join(names) if len(names) <= _MOST_NAMES else f"{len(names)} measures, in the table"
            told.append(f"{verdict[:1].upper() + verdict[1:]}: {which}.")
    if made.drivers is not None:
        found = [f"{d.factor} {d.context} {d.said}" for d in made.drivers.drivers]
        told.append(
            f"Guarding: {'; '.join(found)}." if found else "No context is told from chance to go with guarding."
        )
    return told


def _changed(name: str, p: Progress, unit: str) -> str:
    """Return what changed by how much, and whether that matters, where that is known."""
    e = p.change
    by = ""
    if e is not None:
        size = f"{short(e.value)} [{short(e.low)}, {short(e.high)}]"
        by = f", by a factor of {size}" if p.log else f", by {size}" + ("" if unit == "1" else f" {unit}")
        by += " over all sessions"
    known = p.values[np.isfinite(p.values) & ~np.isin(np.arange(len(p.values)), p.flares)]
    matters = {None: "", True: ", as much as matters to people or more", False: ", less than matters to people"}
    return (
        f"{p.verdict[:1].upper() + p.verdict[1:]}: {name}{by}, from {short(known[0])} to {short(known[-1])}"
        f"{matters[p.important]}."
    )


def verdict_basis(p: Progress, unit: str) -> str:
    """Return in a sentence what "improved" or "worse" stands on; "" of no change, of which nothing has to be shown."""
    made = p.basis
    if made is None or p.verdict == NOISE:
        return ""
    e, level = made
    what = "a factor of " if p.log else ""
    blocks = p.decision.blocks
    of = (
        f"the last {blocks.sessions} sessions against the first {blocks.sessions}"
        if p.decision.by == BY_BLOCKS and blocks is not None
        else "the line over all sessions"
    )
    size = f"{what}{short(e.value)} [{short(e.low)}, {short(e.high)}]" + ("" if p.log or unit == "1" else f" {unit}")
    return (
        f"The verdict stands on {of}: {size}, an interval of {100 * level:.4g} %, so that 5 % are wrong though "
        "somebody looks after every session."
    )


def _filters() -> dict[str, Callable[..., object]]:
    return {"seconds": words.seconds, "short": short}


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
        "important": {None: "", True: "yes", False: "no"}[p.important],
        "goal": "-" if p.goal is None else f"{short(p.goal)}: {p.forecast}" if p.forecast else short(p.goal),
    }


def _interval(row: dict[str, Any], what: str) -> str:
    value = row[what]
    if not math.isfinite(value):
        return "-"
    return f"{short(value)} [{short(row[what + '_low'])}, {short(row[what + '_high'])}]"
