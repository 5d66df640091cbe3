"""Levels by angle and the guarding index.

Truth: white noise whose level is written down; short NumPy implementations of levels, means and mean z; a table of
others with z by hand.
"""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from people import FS, MUSCLES
from unguard import ConfigError
from unguard.clinical import (
    BendsByAngle,
    bends,
    guarding_index,
    guarding_indices,
    levels_by_angle,
    profile_guarding,
)

TICK = 10  # samples
NAMES = [*MUSCLES, "trunk"]
NOISE = 1.0
#: Bends, and the one that is 1.5 times as loud from 35 to 75 degrees, on the left.
BENDS, GUARDED = 6, 6


def recording(seed: int = 7, upright: float = 4.0) -> NDArray[np.float64]:
    """Two muscles whose level is a function of the angle, bends that differ by a tenth, and the angle."""
    rng = np.random.default_rng(seed)
    n = round(3 * FS)
    u = np.arange(n) / n
    way = 90 * u**3 * (10 + u * (6 * u - 15))
    strength, degrees = [], []
    for bend in range(1, BENDS + 1):
        gain = np.exp(0.1 * rng.standard_normal(2))
        for at, down in ((0 * way, None), (way, True), (0 * way + 90, None), (way[::-1], False)):
            level = np.full(n, 3.0) if down is None else 10 + 0.2 * at if down else 30 - 0.15 * at
            loud = (bend == GUARDED) & (at >= 35) & (at < 75) & (down is not None)
            strength.append(np.column_stack([level * gain[0] * np.where(loud, 1.5, 1), level * gain[1]]))
            degrees.append(upright + at)
    strength.append(np.full((n, 2), 3.0))
    degrees.append(np.full(n, upright))
    x = np.concatenate(strength)
    emg = x * rng.standard_normal(x.shape) + NOISE * rng.standard_normal(x.shape)
    return np.column_stack([emg, np.concatenate(degrees)])


@pytest.fixture(scope="module")
def x() -> NDArray[np.float64]:
    return recording()


@pytest.fixture(scope="module")
def found(x: NDArray[np.float64]) -> BendsByAngle:
    return levels_by_angle(x, fs=FS, channels=NAMES, angle="trunk", noise=[NOISE])


def logs_of(b: unguard.BendByAngle) -> NDArray[np.float64]:
    """ln of the levels, down and then up; NaN where there is none."""
    return np.array([math.nan if level is None else level.log for level in [*b.flexing, *b.extending]])


