"""Which contexts go with more. Truth: short NumPy, numerical integrals, and diaries whose drivers are known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from unguard.clinical import Driver, drivers
from unguard.clinical.shrinkage import shrunk
from unguard.errors import ConfigError

CONTEXTS = ["bend", "drive", "lift", "sit", "walk"]


def diary(rng: np.random.Generator, effect: float = 0.0) -> pd.DataFrame:
    """30 observations of each of 5 actions; bending with so many standard deviations more."""
    action = np.repeat(np.array(CONTEXTS, dtype=object), 30)
    return pd.DataFrame({"guarding": rng.standard_normal(150) + effect * (action == "bend"), "action": action})


def of(found: tuple[Driver, ...], context: str) -> Driver:
    """Return the one of that name."""
    return next(d for d in found if d.context == context)


def test_a_context_by_hand() -> None:
    """Welch's test and interval, Hedges' g and its error, and Benjamini and Hochberg's q."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"y": rng.gamma(2, 1, 120), "place": rng.choice(["car", "desk", "bed"], 120, p=[0.2, 0.5, 0.3])}
    )
    found = drivers(table, outcome="y", contexts=["place"]).found
    p = {}
    for d in found:
        a, b = (table["y"][(table["place"] == d.context) == yes].to_numpy() for yes in (True, False))
        n, m, va, vb = len(a), len(b), a.var(ddof=1), b.var(ddof=1)
        error = math.sqrt(va / n + vb / m)
        freedom = error**4 / ((va / n) ** 2 / (n - 1) + (vb / m) ** 2 / (m - 1))
        off = a.mean() - b.mean()
        # Mann and Whitney's: all pairs, with half of a pair's count for continuity; no ties here.
        wins = sum(float(x > y) for x in a for y in b)
        by_ranks = 2 * stats.norm.sf((abs(wins - n * m / 2) - 0.5) / math.sqrt(n * m * (n + m + 1) / 12))
        p[d.context] = max(2 * stats.t.sf(abs(off) / error, freedom), by_ranks)
        half = stats.t.ppf(0.975, freedom) * error
        np.testing.assert_allclose(
            [d.difference.value, d.difference.low, d.difference.high], [off, off - half, off + half]
        )
        assert (d.observations, d.others) == (n, m)
        assert d.p == pytest.approx(p[d.context], rel=1e-9)
        g = off / math.sqrt(((n - 1) * va + (m - 1) * vb) / (n + m - 2)) * (1 - 3 / (4 * (n + m - 2) - 1))
        half = 1.959964 * math.sqrt(1 / n + 1 / m + g * g / 2 / (n + m))
        np.testing.assert_allclose([d.effect.value, d.effect.low, d.effect.high], [g, g - half, g + half], rtol=1e-6)
    ranked = sorted(p, key=lambda name: p[name])
    for k, name in enumerate(ranked):
        q = min(p[other] * len(p) / (i + 1) for i, other in enumerate(ranked) if i >= k)
        assert of(found, name).q == pytest.approx(min(1, q), rel=1e-9)


