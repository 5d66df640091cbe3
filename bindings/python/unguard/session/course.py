"""What the sessions of one person say together: progress of each measure, and what goes with more guarding."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import unguard
from unguard.clinical.drivers import Drivers
from unguard.clinical.plain_rows import plain_rows
from unguard.clinical.progress import Progress, progress
from unguard.errors import ConfigError
from unguard.made_at import made_at
from unguard.plan import Plan
from unguard.session.compared import counts_of, goal_of, how_they_differ, measures_of, values_of
from unguard.session.course_remarks import remarks_on_course
from unguard.session.judged_by import judged_by
from unguard.session.measure import END, START, WHOLE
from unguard.session.session_drivers import drivers_of
from unguard.session.stored import checked
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Sessions that are planned where nobody says otherwise: exposure is tried with 10 or 15 (clinical.md 9).
PLANNED = 12
_ENDS = ("", "_low", "_high")
#: Of the table, whether there is a measure in it or none.
COLUMNS = [
    "measure", "unit", "sessions", "verdict", "by", "first", "last",
    *(what + end for what in ("change", "gain", "retention", "verdict_change") for end in _ENDS),
    "verdict_level", "important", "goal", "goal_day", "goal_earliest", "goal_latest",
]  # fmt: skip
#: What a verdict can be shared out among.
MOST = 200


@dataclass(frozen=True, eq=False)
class Course:
    """The sessions of one person.

    Attributes
    ----------
    id: of the person. dates: of the sessions, in order. flares: indices of those declared to be in one.
    progress: of each measure that has a better side, by what it is called ("ERR of multifidus L"). units: of the same.
    left_out: measures of which nothing is said, and why.
    drivers: which contexts go with more guarding; None where no bend had any. why_no_drivers: then.
    remarks: what to know before trusting it.
    """

    id: str
    dates: tuple[datetime.date, ...]
    flares: tuple[int, ...]
    progress: dict[str, Progress]
    units: dict[str, str]
    left_out: dict[str, str]
    drivers: Drivers | None
    why_no_drivers: str
    remarks: tuple[str, ...]
    made_at: str
    version: str

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a measure: measure, unit, sessions, verdict, by, first, last; change, gain and retention with
        their 95 % intervals, _low and _high; what the verdict stands on, corrected for looks (`Progress.basis`):
        verdict_change, _low, _high and its level; important, whether the change is at least one that matters; goal,
        earliest and latest day that it is reached. Changes of ratios are ratios.
        """
        import pandas as pd

        rows = []
        for name, p in self.progress.items():
            row: dict[str, Any] = {"measure": name, "unit": self.units[name]}
            known = p.values[np.isfinite(p.values)]
            row |= {"sessions": len(known), "verdict": p.verdict, "by": p.decision.by}
            row |= {"first": known[0] if len(known) else math.nan, "last": known[-1] if len(known) else math.nan}
            row |= _ends("change", p.change) | _ends("gain", p.gain) | _ends("retention", p.retention)
            basis = p.basis
            row |= _ends("verdict_change", basis and basis[0]) | {"verdict_level": basis[1] if basis else math.nan}
            row |= {"important": p.important, "goal": math.nan if p.goal is None else p.goal}
            f = p.forecast
            row |= {"goal_day": f.day if f else math.nan, "goal_earliest": f.earliest if f else math.nan,
                    "goal_latest": f.latest if f else math.nan}  # fmt: skip
            rows.append(row)
        return pd.DataFrame(rows, columns=COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values; what is not known is None."""
        return {
            "schema": "unguard-progress",
            "schema_version": "2.0",
            "notice": "Training and research tool, not a medical device. Change over sessions need not be the effect "
            "of anything that was done.",
            "id": self.id,
            "dates": [d.isoformat() for d in self.dates],
            "flares": [self.dates[i].isoformat() for i in self.flares],
            "progress": plain_rows(self.to_dataframe()),
            "left_out": dict(self.left_out),
            "drivers": None if self.drivers is None else plain_rows(self.drivers.to_dataframe()),
            "remarks": list(self.remarks),
            "made_at": self.made_at,
            "version": self.version,
        }

    def to_json(self) -> str:
        """Return `to_dict()` as JSON."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def course(sessions: Sequence[dict[str, Any]], *, plan: Plan | None = None, planned: int | None = None) -> Course:
    """Say what changed over the sessions of one person, and what only seems to have.

    Parameters
    ----------
    sessions: of `read_sessions`, by date. plan: for goals and flares; may be left out.
    planned: sessions, fixed before the first look: the more, the later anything is called a change; at least as many as
        there are. None: 12, or as many as there are.

    Raises
    ------
    ConfigError: naming what is wrong. FormatError: a session that `unguard session` did not write, naming the field.

    Values are those at the start of a session, before any feedback: what was retained; the end is told apart. Ratios
    are reckoned with by their logarithm. The errors of 5 % hold for each measure by itself: of many measures that do
    not change, one is called changed sooner or later. Name the one that counts beforehand. A measure whose sessions
    were analysed in different ways, or whose unit differs, is left out.
    """
    if not sessions:
        raise ConfigError("sessions", "none", "at least one session")
    if len(sessions) > MOST:
        raise ConfigError("sessions", str(len(sessions)), f"at most {MOST}: the 5 % are shared out among all of them")
    for i, session in enumerate(sessions):
        checked(session, f"sessions[{i}]")
    dates = tuple(datetime.date.fromisoformat(s["date"]) for s in sessions)
    flares = tuple(i for i, s in enumerate(sessions) if s["flare"])
    count = planned if planned is not None else max(PLANNED, len(sessions))
    goals = {g.measure: g for g in plan.goals} if plan else {}
    made: dict[str, Progress] = {}
    units: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for key, one in measures_of(sessions).items():
        units[key] = one["unit"]
        starts, ends = (values_of(sessions, key, when) for when in (START, END))
        if not np.isfinite(starts).any():
            starts, ends = values_of(sessions, key, WHOLE), np.full(len(sessions), np.nan)
        if not one["better"]:
            left_out[key] = "neither way is better"
            continue
        differs = how_they_differ(sessions, key)
        if differs:
            left_out[key] = differs
            continue
        if not np.isfinite(starts).any():
            left_out[key] = "in no session at its start, nor of the whole of one"
            continue
        if one["log"] and np.any(starts[np.isfinite(starts)] <= 0):
            left_out[key] = "not above 0 in every session"
            continue
        goal = goal_of(goals, key)
        known = judged_by(one["measure"])
        try:
            made[key] = progress(
                np.array(dates, dtype="datetime64[D]"), starts, better=one["better"], flares=flares,
                ends=ends if np.isfinite(ends).any() else None, log=one["log"], sem=known.sem,
                resolution=known.resolution, trials=counts_of(sessions, key) if known.counted else None,
                scale=known.scale, important=known.important, goal=None if goal is None else goal.target,
                planned=count,
            )  # fmt: skip
        except ConfigError as cause:
            if cause.parameter == "planned":
                raise
            left_out[key] = str(cause)
    found, why = drivers_of(sessions)
    return Course(
        id=sessions[0]["id"],
        dates=dates,
        flares=flares,
        progress=made,
        units=units,
        left_out=left_out,
        drivers=found,
        why_no_drivers=why,
        remarks=tuple(remarks_on_course(sessions, made, goals, plan)),
        made_at=made_at(),
        version=unguard.__version__,
    )


def _ends(what: str, e: Estimate | None) -> dict[str, float]:
    told = (e.value, e.low, e.high) if e else (math.nan,) * 3
    return {what + end: value for end, value in zip(_ENDS, told, strict=True)}
