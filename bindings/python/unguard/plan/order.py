"""What stands twice, and what is not in order."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from unguard.plan.refusal import refused


def each_once(many: str, field: str, values: Iterable[str]) -> None:
    """Refuse the second of two parts of the same name."""
    seen: dict[str, int] = {}
    for i, value in enumerate(values):
        if value in seen:
            raise refused(f"{many}[{i}].{field}", f"{value!r}, as in {many}[{seen[value]}]", "another one in each")
        seen[value] = i


def known(place: str, value: str | None, names: Sequence[str], what: str) -> None:
    """Refuse a name that points at nothing."""
    if value is not None and value not in names:
        raise refused(place, repr(value), f"the name of {what}: {', '.join(names) if names else 'there is none yet'}")


def by_date(many: str, dates: Sequence[datetime.date]) -> None:
    """Refuse a list whose dates go back."""
    for i in range(1, len(dates)):
        if dates[i] < dates[i - 1]:
            raise refused(f"{many}[{i}].date", dates[i].isoformat(), f"{dates[i - 1].isoformat()} or later: by date")