def test_a_rating_by_hand() -> None:
    """The slope with Student's interval, and r as d with Fisher's."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, 11, 40).astype(float)
    y = 0.2 * x + rng.standard_normal(40)
    d = drivers(pd.DataFrame({"y": y, "fear": x}), outcome="y", ratings=["fear"]).found[0]
    a = np.c_[np.ones(40), x]
    (_, slope), rest, _, _ = np.linalg.lstsq(a, y, rcond=None)
    half = stats.t.ppf(0.975, 38) * math.sqrt(rest[0] / 38 / ((x - x.mean()) ** 2).sum())
    np.testing.assert_allclose(
        [d.difference.value, d.difference.low, d.difference.high], [slope, slope - half, slope + half]
    )
    r = np.corrcoef(x, y)[0, 1]
    for told, at in ((d.effect.value, 0), (d.effect.low, -1), (d.effect.high, 1)):
        turned = math.tanh(math.atanh(r) + at * 1.959964 / math.sqrt(37))
        assert told == pytest.approx(2 * turned / math.sqrt(1 - turned**2), rel=1e-6)
    assert (d.observations, d.others, d.context) == (40, 0, "per point")


def test_shrunk_by_integrals() -> None:
    """Posterior mean and both ends of the interval, by numerical integrals over the spread."""
    effects, errors = np.array([0.9, -0.1, 0.3]), np.array([0.35, 0.2, 0.6])

    def weight(tau: float) -> float:
        return float(stats.norm.pdf(tau, 0, 0.5) * np.prod(stats.norm.pdf(effects, 0, np.hypot(tau, errors))))

    def mean_over(of_tau: object) -> float:
        return integrate.quad(lambda t: weight(t) * of_tau(t), 0, 2.5)[0] / integrate.quad(weight, 0, 2.5)[0]  # type: ignore[operator]

    for i, one in enumerate(shrunk(effects, errors)):
        e, s = effects[i], errors[i]
        keep = lambda t, s=s: t * t / (t * t + s * s)  # noqa: E731
        assert one.value == pytest.approx(mean_over(lambda t, e=e, keep=keep: keep(t) * e), abs=2e-4)
        for end, chance in ((one.low, 0.025), (one.high, 0.975)):
            below = mean_over(
                lambda t, e=e, s=s, keep=keep, end=end: stats.norm.cdf(
                    (end - keep(t) * e) / (math.sqrt(keep(t)) * s + 1e-12)
                )
            )
            assert below == pytest.approx(chance, abs=2e-3)


def test_the_fewer_the_more_is_shrunk() -> None:
    """Of equal effects that with few observations keeps less; all keep their sign and get no larger."""
    found = shrunk(np.array([0.8, 0.8, -0.5]), np.array([0.2, 0.6, 0.3]))
    assert 0.8 > found[0].value > found[1].value > 0 > found[2].value > -0.5
    alone = shrunk(np.array([0.0]), np.array([0.4]))[0]
    assert alone.value == 0 and alone.low == pytest.approx(-alone.high, abs=1e-9)


def test_false_discoveries_are_rare() -> None:
    """At most 8.6 % of 500 diaries without a driver; a rule at its 5 % passes with a chance of 0.999."""
    rng = np.random.default_rng(10)
    false = sum(bool(drivers(diary(rng), outcome="guarding", contexts=["action"]).drivers) for _ in range(500))
    assert false <= 43


def test_a_skewed_outcome_makes_no_drivers() -> None:
    """At most 8.6 % of 500 diaries whose outcome is log-normal, where means alone would call 12 %."""
    rng = np.random.default_rng(15)
    false = 0
    for _ in range(500):
        table = diary(rng).assign(guarding=lambda t: np.exp(t["guarding"]))
        false += bool(drivers(table, outcome="guarding", contexts=["action"]).drivers)
    assert false <= 43


def test_one_driver_is_found() -> None:
    """d = 0.8 among 5 contexts of 30, in 160 of 200 diaries; 180 are expected."""
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(200):
        bend = of(drivers(diary(rng, 0.8), outcome="guarding", contexts=["action"]).found, "bend")
        found += bend.said == "goes with more"
    assert found >= 160


def test_units_and_order_do_not_matter() -> None:
    """The outcome's unit and sign, and the order of rows, change nothing but the unit and the sign."""
    rng = np.random.default_rng(12)
    table = diary(rng, 0.6)
    first = drivers(table, outcome="guarding", contexts=["action"]).to_dataframe().set_index("context")
    turned = table.assign(guarding=5 - 1000 * table["guarding"]).sample(frac=1, random_state=1)
    second = (
        drivers(turned, outcome="guarding", contexts=["action"]).to_dataframe().set_index("context").loc[first.index]
    )
    np.testing.assert_allclose(second["effect"], -first["effect"], rtol=1e-9)
    np.testing.assert_allclose(second["difference_low"], -1000 * first["difference_high"], rtol=1e-9)
    np.testing.assert_allclose(second[["p", "q"]], first[["p", "q"]], rtol=1e-8)


def test_episodes_are_one_observation() -> None:
    """Rows of an episode are averaged: who writes each down ten times knows no more."""
    rng = np.random.default_rng(13)
    table = diary(rng, 0.5).assign(entry=range(150))
    many = table.loc[table.index.repeat(10)]
    plain = drivers(table, outcome="guarding", contexts=["action"]).to_dataframe()
    again = drivers(many, outcome="guarding", contexts=["action"], episode="entry")
    pd.testing.assert_frame_equal(again.to_dataframe(), plain)
    assert again.observations == 150
    fooled = drivers(many, outcome="guarding", contexts=["action"]).to_dataframe()
    assert fooled["p"].min() < 0.01 * plain["p"].min()


