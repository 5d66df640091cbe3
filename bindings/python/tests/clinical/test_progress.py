"""What a course of sessions says. Truth: SciPy, short NumPy, and courses without noise."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.statespace.structural import UnobservedComponents
from unguard.clinical import baseline_corrected_tau, important_change, log_sem, mdc, progress, verdict
from unguard.errors import ConfigError
from unguard.trend import trend

DAYS = np.array([0, 3, 7, 10, 14, 18, 21, 24, 28, 31, 35, 38.0])


def course(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return FRRs at the start and the end of 12 sessions."""
    rng = np.random.default_rng(seed)
    starts = np.exp(0.7 + 0.01 * DAYS + 0.3 * rng.standard_normal(12))
    return starts, starts * np.exp(0.4 + 0.1 * rng.standard_normal(12))


def test_everything_by_hand() -> None:
    """Slope, change, gain, retention, reliable change and the verdict, on the logarithmic scale."""
    starts, ends = course()
    p = progress(DAYS, starts, ends=ends, better="higher", log=True, sem=0.3)
    log = np.log(starts)
    assert p.slope is not None and p.change is not None and p.gain is not None and p.retention is not None
    line = trend(DAYS, log, fit="Theil-Sen").slope
    w = (DAYS - DAYS.mean()) / np.sum((DAYS - DAYS.mean()) ** 2)
    gaps = np.abs(np.subtract.outer(DAYS, DAYS)) / np.median(np.diff(DAYS))
    half = 1.959964 * 0.3 * math.sqrt(max(w @ phi**gaps @ w for phi in np.linspace(0, 0.5, 6)))
    assert p.slope.low == pytest.approx(min(line.low, line.value - half), rel=1e-6)
    assert p.slope.high == pytest.approx(max(line.high, line.value + half), rel=1e-6)
    assert p.slope.value == pytest.approx(stats.theilslopes(log, DAYS)[0], rel=1e-12)
    even = trend(DAYS, log).slope
    span = [min(even.low, even.value - half), even.value, max(even.high, even.value + half)]
    np.testing.assert_allclose([p.change.low, p.change.value, p.change.high], np.exp(38 * np.array(span)), rtol=1e-6)
    for told, x in ((p.gain, np.log(ends) - log), (p.retention, log[1:] - np.log(ends)[:-1])):
        half = stats.t.ppf(0.975, len(x) - 1) * stats.sem(x)
        np.testing.assert_allclose(np.log([told.low, told.value, told.high]), x.mean() + half * np.array([-1, 0, 1]))
    assert p.reliable_change == pytest.approx((log[-1] - log[0]) / math.sqrt(2) / 0.3)
    assert p.least_change == pytest.approx(math.exp(1.959964 * math.sqrt(2) * 0.3), rel=1e-6)
    assert p.decision == verdict(DAYS, log, better="higher", sem=0.3)
    np.testing.assert_allclose(p.values, starts)
    assert set(p.missing) == {"tau", "forecast", "important"}


@pytest.mark.parametrize("sem", [None, 0.3, 0.464])
def test_the_verdict_and_what_it_stands_on_agree(sem: float | None) -> None:
    """Its interval holds no change where, and only where, no change is said; of blocks and of trends."""
    seen = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        y = np.exp(0.012 * seed * DAYS + 0.3 * rng.standard_normal(12))
        for n in (4, 5, 6, 12):
            p = progress(DAYS[:n], y[:n], better="higher", log=True, sem=sem)
            if n == 4:
                assert p.basis is None
                continue
            assert p.basis is not None
            change, level = p.basis
            assert (change.low <= 1 <= change.high) == (p.verdict == "no change beyond noise")
            assert 0.95 <= level < 1
            seen.add((p.verdict, p.decision.by))
    assert len(seen) >= 2, seen


def test_gain_within_sessions_is_not_progress() -> None:
    """Who rises in every session and begins each where the last began has gained much and retained nothing."""
    rng = np.random.default_rng(3)
    starts = 2 + 0.1 * rng.standard_normal(12)
    p = progress(DAYS, starts, ends=starts + 3, better="higher", sem=0.1)
    assert p.gain is not None and p.retention is not None
    assert p.verdict == "no change beyond noise"
    assert p.gain.value == pytest.approx(3)
    assert p.retention.high < -2.5


def test_flares_are_left_out_and_shown() -> None:
    """A declared flare changes nothing that is said, and what it hides is said too."""
    y = 5 + 0.1 * np.random.default_rng(4).standard_normal(12)
    y[8:] -= 4
    kept = progress(DAYS, y, better="higher", sem=0.1, flares=[8, 9, 10, 11])
    alone = progress(DAYS[:8], y[:8], better="higher", sem=0.1)
    assert (kept.verdict, kept.with_flares) == ("no change beyond noise", "worse")
    assert kept.decision == alone.decision and kept.slope == alone.slope
    assert np.isnan(kept.smooth[8:]).all() and np.isfinite(kept.smooth[:8]).all()
    table = kept.to_dataframe()
    assert list(table["flare"]) == [False] * 8 + [True] * 4
    assert list(table["value"]) == list(y)


