"""When, and how often: events an hour, by the hour of the day or by what was going on, with exact intervals.

>>> rates_by_hour(dates_of_events, [(begins, ends)]).plot()
>>> rates_by_context(events, diary, "action", recorded=[(0, 7200)])
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unguard.arguments import several, text
from unguard.benchmark.alarms import poisson_interval
from unguard.clinical.diary import LASTS_S, spans_of, words_of
from unguard.clinical.diary_clock import seconds
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

_Span = tuple[float, float]


@dataclass(frozen=True)
class Rate:
    """How often, of one group.

    Attributes
    ----------
    group: the hour of the day ("00" to "23"), or the context. events: that began in it. hours: recorded of it.
    per_hour: with its exact 95 % interval; NaN where nothing was recorded.
    """

    group: str
    events: int
    hours: float
    per_hour: Estimate

    def __str__(self) -> str:
        return f"{self.group}: {self.per_hour} an hour ({self.events} in {self.hours:.3g} h)"


@dataclass(frozen=True)
class Rates:
    """Rates of several groups. by: what they are grouped by."""

    rates: tuple[Rate, ...]
    by: str

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a group: a column of the name `by`, events, hours, per_hour, per_hour_low, per_hour_high."""
        import pandas as pd

        rows = [(r.group, r.events, r.hours, r.per_hour.value, r.per_hour.low, r.per_hour.high) for r in self.rates]
        return pd.DataFrame(rows, columns=[self.by, "events", "hours", "per_hour", "per_hour_low", "per_hour_high"])

    def plot(self, axes: Any = None) -> Any:
        """Draw them; see `unguard.clinical.plot_rates`."""
        from unguard.clinical.rates_figure import plot_rates

        return plot_rates(self, axes=axes)


def rate(group: str, events: int, hours: float) -> Rate:
    """Return a rate with its exact 95 % interval.

    events / hours; the interval is that of the mean of a Poisson count over the hours. Caveat: events that come in
    clusters scatter more than a Poisson count, and the interval is too narrow for them: count episodes then. Source:
    Garwood 1936, doi:10.1093/biomet/28.3-4.437.
    """
    if not hours > 0:
        return Rate(group, events, 0.0, Estimate(math.nan, math.nan, math.nan))
    low, high = poisson_interval(events)
    return Rate(group, events, hours, Estimate(events / hours, low / hours, high / hours))


def hourly(events: Iterable[Any], recorded: Iterable[tuple[Any, Any]]) -> pd.DataFrame:
    """Return one row for every hour of the clock that was recorded: time, duration_s, hour, events, per_hour.

    They are observations for `align` and `drivers`. duration_s is what was recorded of that hour; an hour that is
    interrupted has a row a piece.

    Parameters
    ----------
    events: when they began, dates within what was recorded. recorded: (begin, end), dates, not overlapping.

    Raises
    ------
    ConfigError: dates that are none, of mixed time zones, spans that overlap or end before they begin, events outside.
    """
    import pandas as pd

    when, spans = _dates("events", several("events", events, "dates")), _date_spans(recorded)
    if len(when) and (when[0].tzinfo is None) != (spans[0][0].tzinfo is None):
        raise ConfigError(
            "events", str(when[0]), "dates with a time zone where those of recorded have one, and only then"
        )
    rows = []
    counted = 0
    for begin, end in spans:
        while begin < end:
            # From here to the full hour, by the clock of the dates.
            into = pd.Timedelta(minutes=begin.minute, seconds=begin.second, microseconds=begin.microsecond,
                                nanoseconds=begin.nanosecond)  # fmt: skip
            until = min(begin + (pd.Timedelta(hours=1) - into), end)
            count = sum(begin <= one < until for one in when)
            long = (until - begin).total_seconds()
            rows.append((begin, long, begin.hour, count, count / long * 3600))
            counted += count
            begin = until
    if counted != len(when):
        raise ConfigError("events", f"{len(when) - counted} outside of what was recorded", "all within it")
    return pd.DataFrame(rows, columns=["time", "duration_s", "hour", "events", "per_hour"])


def rates_by_hour(events: Iterable[Any], recorded: Iterable[tuple[Any, Any]]) -> Rates:
    """Return how often events begin, by the hour of the day, with exact 95 % intervals; hours never recorded are NaN.

    Parameters
    ----------
    events, recorded: as `hourly`.

    Raises
    ------
    ConfigError: as `hourly`.

    Caveat: as `rate`; and the hour of the day is not what makes it. Source: Garwood 1936,
    doi:10.1093/biomet/28.3-4.437. Offline.
    """
    table = hourly(events, recorded)
    sums = table.groupby("hour")[["events", "duration_s"]].sum()
    made = []
    for hour in range(24):
        count, long = sums.loc[hour] if hour in sums.index else (0, 0.0)
        made.append(rate(f"{hour:02d}", int(count), float(long) / 3600))
    return Rates(tuple(made), "hour")