def test_levels_equal_a_short_numpy_implementation(x: NDArray[np.float64], found: BendsByAngle) -> None:
    edges = {b.number: b for b in bends(x, fs=FS, channels=NAMES, angle="trunk").of(MUSCLES[0])}
    assert found.numbers == tuple(range(1, BENDS + 1)) and len(found.bends) == 2 * BENDS
    angle = x[: len(x) // TICK * TICK, 2].reshape(-1, TICK).mean(axis=1)
    smooth = np.convolve(angle, np.ones(5) / 5, "same")
    for b in found.bends:
        e = edges[b.number]
        assert (b.bending, b.end) == (e.bending, e.end)
        upright = smooth[b.bending // TICK]
        assert b.upright_deg == pytest.approx(upright, abs=1e-9) and b.deepest_deg == pytest.approx(90, abs=0.1)
        power = (x[: len(angle) * TICK, b.channel].reshape(-1, TICK) ** 2).mean(axis=1)
        for levels, first, last in ((b.flexing, e.bending, e.full), (b.extending, e.returning, e.end)):
            ticks = np.arange(first // TICK, last // TICK)
            bins = np.floor((smooth[ticks] - upright - 5) / 10)
            assert len(levels) == b.bins.count == 12
            for k, level in enumerate(levels):
                of = power[ticks[bins == k]]
                assert (level is not None) == (len(of) >= 5), (b.number, k)
                if level is not None:
                    assert level.log == pytest.approx(0.5 * math.log(of.mean() - NOISE**2), abs=1e-12)
                    assert level.seconds == len(of) / 100 and not level.at_floor


def test_levels_are_those_that_were_written_down(found: BendsByAngle) -> None:
    right = [b for b in found.of(MUSCLES[1])]
    for k in range(1, 8):  # 15 to 85 degrees; bends differ by a tenth, 95 % of their mean within 0.08
        middle = 10 + 10 * k
        for way, truth in (("flexing", 10 + 0.2 * middle), ("extending", 30 - 0.15 * middle)):
            logs = [getattr(b, way)[k].log for b in right]
            assert np.mean(logs) == pytest.approx(math.log(truth), abs=0.15), (k, way)


def test_live_gives_the_same_bends_and_tells_the_one_under_way(x: NDArray[np.float64], found: BendsByAngle) -> None:
    def start() -> unguard.LiveLevelsByAngle:
        return found.spec.start(fs=FS, channels=NAMES)

    live, told, under_way = start(), [], []
    profile = profile_guarding(found, how="written down")
    for first in range(0, len(x), 137):
        told += live.process(x[first : first + 137])
        if live.phase == "full flexion":
            now = live.so_far(0)
            assert any(now.flexing) and not any(now.extending)
            under_way.append(guarding_index(profile, now))
    told += live.finish()
    assert told == list(found.bends)
    assert len(under_way) > 20 and all(i.judged and 0.3 < i.share < 0.7 for i in under_way)
    again = start()
    again.process(x[:8000])
    other, copied = start(), copy.deepcopy(again)
    other.load(again.save())
    rest = again.process(x[8000:])
    assert rest and other.process(x[8000:]) == rest == copied.process(x[8000:])
    again.reset()
    assert again.process(x) + again.finish() == list(found.bends)


def test_a_profile_has_the_means_of_its_bends(found: BendsByAngle) -> None:
    good = range(1, GUARDED)
    profile = profile_guarding(found, how="10-450 Hz", good=list(good))
    assert profile.how == "10-450 Hz; 5 good bends" and profile.bends == 5 and profile.channels == 2
    frame = profile.to_dataframe()
    assert len(frame) == 2 * 2 * 12 and list(frame["way"].unique()) == ["flexing", "extending"]
    for channel, muscle in enumerate(MUSCLES):
        logs = np.array([logs_of(b) for b in found.of(muscle) if b.number in good])
        there = (~np.isnan(logs)).sum(axis=0) >= 3
        of = frame[frame["channel"] == channel]
        assert np.array_equal(of["log_mean"].notna().to_numpy(), there)
        assert of["log_mean"].to_numpy()[there] == pytest.approx(np.nanmean(logs[:, there], axis=0))
        assert of["level_uV"].to_numpy()[there] == pytest.approx(np.exp(np.nanmean(logs[:, there], axis=0)))
        spreads = np.nanstd(logs[:, there], axis=0, ddof=1)
        told = of["log_spread"].to_numpy()[there]
        # Drawn towards the one of all bins: nearer to each other, and of the same size.
        assert np.std(told) < np.std(spreads) and told.mean() == pytest.approx(spreads.mean(), rel=0.2)


def test_the_index_is_the_mean_z_freed_of_its_bias(found: BendsByAngle) -> None:
    profile = profile_guarding(found, how="x", good=list(range(1, GUARDED)))
    values: dict[str, Any] = profile.to_dict()
    means, spreads = (np.reshape(values[name], (2, -1)) for name in ("means", "spreads"))
    for b in found.bends:
        there = (spreads[b.channel] > 0) & ~np.isnan(logs_of(b))
        z = (logs_of(b)[there] - means[b.channel][there]) / spreads[b.channel][there]
        unbiased = 1 - 3 / (4 * values["freedom"][b.channel] - 1)
        index = guarding_index(profile, b)
        assert index.judged and index.bins == there.sum()
        assert index.value == pytest.approx(unbiased * z.mean(), rel=1e-12) and index.low < index.value < index.high
        assert index.worst_z == pytest.approx(unbiased * z.max(), rel=1e-12)
        at = int(np.flatnonzero(there)[np.argmax(z)])
        assert (index.worst_way, index.worst_angle_deg) == (("flexing", "extending")[at // 12], 10 + 10 * (at % 12))
        assert index.share == there.sum() / (spreads[b.channel] > 0).sum()


def test_a_table_of_others_by_hand() -> None:
    table = unguard.GuardingProfile.from_dict({
        "bins": {"first": 5, "width": 10, "count": 12}, "bends": 1000, "means": [3.0] * 24, "spreads": [0.5] * 24,
        "trials": [1000] * 24, "shared": [1.0], "neighbours": [0.0], "freedom": [999.0], "how": "a table",
    })  # fmt: skip
    one = levels_by_angle(recording()[:, [0, 2]], fs=FS, channels=["a", "trunk"], angle="trunk")
    for index, b in zip(guarding_indices(one, table).indices, one.bends, strict=True):
        z = (logs_of(b) - 3) / 0.5
        assert index.value == pytest.approx((1 - 3 / 3995) * np.nanmean(z), rel=1e-12)
        assert index.unusual == pytest.approx(np.nanmean(z), abs=0.02), "all angles together: as one normal number"


def test_the_guarded_bend_stands_out_and_the_others_do_not(found: BendsByAngle) -> None:
    by_others = guarding_indices(found, good=list(range(1, GUARDED)))
    left, right = (by_others.of(muscle) for muscle in MUSCLES)
    guarded = left[GUARDED - 1].rise
    assert guarded is not None and guarded.z > 2 and guarded.from_deg < 65 and guarded.to_deg > 35
    assert all(i.rise is None or i.rise.z < 2 for i in [*left[: GUARDED - 1], *right])
    frame = by_others.to_dataframe()
    assert len(frame) == 2 * BENDS and list(frame["in_reference"]) == [b != GUARDED for b in frame["bend"]]
    assert (frame["deepest_deg"] - 90).abs().max() < 1 and (frame["duration_s"] - 9).abs().max() < 1
    assert frame["index"].notna().all() and (frame["why"] == "judged").all()


def test_no_bend_is_judged_by_itself(found: BendsByAngle) -> None:
    good = list(range(1, GUARDED))
    by_others = guarding_indices(found, good=good)
    for b, index in zip(found.bends, by_others.indices, strict=True):
        others = [n for n in good if n != b.number]
        assert index == guarding_index(profile_guarding(found, how="x", good=others), b)
    # A profile that a bend is part of finds it more usual than one it is no part of.
    by_all = guarding_indices(found, profile_guarding(found, how="x", good=good))
    size = [np.mean([abs(i.value) for i in of.indices if i.judged]) for of in (by_all, by_others)]
    assert size[0] < size[1] and by_all.good == ()


def test_a_bend_that_cannot_be_judged_says_why(x: NDArray[np.float64], found: BendsByAngle) -> None:
    profile = profile_guarding(found, how="x")
    wide = levels_by_angle(
        x, fs=FS, channels=NAMES, angle="trunk", spec=unguard.LevelsByAngle(bins=unguard.AngleBins(width=20, count=5))
    )
    other = guarding_index(profile, wide.bends[0])
    assert other.why == "angles of another profile" and math.isnan(other.value) and other.rise is None
    marks = np.zeros(x.shape, dtype=np.uint32)
    marks[4000:4400, 2] = unguard.MARKS["missing"]
    gap = levels_by_angle(x, fs=FS, channels=NAMES, angle="trunk", marks=marks)
    assert "angle gap" in gap.bends[0].doubts and guarding_index(profile, gap.bends[0]).why == "angle gap"
    assert profile_guarding(gap, how="x").bends == BENDS - 1, "it is no good bend"
    # Who bends to 32 degrees is judged where they were, and the share says so.
    shallow = x[: round(15 * FS)].copy()
    shallow[:, 2] = 4 + (shallow[:, 2] - 4) * 32 / 90
    few = guarding_indices(levels_by_angle(shallow, fs=FS, channels=NAMES, angle="trunk"), profile)
    assert len(few.indices) == 2
    for index, b in zip(few.indices, few.bends, strict=True):
        assert index.judged and index.bins == 6 and index.share < 0.4 and b.deepest_deg == pytest.approx(32, abs=0.1)
    empty = unguard.GuardingProfile.from_dict(
        {**profile.to_dict(), "bends": 0, "means": [], "spreads": [], "trials": [], "shared": [], "neighbours": [],
         "freedom": []}
    )  # fmt: skip
    assert guarding_index(empty, found.bends[0]).why == "no profile of this channel"


def test_a_profile_comes_back_equal(found: BendsByAngle) -> None:
    profile = profile_guarding(found, how="x")
    again = unguard.GuardingProfile.from_dict(profile.to_dict())
    assert again == profile == pickle.loads(pickle.dumps(profile)) and again.to_dict() == profile.to_dict()
    assert profile != profile_guarding(found, how="y")
    assert guarding_index(again, found.bends[3]) == guarding_index(profile, found.bends[3])


def test_the_table_of_levels_has_a_row_a_range(found: BendsByAngle) -> None:
    frame = found.to_dataframe()
    assert len(frame) == 2 * BENDS * 2 * 12
    one = frame[(frame["bend"] == 2) & (frame["muscle"] == MUSCLES[1]) & (frame["way"] == "extending")]
    assert list(one["from_deg"]) == [5 + 10 * k for k in range(12)]
    assert list(one["to_deg"])[:-1] == list(one["from_deg"])[1:]
    levels = [math.nan if level is None else level.level_uV for level in found.of(MUSCLES[1])[1].extending]
    assert np.array_equal(one["level_uV"].to_numpy(), levels, equal_nan=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f, x: levels_by_angle(x, fs=FS, channels=NAMES, angle="hip"), "angle is 'hip'"),
        (lambda f, x: levels_by_angle(x, fs=FS, channels=NAMES, angle="trunk", noise=[1, 2, 3]), "noise is 3 values"),
        (
            lambda f, x: levels_by_angle(x[:, 2], fs=FS, channels=["trunk"], angle="trunk"),
            "channels is the angle alone",
        ),
        (lambda f, x: f.of("biceps"), "muscle is 'biceps'"),
        (lambda f, x: f.spec.start(fs=FS, channels=NAMES).so_far(2), "muscle is 2: expected 0 to 1"),
        (lambda f, x: profile_guarding(f, how="x", good=[1, 2]), "trials is 2 good bends in channel 0"),
        (lambda f, x: profile_guarding(f, how="x", good=[1, 2, 9]), "good is 9: expected numbers of bends, 1, 2, 3"),
        (lambda f, x: profile_guarding(f, how="x", good="12"), "good is '12'"),
        (lambda f, x: profile_guarding(f, how=3), "how is 3"),  # type: ignore[arg-type]
        (lambda f, x: profile_guarding(f.bends, how="x"), "found is "),
        (lambda f, x: guarding_indices(f, good=[1, 2, 3]), "good is 3 bends: expected 4 and more: each is judged by"),
        (lambda f, x: guarding_indices(f, profile_guarding(f, how="x"), good=[1]), r"good is \[1\]: expected None"),
        (lambda f, x: guarding_indices(f, 3), "profile is 3"),  # type: ignore[arg-type]
        (lambda f, x: guarding_index(profile_guarding(f, how="x"), 3), "bend is 3"),  # type: ignore[arg-type]
        (lambda f, x: unguard.AngleBins(count=33), "count is 33"),
        (lambda f, x: unguard.GuardingProfile.from_dict({"bins": 1}), "calibration is a dict without a key"),
        (
            lambda f, x: unguard.GuardingProfile.from_dict({**profile_guarding(f, how="x").to_dict(), "shared": [0.5]}),
            "neighbours is 2 numbers: expected 1, one a channel",
        ),
    ],
)
def test_refusals_name_what_is_wrong(found: BendsByAngle, x: NDArray[np.float64], call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        call(found, x)
