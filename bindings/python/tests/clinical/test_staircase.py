"""The level that is noticed, by a staircase.

Truth: a short implementation in plain Python of levels, reversals and threshold; drawn observers whose threshold is
known; the messages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import unguard
from scipy import stats  # type: ignore[import-untyped]
from unguard import ConfigError
from unguard.clinical import run_staircase

TRUTH = 6.0  # noticed in half of all trials


def observer(seed: int, *, sure: float = 0.3, truth: float = TRUTH) -> Callable[[float], bool]:
    """Somebody who notices a level with a chance that grows with its logarithm."""
    rng = np.random.default_rng(seed)
    return lambda level: bool(rng.uniform() < stats.norm.cdf(math.log(level / truth) / sure))


def threshold_of(spec: unguard.Staircase, answers: tuple[bool, ...]) -> tuple[list[float], float, float]:
    """Levels that are shown, and the threshold with its upper end, by the rules alone."""
    level, way, in_a_row = math.log(spec.first), 0, 0
    shown, turns = [], []
    for yes in answers:
        shown.append(math.exp(level))
        in_a_row += yes
        if yes and in_a_row < spec.down_after:
            continue
        in_a_row, new = 0, -1 if yes else 1
        if way and new != way:
            turns.append(level)
        way = new
        level += (-spec.down if yes else spec.up) * (spec.early if len(turns) < 2 else 1)
        level = min(max(level, math.log(spec.lowest)), math.log(spec.highest))
    pairs = np.reshape(turns[4 : 4 + spec.reversals], (-1, 2)).mean(axis=1)
    off = math.sqrt(3) * stats.t.ppf(0.975, len(pairs) - 1) * pairs.std(ddof=1) / math.sqrt(len(pairs))
    return shown, math.exp(pairs.mean()), math.exp(pairs.mean() + off)


@pytest.mark.parametrize(
    "spec",
    [
        unguard.Staircase(),
        unguard.Staircase(down_after=2),
        unguard.Staircase(down_after=3, up=0.2, down=0.1, reversals=20, most_trials=1000),
    ],
)
def test_levels_and_threshold_equal_a_short_implementation(spec: unguard.Staircase) -> None:
    for seed in range(20):
        found = run_staircase(observer(seed), spec=spec)
        levels, middle, high = threshold_of(spec, found.answers)
        assert found.levels == pytest.approx(levels, rel=1e-12)
        assert found.threshold.value == pytest.approx(middle, rel=1e-12)
        assert found.threshold.high == pytest.approx(high, rel=1e-4)
        assert found.threshold.low < found.threshold.value
        assert found.chance == pytest.approx((spec.up / (spec.up + spec.down)) ** (1 / spec.down_after))
        assert len(found.to_dataframe()) == len(found.levels) == len(found.answers)


@pytest.mark.parametrize("down_after", [1, 2])
def test_drawn_observers_are_found(down_after: int) -> None:
    spec = unguard.Staircase(down_after=down_after)
    found = [run_staircase(observer(100 + s), spec=spec) for s in range(200)]
    truth = TRUTH * math.exp(0.3 * stats.norm.ppf(spec.chance))
    assert np.mean([math.log(f.threshold.value / truth) for f in found]) == pytest.approx(0, abs=0.05)
    assert sum(f.threshold.low <= truth <= f.threshold.high for f in found) >= 180


def test_a_run_carries_on_from_a_saved_state_and_begins_anew() -> None:
    spec, answers = unguard.Staircase(), run_staircase(observer(9)).answers
    run, other = spec.start(), spec.start()
    for yes in answers[:17]:
        run.next(yes)
    other.load(run.save())
    assert (other.level, other.trials, other.reversals) == (run.level, 17, run.reversals) and not other.done
    assert [other.next(yes) for yes in answers[17:]] == [run.next(yes) for yes in answers[17:]]
    assert other.done and other.threshold() == run.threshold()
    last = run.level
    assert run.next(True) == last and run.trials == len(answers), "once it is done, nothing changes"
    run.reset()
    assert run.save() == spec.start().save() and run.level == pytest.approx(spec.first)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run_staircase(lambda level: True), "reversals is 0 in 200 trials: expected 12 behind the first four"),
        (
            lambda: run_staircase(observer(1, truth=0.5)),
            r"level is at an end of the range in \d+ of \d+ trials: expected levels that stay within 0.5 to 64",
        ),
        (lambda: run_staircase(3), "answer is 3"),  # type: ignore[arg-type]
        (lambda: run_staircase(lambda level: 1), "answer is 1: expected True or False"),  # type: ignore[arg-type,return-value]
        (lambda: unguard.Staircase().start().next("yes"), "yes is 'yes': expected True or False"),
        (lambda: unguard.Staircase(reversals=5).start(), "reversals is 5: expected an even number"),
        (lambda: unguard.Staircase(first=100).start(), "first is 100: expected 0.5 to 64"),
        (lambda: unguard.Staircase(lowest=70).start(), "lowest is 70: expected below highest, 64"),
        (lambda: unguard.Staircase().start().threshold(), "reversals is 0 in 0 trials"),
        (
            lambda: unguard.Staircase().start().load(unguard.Staircase(first=8).start().save()),
            r"state is \d+ bytes: expected the state of the same staircase",
        ),
    ],
)
def test_refusals_name_what_is_wrong(call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        call()