def test_cells_of_every_kind() -> None:
    """Lists count for each of their words; empty cells for none; True against False is one comparison."""
    rng = np.random.default_rng(14)
    cells = [["sit", "phone"], "sit", None, np.nan, "", [], " phone ", pd.NA, ["sit", None], "sit"] * 6
    table = pd.DataFrame({"y": rng.standard_normal(60), "action": cells, "flare": [True, False] * 30})
    found = drivers(table, outcome="y", contexts=["action", "flare"])
    assert {(d.context, d.observations, d.others) for d in found.found} == {
        ("phone", 12, 18),
        ("sit", 24, 6),
        ("True", 30, 30),
    }
    assert found.left_out == (("flare", "False", "it is all that is not True, which is looked at"),)


def test_what_cannot_be_said_has_a_reason() -> None:
    """Too few, and what does not vary, are named and not tested."""
    table = pd.DataFrame({
        "y": np.r_[np.random.default_rng(1).standard_normal(12), np.nan],
        "place": ["car"] * 4 + ["desk"] * 8 + ["bed"], "pain": [3] * 13, "thought": [None] * 13,
    })  # fmt: skip
    found = drivers(table, outcome="y", contexts=["place", "thought"], ratings=["pain"])
    assert found.found == ()
    reasons = {(factor, context): reason for factor, context, reason in found.left_out}
    assert reasons[("place", "desk")] == "8 observations with it and 4 without: at least 5 of each are needed"
    assert reasons[("pain", "per point")] == "the rating does not vary"
    assert reasons[("thought", "")] == "nothing stands in it where there is an outcome"
    assert str(found) == "y, 12 observations: no context is told from chance"
    assert len(found.to_dataframe()) == 0
    flat = drivers(table.assign(y=1.0), outcome="y", contexts=["place"])
    assert flat.found == ()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"outcome": "nothing"}, "outcome"),
        ({"outcome": "action", "contexts": [], "ratings": ["guarding"]}, "outcome"),
        ({"contexts": ["place"]}, "contexts"),
        ({"contexts": ["guarding"]}, "contexts"),
        ({"contexts": []}, "contexts"),
        ({"ratings": ["action"]}, "ratings"),
        ({"episode": "entry"}, "episode"),
        ({"false_discoveries": 0.0}, "false_discoveries"),
        ({"diary": [1, 2]}, "diary"),
    ],
)
def test_refuses(changed: dict[str, object], named: str) -> None:
    """The argument that cannot be is named."""
    given = {"diary": diary(np.random.default_rng(0)), "outcome": "guarding", "contexts": ["action"], **changed}
    with pytest.raises(ConfigError) as refused:
        drivers(given.pop("diary"), **given)
    assert refused.value.parameter == named


def test_others_of_a_drivers_column_are_not_compared_with_it() -> None:
    """Against a mean that one of five raised, the four others seemed to go with less."""
    rng = np.random.default_rng(21)
    action = np.repeat(np.array(["bend", "drive", "lift", "sit", "walk"], dtype=object), 30)
    false = 0
    for _ in range(100):
        y = rng.standard_normal(150) + 2.0 * (action == "lift")
        found = drivers(pd.DataFrame({"y": y, "action": action}), outcome="y", contexts=["action"])
        assert "lift" in [d.context for d in found.drivers]
        (lift,) = (d for d in found.found if d.context == "lift")
        assert lift.observations == 30 and lift.others == 120
        assert all(d.others <= 90 for d in found.found if d.context != "lift")
        false += len(found.drivers) > 1
    # At a rate of 5 % of two and more that are called: some 8 % of diaries; 20 of 100 are a chance of 1 in 10,000.
    assert false <= 19


def test_two_drivers_are_found_one_after_the_other_and_what_is_left_is_said() -> None:
    rng = np.random.default_rng(22)
    action = np.repeat(np.array(["bend", "lift", "sit"], dtype=object), 30)
    y = rng.standard_normal(90) + 3.0 * (action == "lift") - 2.0 * (action == "bend")
    found = drivers(pd.DataFrame({"y": y, "action": action}), outcome="y", contexts=["action"])
    assert [d.context for d in found.found] == ["lift", "bend"] and all(d.drives for d in found.found)
    bend = found.found[1]
    rest = y[action == "sit"].mean()
    assert bend.difference.value == pytest.approx(y[action == "bend"].mean() - rest, rel=1e-9) and bend.others == 30
    assert found.left_out == (
        (
            "action",
            "sit",
            "with bend, lift set aside: 30 observations with it and 0 without: at least 5 of each are needed",
        ),
    )
