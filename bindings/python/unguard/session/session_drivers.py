"""What goes with more guarding over the sessions of a person: the bends of each session as a diary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unguard.clinical.drivers import Drivers, drivers
from unguard.session.measure import CONTEXTS


def drivers_of(sessions: Sequence[dict[str, Any]]) -> tuple[Drivers | None, str]:
    """Return what goes with more guarding within sessions: what a session shares, its electrodes, is no context."""
    import pandas as pd  # type: ignore[import-untyped]

    rows = [
        {"session": s["date"], "episode": str(tuple(sorted((k, v) for k, v in row.items() if k in CONTEXTS))),
         "bend": i + 1, **row}
        for s in sessions
        for i, row in enumerate(s["observations"])
    ]  # fmt: skip
    if not rows:
        return None, "no session has a bend"
    diary = pd.DataFrame(rows)
    contexts = [c for c in CONTEXTS if c in diary.columns]
    if not contexts:
        return None, 'nothing was marked around the bends, such as "action: lift" or "place: car"'
    found = drivers(diary, outcome="guarding", contexts=contexts, episode="episode", session="session", order="bend")
    return found, ""
