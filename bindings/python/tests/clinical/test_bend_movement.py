"""Movements, stiffening and time to relax.

Truth: movements of least jerk, in closed form; levels written down around a start and behind a bend; short NumPy
implementations of speeds, SPARC, LDLJ, rises and the time to relax.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from people import FS, MUSCLES, Levels, Person, person
from scipy import stats  # type: ignore[import-untyped]
from unguard import ConfigError
from unguard.clinical import BendMovements, bend_movements, stiffening, time_to_relax

TICK = 10  # samples
NAMES = [*MUSCLES, "trunk", "pelvis", "lumbar"]
SECOND = round(FS)


@pytest.fixture(scope="module")
def one() -> Person:
    return person([Levels(3, 30, 5, 60), Levels(4, 20, 10, 40)], noise=1.0, phase_s=4.0)


def columns(one: Person, tremble: float = 0.02, seed: int = 5) -> NDArray[np.float64]:
    """Muscles, the trunk, 0.6 of it the pelvis, 0.4 the lumbar spine."""
    trunk = one.degrees + tremble * np.random.default_rng(seed).standard_normal(len(one.degrees))
    return np.column_stack([one.emg, trunk, 0.6 * trunk, 0.4 * trunk])


def measured(x: NDArray[np.float64], **more: Any) -> BendMovements:
    return bend_movements(x, fs=FS, channels=NAMES, angle="trunk", pelvis="pelvis", lumbar="lumbar", **more)


@pytest.fixture(scope="module")
def found(one: Person) -> BendMovements:
    return measured(columns(one), noise=[1.0])


def speeds(degrees: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean angles a hundred times a second, and their slopes over 0.11 s by least squares."""
    ticks = degrees[: len(degrees) // TICK * TICK].reshape(-1, TICK).mean(axis=1)
    at = np.arange(-5, 6)
    return ticks, np.convolve(ticks, -at / (at @ at) * 100, "same")


def sparc(speed: NDArray[np.float64], fs: float) -> float:
    n = 2 ** (int(np.ceil(np.log2(len(speed)))) + 4)
    f, m = np.arange(0, fs, fs / n), np.abs(np.fft.fft(speed, n))
    f, m = f[f <= 10], (m / m.max())[f <= 10]
    inside = np.flatnonzero(m >= 0.05)
    f, m = f[inside[0] : inside[-1] + 1], m[inside[0] : inside[-1] + 1]
    return float(-np.sum(np.sqrt((np.diff(f) / (f[-1] - f[0])) ** 2 + np.diff(m) ** 2)))


def test_movements_of_least_jerk_have_their_closed_forms(found: BendMovements) -> None:
    assert len(found.bends) == 3 and found.muscles == tuple(MUSCLES)
    for b in found.bends:
        assert b.hung and b.upright_deg == pytest.approx(0, abs=0.5) and b.range_deg == pytest.approx(90, abs=0.5)
        assert b.pelvis_deg == pytest.approx(54, abs=0.5) and b.lumbar_deg == pytest.approx(36, abs=0.5)
        assert b.hold_s == pytest.approx(4, abs=0.3)
        for way in (b.down, b.up):
            assert way.share == 1 and way.duration_s == pytest.approx(4, abs=0.2)
            assert way.peak_deg_s == pytest.approx(15 / 8 * 90 / 4, abs=1)
            assert way.log_jerk == pytest.approx(-math.log(720 / (15 / 8) ** 2), abs=0.15)


def test_speed_and_smoothness_equal_a_short_numpy_implementation(one: Person, found: BendMovements) -> None:
    _, speed = speeds(columns(one)[:, 2])
    for b in found.bends:
        for way, first, last, sign in ((b.down, b.bending, b.full, 1), (b.up, b.returning, b.end, -1)):
            of = sign * speed[first // TICK : last // TICK]
            assert way.peak_deg_s == pytest.approx(of.max(), rel=1e-9)
            assert way.duration_s == pytest.approx((last - first) / FS, rel=1e-12)
            assert way.spectral_arc_length == pytest.approx(sparc(of, 100), rel=1e-6)
            # Mean speeds ten times a second, one more of them on either side.
            begin, end = first // TICK - 10, last // TICK + 10
            coarse = sign * speed[begin : begin + (end - begin) // 10 * 10].reshape(-1, 10).mean(axis=1)
            jerk = np.sum(np.diff(coarse, 2) ** 2) * 10**3 * ((end - begin) // 10 / 10) ** 3 / coarse.max() ** 2
            stretched = 3 * math.log(len(coarse) * 10 / (end - begin - 20))
            assert way.log_jerk == pytest.approx(-math.log(jerk) + stretched, rel=1e-6)


def test_a_tremor_is_less_smooth_and_a_gap_is_none(one: Person, found: BendMovements) -> None:
    x = columns(one)
    moving = (one.degrees > 0) & (one.degrees < 90)
    shaken = x.copy()
    shaken[:, 2] += 1.5 * moving * np.sin(2 * np.pi * 2 * np.arange(len(x)) / FS)
    shaky = measured(shaken).bends[0].down
    smooth = found.bends[0].down
    for name in ("spectral_arc_length", "log_jerk"):
        assert getattr(shaky, name) < getattr(smooth, name) - 0.2
    marks = np.zeros(x.shape, dtype=np.uint32)
    marks[5500:5800, 2] = unguard.MARKS["missing"]
    gap = measured(x, marks=marks).bends[0]
    assert "angle gap" in gap.doubts and gap.down.share < 1 and gap.up.share == 1
    assert gap.down.spectral_arc_length is None and gap.down.log_jerk is None and gap.up.log_jerk is not None


def written(
    level: Callable[[float], float], seconds: float, *, noise: float = 0.0, seed: int = 1
) -> NDArray[np.float64]:
    """White noise of a level that is known at every instant, microvolts."""
    rng, n = np.random.default_rng(seed), round(seconds * FS)
    at = np.array([level(i / FS) for i in range(n)])
    return at * rng.standard_normal(n) + noise * rng.standard_normal(n)


def powers(emg: NDArray[np.float64]) -> NDArray[np.float64]:
    return (emg[: len(emg) // TICK * TICK].reshape(-1, TICK) ** 2).mean(axis=1)


def test_stiffening_equals_a_short_numpy_implementation() -> None:
    emg = written(lambda t: 3 if t < 3.7 else 4.5 if t < 4 else 9, 6, noise=1)
    got = stiffening(emg, fs=FS, start=4 * SECOND, standing=0, spec=unguard.MovementStart(noise=1))
    assert got is not None and not got.at_least
    p = powers(emg)
    stretches = {"standing": p[:350], "before": p[370:400], "after": p[400:430]}
    level = {name: math.sqrt(of.mean() - 1) for name, of in stretches.items()}
    for name, mine in level.items():
        assert getattr(got, name).level_uV == pytest.approx(mine, rel=1e-12)
    # The variance of a tick, by blocks of five of standing; the same share of every power.
    blocks = p[:350].reshape(-1, 5).mean(axis=1)
    share = math.sqrt(5 * np.mean(np.diff(blocks) ** 2) / 2) / blocks.mean()
    spread = {n: share / math.sqrt(len(of)) * of.mean() / (2 * level[n] ** 2) for n, of in stretches.items()}
    for name, rise in (("before", got.rise_before), ("after", got.rise_after)):
        off = stats.t.ppf(0.975, len(blocks) - 1) * math.hypot(spread[name], spread["standing"])
        log = math.log(level[name] / level["standing"])
        assert rise.value == pytest.approx(log, rel=1e-12)
        assert (rise.low, rise.high) == (pytest.approx(log - off, abs=1e-4), pytest.approx(log + off, abs=1e-4))
    assert got.rise_after.low < math.log(3) < got.rise_after.high


def test_stiffening_says_where_it_cannot_tell() -> None:
    emg = written(lambda t: 0 if t < 4 else 9, 6, noise=1)
    spec = unguard.MovementStart(noise=1)
    assert stiffening(emg, fs=FS, start=SECOND, standing=0, spec=spec) is None, "too little of standing"
    assert stiffening(emg, fs=FS, start=6 * SECOND, standing=0, spec=spec) is None, "nothing behind it"
    silent = stiffening(emg, fs=FS, start=4 * SECOND, standing=0, spec=spec)
    assert silent is not None and silent.at_least and silent.standing.level_uV == 0.5


def relaxed_by_numpy(emg: NDArray[np.float64], edges: dict[str, int], until: int, noise: float) -> tuple[float, bool]:
    """From which tick on every stretch of the next second has less power, taken together, than 1.25 times the last 4 s
    of standing.
    """
    p = powers(emg)
    bending = edges["bending"] // TICK
    standing = p[max(edges["standing"] // TICK, bending - 400) : bending - 50].mean() - noise**2
    excess = p - (1.25**2 * standing + noise**2)
    first, last = edges["end"] // TICK, until // TICK
    sums = np.concatenate([[0], np.cumsum(excess[first:last])])
    for tick in range(100, len(sums)):
        if (top := int(np.argmax(sums[: tick + 1]))) <= tick - 100:
            return top / 100, False
    return (last - first) / 100, True


DECAYS: list[tuple[str, float, Callable[[float], float]]] = [
    ("at once", 2, lambda t: 9 if t < 2 else 3),
    ("evenly", 3, lambda t: max(3, 12 - (12 - 3.75) * t / 3)),
    ("exponentially", 5, lambda t: 3 + 9 * math.exp(-t * math.log(12) / 5)),
]


@pytest.mark.parametrize(("how", "truth", "after"), DECAYS)
def test_time_to_relax_is_that_of_decays_that_were_written_down(
    how: str, truth: float, after: Callable[[float], float]
) -> None:
    edges = {"standing": 0, "bending": 5 * SECOND, "end": 15 * SECOND}
    spec, off = unguard.TimeToRelax(noise=1), []
    for seed in range(12):
        emg = written(lambda t: 3 if t < 5 else 30 if t < 15 else after(t - 15), 30, noise=1, seed=seed)
        got = time_to_relax(emg, fs=FS, **edges, spec=spec)
        assert got is not None and not got.censored and got.share == 1
        assert got.time_s == pytest.approx(relaxed_by_numpy(emg, edges, len(emg), 1)[0], abs=1e-9)
        assert got.target_uV == pytest.approx(3.75, rel=0.1)
        off.append(abs(got.time_s / truth - 1))
    assert np.median(off) < 0.1, how


def test_what_does_not_come_back_is_censored() -> None:
    edges = {"standing": 0, "bending": 5 * SECOND, "end": 15 * SECOND}
    emg = written(lambda t: 3 if t < 5 else 30 if t < 15 else 9 if t < 20 else 3, 25)
    whole = time_to_relax(emg, fs=FS, **edges)
    assert whole is not None and whole.time_s == pytest.approx(5, abs=0.1) and not whole.censored
    for until, at_least in ((18 * SECOND, 3), (20 * SECOND + SECOND // 2, 5.5)):
        got = time_to_relax(emg, fs=FS, **edges, until=until)
        assert got is not None and got.censored and got.time_s == at_least
        assert relaxed_by_numpy(emg, edges, until, 0) == (at_least, True)
    assert time_to_relax(emg, fs=FS, standing=4 * SECOND, bending=5 * SECOND, end=15 * SECOND) is None
    given = time_to_relax(emg, fs=FS, **edges, spec=unguard.TimeToRelax(level=10))
    assert given is not None and given.time_s < 0.2 and given.target_uV == 10


def test_a_record_tells_of_each_muscle_what_the_parts_tell(one: Person, found: BendMovements) -> None:
    x = columns(one)
    for i, b in enumerate(found.bends):
        until = found.bends[i + 1].bending if i + 1 < len(found.bends) else len(x)
        for channel, m in enumerate(b.muscles):
            emg = x[:, channel]
            down, up = (
                stiffening(emg, fs=FS, start=start, standing=standing, spec=unguard.MovementStart(noise=1))
                for start, standing in ((b.bending, b.standing), (b.returning, b.full))
            )
            for mine, other in ((m.stiffening_down, down), (m.stiffening_up, up)):
                assert mine is not None and other is not None
                assert (mine.rise_before, mine.rise_after) == (other.rise_before, other.rise_after)
            edges = {"standing": b.standing, "bending": b.bending, "end": b.end}
            spec = unguard.TimeToRelax(noise=1)
            assert m.muscle == MUSCLES[channel]
            assert m.relaxing == time_to_relax(emg, fs=FS, **edges, until=until, spec=spec)
            assert m.relaxing is not None and m.relaxing.time_s < 0.3
            # From 3 to 30 uV, and from 5 to 60; the edge may be off by some ticks.
            assert m.stiffening_down.rise_after.value > 1.5 and abs(m.stiffening_down.rise_before.value) < 0.3


def test_tables_have_a_row_a_bend_and_one_a_muscle(one: Person, found: BendMovements) -> None:
    frame = found.to_dataframe()
    assert list(frame["bend"]) == [1, 2, 3] and frame.notna().all(axis=None)
    assert list(frame["down_peak_deg_s"]) == [b.down.peak_deg_s for b in found.bends]
    muscles = found.muscles_to_dataframe()
    assert len(muscles) == 6 and (muscles["range_deg"] > 89).all() and not muscles["relax_censored"].any()
    assert (muscles["down_rise_after_low"] < muscles["down_rise_after"]).all()
    # The angle alone tells of movements, and of no muscle.
    alone = bend_movements(one.degrees[:, None], fs=FS, channels=["trunk"], angle="trunk")
    assert len(alone.bends) == 3 and alone.muscles == () and alone.muscles_to_dataframe().empty
    assert alone.to_dataframe()["pelvis_deg"].isna().all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: bend_movements(x, fs=FS, channels=NAMES, angle="hip"), "angle is 'hip'"),
        (lambda x: bend_movements(x, fs=FS, channels=NAMES, angle="trunk", pelvis="hip"), "pelvis is 'hip'"),
        (lambda x: bend_movements(x, fs=FS, channels=NAMES, angle="trunk", lumbar="trunk"), "lumbar is 'trunk' once"),
        (lambda x: measured(x, noise=[1, 2, 3]), "noise is 3 values"),
        (lambda x: measured(x, noise=[-1]), "noise is -1"),
        (lambda x: measured(x, start=3), "start is 3"),
        (lambda x: bend_movements(x[::20], fs=50, channels=NAMES, angle="trunk"), "(fs|rate) is 50 Hz"),
        (lambda x: stiffening(x, fs=FS, start=9, standing=0), "x is 5 channels wide"),
        (lambda x: stiffening(x[:, 0], fs=FS, start=5, standing=9), "start is 5: expected standing, start in order"),
        (lambda x: time_to_relax(x[:, 0], fs=FS, standing=0, bending=9, end=8), "end is 8: expected standing, bending"),
        (lambda x: time_to_relax(x[:, 0], fs=FS, standing=0, bending=1, end=2, until=10**9), "until is 1000000000"),
        (lambda x: unguard.TimeToRelax(held=0), "held is 0"),
        (lambda x: unguard.MovementStart(before=9), "before is 9"),
    ],
)
def test_refusals_name_what_is_wrong(one: Person, call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        call(columns(one))
