"""Tension asked for, produced, met and held.

Truth: NumPy and SciPy on drawn trials (lines, areas, d'), Newcombe's equation, white noise of a known level, holds
counted by hand.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import unguard
from people import FS
from scipy import optimize, stats  # type: ignore[import-untyped]
from unguard import ConfigError
from unguard.clinical import held_level, tension_discrimination, tension_hold

TARGETS = (4.0, 8.0, 12.0, 16.0)
RATE = 50.0


def drawn(slope: float, spread: float, *, times: int, seed: int) -> list[tuple[float, float]]:
    """Trials of somebody who produces 8 for 8, in random order."""
    rng = np.random.default_rng(seed)
    targets = rng.permutation(np.repeat(TARGETS, times))
    produced = np.exp(np.log(8) + slope * np.log(targets / 8) + spread * rng.standard_normal(len(targets)))
    return [(float(t), float(p)) for t, p in zip(targets, produced, strict=True)]


@pytest.fixture(scope="module")
def trials() -> list[tuple[float, float]]:
    return drawn(1.3, 0.2, times=5, seed=3)


def test_slope_bias_and_errors_are_those_of_scipy(trials: list[tuple[float, float]]) -> None:
    found = tension_discrimination(trials)
    target, produced = np.log(trials).T
    line = stats.linregress(target, produced)
    off = stats.t.ppf(0.975, len(trials) - 2) * line.stderr
    assert found.slope.value == pytest.approx(line.slope)
    assert (found.slope.low, found.slope.high) == pytest.approx((line.slope - off, line.slope + off), abs=1e-6)
    groups = [produced[target == math.log(t)] for t in TARGETS]
    degrees = len(trials) - len(TARGETS)
    spread = math.sqrt(sum(((g - g.mean()) ** 2).sum() for g in groups) / degrees)
    assert found.spread == pytest.approx(spread)
    times = stats.t.ppf(0.975, degrees)
    for t, g in zip(found.targets, groups, strict=True):
        error = g.mean() - math.log(t.target)
        assert (t.trials, t.produced, t.error.value) == (5, pytest.approx(math.exp(g.mean())), pytest.approx(error))
        assert t.error.high - error == pytest.approx(times * spread / math.sqrt(5), abs=1e-6)
    bias = np.mean([t.error.value for t in found.targets])
    assert found.bias.value == pytest.approx(bias)
    assert found.bias.high - bias == pytest.approx(times * spread / math.sqrt(len(trials)), abs=1e-6)
    frame = found.to_dataframe()
    assert list(frame["target"]) == list(TARGETS) and (frame["error_low"] < frame["error_high"]).all()


def test_neighbours_are_told_apart_as_numpy_does(trials: list[tuple[float, float]]) -> None:
    found = tension_discrimination(trials)
    groups = {t: np.log([p for u, p in trials if u == t]) for t in TARGETS}
    degrees = len(trials) - len(TARGETS)
    for pair, (lower, higher) in zip(found.neighbours, pairwise(TARGETS), strict=True):
        low, high = groups[lower], groups[higher]
        area = stats.mannwhitneyu(high, low).statistic / (len(low) * len(high))
        assert (pair.lower, pair.higher, pair.area.value) == (lower, higher, pytest.approx(area))
        d = (1 - 3 / (4 * degrees - 1)) * (high.mean() - low.mean()) / found.spread
        assert pair.d_prime is not None and pair.d_prime.value == pytest.approx(d)
        off = stats.t.ppf(0.975, degrees) * math.sqrt(1 / 5 + 1 / 5 + d**2 / (2 * degrees))
        assert (pair.d_prime.low, pair.d_prime.high) == pytest.approx((d - off, d + off), abs=1e-5)

        def beyond(truth: float, area: float = area, n: float = 5) -> float:
            more = (n - 1) * ((1 - truth) / (2 - truth) + truth / (1 + truth))
            return abs(area - truth) - stats.norm.ppf(0.975) * math.sqrt(truth * (1 - truth) / n**2 * (1 + more))

        if area < 1:
            assert pair.area.high == pytest.approx(optimize.brentq(beyond, area, 1 - 1e-9), abs=1e-6)
        else:
            assert pair.area.high == 1
        assert pair.area.low == pytest.approx(optimize.brentq(beyond, 1e-9, min(area, 1 - 1e-9)), abs=1e-6)


def test_who_feels_low_levels_as_high_has_a_slope_above_one() -> None:
    slopes = [tension_discrimination(drawn(1.3, 0.2, times=3, seed=s)).slope for s in range(100)]
    assert np.mean([s.value for s in slopes]) == pytest.approx(1.3, abs=0.03)
    assert 90 <= sum(s.low <= 1.3 <= s.high for s in slopes) <= 100
    nobody = [tension_discrimination(drawn(0.0, 0.2, times=4, seed=s)).neighbours[0] for s in range(100)]
    assert sum(p.area.low <= 0.5 <= p.area.high for p in nobody) >= 90, "told apart by chance alone"


def test_trials_that_do_not_differ_have_no_d_prime() -> None:
    found = tension_discrimination([(t, 2 * t) for t in TARGETS for _ in range(2)])
    assert found.spread == pytest.approx(0, abs=1e-12) and found.bias.value == pytest.approx(math.log(2))
    exact = tension_discrimination([(1.0, 1.0), (1.0, 1.0), (2.0, 2.0), (2.0, 2.0)],
                                   spec=unguard.TensionDiscrimination(targets=[1, 2]))  # fmt: skip
    assert exact.spread == 0 and exact.neighbours[0].d_prime is None and exact.neighbours[0].area.value == 1


def test_the_level_of_a_hold_is_that_of_its_middle_half() -> None:
    x = np.concatenate([np.full(2000, 50.0), np.full(4000, 8.0), np.full(2000, 1.0)])
    x *= np.random.default_rng(1).standard_normal(8000)
    found = held_level(x, fs=FS, begin=0, end=8000, noise=1)
    assert found is not None
    assert found.level_uV == pytest.approx(math.sqrt(np.mean(x[2000:6000] ** 2) - 1), rel=1e-12)
    marks = np.full(x.shape, unguard.MARKS["missing"], dtype=np.uint32)
    assert held_level(x, fs=FS, begin=0, end=8000, marks=marks) is None


HOLD = unguard.TensionHold(target=8, band=0.25, hold=1, slip=0.1, patience=5)


def test_a_hold_is_counted_by_hand() -> None:
    inside, outside = np.full(30, 8.0), np.full(4, 20.0)
    # 30 inside, 4 outside that are forgiven and count for neither, 20 more inside: held at 54 of 80.
    x = np.concatenate([inside, outside, np.full(46, 9.0)])
    found = tension_hold(x, fs=RATE, spec=HOLD)
    assert (found.state, found.inside_s, found.seen_s) == ("held", 1.0, 54 / RATE)
    assert found.produced == pytest.approx(math.sqrt((30 * 64 + 20 * 81) / 50))
    # Six in a row outside begin it anew; patience ends it.
    slipped = np.concatenate([inside, np.full(6, math.nan), inside])
    assert tension_hold(slipped, fs=RATE, spec=HOLD).state == "holding"
    assert tension_hold(slipped, fs=RATE, spec=HOLD).inside_s == 30 / RATE
    never = tension_hold(np.full(400, 3.0), fs=RATE, spec=HOLD)
    assert (never.state, never.produced, never.seen_s) == ("failed", None, 5.0)
    edges = tension_hold(np.tile([8 / 1.25, 8 * 1.25], 25), fs=RATE, spec=HOLD)
    assert edges.state == "held", "from 8/1.25 to 8 * 1.25"


def test_live_is_the_same_however_it_is_cut_and_carries_on_from_a_saved_state() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        x = 8 * np.exp(0.2 * rng.standard_normal(rng.integers(30, 400)))
        whole = tension_hold(x, fs=RATE, spec=HOLD)
        live, other = HOLD.start(fs=RATE), HOLD.start(fs=RATE)
        states = [live.add(part) for part in np.array_split(x, 7)]
        assert states[-1] == live.state == whole.state
        assert (live.inside_s, live.produced, live.seen_s) == (whole.inside_s, whole.produced, whole.seen_s)
        half = HOLD.start(fs=RATE)
        half.add(x[: len(x) // 2])
        other.load(half.save())
        assert other.add(x[len(x) // 2 :]) == whole.state and other.save() == live.save()
        live.reset()
        assert live.save() == HOLD.start(fs=RATE).save()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: tension_discrimination([*t, (5, 5)]), r"trials is a target of 5 in trial 20: expected one of \[4"),
        (lambda t: tension_discrimination([*t, (4, 0)]), "trials is 0 produced in trial 20: expected finite levels"),
        (lambda t: tension_discrimination(t[:3]), "trials is [01] of 4: expected at least 2 of each level"),
        (lambda t: tension_discrimination([1, 2]), r"trials is 1 among others: expected pairs \(target, produced\)"),
        (lambda t: tension_discrimination("4"), "trials is '4'"),
        (
            lambda t: tension_discrimination(t, spec=unguard.TensionDiscrimination(targets=[8, 4])),
            r"targets is \[8, 4\]: expected two levels or more that ascend",
        ),
        (lambda t: tension_hold([8.0], fs=RATE, spec=8), "spec is 8: expected a TensionHold"),
        (lambda t: tension_hold([[8.0, 1], [8, 1]], fs=RATE, spec=HOLD), "levels is two-dimensional"),
        (lambda t: unguard.TensionHold(hold=30).start(fs=RATE), "hold is 30 s: expected no longer than patience, 20 s"),
        (lambda t: HOLD.start(fs=0), "fs is 0 Hz"),
        (
            lambda t: HOLD.start(fs=RATE).load(HOLD.start(fs=25).save()),
            r"state is \d+ bytes: expected the state of the same",
        ),
        (lambda t: HOLD.start(fs=RATE).load("x"), "state is 'x'"),
        (lambda t: held_level(np.ones(100), fs=FS, begin=50, end=50), "begin is 50: expected samples of the record"),
        (lambda t: held_level(np.ones(100), fs=FS, begin=0, end=101), "end is 101"),
        (lambda t: held_level(np.ones(100), fs=FS, begin=0, end=100, noise=-1), "noise is -1: expected microvolts"),
    ],
)
def test_refusals_name_what_is_wrong(trials: list[tuple[float, float]], call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        call(trials)
