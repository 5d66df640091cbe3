"""Left and right of the same muscle, by the names of channels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIDE = re.compile(r"^(?P<front>.*?)[ _-]*\b(?P<side>left|right|lt|rt|l|r)\b[ _-]*(?P<back>.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """Two channels of one muscle. muscle: its name without the side."""

    muscle: str
    left: str
    right: str


def side_of(channel: str) -> tuple[str, str] | None:
    """Return (muscle, "left" or "right") of a name such as "longissimus L" or "Left multifidus"; None of another."""
    found = _SIDE.match(channel.replace("_", " "))
    if not found:
        return None
    muscle = " ".join(part for part in (found["front"].strip(), found["back"].strip()) if part)
    return (muscle, "left" if found["side"].lower().startswith("l") else "right") if muscle else None


def pairs(channels: Iterable[str]) -> tuple[Pair, ...]:
    """Return the muscles of which both sides are there, once each, in order; one with two of a side is none."""
    by_muscle: dict[str, dict[str, list[str]]] = {}
    for channel in channels:
        found = side_of(channel)
        if found:
            by_muscle.setdefault(found[0].lower(), {}).setdefault(found[1], []).append(channel)
    made = []
    for sides in by_muscle.values():
        left, right = sides.get("left", []), sides.get("right", [])
        if len(left) == 1 and len(right) == 1:
            told = side_of(left[0])
            made.append(Pair(told[0] if told else left[0], left[0], right[0]))
    return tuple(made)
