"""When a goal is reached, if things go on as they did: a day, and how early or late it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unguard.clinical.sessions import Array
from unguard.trend import trend

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Forecast:
    """When the line through the sessions reaches the goal. Days are since the first session.

    Attributes
    ----------
    day: of the line itself; infinite where it does not get there.
    earliest, latest: the 95 % interval; the last session where it may be there already; infinite where it need not get
        there at all.
    reached: the line is there at the last session.
    first: date of the first session; None where days were given as numbers.
    """

    day: float
    earliest: float
    latest: float
    reached: bool
    first: pd.Timestamp | None = None

    @property
    def dates(self) -> tuple[pd.Timestamp | None, pd.Timestamp | None, pd.Timestamp | None]:
        """The dates of day, earliest and latest; None where there is none, or days were given as numbers."""
        return self._date(self.day), self._date(self.earliest), self._date(self.latest)

    def _date(self, day: float) -> pd.Timestamp | None:
        import pandas as pd

        # Ten lifetimes ahead is no date that anybody waits for.
        if self.first is None or not day < 365_000:
            return None
        try:
            return self.first + pd.Timedelta(days=day)
        except (OverflowError, ValueError):
            return None

    def __str__(self) -> str:
        if self.reached:
            return "goal reached"
        words = [
            "never, as it goes" if math.isinf(d) else f"day {d:.0f}" for d in (self.day, self.earliest, self.latest)
        ]
        return f"goal: {words[0]} [{words[1]}, {words[2]}]"


def forecast_of(t: Array, y: Array, goal: float, sign: float, first: pd.Timestamp | None) -> Forecast:
    """Return when the least-squares line through at least 5 sessions reaches a goal, with Fieller's 95 % interval.

    The line less the goal is a + b t; it is 0 at -a / b. Fieller's interval of b / a, under correlation of sessions, is
    that of the trend; its reciprocal is when. What it holds: that the line goes on, straight. sign: 1 where higher is
    better. Source: Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x.
    """
    last = float(t[-1])
    line = trend(t, sign * (goal - y))  # what is left to the goal: it falls
    slope, left = line.slope.value, line.intercept.value
    if left + slope * last <= 0:
        return Forecast(last, last, last, True, first)
    day = -left / slope if slope < 0 else math.inf
    ratio = line.normalised
    if ratio is None:
        # It may have been there from the first session on, or never come.
        return Forecast(day, last, math.inf, False, first)
    if left < 0:
        # It begins beyond the goal, and falls back from it.
        return Forecast(math.inf, math.inf, math.inf, False, first)
    ends = [-100 / r if r < 0 else math.inf for r in (ratio.low, ratio.high)]
    earliest, latest = (max(last, float(d)) for d in np.sort(ends))
    return Forecast(day, earliest, latest, False, first)
