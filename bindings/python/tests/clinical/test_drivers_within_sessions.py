"""What a whole session shares drives nothing. Truth: least squares with a column a session, by NumPy; known diaries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unguard.clinical import Drivers, drivers
from unguard.errors import ConfigError


def diary(rng: np.random.Generator, *, by_day: bool, effect: float = 0.0) -> pd.DataFrame:
    """Ten sessions of eight bends that share a level; lifting in half of each, or on half of the days."""
    rows = []
    for i in range(10):
        level = 0.464 * rng.standard_normal() - 0.07 * i
        for k in range(8):
            lifts = i >= 5 if by_day else k % 2 == 0
            outcome = level + effect * lifts + 0.3 * rng.standard_normal()
            rows.append({"y": outcome, "action": "lift" if lifts else "sit", "session": i})
    return pd.DataFrame(rows)


def told(table: pd.DataFrame, **more: str) -> Drivers:
    return drivers(table, outcome="y", contexts=["action"], session="session", **more)


def test_by_least_squares_with_a_column_a_session() -> None:
    table = diary(np.random.default_rng(1), by_day=False, effect=0.2)
    table = table.drop(index=[0, 3, 5, 6, 20, 31]).reset_index(drop=True)
    (found,) = told(table).found
    x = np.column_stack([table["action"] == "sit", *(table["session"] == i for i in range(10))]).astype(float)
    beta, rest, *_ = np.linalg.lstsq(x, table["y"].to_numpy(), rcond=None)
    freedom = len(table) - 11
    inverse = np.linalg.inv(x.T @ x)
    usual = np.sqrt(rest[0] / freedom * inverse[0, 0])
    left = table["y"].to_numpy() - x @ beta
    hat = np.einsum("ij,jk,ik->i", x, inverse, x)
    robust = np.sqrt((inverse @ (x.T * (left**2 / (1 - hat))) @ x @ inverse)[0, 0])
    half = stats.t.ppf(0.975, freedom) * max(usual, robust)
    assert found.context == "sit" and found.difference.value == pytest.approx(beta[0], rel=1e-9)
    assert found.difference.low == pytest.approx(beta[0] - half, rel=1e-9)
    level = table.groupby("session")["y"].transform("mean")
    ranks = stats.mannwhitneyu(*((table["y"] - level)[table["action"] == a] for a in ("sit", "lift"))).pvalue
    by_means = 2 * stats.t.sf(abs(beta[0]) / max(usual, robust), freedom)
    assert found.p == pytest.approx(max(by_means, ranks), rel=1e-6)


def test_a_level_of_sessions_drives_nothing() -> None:
    """Where it is not said which session a bend is of, an action of some days is a driver by chance."""
    table = diary(np.random.default_rng(2), by_day=True)
    assert told(table).left_out == (("action", "lift", "it is all that is not sit, which is looked at"),
                                    ("action", "sit", "does not vary within a session"))  # fmt: skip
    assert not told(table).found


def test_levels_of_sessions_do_not_matter() -> None:
    table = diary(np.random.default_rng(3), by_day=False, effect=0.5)
    shifted = table.assign(y=table["y"] + 7.0 * table["session"])
    one, other = told(table).found[0], told(shifted).found[0]
    assert one.drives and one.difference.value == pytest.approx(other.difference.value, abs=1e-9)
    assert one.p == pytest.approx(other.p, rel=1e-6)


def test_two_bends_a_session_are_not_taken_as_surer_than_they_are() -> None:
    """A mean of two that is taken off halves their variance: without its price one diary in six has a driver."""
    rng = np.random.default_rng(4)
    called = 0
    for _ in range(600):
        level = np.repeat(rng.standard_normal(10), 2)
        table = pd.DataFrame({"y": level + rng.standard_normal(20), "action": ["lift", "sit"] * 10,
                              "session": np.repeat(np.arange(10), 2)})  # fmt: skip
        called += bool(told(table).drivers)
    assert called / 600 <= 0.07


def test_ratings_are_refused() -> None:
    table = diary(np.random.default_rng(5), by_day=False).assign(pain=3)
    with pytest.raises(ConfigError, match=r"^ratings is 'pain'"):
        drivers(table, outcome="y", ratings=["pain"], session="session")
    with pytest.raises(ConfigError, match=r"^session is 'day'"):
        drivers(table, outcome="y", contexts=["action"], session="day")


def bends(rng: np.random.Generator, actions: list[str], gain: float, *, shuffled: bool) -> pd.DataFrame:
    """Ten sessions in which every bend is less guarded than the one before; the action does nothing."""
    rows = []
    for i in range(10):
        level = 0.464 * rng.standard_normal()
        done = rng.permutation(actions) if shuffled else actions
        for k, action in enumerate(done):
            y = level - gain * k + 0.15 * rng.standard_normal()
            rows.append({"y": y, "action": action, "session": i, "bend": k + 1})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("shuffled", [False, True])
def test_what_is_gained_from_bend_to_bend_is_no_driver(shuffled: bool) -> None:
    """100 courses of 5 %: at most 12 false, which a rate of 5 % exceeds with a chance of 0.1 %. It was all of them."""
    rng = np.random.default_rng(11)
    made = [bends(rng, ["sock"] * 4 + ["box"] * 4, 0.05, shuffled=shuffled) for _ in range(100)]
    assert sum(bool(told(t, order="bend").drivers) for t in made) <= 12
    if not shuffled:
        assert sum(bool(told(t).drivers) for t in made) >= 95, "without the order"
        (left,) = (why for _, context, why in told(made[0], order="bend").left_out if context == "sock")
        assert left.startswith("it goes with the order within sessions (") and not told(made[0], order="bend").found


def test_the_order_is_a_line_and_a_parabola_of_all_sessions() -> None:
    table = bends(np.random.default_rng(12), ["a", "b", "b", "a", "c", "a", "c", "b"], 0.1, shuffled=True)
    table["y"] += 0.3 * (table["action"] == "a")
    found = {d.context: d for d in told(table, order="bend").found}["a"]
    k = table["bend"].to_numpy(float)
    x = np.column_stack([table["action"] == "a", *(table["session"] == i for i in range(10)), k, k**2]).astype(float)
    beta, rest, *_ = np.linalg.lstsq(x, table["y"].to_numpy(), rcond=None)
    inverse = np.linalg.inv(x.T @ x)
    usual = np.sqrt(rest[0] / (len(table) - 13) * inverse[0, 0])
    left = table["y"].to_numpy() - x @ beta
    hat = np.einsum("ij,jk,ik->i", x, inverse, x)
    robust = np.sqrt((inverse @ (x.T * (left**2 / (1 - hat))) @ x @ inverse)[0, 0])
    half = stats.t.ppf(0.975, len(table) - 13) * max(usual, robust)
    assert found.difference.value == pytest.approx(beta[0], rel=1e-9)
    assert found.difference.high - found.difference.value == pytest.approx(half, rel=1e-9)


def test_order_is_refused_without_sessions() -> None:
    table = bends(np.random.default_rng(13), ["a", "b"] * 4, 0.0, shuffled=True)
    with pytest.raises(ConfigError, match=r"^order is 'bend': expected None without session"):
        drivers(table, outcome="y", contexts=["action"], order="bend")
    with pytest.raises(ConfigError, match=r"^order is 'place'"):
        told(table, order="place")
