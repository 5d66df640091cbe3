"""Responses to markers. Truth: levels that rise and decay as was written down; NumPy for medians and means."""

from __future__ import annotations

import math

import numpy as np
import pytest
import unguard
from unguard import ConfigError
from unguard.clinical import response, responses

FS = 10.0
WINDOWS = unguard.ResponseWindows(baseline=60, task=60, recovery=200, piece=5, held=10)


def course(rises: list[float], *, half_time: float = 30.0, noise: float = 0.05, seed: int = 1) -> tuple[
    np.ndarray, list[tuple[str, int]]
]:  # fmt: skip
    """Levels of 2 uV that rise by so much, exp of it, in each task and decay behind it; and the markers."""
    rng = np.random.default_rng(seed)
    x, markers = [], []
    for rise in rises:
        top = 2 * math.exp(rise)
        back = 2 + (top - 2) * 0.5 ** (np.arange(2000) / FS / half_time)
        markers.append(("stress", 600 + sum(map(len, x))))
        x += [np.full(600, 2.0), np.full(600, top), back]
    levels = np.concatenate(x)
    return levels * np.exp(noise * rng.standard_normal(len(levels))), markers


def test_one_response_is_what_was_written_down() -> None:
    x, markers = course([0.8])
    found = response(x, fs=FS, at=markers[0][1], windows=WINDOWS)
    assert found.reactivity == pytest.approx(0.8, abs=0.02)
    assert found.half_time_s == pytest.approx(30, rel=0.1) and not found.censored
    assert found.latency_s == 2.5 and found.share == 1
    pieces = np.sqrt((x[:600].reshape(-1, 50) ** 2).mean(axis=1))
    assert found.baseline == pytest.approx(np.median(pieces), rel=1e-12)


def test_half_times_are_within_a_tenth() -> None:
    off = []
    for seed in range(40):
        x, markers = course([0.7], half_time=20 + seed, noise=0.1, seed=seed)
        found = response(x, fs=FS, at=markers[0][1], windows=WINDOWS)
        assert found.half_time_s is not None
        off.append(abs(found.half_time_s / (20 + seed) - 1))
    assert np.median(off) <= 0.05 and np.quantile(off, 0.9) <= 0.1


def test_one_that_does_not_come_back_is_censored() -> None:
    x, markers = course([0.8], half_time=400.0)
    found = response(x, fs=FS, at=markers[0][1], windows=WINDOWS)
    assert found.censored and found.half_time_s is None


def test_several_are_compared_with_the_control_site_and_wear_off() -> None:
    rises = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    x, markers = course(rises)
    control, _ = course([0.1] * 6, seed=2)
    found = responses({"longissimus L": x, "trapezius L": control}, markers, fs=FS, control="trapezius L",
                      windows=WINDOWS)  # fmt: skip
    assert len(found.each) == 12 and not found.refused
    mine = next(s for s in found.summaries if s.muscle == "longissimus L")
    assert mine.responses == 6 and mine.specificity is not None and mine.habituation is not None
    assert mine.reactivity is not None and mine.reactivity.low < np.mean(rises) < mine.reactivity.high
    assert mine.specificity.value == pytest.approx(np.mean(rises) - 0.1, abs=0.03) and mine.specificity.low > 0
    assert mine.habituation.value == pytest.approx(-0.1, abs=0.02) and mine.habituation.high < 0
    assert mine.half_time_s == pytest.approx(30, rel=0.1)
    other = next(s for s in found.summaries if s.muscle == "trapezius L")
    assert other.specificity is None
    assert len(found.to_dataframe()) == 12 and len(found.summary()) == 2


def test_intervals_of_a_mean_hold() -> None:
    # 95 % of 400 samples of 5: an interval that holds in 95 % is below 91 % with a chance of 1 in 1,000.
    from unguard.clinical.reactivity import _mean

    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        e = _mean(rng.normal(0.5, 0.3, 5))
        assert e is not None
        held += e.low <= 0.5 <= e.high
    assert held >= 0.91 * 400


def test_markers_that_cannot_be_read_are_said() -> None:
    x, markers = course([0.8])
    x[markers[0][1] - 600 : markers[0][1]] = np.nan
    late = len(x) - 10
    found = responses({"longissimus L": x}, [*markers, ("word", late)], fs=FS, windows=WINDOWS)
    assert not found.each and [kind for _, kind, _, _ in found.refused] == ["stress", "word"]
    assert "baseline is without a level above 0" in found.refused[0][3] and f"at is {late}" in found.refused[1][3]
    with pytest.raises(ConfigError, match=r"^control is 'biceps'"):
        responses({"longissimus L": x}, markers, fs=FS, control="biceps")
    with pytest.raises(ConfigError, match=r"^levels is none"):
        responses({}, markers, fs=FS)
    with pytest.raises(ConfigError, match=r"^piece is"):
        response(x, fs=FS, at=1000, windows=unguard.ResponseWindows(piece=0.01))


def test_a_marker_within_the_windows_of_another_is_no_baseline_and_no_recovery() -> None:
    x, markers = course([0.8, 0.6])
    first, second = (at for _, at in markers)
    close = {"longissimus L": x}
    # Within the second's baseline, and within its own task; then within the first's recovery alone.
    for word, against in ((second - 300, "baseline overlaps"), (second + 300, "task overlaps")):
        found = responses(close, [markers[0], ("word", word), markers[1]], fs=FS, windows=WINDOWS)
        assert any(k == "stress" and at == second and against in why for _, k, at, why in found.refused)
    found = responses(close, [markers[0], ("word", first + 1300)], fs=FS, windows=WINDOWS)
    (stress,) = (r for _, kind, _, r in found.each if kind == "stress")
    assert stress.reactivity == pytest.approx(0.8, abs=0.02), "before the word nothing is different"
    assert stress.half_time_s is None and not stress.censored and stress.area_s is None and stress.share == 1
    assert stress.no_recovery == "recovery overlaps 'word' at 190 s"
    (summary,) = (s for s in found.summaries if s.kind == "stress")
    assert summary.recoveries == 0 and summary.censored == 0
