"""How a family of measures was made in a session, as far as that has to be the same in sessions that are compared."""

from __future__ import annotations

from typing import Any

from unguard.session.measure import BENDS, MOVEMENT, RATINGS


def way_of(session: dict[str, Any], family: str) -> dict[str, Any]:
    """Return how a family of measures was made; of sessions of 1.0, which do not say, what they say of their band.

    The noise that was taken off is measured at every visit, and is another number each time: whether any was is what
    has to be the same. Movement is of the angle alone; sessions before 1.2 say of it what they say of their bends.
    """
    if family == RATINGS:
        return {}
    made_by: dict[str, dict[str, Any]] = session.get("made_by", {})
    known = made_by.get(family)
    if known is None and family == MOVEMENT and BENDS in made_by:
        known = {"phases_by": made_by[BENDS].get("phases_by")}
    if known is None:
        if family == MOVEMENT:
            return {}
        return {"band": " ".join(line for line in session.get("how", ()) if line.startswith("Band "))}
    if "noise_uV" in known:
        known = {**known, "noise_uV": "taken off" if known["noise_uV"] else "not taken off"}
    return {"noise" if name == "noise_uV" else name: value for name, value in known.items()}
