"""What a session gives: plain values, ready for JSON, tables, the report and the next session."""

from __future__ import annotations

import dataclasses
import datetime
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unguard.analysis import Analysis
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.reactivity import Responses
from unguard.plan import Plan, SessionEntry
from unguard.session.levels import Levels, MuscleLoad
from unguard.session.measure import Measure

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

SCHEMA, SCHEMA_VERSION = "unguard-session", "1.2"


@dataclass(frozen=True, eq=False)
class SessionAnalysis:
    """One session of one person.

    Attributes
    ----------
    plan: by which it was analysed. date: of the session. entry: of the plan's diary; None where there is none.
    measures: all numbers, each with its interval and unit.
    observations: one a bend: bend, at_s, guarding (-ln ERR, mean over muscles: the higher, the less they let go) and
        what was marked around it (action, place, thought, context, movement): a text, of several a list.
    bends: None where there is none. activity: events and rests of every muscle, the heart taken out.
    levels: of every muscle. loads: of those of which there is anything. responses: to the trials, or None.
    file: name of the recording where it begins with the plan's id; otherwise "", for it may say who the person is.
    made_by: of "bends", "profile", "levels" and "activity", how they were made: only sessions of which it is the same
        compare.
    remarks: what to know before trusting it. made_at: ISO 8601. version: of unguard.
    """

    plan: Plan
    date: datetime.date
    file: str
    duration_s: float
    entry: SessionEntry | None
    measures: tuple[Measure, ...]
    observations: tuple[dict[str, Any], ...]
    bends: BendAnalysis | None
    activity: Analysis
    levels: Levels
    loads: tuple[MuscleLoad, ...]
    responses: Responses | None
    remarks: tuple[str, ...]
    how: tuple[str, ...]
    made_by: dict[str, dict[str, Any]]
    made_at: str
    version: str

    @property
    def name(self) -> str:
        """What its files begin with: the plan's id and the date."""
        return f"{self.plan.id}_{self.date.isoformat()}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything but samples as plain values; what is not known is None."""
        return {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "notice": "Training and research tool, not a medical device. It describes the activity of muscles under "
            "electrodes; it says nothing about its cause.",
            "id": self.plan.id,
            "date": self.date.isoformat(),
            "recording": {"file": self.file, "duration_s": self.duration_s},
            "flare": bool(self.entry and self.entry.flare),
            "ratings": _ratings(self.entry),
            "site_note": self.entry.site_note if self.entry else None,
            "measures": [m.to_dict() for m in self.measures],
            "observations": [dict(row) for row in self.observations],
            "spasm_like_rises": _rises(self.bends),
            "how": list(self.how),
            "made_by": {family: dict(way) for family, way in self.made_by.items()},
            "remarks": list(self.remarks),
            "made_at": self.made_at,
            "version": self.version,
        }

    def to_json(self) -> str:
        """Return `to_dict()` as JSON; an interval that is not known is null."""
        return json.dumps(_finite(self.to_dict()), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a measure: id, date, measure, muscle, when, value, low, high, unit, better, count, note."""
        import pandas as pd

        rows = [{"id": self.plan.id, "date": self.date.isoformat(), **m.to_dict()} for m in self.measures]
        return pd.DataFrame(rows).drop(columns="log", errors="ignore")


def _ratings(entry: SessionEntry | None) -> dict[str, float | None]:
    names = ("pain", "fear", "tension")
    return {name: None if entry is None else getattr(entry, name) for name in names}


def _rises(bends: BendAnalysis | None) -> list[dict[str, Any]]:
    return [] if bends is None else [dataclasses.asdict(rise) for rise in bends.spikes.rises]


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return value
