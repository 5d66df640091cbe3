"""When a goal is reached, if things go on as they did: a day, and how early or late it may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unguard.clinical.session_noise import spread
from unguard.clinical.sessions import Array
from unguard.trend import Estimate, Trend, trend

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


#: Of 95 %, two-sided; and of the interval at the last session, of which one end counts: 5 % are beyond it.
_Z, _Z_ONE_SIDED, _LEVEL_ONE_SIDED = 1.959963984540054, 1.6448536269514722, 0.9


@dataclass(frozen=True)
class Forecast:
    """When the line through the sessions reaches the goal. Days are since the first session.

    Attributes
    ----------
    day: of the line itself; infinite where it does not get there.
    earliest, latest: the 95 % interval; the last session where it may be there already; infinite where it need not get
        there at all.
    reached: the line is there at the last session with a chance of 95 %: its one-sided interval is all beyond.
    first: date of the first session; None where days were given as numbers.
    at_goal: the line is there, but not all of that interval.
    """

    day: float
    earliest: float
    latest: float
    reached: bool
    first: pd.Timestamp | None = None
    at_goal: bool = False

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
        if self.at_goal:
            return "at the goal, not certain"
        words = [
            "never, as it goes" if math.isinf(d) else f"day {d:.0f}" if date is None else f"{date:%Y-%m-%d}"
            for d, date in zip((self.day, self.earliest, self.latest), self.dates, strict=True)
        ]
        return f"goal: {words[0]} [{words[1]}, {words[2]}]"


def forecast_of(
    t: Array, y: Array, goal: float, sign: float, first: pd.Timestamp | None, *, least: float | None = None
) -> Forecast:
    """Return when the least-squares line through at least 5 sessions reaches a goal, with Fieller's 95 % interval.

    The line less the goal is a + b t; it is 0 at -a / b. Fieller's interval of b / a, under correlation of sessions, is
    that of the trend; its reciprocal is when. What it holds: that the line goes on, straight. Reached is what the
    one-sided 95 % interval of the line at the last session is all beyond. sign: 1 where higher is better.
    least: standard deviation of a session that is known at least; no interval is narrower than that makes it, by the
    correlation of neighbours that makes most of it. Source: Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x.
    """
    last = float(t[-1])
    left = sign * (goal - y)  # what is left to the goal: it falls
    line = trend(t, left)
    slope, start = line.slope.value, line.intercept.value
    now = _at_the_last(t, left, least)
    if now.high <= 0:
        return Forecast(last, last, last, True, first)
    day = -start / slope if slope < 0 else math.inf
    earliest, latest = _fieller(line, last)
    if least is not None:
        days = _by_noise(t, start, slope, least)
        earliest, latest = min(earliest, days[0]), max(latest, days[1])
    if now.value <= 0:
        # It is there, or began beyond it; that it stays is not certain.
        return Forecast(last, last, latest, False, first, at_goal=True)
    if start < 0:
        # It begins beyond the goal, and falls back from it.
        return Forecast(math.inf, earliest if now.low <= 0 else math.inf, math.inf, False, first)
    return Forecast(day, earliest, latest, False, first)


def _at_the_last(t: Array, left: Array, least: float | None) -> Estimate:
    """Return the line at the last session: the intercept of the course backwards, which correlates as it does."""
    line = trend(float(t[-1]) - t[::-1], left[::-1], level=_LEVEL_ONE_SIDED)
    found = line.intercept
    if least is None:
        return found
    half = _Z_ONE_SIDED * least * math.sqrt(max(_power(t, float(t[-1]))))
    return Estimate(found.value, min(found.low, found.value - half), max(found.high, found.value + half))


def _fieller(line: Trend, last: float) -> tuple[float, float]:
    if line.normalised is None:
        # It may have been there from the first session on, or never come.
        return last, math.inf
    if line.intercept.value < 0:
        return math.inf, math.inf
    ends = [-100 / r if r < 0 else math.inf for r in (line.normalised.low, line.normalised.high)]
    earliest, latest = (max(last, float(d)) for d in np.sort(ends))
    return earliest, latest


def _power(t: Array, at: float) -> list[float]:
    """Return the variance of the line at a day in those of a session, one for each correlation of neighbours."""
    off = t - t.mean()
    return [float(v) for v in spread(t, 1 / len(t) + (at - float(t.mean())) * off / float(off @ off))]


def _by_noise(t: Array, start: float, slope: float, least: float) -> tuple[float, float]:
    """Return the first and the last day, from the last session on, that the line may be 0 by the known noise alone.

    |start + slope d| <= 1.96 least sqrt(A + 2 B d + C d^2), A, B, C of the line's covariance: a quadratic in d.
    """
    last = float(t[-1])
    found: list[tuple[float, float]] = []
    at_0, at_1, at_2 = (_power(t, float(d)) for d in (0, 1, 2))
    for v0, v1, v2 in zip(at_0, at_1, at_2, strict=True):
        # Of a parabola by three of its values.
        c = (v2 - 2 * v1 + v0) / 2
        b = (v1 - v0 - c) / 2
        size = (_Z * least) ** 2
        found.append(_days_within(slope**2 - size * c, start * slope - size * b, start**2 - size * v0, last))
    return min(first for first, _ in found), max(end for _, end in found)


def _days_within(q: float, h: float, r: float, last: float) -> tuple[float, float]:
    """Return the ends of the days d >= last with q d^2 + 2 h d + r <= 0; infinite both where there is none."""
    root = h * h - q * r
    if root < 0 or q == 0:
        # All days, or none; on the edge between both, as if all.
        return (last, math.inf) if q <= 0 else (math.inf, -math.inf)
    low, high = sorted([(-h - math.sqrt(root)) / q, (-h + math.sqrt(root)) / q])
    if q > 0:
        return (max(low, last), high) if high >= last else (math.inf, -math.inf)
    return (last if last <= low or last >= high else high), math.inf
