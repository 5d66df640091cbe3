"""Slopes over time. Truth: SciPy's and NumPy's; the posterior worked out anew by dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from scipy import optimize, stats
from unguard.trend import trend


def course(n: int, phi: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    noise = [random.standard_normal()]
    for _ in range(n - 1):
        noise.append(phi * noise[-1] + np.sqrt(1 - phi**2) * random.standard_normal())
    t = 0.5 * np.arange(n)
    return t, 100 - 0.3 * t + 8 * np.array(noise)


@pytest.mark.parametrize("seed", range(5))
def test_slopes_are_those_of_scipy(seed: int) -> None:
    t, y = course(60, 0.3, seed)
    t = t + np.random.default_rng(seed).uniform(0, 0.3, 60)
    ours, theirs = trend(t, y), stats.linregress(t - t[0], y)
    np.testing.assert_allclose([ours.slope.value, ours.intercept.value], [theirs.slope, theirs.intercept], rtol=1e-12)
    assert ours.normalised is not None
    np.testing.assert_allclose(ours.normalised.value, 100 * theirs.slope / theirs.intercept, rtol=1e-12)
    np.testing.assert_allclose(trend(t, y, fit="Theil-Sen").slope.value, stats.theilslopes(y, t).slope, rtol=1e-12)


def mixture(t: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each correlation its weight, and the covariance of intercept and slope, by dense matrices."""
    n, gap = len(t), np.median(np.diff(t))
    lags = np.abs(t[:, None] - t[None]) / gap
    even = np.allclose(np.diff(t) / gap, np.round(np.diff(t) / gap), atol=0.01)
    x = np.c_[np.ones(n), t]
    inverse = np.linalg.inv(x.T @ x)
    logs, covariances = [], []
    for phi in -0.99 + 1.98 * (np.arange(60) + 0.5) / 60:
        if not even and phi < 0:
            continue
        r = phi ** np.round(lags) if even else phi**lags
        solved = np.linalg.solve(r, np.c_[x, y])
        normal = x.T @ solved[:, :2]
        b = np.linalg.solve(normal, x.T @ solved[:, 2])
        rss = (y - x @ b) @ np.linalg.solve(r, y - x @ b)
        logs.append(-0.5 * (np.linalg.slogdet(r)[1] + np.linalg.slogdet(normal)[1] + (n - 2) * np.log(rss)))
        covariances.append(rss / (n - 2) * inverse @ x.T @ r @ x @ inverse)
    weights = np.exp(np.array(logs) - max(logs))
    return weights / weights.sum(), np.array(covariances)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("kind", ["even", "left out", "uneven"])
def test_intervals_are_the_mixture_over_all_correlations(kind: str, level: float) -> None:
    t, y = course(50, 0.5, 17)
    if kind == "left out":
        y[[3, 4, 20, 41]] = np.nan
    if kind == "uneven":
        t = t + np.random.default_rng(4).uniform(0, 0.3, 50)
    found = trend(t, y, level=level)
    there = np.isfinite(y)
    assert (found.values, found.left_out) == (there.sum(), (~there).sum())
    weights, covariances = mixture(t[there] - t[there][0], y[there])
    intercept, slope = np.sqrt(covariances[:, 0, 0]), np.sqrt(covariances[:, 1, 1])
    degrees = there.sum() - 2
    for estimate, errors in ((found.slope, slope), (found.intercept, intercept)):
        half = optimize.brentq(
            lambda h, e=errors: weights @ (2 * stats.t.cdf(h / e, degrees) - 1) - level, 0, 100, xtol=1e-13
        )
        np.testing.assert_allclose(estimate.high - estimate.value, half, rtol=1e-8)
        np.testing.assert_allclose(estimate.value - estimate.low, half, rtol=1e-8)


def test_the_normalised_slope_ends_where_the_line_could_not_have_that_ratio() -> None:
    t, y = course(40, 0.0, 3)
    found = trend(t, y)
    assert found.normalised is not None
    weights, covariances = mixture(t, y)
    for end in (found.normalised.low, found.normalised.high):
        # Fieller: slope - ratio intercept is 0 for these lines; with 95 % it stays within what it is here.
        ratio = end / 100
        off = abs(found.slope.value - ratio * found.intercept.value)
        errors = np.sqrt(np.array([-ratio, 1]) @ covariances @ np.array([-ratio, 1]))
        np.testing.assert_allclose(weights @ (2 * stats.t.cdf(off / errors, 38) - 1), 0.95, rtol=1e-9)
    middle = 100 * found.slope.value / found.intercept.value
    assert found.normalised.low < middle < found.normalised.high


def test_what_has_no_value_is_said() -> None:
    t = np.arange(30.0)
    assert trend(t, np.random.default_rng(1).standard_normal(30)).normalised is None
    few = trend(t[:5], [5.0, 3, 4, 2, 1], fit="Theil-Sen").slope
    assert (few.low, few.high) == (-np.inf, np.inf)


def test_a_table_and_a_line_tell_it() -> None:
    t, y = course(40, 0.0, 3)
    found = trend(t, y)
    table = found.to_dataframe()
    assert list(table.quantity) == ["slope", "intercept", "normalised slope"]
    assert table.value[0] == found.slope.value
    assert str(found).endswith("%/s, 95 %, 40 values")


def test_a_random_walk_is_said_to_be_one() -> None:
    random = np.random.default_rng(8)
    t = 0.5 * np.arange(90)
    walks = [trend(t, 100 + np.cumsum(random.standard_normal(90))) for _ in range(100)]
    steady = [trend(t, 100 + random.standard_normal(90)) for _ in range(100)]
    assert sum(w.nearly_random_walk for w in walks) >= 85
    assert not any(s.nearly_random_walk for s in steady)
    for one in walks:
        assert ("nearly a random walk: intervals too short" in str(one)) == one.nearly_random_walk


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (([0, 1, 2], [1, 2, 3], {}), "values is 3 finite values: expected at least 5"),
        (([0, 1, 2, 2, 3], [1, 2, 3, 4, 5], {}), r"seconds\[3\] is 2: expected a finite time, later"),
        (([0, 1, 2, 3, 4], [1, 2, 3, 4], {}), "seconds is 5 times: expected one for each of 4 values"),
        (([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], {"fit": "median"}), "fit is 'median'"),
        (([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], {"level": 95}), "level is 95"),
        (([0, 1, 2, 3, 4], "12345", {}), "values is '12345'"),
        ((np.arange(6000), np.arange(6000), {"fit": "Theil-Sen"}), "at most 5000 for Theil-Sen"),
    ],
)
def test_what_is_no_course_is_refused_by_name(call, says: str) -> None:
    seconds, values, more = call
    with pytest.raises(unguard.ConfigError, match=says):
        trend(seconds, values, **more)
