"""Flexion-relaxation by angle, cues and activity.

Truth: levels that were written down; a short NumPy implementation of every level and ratio.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from people import FS, MUSCLES, Levels, Person, by_angle, person
from unguard import ConfigError
from unguard.clinical import RATIOS, bend_ratio, bends, bends_by_activity, bends_by_cues

TICK = 10  # samples


@pytest.fixture(scope="module")
def two() -> Person:
    return person([Levels(3, 30, 5, 60), Levels(4, 20, 10, 40)], noise=1.0)


def powers(x: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
    """Mean powers of the ticks between two samples."""
    return (x[first // TICK * TICK : last // TICK * TICK].reshape(-1, TICK) ** 2).mean(axis=1)


def largest(p: NDArray[np.float64], window: int) -> int:
    """The first tick of the strongest window."""
    return int(np.argmax(np.convolve(p, np.ones(min(window, len(p))), "valid")))


def strongest(p: NDArray[np.float64], first: int, window: int = 100) -> float:
    """Power of the strongest window: blocks of five ticks take turns to choose it and to say it."""
    turn = (first // TICK + np.arange(len(p))) // 5 % 2
    told = []
    for chooses in (0, 1):
        votes, weights = np.where(turn == chooses, p, 0), (turn == chooses).astype(float)
        window = min(window, len(p))
        means = np.convolve(votes, np.ones(window), "valid") / np.convolve(weights, np.ones(window), "valid")
        # Windows that share all ticks of this turn are alike but for rounding: the first of them.
        at = int(np.flatnonzero(means >= means.max() * (1 - 1e-12))[0])
        inside, other = p[at : at + window], turn[at : at + window] != chooses
        told.append(inside[other].mean())
    return float(np.mean(told))


def test_levels_and_ratios_equal_a_short_numpy_implementation(two: Person) -> None:
    found = by_angle(two, noise=[1.0])
    assert len(found.bends) == 6
    for b in found.bends:
        x = two.emg[:, b.channel]
        hold = powers(x, b.full, b.returning)[25:-25]
        down, up = powers(x, b.bending, b.full), powers(x, b.returning, b.end)
        flexed = math.sqrt(hold.mean() - 1)
        flexing = math.sqrt(strongest(down, b.bending) - 1)
        extending = math.sqrt(strongest(up, b.returning) - 1)
        for level, mine in ((b.flexed, flexed), (b.flexing, flexing), (b.extending, extending)):
            assert level is not None and level.level_uV == pytest.approx(mine, rel=1e-12)
        expected = {
            "ERR": extending / flexed, "FRR": flexing / flexed, "RR": flexed / flexing, "FER": flexing / extending
        }  # fmt: skip
        for which, value in expected.items():
            r = b.ratio(which)
            assert r is not None and r.value == pytest.approx(value, rel=1e-12) and r.low < value < r.high
        assert b.ratio("hFRR") is None


def test_as_published_is_the_largest_of_all_windows(two: Person) -> None:
    found = by_angle(two, spec=unguard.FlexionRelaxation(as_published=True))
    for b in found.bends:
        p = powers(two.emg[:, b.channel], b.bending, b.full)
        at = largest(p, 100)
        assert b.flexing is not None
        assert b.flexing.level_uV == pytest.approx(math.sqrt(p[at : at + 100].mean()), rel=1e-12)


def test_several_bends_make_a_geometric_mean_with_students_interval(two: Person) -> None:
    from scipy import stats  # type: ignore[import-untyped]

    found = by_angle(two)
    logs = np.log([b.ratio("ERR").value for b in found.of("longissimus R")])  # type: ignore[union-attr]
    off = stats.t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs))
    r = found.ratio("ERR", "longissimus R")
    assert r is not None and r.bends == 3
    assert r.value == pytest.approx(math.exp(logs.mean()), rel=1e-12)
    assert r.low <= math.exp(logs.mean() - off) * (1 + 1e-3) and r.high >= math.exp(logs.mean() + off) * (1 - 1e-3)
    assert bend_ratio(found.of("longissimus R"), "ERR") is not None


def test_cues_and_activity_read_the_same_ratios(two: Person) -> None:
    angle = by_angle(two, noise=[1.0])
    cued = bends_by_cues(two.emg, fs=FS, channels=MUSCLES, cues=two.cues, noise=[1.0])
    active = bends_by_activity(
        two.emg, fs=FS, channels=MUSCLES, noise=[1.0], phases=unguard.ActivityPhases(phase=3.0)
    )  # fmt: skip
    assert (angle.phases_by, cued.phases_by, active.phases_by) == ("angle", "cues", "activity")
    for muscle, truth in zip(MUSCLES, (60 / 5, 40 / 10), strict=True):
        for found in (angle, cued, active):
            r = found.ratio("ERR", muscle)
            assert r is not None and r.bends == 3
            assert r.value == pytest.approx(truth, rel=0.1), (found.phases_by, muscle)
            assert "phases uncertain" not in found.of(muscle)[0].doubts


def test_a_back_that_never_lets_go_is_said_to_be_uncertain_without_an_angle() -> None:
    one = person([Levels(3, 30, 30, 30)])
    cued = bends_by_cues(one.emg, fs=FS, channels=MUSCLES[:1], cues=one.cues)
    assert all("phases uncertain" in b.doubts for b in cued.bends)
    assert all("phases uncertain" not in b.doubts for b in by_angle(one).bends), "an angle shows that it is a finding"


def test_live_gives_the_same_bends_and_tells_the_one_under_way(two: Person) -> None:
    spec = unguard.FlexionRelaxation(phases=unguard.BendPhases(angle="trunk"), noise=[1.0])
    live = spec.start(fs=FS, channels=[*MUSCLES, "trunk"])
    x = np.column_stack([two.emg, two.degrees])
    told, levels = [], []
    for first in range(0, len(x), 137):
        told += live.process(x[first : first + 137])
        if live.phase == "full flexion":
            now = live.so_far(0)
            assert now.flexing is not None and now.extending is None
            levels.append(now.ratio("FRR"))
    told += live.finish()
    assert told == list(by_angle(two, noise=[1.0]).bends)
    assert sum(r is not None for r in levels) > 20
    again = spec.start(fs=FS, channels=[*MUSCLES, "trunk"])
    again.process(x[:5000])
    other = spec.start(fs=FS, channels=[*MUSCLES, "trunk"])
    other.load(again.save())
    assert other.process(x[5000:]) == again.process(x[5000:])


def test_tables_have_a_row_a_bend_and_a_row_a_quantity(two: Person) -> None:
    found = by_angle(two, noise=[1.0])
    frame = found.to_dataframe()
    assert len(frame) == 6 and list(frame["bend"]) == [1, 1, 2, 2, 3, 3]
    assert {f"{r}{end}" for r in RATIOS for end in ("", "_low", "_high", "_at_least")} <= set(frame.columns)
    assert ((frame["ERR_low"] < frame["ERR"]) & (frame["ERR"] < frame["ERR_high"])).all()
    assert (frame["deepest_deg"] - 90).abs().max() < 1
    summary = found.summary()
    assert set(summary["quantity"]) == {"ERR", "FRR", "RR", "SFR", "FER", "silent"}
    one = summary[(summary["muscle"] == "longissimus L") & (summary["quantity"] == "silent")].iloc[0]
    assert one["value"] == 1 and one["high"] == 1 and 0.3 < one["low"] < 0.5, "Wilson, 3 of 3"
    assert found.clear("longissimus L") == 3


def test_nothing_left_is_at_least() -> None:
    found = by_angle(person([Levels(2, 30, 0, 60)], noise=1.0), noise=[1.0])
    r = found.ratio("ERR", "longissimus L")
    assert r is not None and r.at_least and str(r).startswith("<>=")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: bends(p.emg, fs=FS, channels=MUSCLES, angle="trunk"), "angle is 'trunk'"),
        (lambda p: bends(p.emg, fs=FS, channels="trunk", angle="trunk"), "channels is"),
        (lambda p: by_angle(p, noise=[1, 2, 3]), "noise is 3 values"),
        (lambda p: by_angle(p).of("biceps"), "muscle is 'biceps'"),
        (lambda p: by_angle(p).ratio("XYZ", MUSCLES[0]), "which is"),
        (lambda p: bend_ratio([1], "ERR"), "bends is 1 among others"),
        (lambda p: bends_by_cues(p.emg, fs=FS, channels=MUSCLES, cues=[("bending", 10**9)]), "cues is"),
        (lambda p: bends_by_activity(p.emg[:500], fs=FS, channels=MUSCLES), "record is"),
        (
            lambda p: unguard.FlexionRelaxation().start(fs=FS, channels=[*MUSCLES, "trunk"]),
            "angle is not given",
        ),
    ],
)
def test_refusals_name_what_is_wrong(two: Person, call: object, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        call(two)  # type: ignore[operator]