def test_dates_and_days_say_the_same() -> None:
    """Dates, of a time zone too, are days since the first; the goal has a date then."""
    y = 1 + 0.1 * DAYS + 0.05 * np.random.default_rng(5).standard_normal(12)
    by_days = progress(DAYS + 100, y, better="higher", goal=6.0)
    dates = pd.Timestamp("2025-03-01", tz="Europe/Berlin") + pd.to_timedelta(DAYS, unit="D")
    by_dates = progress(dates, y, better="higher", goal=6.0)
    assert by_days.slope is not None and by_days.forecast is not None and by_dates.forecast is not None
    assert by_dates.slope == by_days.slope
    assert by_days.forecast.dates == (None, None, None)
    day, first, last = by_dates.forecast.dates
    assert day == dates[0] + pd.Timedelta(days=by_days.forecast.day)
    assert first is not None and last is not None and first < day < last


def test_forecast_of_a_line_without_noise() -> None:
    """The day is where the line is; behind it is reached; a line that falls never gets there."""
    for values, goal, better, day in ((2 + 0.5 * DAYS, 25.0, "higher", 46.0), (60 - DAYS, 15.0, "lower", 45.0)):
        found = progress(DAYS, values, better=better, goal=goal).forecast
        assert found is not None
        np.testing.assert_allclose([found.day, found.earliest, found.latest], day, rtol=1e-6)
    reached = progress(DAYS, 2 + 0.5 * DAYS, better="higher", goal=10.0).forecast
    never = progress(DAYS, 2 - 0.5 * DAYS, better="higher", goal=10.0).forecast
    assert reached is not None and reached.reached and str(reached) == "goal reached"
    assert never is not None and (never.day, never.earliest, never.latest) == (math.inf, math.inf, math.inf)


def test_forecast_holds_the_day() -> None:
    """Of 200 noisy courses, 95 % intervals hold the day of the goal in 88 % and more; chance of failure 1e-4."""
    rng = np.random.default_rng(6)
    held = 0
    for _ in range(200):
        p = progress(DAYS, 0.1 * DAYS + 0.5 * rng.standard_normal(12), better="higher", goal=6.0, sem=0.5)
        assert p.forecast is not None
        held += p.forecast.earliest <= 60 <= p.forecast.latest
    assert held >= 176


def test_a_goal_is_reached_only_where_its_interval_says_so() -> None:
    """Of 200 people at the goal at most 5 % are told so: 2.5 % would pass with 0.999. It was said of 45 % of them."""
    sem, t, rng = log_sem(49), np.arange(6) * 7.0, np.random.default_rng(8)
    said: dict[float, list[str]] = {1.0: [], 0.8: [], 8.0: []}
    for times, told in said.items():
        for _ in range(200 if times == 1 else 50):
            y = 4 * times * np.exp(sem * rng.standard_normal(6))
            told.append(str(progress(t, y, better="higher", log=True, sem=sem, goal=4.0).forecast))
    assert said[1.0].count("goal reached") <= 11 and said[0.8].count("goal reached") <= 3
    assert said[1.0].count("at the goal, not certain") >= 60, "half of them are on either side"
    assert said[8.0].count("goal reached") >= 30, "who is far beyond is told so"


def test_a_forecast_is_no_surer_than_the_error_of_measurement() -> None:
    """Six on a line by chance: on its first and its last day the goal is just within what the error allows."""
    t = np.arange(6.0)
    found = progress(t, t + 1, better="higher", goal=10, sem=1.0).forecast
    assert found is not None and found.day == pytest.approx(9) and not found.reached

    def off(day: float, phi: float) -> float:
        w = 1 / 6 + (day - t.mean()) * (t - t.mean()) / np.sum((t - t.mean()) ** 2)
        return abs(1 + day - 10) / math.sqrt(w @ phi ** np.abs(np.subtract.outer(t, t)) @ w)

    for day in (found.earliest, found.latest):
        assert min(off(day, phi) for phi in np.linspace(0, 0.5, 6)) == pytest.approx(1.959964, rel=1e-5)
    assert 5 < found.earliest < 8 and 11 < found.latest < 20
    never = progress(t, 3 + 0.01 * t, better="higher", goal=10, sem=1.0).forecast
    assert never is not None and never.latest == math.inf