def rates_by_context(
    events: pd.DataFrame,
    diary: pd.DataFrame,
    column: str,
    *,
    recorded: Iterable[tuple[float, float]],
    fs: float | None = None,
    start: Any = None,
    lasts: float = LASTS_S,
) -> Rates:
    """Return how often events begin while each context of a diary holds, with exact 95 % intervals.

    The hours of a context are those in which it holds, as `align` has it, and something was recorded. What the diary
    says nothing of is a group of its own, "".

    Parameters
    ----------
    events, diary, fs, start, lasts: as `align`; events within what was recorded.
    column: of the diary, of words.
    recorded: (begin, end), s on the clock of the events' onset_s (where all are dates, from `start`), not overlapping.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: as `rate`; what goes with something need not be its cause. Source: Garwood 1936,
    doi:10.1093/biomet/28.3-4.437. Offline.
    """
    at, from_diary = seconds([("events", events), ("diary", diary)], fs=fs, start=start)
    if text("column", column, "a column of the diary") not in diary.columns:
        raise ConfigError("column", repr(column), f"one of {', '.join(map(str, diary.columns))}")
    whole = _number_spans(recorded)
    outside = int(sum(not any(a <= t < b for a, b in whole) for t in at))
    if outside:
        raise ConfigError("events", f"{outside} outside of what was recorded", "all within it")
    spans = spans_of(diary, column, from_diary, lasts=lasts)
    held: dict[str, list[_Span]] = {}
    for begin, end, said in zip(spans.begins, spans.ends, spans.said, strict=True):
        for word in words_of(said):
            held.setdefault(word, []).append((float(begin), float(end)))
    made = []
    for word in sorted(held):
        own = _common(_joined(held[word]), whole)
        made.append(rate(word, _within(at, own), _length(own) / 3600))
    told = _common(_joined([span for some in held.values() for span in some]), whole)
    made.append(rate("", len(at) - _within(at, told), (_length(whole) - _length(told)) / 3600))
    return Rates(tuple(made), column)


def _within(at: Any, spans: list[_Span]) -> int:
    return int(sum(any(a <= t < b for a, b in spans) for t in at))


def _length(spans: list[_Span]) -> float:
    return sum(b - a for a, b in spans)


def _joined(spans: list[_Span]) -> list[_Span]:
    """Return them in order, those that touch or overlap as one."""
    found: list[_Span] = []
    for a, b in sorted(spans):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return found


def _common(some: list[_Span], others: list[_Span]) -> list[_Span]:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return sorted((a, b) for a, b in both if a < b)


def _number_spans(recorded: Iterable[tuple[float, float]]) -> list[_Span]:
    expected = "spans (begin, end) in s, not overlapping"
    spans = []
    for one in several("recorded", recorded, expected):
        pair = np.asarray(one)
        if pair.shape != (2,) or pair.dtype.kind not in "fiu" or not np.isfinite(pair.astype(float)).all():
            raise ConfigError("recorded", repr(one), expected)
        spans.append((float(pair[0]), float(pair[1])))
    return _in_order(spans, expected)


def _date_spans(recorded: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    expected = "spans (begin, end), dates, not overlapping"
    spans = []
    for one in several("recorded", recorded, expected):
        if not isinstance(one, (tuple, list)) or len(one) != 2:
            raise ConfigError("recorded", repr(one), expected)
        begin, end = _dates("recorded", list(one))
        spans.append((begin, end))
    return _in_order(spans, expected)


def _in_order(spans: list[Any], expected: str) -> list[Any]:
    if not spans:
        raise ConfigError("recorded", "nothing", expected)
    try:
        found = sorted(spans)
    except TypeError:
        raise ConfigError("recorded", "dates with a time zone and without", expected) from None
    last = None
    for a, b in found:
        if not a < b or (last is not None and a < last):
            raise ConfigError("recorded", f"({a}, {b})", expected)
        last = b
    return found


def _dates(parameter: str, given: list[Any]) -> list[Any]:
    import pandas as pd

    if any(isinstance(one, (int, float, np.number)) for one in given):
        raise ConfigError(parameter, "numbers", "dates")
    try:
        found = pd.DatetimeIndex(given)
    except (TypeError, ValueError) as error:
        raise ConfigError(parameter, str(error), "dates of one time zone") from None
    if found.hasnans:
        raise ConfigError(parameter, "a date that is missing", "dates")
    return list(found)
