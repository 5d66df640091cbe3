"""Load, rest and exposure. Truth: closed forms of |Gaussian| (0.1257, 0.6745, 1.6449), NumPy, a telegraph signal."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import unguard
from unguard import ConfigError
from unguard.clinical import exposure_variation, load, muscle_rest


def test_apdf_of_gaussian_levels_is_the_closed_form() -> None:
    x = np.abs(np.random.default_rng(1).standard_normal(400_000))
    found = load(x, unit="uV")
    counted = unguard.AmplitudeDistribution()
    for part in np.array_split(x, 9):
        counted.add(part)
    for exact, live, truth in zip(
        (found.static, found.median, found.peak), map(counted.quantile, (0.1, 0.5, 0.9)), (0.1257, 0.6745, 1.6449),
        strict=True,
    ):  # fmt: skip
        assert exact == pytest.approx(truth, rel=0.01) and live == pytest.approx(exact, rel=0.01)
    assert (found.static, found.peak) == tuple(np.quantile(x, [0.1, 0.9]))
    assert counted.share_below(0.6745) == pytest.approx(0.5, abs=0.01) and counted.count == len(x)
    assert found.beyond is None, "microvolts have no limits"


def test_jonssons_limits_are_of_mvc_only() -> None:
    levels = np.linspace(0, 100, 1001)
    assert load(levels, unit="% RVE").beyond is None
    assert load(levels, unit="% MVC").beyond == (
        "static load of 10 % MVC, above 5 %", "median load of 50 % MVC, above 14 %", "peak load of 90 % MVC, above 70 %"
    )  # fmt: skip
    assert load(levels / 100, unit="% MVC").beyond == ()


def test_gaps_of_a_telegraph_signal_are_exact() -> None:
    fs, rng = 100.0, np.random.default_rng(2)
    x, gaps, in_gaps, rest = [], 0, 0, 0
    for i in range(200):
        n = int(rng.integers(5, 60))
        low = i % 2 == 0
        x += [0.1 if low else 5.0] * n
        rest += n * low
        if low and n >= 20:
            gaps += 1
            in_gaps += n
    found = muscle_rest(x, fs=fs)
    assert (found.gaps, found.in_gaps_s, found.resting_s) == (gaps, in_gaps / fs, rest / fs)
    assert found.rest_share == rest / len(x) and found.gaps_a_minute == pytest.approx(60 * gaps * fs / len(x))


def test_exposure_equals_a_short_numpy_implementation() -> None:
    fs, rng = 10.0, np.random.default_rng(3)
    x = np.repeat(rng.uniform(0, 40, 150), rng.integers(3, 120, 150))
    spec = unguard.ExposureVariation()
    found = exposure_variation(x, fs=fs, spec=spec)
    classes = np.searchsorted(spec.levels, x, side="right")
    edges = np.flatnonzero(np.diff(classes, prepend=-1, append=-1))
    shares = np.zeros(found.shares.shape)
    for first, last in pairwise(edges):
        shares[classes[first], np.searchsorted(spec.lengths, (last - first) / fs, side="right")] += last - first
    assert found.shares == pytest.approx(shares / len(x))
    assert found.deviation == pytest.approx(found.shares.std())
    assert found.to_dataframe()["share"].sum() == pytest.approx(1)


def test_refusals() -> None:
    with pytest.raises(ConfigError, match=r"^unit is 'mV'"):
        load([1.0], unit="mV")
    with pytest.raises(ConfigError, match=r"^levels is"):
        load([np.nan], unit="uV")
    with pytest.raises(ConfigError, match=r"^levels is two-dimensional"):
        muscle_rest(np.zeros((10, 2)), fs=10)
    with pytest.raises(ConfigError, match=r"^rate is 0 Hz|^fs is"):
        muscle_rest(np.zeros(10), fs=0)
    with pytest.raises(ConfigError, match=r"^levels is"):
        exposure_variation(np.zeros(10), fs=10, spec=unguard.ExposureVariation(levels=[3, 1]))


def test_what_was_not_observed_did_not_work_all_the_time() -> None:
    found = muscle_rest(np.full(100, np.nan), fs=10)
    assert found.observed_s == 0 and math.isnan(found.rest_share) and math.isnan(found.gaps_a_minute)
