"""Smoothness, co-contraction and left against right. Truth: the authors' own vectors (clinical.md), NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from people import Levels, by_angle, person
from unguard import ConfigError
from unguard.clinical import asymmetry, co_contraction, dimensionless_jerk, log_dimensionless_jerk, spectral_arc_length
from unguard.clinical.sides import pairs, side_of

#: exp(-5 t^2) from -1 to 1 s at 100 Hz.
MOVEMENT = np.exp(-5 * np.arange(-1, 1, 0.01) ** 2)


def test_smoothness_of_the_authors_movement() -> None:
    assert spectral_arc_length(MOVEMENT, fs=100) == pytest.approx(-1.41403, abs=1e-5)
    assert dimensionless_jerk(MOVEMENT, fs=100) == pytest.approx(-335.74684, abs=1e-5)
    assert log_dimensionless_jerk(MOVEMENT, fs=100) == pytest.approx(-5.81636, abs=1e-5)


def test_arc_length_equals_a_short_numpy_implementation() -> None:
    speed = np.concatenate([MOVEMENT, 0.5 * MOVEMENT, MOVEMENT])
    n = 2 ** (int(np.ceil(np.log2(len(speed)))) + 4)
    f, m = np.arange(0, 100, 100 / n), np.abs(np.fft.fft(speed, n))
    f, m = f[f <= 10], (m / m.max())[f <= 10]
    inside = np.flatnonzero(m >= 0.05)
    f, m = f[inside[0] : inside[-1] + 1], m[inside[0] : inside[-1] + 1]
    length = -np.sum(np.sqrt((np.diff(f) / (f[-1] - f[0])) ** 2 + np.diff(m) ** 2))
    assert spectral_arc_length(speed, fs=100) == pytest.approx(length, rel=1e-9)
    assert length < -2, "three movements are less smooth than one"


def test_co_contraction_equals_a_short_numpy_implementation() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.uniform(0, 50, 500), rng.uniform(0, 50, 500)
    a[3] = np.nan
    found = co_contraction(a, b, noise=2)
    kept = ~np.isnan(a) & (np.fmax(a, b) > 2)
    a, b = a[kept], b[kept]
    low, high = np.minimum(a, b), np.maximum(a, b)
    assert found.falconer_winter == pytest.approx(200 * low.sum() / (a + b).sum())
    assert found.rudolph == pytest.approx(np.mean(low / high * (low + high)))
    assert found.lewek == pytest.approx(100 * found.rudolph)
    assert found.directed == pytest.approx(np.mean(np.where(a >= b, 1 - b / a, a / b - 1)))
    assert found.samples == kept.sum() and found.left_out == 500 - kept.sum()


def test_asymmetry_of_two_levels() -> None:
    found = by_angle(person([Levels(2, 30, 3, 60), Levels(2, 20, 3, 30)], bends=1))
    left, right = (found.of(m)[0].flexing for m in found.muscles)
    assert left is not None and right is not None
    a = asymmetry(left, right)
    expected = 100 * (left.level_uV - right.level_uV) / (left.level_uV + right.level_uV)
    assert a.value == pytest.approx(expected) and a.low < a.value < a.high and a.value == pytest.approx(20, abs=6)


def test_sides_by_name() -> None:
    assert side_of("longissimus L") == ("longissimus", "left")
    assert side_of("Right multifidus") == ("multifidus", "right")
    assert side_of("erector_spinae_left") == ("erector spinae", "left")
    assert side_of("longissimus L1") is None and side_of("left") is None
    found = pairs(["longissimus L", "longissimus R", "multifidus L", "trunk", "biceps right", "biceps left"])
    assert [(p.muscle, p.left, p.right) for p in found] == [
        ("longissimus", "longissimus L", "longissimus R"), ("biceps", "biceps left", "biceps right")
    ]  # fmt: skip


def test_refusals() -> None:
    with pytest.raises(ConfigError, match=r"^speed is 0 throughout"):
        spectral_arc_length(np.zeros(100), fs=100)
    with pytest.raises(ConfigError, match=r"^speed is two-dimensional"):
        dimensionless_jerk(np.zeros((10, 2)), fs=100)
    with pytest.raises(ConfigError, match=r"^speed is a straight line"):
        log_dimensionless_jerk(np.arange(50.0), fs=100)
    with pytest.raises(ConfigError, match=r"^antagonist is 9 samples"):
        co_contraction(np.ones(10), np.ones(9))
    with pytest.raises(ConfigError, match=r"^left is"):
        asymmetry(1, 2)
