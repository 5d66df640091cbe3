"""Improved, or only seems so. Truth: courses whose change is known, and short NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from unguard.clinical import mdc, verdict
from unguard.errors import ConfigError
from unguard.trend import trend

Array = NDArray[np.float64]
DAYS = np.arange(12.0)


def noise(courses: int, phi: float, seed: int) -> Array:
    """Noise of standard deviation 1, correlated by phi from session to session."""
    drawn = np.random.default_rng(seed).standard_normal((courses, 12))
    for i in range(1, 12):
        drawn[:, i] = phi * drawn[:, i - 1] + math.sqrt(1 - phi**2) * drawn[:, i]
    return drawn


def ever(course: Array, word: str, sem: float | None = 1.0) -> bool:
    """Whether somebody who looks after every session is told that word at any look."""
    return any(verdict(DAYS[:n], course[:n], better="higher", sem=sem).said == word for n in range(5, 13))


@pytest.mark.parametrize("phi", [0.0, 0.5])
def test_improved_without_change_is_rare(phi: float) -> None:
    """At most 5 % of 300 courses; a rule at its bar of 2 % would pass with a chance of 0.999."""
    assert sum(ever(c, "improved") for c in noise(300, phi, 7)) <= 15


@pytest.mark.parametrize("phi", [0.0, 0.5])
@pytest.mark.parametrize("change", ["steady", "step"])
def test_three_mdc_are_found(change: str, phi: float) -> None:
    """80 % of 200 courses by session 12; 94 % are expected, and 87 % would pass with a chance of 0.999."""
    shape = DAYS / 11 if change == "steady" else (DAYS >= 6).astype(float)
    assert sum(ever(c, "improved") for c in 3 * mdc(1.0) * shape + noise(200, phi, 8)) >= 160


def test_blocks_by_hand() -> None:
    """The least change of blocks is what a plain double sum over sessions makes of it."""
    y = noise(1, 0.0, 11)[0] * 1.7
    t = np.array([0, 1, 2, 4, 5, 6, 8, 9, 10, 11, 13, 14.0])
    found = verdict(t, y, better="lower", sem=1.0, planned=15)
    assert found.blocks is not None and found.blocks.least is not None
    assert found.blocks.change == pytest.approx(y[8:].mean() - y[:4].mean(), rel=1e-12)
    assert found.blocks.mdc == pytest.approx(1.959964 * math.sqrt(2) / 2, rel=1e-6)
    gaps = np.diff(t)
    usual = np.median(gaps)
    most = 0.0
    for phi in (0, 0.1, 0.2, 0.3, 0.4, 0.5):
        steps = [(y[i + 1] - y[i]) ** 2 / 2 / (1 - phi ** (gaps[i] / usual)) for i in range(11)]
        steps.pop(1 + int(np.argmax(np.abs(np.diff(y)[1:-1]))))
        own = sum(steps) / len(steps)
        both = 0.0
        for i in [0, 1, 2, 3, 8, 9, 10, 11]:
            for j in [0, 1, 2, 3, 8, 9, 10, 11]:
                alike = 1.0 if i == j else phi ** (abs(t[i] - t[j]) / usual)
                both += alike / 16 * (1 if (i < 4) == (j < 4) else -1)
        most = max(most, math.sqrt(max(1.0, own) * both))
    assert found.blocks.least == pytest.approx(stats.norm.isf(0.04 / 11 / 2) * most, rel=1e-9)
    assert found.level == pytest.approx(1 - 0.01 / 6)
    # 11 looks of the 1 % would each need more than 99.9 %: the trend is looked at after sessions 5, 7, 9, 11.
    assert found.slope == trend(t[:11], y[:11], level=found.level).slope


@given(
    seed=st.integers(0, 10_000), scale=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3), pace=st.floats(0.1, 30),
    change=st.floats(-12, 12),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_units_do_not_matter(seed: int, scale: float, shift: float, pace: float, change: float) -> None:
    """Units of values and days, where they begin, and which side is better, change no verdict."""
    y = noise(1, 0.3, seed)[0] + change * DAYS / 11
    said = verdict(DAYS, y, better="higher", sem=1.0).said
    assert verdict(7 + pace * DAYS, shift + scale * y, better="higher", sem=scale).said == said
    assert verdict(DAYS, -y, better="lower", sem=1.0).said == said
    other = {"improved": "worse", "worse": "improved"}.get(said, said)
    assert verdict(DAYS, y, better="lower", sem=1.0).said == other


def test_who_scatters_more_has_to_change_more() -> None:
    """The SEM of others does not make noise of this person a change: 1.5 times as much noise, at most 12 % of 300."""
    wide = sum(ever(c, "improved") for c in 1.5 * noise(300, 0.5, 12))
    assert wide <= 36


@pytest.mark.parametrize("sessions", range(6, 13))
def test_one_session_is_no_change(sessions: int) -> None:
    """One value that is far off, the last or another, is no change; two in a row are, at the end of many."""
    y = 0.3 * noise(1, 0.0, 5)[0][:sessions]
    for at in range(sessions):
        wild = y + 20.0 * (np.arange(sessions) == at)
        assert verdict(DAYS[:sessions], wild, better="higher", sem=1.0).said == "no change beyond noise"
    if sessions >= 8:
        assert verdict(DAYS[:sessions], y + 20.0 * (np.arange(sessions) >= sessions - 2), better="higher", sem=1.0).by


@pytest.mark.parametrize(("sem", "most"), [(1.0, 10), (None, 50)])
@pytest.mark.parametrize("planned", [6, 12, 14, 15, 54, 55, 200])
def test_looks_at_the_trend_share_its_error(planned: int, sem: float | None, most: int) -> None:
    """However many are planned: all looks at the trend together have its 1 %, or 5 %, and none more than 99.9 %."""
    y = np.arange(1.0, planned + 1)
    slopes = {}
    for n in range(5, planned + 1):
        found = verdict(range(n), y[:n] ** 2, better="higher", sem=sem, planned=planned)
        slopes[found.slope] = found.level
    assert len(slopes) <= most and max(slopes.values()) <= 0.999
    assert sum(1 - level for level in slopes.values()) <= (0.05 if sem is None else 0.01) * (1 + 1e-9)


def test_a_trend_is_no_surer_than_the_error_of_measurement() -> None:
    """Five sessions on a line by chance: their own scatter says 3 %, the SEM 49 %. By a double sum over sessions."""
    t, y = np.arange(5) * 3.0, np.log([3.0, 3.1, 3.2, 3.3, 3.4])
    found = verdict(t, y, better="higher", sem=0.464)
    assert found.said == "no change beyond noise" and found.slope is not None
    weights = (t - t.mean()) / ((t - t.mean()) ** 2).sum()
    power = max(
        sum(weights[i] * weights[j] * phi ** (abs(t[i] - t[j]) / 3) for i in range(5) for j in range(5))
        for phi in (0, 0.1, 0.2, 0.3, 0.4, 0.5)
    )
    half = stats.norm.ppf((1 + found.level) / 2) * 0.464 * math.sqrt(power)
    assert found.slope.low <= found.slope.value - half * (1 - 1e-9)
    assert found.slope.high >= found.slope.value + half * (1 - 1e-9)
    assert verdict(t, y, better="higher").said == "improved", "without a SEM nothing else is known"


def test_too_few() -> None:
    """Four sessions say nothing, whatever they are."""
    found = verdict(range(4), [1, 100, 1000, 10_000], better="higher", sem=0.1)
    assert (found.said, found.slope, found.blocks) == ("too few sessions", None, None)


def test_what_tells_is_said() -> None:
    """By the blocks where there is a SEM, by the trend where there is none."""
    y = DAYS + 0.01 * noise(1, 0, 4)[0]
    assert "minimal detectable change" in str(verdict(DAYS, y, better="higher", sem=0.1))
    assert "interval of the trend" in str(verdict(DAYS, y, better="higher"))


@pytest.mark.parametrize(
    ("given_", "named"),
    [
        ({"planned": 11}, "planned"),
        ({"planned": 5}, "planned"),
        ({"sem": 0.0}, "sem"),
        ({"better": "more"}, "better"),
    ],
)
def test_refuses(given_: dict[str, object], named: str) -> None:
    """Fewer planned sessions than there are would break the promise; the argument is named."""
    with pytest.raises(ConfigError) as refused:
        verdict(DAYS, DAYS, **{"better": "higher", **given_})  # type: ignore[arg-type]
    assert refused.value.parameter == named


RATINGS = {"constant": [7] * 12, "step": [7] * 5 + [3] * 7, "steady": [8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2]}


@pytest.mark.parametrize(
    ("y", "said"), [("constant", "no change beyond noise"), ("step", "improved"), ("steady", "improved")]
)
def test_ratings_that_everybody_would_call_changed(y: str, said: str) -> None:
    found = verdict(DAYS, RATINGS[y], better="lower", resolution=1)
    assert found.said == said
    assert found.blocks is not None and found.blocks.mdc is None


def test_shares_that_everybody_would_call_changed() -> None:
    """Silent in none of four bends of five sessions, then in all."""
    assert verdict(DAYS, [0.0] * 5 + [1.0] * 7, better="higher", trials=[4] * 12).said == "improved"
    assert verdict(DAYS, [0.0] * 5 + [0.25] * 7, better="higher", trials=[4] * 12).said == "no change beyond noise"
    assert verdict(DAYS, [0.0] * 12, better="higher", trials=[4] * 12).said == "no change beyond noise"


@pytest.mark.parametrize("phi", [0.0, 0.5])
@pytest.mark.parametrize("size", [0.3, 1.0])
def test_ratings_without_change_are_rarely_improved(phi: float, size: float) -> None:
    """At most 5 % of 150 courses about a half, where whole points flip; a rule at 1.5 % passes with 0.999."""
    rated = np.rint(5.5 + size * noise(150, phi, 9))
    told = [any(verdict(DAYS[:n], y[:n], better="lower", resolution=1).said == "improved" for n in range(5, 13))
            for y in rated]  # fmt: skip
    assert sum(told) <= 7


def test_blocks_of_ratings_and_shares_by_hand() -> None:
    """Student's t on what scatters within the blocks, and no less than rounding or counting."""
    t = DAYS
    rated = np.array([6, 4, 5, 7, 5, 6, 4, 3, 3, 5, 2, 4.0])
    share, trials = np.array([0, 0, 0.25, 0, 0, 0.5, 0, 0.25, 0.5, 0.5, 0.25, 0.5]), np.array([4.0] * 12)
    tail = 0.5 * 0.05 / 8 / 2
    w = np.array([-0.25] * 4 + [0.0] * 4 + [0.25] * 4)
    p = (share @ trials + 2) / (trials.sum() + 4)
    for y, floor, rounded, more in ((rated, math.sqrt(1 / 12), True, {"resolution": 1}),
                                    (share, math.sqrt(p * (1 - p) / 4), False, {"trials": trials})):  # fmt: skip
        own = known = 0.0
        for phi in (0, 0.1, 0.2, 0.3, 0.4, 0.5):
            r = np.array([[float(phi) ** abs(i - j) for j in range(12)] for i in range(12)])
            alike = np.mean([r[i, j] for i in range(4) for j in range(4) if i != j])
            within = (y[:4].var(ddof=1) + y[8:].var(ddof=1)) / 2 / (1 - alike)
            own = max(own, max(within, floor**2 * rounded) * float(w @ r @ w))
            known = max(known, floor**2 * float(w @ r @ w))
        least = max(stats.t.isf(tail, 6) * math.sqrt(own), stats.norm.isf(tail) * math.sqrt(known))
        found = verdict(t, y, better="lower", **more)  # type: ignore[arg-type]
        assert found.blocks is not None and found.blocks.least == pytest.approx(least, rel=1e-9)
        assert found.level == pytest.approx(1 - 0.025 / 8)