def test_a_goal_has_dates_where_sessions_have() -> None:
    dates = pd.date_range("2026-01-01", periods=6, freq="7D")
    found = progress(dates, [1.0, 2, 3, 4, 5, 6], better="higher", goal=10, sem=0.3).forecast
    assert str(found).startswith("goal: 2026-03-05 [2026-0")


def test_tau_by_hand() -> None:
    """All pairs, one by one; and a baseline that climbs has its climb taken off."""
    y = np.array([1, 4, 2, 3, 5, 2, 6, 7, 1, 8, 4, 9.0])
    pairs = [np.sign(b - a) for a in y[:4] for b in y[4:]]
    found = baseline_corrected_tau(DAYS, y, baseline=4)
    assert found.value == pytest.approx(np.mean(pairs)) and not found.corrected
    climbs = baseline_corrected_tau(DAYS, 0.3 * DAYS, baseline=6)
    assert (climbs.corrected, climbs.value) == (True, 0.0)
    stayed = baseline_corrected_tau(DAYS, np.where(DAYS < 21, 2 * DAYS, 2 * DAYS + 5), baseline=6)
    assert (stayed.corrected, stayed.value) == (True, 1.0)


def test_important_change() -> None:
    """What matters is told apart from what is beyond noise; 30 % and points are two rules."""
    pain = np.array([7, 7, 6, 7, 6, 5, 5, 5, 4, 5, 4, 4.0])
    p = progress(DAYS, pain, better="lower", important=important_change("NRS").points)
    assert p.important is True
    nrs = important_change("NRS")
    assert [nrs.judge(9, 7), nrs.judge(5, 3), nrs.judge(3, 2), nrs.judge(3, 3)] == [
        "important by one rule", "important", "important by one rule", "not important",
    ]  # fmt: skip
    assert [important_change(s).points for s in ("VAS", "NRS", "RMDQ", "ODI", "QBPDS")] == [15, 2, 5, 10, 20]
    with pytest.raises(ConfigError, match="before is 11"):
        nrs.judge(11, 3)


