"""Which day a recording is of, and whether its file is named by the plan's id: any other name may be a person's."""

from __future__ import annotations

import dataclasses
import datetime
import re

from unguard.errors import ConfigError, spelled
from unguard.plan import Plan, SessionEntry
from unguard.recording import Recording

_DATED = "the date of the session: in the plan's diary, in the name of a file that begins with the plan's id, or given"
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})")


def name_of(recording: Recording) -> str:
    """Return the name of the recording's file; "" where it is of none."""
    return spelled(recording.source.name) if recording.source else ""


def nameless(recording: Recording) -> Recording:
    """Return a recording that says nowhere what its file is called."""
    name = name_of(recording)
    repairs = [text.replace(name, "the recording") if name else text for text in recording.repairs]
    return dataclasses.replace(recording, source=None, repairs=repairs)


def entry_of(name: str, plan: Plan) -> SessionEntry | None:
    """Return the diary's entry of a recording of that name; None where there is none."""
    return next((e for e in plan.diary.sessions if e.recording == name), None)


def is_of_plan(name: str, plan: Plan) -> bool:
    """Return whether a file is named by the plan's id: of any other name nobody knows what it says."""
    return name.startswith(plan.id) and name[len(plan.id) :][:1] in ("_", "-", ".")


def date_of(date: datetime.date | None, entry: SessionEntry | None, file: str) -> datetime.date:
    """Return the day: as given, of the diary's entry, or in the name of a file that begins with the plan's id.

    Raises ConfigError where none of them has one.
    """
    if date is not None:
        return date
    if entry is not None:
        return entry.date
    found = _DATE.search(file)
    if found:
        try:
            return datetime.date.fromisoformat(found[1])
        except ValueError:
            pass
    raise ConfigError("date", "not given", _DATED)
