"""What to know before trusting what sessions say together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unguard.clinical.progress import Progress
from unguard.clinical.reliability import FRR_SEM_PERCENT
from unguard.errors import ConfigError
from unguard.plan import Goal, Plan
from unguard.report.words import first_of
from unguard.session.compared import key_of


def remarks_on_course(
    sessions: Sequence[dict[str, Any]], made: dict[str, Progress], goals: dict[str, Goal], plan: Plan | None
) -> list[str]:
    """Return what speaks against what the sessions say together; raise ConfigError where the plan is another person's.

    made: the progress of each measure. goals: of the plan, by measure.
    """
    told = []
    unknown = [s["date"] for s in sessions if not s.get("site_note")]
    if unknown:
        told.append(
            f"Where the electrodes were is not noted for {first_of(unknown)}: without that no two sessions compare."
        )
    silent = [s["date"] for s in sessions if not s.get("made_by")]
    if silent:
        told.append(
            f"How the sessions were analysed is not written for {first_of(silent)}: whether they compare is not known."
        )
    least = {
        key_of(m): None for s in sessions for m in s["measures"] if m.get("note") == "at least" and key_of(m) in made
    }
    if least:
        told.append(
            f'{", ".join(least)}: in some sessions only known to be "at least" that; the verdict takes it as it is.'
        )
    changed = sum(p.verdict in ("improved", "worse") for p in made.values())
    if len(made) > 1:
        told.append(
            f"{len(made)} measures were looked at, and {changed} of them changed: each errs in 5 % of courses by "
            "itself. Name the one that counts beforehand."
        )
    if any(name.startswith("ERR of ") for name in made):
        told.append(
            f"The ERR is held against the standard error that is published of the FRR, {FRR_SEM_PERCENT:g} % between "
            "sessions: none is of the ERR."
        )
    hang = [name for name, p in made.items() if p.verdict != p.with_flares]
    if hang:
        told.append(f"Without leaving out the flares another word would be said of {', '.join(hang)}.")
    if plan is not None and plan.id != sessions[0]["id"]:
        raise ConfigError("plan", repr(plan.id), f"the plan of {sessions[0]['id']}")
    for name in goals:
        if not any(name == key or name.startswith(f"{key},") for key in made):
            told.append(f"The goal {name!r} is of no measure that the sessions have.")
    return told