def test_exactly_the_important_change_is_important() -> None:
    """Means of ratings are decimal: 3 less 1 may come out as 1.9999999999999998."""
    for before in range(2, 11):
        for n in (5, 6, 7, 8, 9, 12):
            k = min(4, n // 2)
            after = before - 2
            p = progress(range(n), [before] * (n - k) + [after] * k, better="lower", important=2, resolution=1)
            assert p.important is True, (n, before, after)
    p = progress(range(12), [7] * 8 + [5.01] * 4, better="lower", important=2, resolution=1)
    assert p.important is False


def test_nothing_goes_beyond_the_scale() -> None:
    """A change of a rating of 0 to 10 is at most 10, and a share is never less than 0."""
    p = progress(range(12), [7] * 5 + [3] * 7, better="lower", resolution=1, scale=(0, 10), ends=[6] * 5 + [1] * 7)
    for e in (p.change, p.gain, p.retention, p.basis and p.basis[0]):
        assert e is not None and -10 <= e.low <= e.value <= e.high <= 10
    share = progress(range(12), [0, 1] * 6, better="higher", trials=[3] * 12, scale=(0, 1))
    drawn = np.isfinite(share.smooth_low)
    assert drawn.any() and share.smooth_low[drawn].min() >= 0 and share.smooth_high[drawn].max() <= 1
    assert share.change is not None and share.change.low >= -1 and share.change.high <= 1


def test_no_interval_of_a_rating_is_narrower_than_rounding() -> None:
    """A rating that is always 7 may be 6.6 today and 7.4 tomorrow: uniform between, so 1 / sqrt(12) of a point."""
    t = np.arange(12.0)
    w = (t - t.mean()) / np.sum((t - t.mean()) ** 2)
    worst = max(w @ phi ** np.abs(np.subtract.outer(t, t)) @ w for phi in np.linspace(0, 0.5, 6))
    for y in ([7] * 12, [8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2]):
        p = progress(t, y, better="lower", resolution=1)
        assert p.change is not None
        assert p.change.high - p.change.low >= 2 * 11 * 1.959964 * math.sqrt(worst / 12) * (1 - 1e-6)
    assert progress(t, [7] * 12, better="lower", resolution=1).verdict == "no change beyond noise"


def test_smooth_of_a_line_is_the_line() -> None:
    """Even sessions on a line lie on their smoothed level; the noise that is told makes its band."""
    y = 2 + 0.5 * np.arange(12.0)
    p = progress(range(12), y, better="higher", sem=0.5)
    np.testing.assert_allclose(p.smooth, y, atol=0.02)
    assert np.all(p.smooth_high - p.smooth_low < 2 * 1.96 * 0.5)


@pytest.mark.parametrize("sem", [None, 0.6])
def test_smooth_by_one_solve(sem: float | None) -> None:
    """Given the sizes that statsmodels finds, the smoothed level is one solve of all sessions at once."""
    rng = np.random.default_rng(9)
    y = 3 + np.cumsum(0.4 * rng.standard_normal(14)) + 0.5 * rng.standard_normal(14)
    p = progress(range(14), y, better="higher", sem=sem, flares=[6], planned=14)
    kept = np.arange(14) != 6
    size = y[kept].std()
    model = UnobservedComponents(np.where(kept, (y - y[kept].mean()) / size, np.nan), "local linear trend")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with model.fix_params({} if sem is None else {"sigma2.irregular": (sem / size) ** 2}):
            noise, level, slope = model.fit(disp=False, maxiter=200).params
    t = np.arange(14.0)
    moved = np.tril(np.ones((14, 14)), -1)
    bent = np.array([[max(0.0, i - 1 - k) for k in range(14)] for i in range(14)])
    # What is not known: the first level and slope, and every step of either, in their own standard deviations.
    shape = np.c_[np.ones(14), t, math.sqrt(level) * moved, math.sqrt(slope) * bent]
    before = np.diag(np.r_[1e-6, 1e-6, np.ones(28)])
    spread = shape @ np.linalg.inv(before + shape[kept].T @ shape[kept] / noise) @ shape.T
    middle = y[kept].mean() + spread[:, kept] @ (y[kept] - y[kept].mean()) / noise
    variance = np.diag(spread)
    np.testing.assert_allclose(p.smooth[kept], middle[kept], atol=1e-3)
    np.testing.assert_allclose(
        (p.smooth_high - p.smooth_low)[kept], 2 * 1.96 * size * np.sqrt(variance)[kept], rtol=1e-2
    )


def test_what_is_missing_is_named() -> None:
    """One session gives no error, but a reason for everything that it cannot say."""
    p = progress([0], [3.0], ends=[4.0], better="higher", sem=log_sem(49), log=True, goal=5, baseline=1)
    assert p.verdict == "too few sessions"
    assert set(p.missing) == {
        "slope", "change", "correlation", "gain", "retention", "forecast", "tau", "smooth",
        "reliable_change", "important",
    }  # fmt: skip
    assert "1 sessions: at least 5 are needed" in p.missing["slope"]
    assert p.least_change == pytest.approx(math.exp(mdc(log_sem(49))))


def test_a_session_without_a_value() -> None:
    """NaN is no session that is reckoned with."""
    y = 5 + 0.1 * np.random.default_rng(4).standard_normal(12)
    y[3] = np.nan
    kept = progress(DAYS, y, better="higher", sem=0.1)
    assert kept.decision == progress(np.delete(DAYS, 3), np.delete(y, 3), better="higher", sem=0.1).decision


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"days": DAYS[::-1]}, "days"),
        ({"days": [["a"] * 12]}, "days"),
        ({"days": ["no date"] * 12}, "days"),
        ({"values": np.ones(11)}, "values"),
        ({"values": np.r_[np.inf, np.ones(11)]}, "values"),
        ({"values": np.zeros(12), "log": True}, "values"),
        ({"ends": np.ones(3)}, "ends"),
        ({"flares": [12]}, "flares"),
        ({"flares": [-1]}, "flares"),
        ({"flares": 3}, "flares"),
        ({"goal": 0.0, "log": True}, "goal"),
        ({"goal": math.nan}, "goal"),
        ({"baseline": 13}, "baseline"),
        ({"important": 2.0, "log": True}, "important"),
        ({"important": -1.0}, "important"),
        ({"log": 1}, "log"),
        ({"scale": (0, 0.5)}, "values"),
        ({"scale": (1, 0)}, "scale"),
        ({"scale": (0, 1, 2)}, "scale"),
        ({"scale": (0, 9), "log": True}, "scale"),
        ({"ends": np.full(12, 11.0), "scale": (0, 10)}, "ends"),
        ({"resolution": 0.0}, "resolution"),
        ({"resolution": 1.0, "log": True}, "resolution"),
        ({"resolution": 1.0, "sem": 1.0}, "resolution"),
        ({"trials": [4] * 11}, "trials"),
        ({"trials": [0] * 12}, "trials"),
        ({"trials": [4] * 12, "resolution": 1}, "trials"),
        ({"trials": [4] * 12, "values": np.full(12, 1.5)}, "values"),
    ],
)
def test_refuses(changed: dict[str, object], named: str) -> None:
    """The argument that cannot be is named."""
    given: dict[str, object] = {"days": DAYS, "values": np.ones(12), "better": "higher", **changed}
    with pytest.raises(ConfigError) as refused:
        progress(given.pop("days"), given.pop("values"), **given)  # type: ignore[arg-type]
    assert refused.value.parameter == named
