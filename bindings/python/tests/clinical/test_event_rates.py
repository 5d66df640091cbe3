"""When, and how often. Truth: published exact intervals, and hours counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unguard.clinical import hourly, rate, rates_by_context, rates_by_hour
from unguard.errors import ConfigError

DAY = "2025-05-05 "


def times(*said: str) -> list[pd.Timestamp]:
    """Return times of one day."""
    return [pd.Timestamp(DAY + one) for one in said]


def test_exact_interval() -> None:
    """Its ends are those means at which a count as large, or as small, has a chance of 2.5 %."""
    found = rate("", 7, 2.0).per_hour
    assert found.value == 3.5
    assert stats.poisson.sf(6, 2 * found.low) == pytest.approx(0.025)
    assert stats.poisson.cdf(7, 2 * found.high) == pytest.approx(0.025)
    assert rate("", 0, 3.0).per_hour.high == pytest.approx(-math.log(0.025) / 3)
    assert math.isnan(rate("", 0, 0.0).per_hour.value)


def test_hours_of_the_clock() -> None:
    """Spans are cut at full hours; an event at a full hour belongs to the one that begins."""
    events = times("10:00", "10:59", "11:00", "09:50")
    table = hourly(events, [(DAY + "09:45", DAY + "11:30"), (DAY + "11:40", DAY + "12:00")])
    assert list(table["hour"]) == [9, 10, 11, 11]
    assert list(table["duration_s"]) == [900, 3600, 1800, 1200]
    assert list(table["events"]) == [1, 2, 1, 0]
    np.testing.assert_allclose(table["per_hour"], [4, 2, 2, 0])
    found = rates_by_hour(events, [(DAY + "09:45", DAY + "11:30"), (DAY + "11:40", DAY + "12:00")])
    assert [r.group for r in found.rates] == [f"{h:02d}" for h in range(24)]
    assert (found.rates[11].events, found.rates[11].hours) == (1, pytest.approx(3000 / 3600))
    assert math.isnan(found.rates[3].per_hour.value)
    assert list(found.to_dataframe().columns) == [
        "hour",
        "events",
        "hours",
        "per_hour",
        "per_hour_low",
        "per_hour_high",
    ]


def test_the_night_the_clocks_change() -> None:
    """The hour that comes twice counts twice, and the one that does not come is not there."""
    for day, hours in (("2025-10-26", 25), ("2025-03-30", 23)):
        begin = pd.Timestamp(day, tz="Europe/Berlin")
        found = rates_by_hour([], [(begin, begin + pd.DateOffset(days=1))])
        assert sum(r.hours for r in found.rates) == pytest.approx(hours)
        assert found.rates[2].hours == (2 if hours == 25 else 0)


@pytest.mark.parametrize(
    ("events", "recorded", "named"),
    [
        (times("08:00"), [(DAY + "09:00", DAY + "10:00")], "events"),
        ([1.0], [(DAY + "09:00", DAY + "10:00")], "events"),
        ([], [], "recorded"),
        ([], [(DAY + "09:00", DAY + "09:00")], "recorded"),
        ([], [(DAY + "09:00", DAY + "11:00"), (DAY + "10:00", DAY + "12:00")], "recorded"),
        ([], [(DAY + "09:00",)], "recorded"),
        ([pd.Timestamp(DAY, tz="UTC")], [(DAY + "00:00", DAY + "10:00")], "events"),
    ],
)
def test_refuses(events: list[object], recorded: list[object], named: str) -> None:
    """What is no date, lies outside or overlaps is named."""
    with pytest.raises(ConfigError) as refused:
        rates_by_hour(events, recorded)  # type: ignore[arg-type]
    assert refused.value.parameter == named


def test_contexts_refuse() -> None:
    """A column that is not there, and events outside of what was recorded."""
    events, diary = pd.DataFrame({"onset_s": [5.0]}), pd.DataFrame({"onset_s": [0.0], "action": ["sit"]})
    with pytest.raises(ConfigError, match="column is 'place': expected one of onset_s, action"):
        rates_by_context(events, diary, "place", recorded=[(0, 10)])
    with pytest.raises(ConfigError, match="1 outside"):
        rates_by_context(events, diary, "action", recorded=[(0, 5)])
    with pytest.raises(ConfigError, match="recorded"):
        rates_by_context(events, diary, "action", recorded=[(0, math.inf)])
