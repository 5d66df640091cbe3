"""Intervals, agreement and trade-offs. Truth: published tables and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import poisson
from unguard import ConfigError
from unguard.benchmark import AlarmRate, Counts, Score, ScoredEvent, icc, poisson_interval, roc, score

#: The example of Shrout & Fleiss 1979, table 2: six subjects, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_icc_is_that_of_the_published_table() -> None:
    assert icc(SHROUT_FLEISS) == pytest.approx(0.29, abs=0.005)  # table 4 there: ICC(2,1) = .29


def test_icc_falls_by_a_bias_between_raters() -> None:
    x = np.random.default_rng(1).normal(size=2000)
    assert icc(np.column_stack([x, x])) == pytest.approx(1)
    assert icc(np.column_stack([x, x + 1])) == pytest.approx(1 / 1.5, abs=0.02)  # variance 1, of raters 0.5
    assert math.isnan(icc([[1.0, 2.0]])) and math.isnan(icc([[1.0, 1.0], [1.0, 1.0]]))
    for bad in ([1, 2, 3], [[1], [2]], [[1, math.nan], [2, 3]]):
        with pytest.raises(ConfigError, match=r"ratings is .*: expected"):
            icc(bad)


#: Garwood 1936 as tabled in textbooks of epidemiology: count, lower and upper 95 % limits.
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (10, 4.795, 18.39)],
)
def test_poisson_limits_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_poisson_limits_are_exact(count: int) -> None:
    low, high = poisson_interval(count, confidence=0.9)
    assert poisson.sf(count - 1, low) == pytest.approx(0.05)
    assert poisson.cdf(count, high) == pytest.approx(0.05)


def test_no_alarm_in_so_many_hours_shows_three_over_them() -> None:
    assert AlarmRate(0, 10).upper == pytest.approx(-math.log(0.05) / 10)
    assert AlarmRate(2, 4) + AlarmRate(1, 2) == AlarmRate(3, 6)
    assert math.isnan(AlarmRate().per_hour) and math.isnan(AlarmRate().upper)
    assert AlarmRate(3, 6).to_dataframe()["per_hour"].tolist() == [0.5]


@pytest.mark.parametrize(("name", "arguments"), [("count", (-1,)), ("count", (1.5,)), ("count", (True,))])
def test_what_is_no_count_is_refused(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(ConfigError, match=f"{name} is"):
        poisson_interval(*arguments)
    with pytest.raises(ConfigError, match="confidence is"):
        poisson_interval(1, confidence=1.0)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert Counts().f1 == Counts().jaccard == Counts().recall == 1
    assert Counts(0, 1, 0).f1 == 0 and Counts(3, 1, 2).f1 == pytest.approx(6 / 9)


def test_the_front_is_what_no_other_setting_beats() -> None:
    def of(alarms: int, late: int) -> Score:
        true = ScoredEvent(1000, 2000)
        found = [ScoredEvent(1000, 2000, decided=1000 + late)] if late < 900 else []
        false = [ScoredEvent(5000 + 500 * i, 5100 + 500 * i, decided=5050 + 500 * i) for i in range(alarms)]
        return score([*found, *false], [true], fs=1000, samples=60_000)

    settings = [(5, 10), (3, 20), (4, 30), (1, 40), (0, 60), (0, 900)]
    made = roc([({"setting": i}, of(*s)) for i, s in enumerate(settings)])
    assert [p.settings["setting"] for p in made.front] == [4, 3, 1, 0]
    frame = made.to_dataframe()
    assert frame["false_alarms_per_hour"].is_monotonic_increasing and frame["on_front"].sum() == 4
    assert math.inf in frame["delay_ms"].tolist()
    assert roc([({}, Score())]).points == ()


def test_nobody_gets_to_the_front_by_deciding_too_early() -> None:
    # Truth: what opens 60 ms before every event knows nothing of it; it would beat any that waits for the evidence.
    true = [ScoredEvent(t, t + 500) for t in range(1000, 60_000, 1000)]

    def of(late: int) -> Score:
        found = [ScoredEvent(e.onset + min(late, 0), e.offset, decided=e.onset + late) for e in true]
        return score(found, true, fs=1000, samples=61_000)

    made = roc([({"late": late}, of(late)) for late in (-60, 30, 50)])
    assert [p.settings["late"] for p in made.front] == [30]
    early = next(p for p in made.points if p.settings["late"] == -60)
    assert early.delay_ms == math.inf and early.per_hour > 1000
