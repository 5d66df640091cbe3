"""Delay against false alarms: what a detector can have of one for how much of the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from unguard.benchmark.score import Score

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]


@dataclass(frozen=True)
class RocPoint:
    """One setting.

    Attributes
    ----------
    per_hour: false alarms per hour of rest and movement together; a decision before its event began is one.
    delay_ms: median over all true events, those missed or decided for before they began being infinitely late; inf
        where those are half (`Score.delay`). Never below 0: nothing can be had by alarming early.
    settings: that gave it.
    """

    per_hour: float
    delay_ms: float
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Roc:
    """Points of several settings, by false alarms."""

    points: tuple[RocPoint, ...]

    @property
    def front(self) -> tuple[RocPoint, ...]:
        """The points no other setting beats in both; none whose delay is infinite."""
        best, kept = math.inf, []
        for p in self.points:
            if p.delay_ms < best:
                best = p.delay_ms
                kept.append(p)
        return tuple(kept)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row a setting: false_alarms_per_hour, delay_ms, on_front, settings."""
        import pandas

        front = set(map(id, self.front))
        rows = [(p.per_hour, p.delay_ms, id(p) in front, p.settings) for p in self.points]
        return pandas.DataFrame(rows, columns=["false_alarms_per_hour", "delay_ms", "on_front", "settings"])


def roc(scores: Iterable[tuple[dict[str, Any], Score]]) -> Roc:
    """Return delay against false alarms over (settings, score) pairs; those without scored time are left out."""
    points = [RocPoint(s.alarms.per_hour, s.delay, settings) for settings, s in scores if s.alarms.hours > 0]
    return Roc(tuple(sorted(points, key=lambda p: (p.per_hour, p.delay_ms))))
