"""Fatigue of spectrum and amplitude. Truth: efforts whose slopes are known; the definitions of JASA."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
import unguard
from unguard import fatigue

from bench.evidence.emg_model import tiring


def effort(of_spectrum: float, of_amplitude: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    t = 0.25 + 0.5 * np.arange(120)
    spectrum = 60 * (1 + 0.01 * of_spectrum * t + 0.08 * random.standard_normal(120))
    return t, spectrum, 30 * (1 + 0.01 * of_amplitude * t + 0.1 * random.standard_normal(120))


@pytest.mark.parametrize(
    ("spectrum", "amplitude", "quadrant"),
    [(-0.6, 1, "fatigue"), (0.6, 1, "more force"), (0.6, -1, "recovery"), (-0.6, -1, "less force")],
)
def test_the_quadrant_is_that_of_both_signs(spectrum: float, amplitude: float, quadrant: str) -> None:
    found = fatigue.jasa(*effort(spectrum, amplitude))
    assert found.quadrant == quadrant
    assert str(found).startswith(f"{quadrant}: MDF ")
    table = found.to_dataframe()
    assert list(table["of"]) == ["MDF"] * 3 + ["RMS"] * 3 and set(table.quadrant) == {quadrant}


def test_its_trends_are_those_of_trend() -> None:
    t, spectrum, amplitude = effort(-0.3, 0)
    found = fatigue.jasa(t, spectrum, amplitude, fit="Theil-Sen", level=0.9)
    assert found.spectrum == fatigue.trend(t, spectrum, fit="Theil-Sen", level=0.9)
    assert found.amplitude == fatigue.trend(t, amplitude, fit="Theil-Sen", level=0.9)
    assert found.quadrant == "uncertain" and found.below_change_limit
    frame = pd.DataFrame({"t": t, "mdf": spectrum, "rms": amplitude})
    assert fatigue.jasa(frame.t, frame.mdf, frame.rms, fit="Theil-Sen", level=0.9) == found


def test_live_says_what_the_whole_effort_says() -> None:
    t, spectrum, amplitude = effort(-0.6, 1)
    spectrum[33] = np.nan
    spec = unguard.FatigueIndicator(step=0.5, least=20)
    live = spec.start()
    assert isinstance(live, fatigue.LiveFatigueIndicator) and live.spec == spec
    for i, window in enumerate(zip(t, spectrum, amplitude, strict=True)):
        assert (live.reading() is None) == (i < 20)
        live.push(*window)
    assert live.reading() == fatigue.jasa(t, spectrum, amplitude)
    assert (live.windows, live.left_out) == (119, 1)
    with pytest.raises(
        unguard.ConfigError, match="seconds is 1: expected a finite time, at least a thousandth of a step after"
    ):
        live.push(1.0, 60.0, 30.0)
    with pytest.raises(unguard.ConfigError, match="amplitude is '30'"):
        live.push(100.0, 60.0, "30")  # type: ignore[arg-type]
    live.reset()
    assert live.reading() is None and live.windows == 0


def test_a_live_one_is_stopped_and_goes_on_in_a_fresh_one() -> None:
    windows = list(zip(*effort(-0.6, 1), strict=True))
    spec = unguard.FatigueIndicator(step=0.5, least=10)
    for stopped in (0, 3, 40, 119):
        always = spec.start()
        for window in windows[:stopped]:
            always.push(*window)
        state = always.save()
        fresh = spec.start()
        fresh.load(state)
        for window in windows[stopped:]:
            always.push(*window)
            fresh.push(*window)
        assert fresh.reading() == always.reading() is not None
        assert fresh.save() == always.save() != state
    other = unguard.FatigueIndicator(step=0.25, least=10).start()
    damaged = bytearray(state)
    damaged[100] ^= 1
    for live, wrong in ((other, state), (fresh, bytes(damaged)), (fresh, state[:-1]), (fresh, "state")):
        before = live.save()
        with pytest.raises(unguard.ConfigError, match="state is"):
            live.load(wrong)  # type: ignore[arg-type]
        assert live.save() == before


def test_the_limit_of_change_is_that_of_the_protocol() -> None:
    slope = fatigue.jasa(*effort(-0.3, 1)).spectrum.normalised
    assert slope is not None and slope.value < -0.1
    assert unguard.Jasa().change_limit == unguard.FatigueIndicator().change_limit == fatigue.SLOPE_CHANGE_LIMIT == 0.5
    for limit in (0.0, -0.99 * slope.value, -1.01 * slope.value, 100.0):
        below = limit > -slope.value
        assert fatigue.jasa(*effort(-0.3, 1), change_limit=limit).below_change_limit == below
        live = unguard.FatigueIndicator(step=0.5, change_limit=limit).start()
        for window in zip(*effort(-0.3, 1), strict=True):
            live.push(*window)
        reading = live.reading()
        assert reading is not None and reading.below_change_limit == below


def test_blocks_of_emg_become_a_quadrant_by_the_defaults_of_both() -> None:
    fs, window = 2000.0, unguard.SlidingSpectrum().window
    # Through filters that fall by 0.6 %/s, louder by 1 %/s.
    t = np.arange(round(45 * fs)) / fs
    warped = tiring(t, -0.6) * (1 + 0.01 * t)
    spectrum = unguard.SlidingSpectrum().start(fs=fs)
    indicator = unguard.FatigueIndicator().start()
    for begin in range(0, len(t), 64):
        for r in spectrum.process(warped[begin : begin + 64]):
            if r.trust != "WARMUP":
                lost = r.mdf_hz is None
                values = (np.nan, np.nan) if lost else (r.mdf_hz, r.rms_uV)
                indicator.push((r.at + 1) / fs - window / 2, *values)
    found = indicator.reading()
    assert found is not None and found.quadrant == "fatigue"
    assert found.spectrum.normalised is not None and abs(found.spectrum.normalised.value + 0.6) < 0.15
    whole = fatigue.course(warped, fs=fs)
    assert fatigue.jasa(whole.seconds, whole.spectrum, whole.amplitude) == found


@pytest.mark.parametrize(
    ("filters", "corner"),
    [
        (unguard.trunk_band(), 30.0),
        (unguard.Highpass(cutoff=60), 60.0),
        (unguard.Chain(unguard.Bandpass(), unguard.BesselHighpass(cutoff=45)), 45.0),
        (100, 100.0),
        ("Chain{FirBandpass{low = 30 Hz, high = 450 Hz}}", 30.0),
        (unguard.StateVariable(mode="highpass", cutoff=45), 45.0),
        (unguard.Fir(taps=[1.0, -1.0]), 500.0),
        (unguard.Chain(unguard.Highpass(cutoff=40), unguard.Rms()), 40.0),
    ],
)
def test_a_highpass_at_or_above_30_hz_warns_by_name(filters: object, corner: float) -> None:
    with pytest.warns(fatigue.HighpassBeforeFatigue, match=r"a high-pass at .* Hz came before"):
        found = fatigue.check_highpass(filters, fs=2000)
    # The response of a Bessel filter has half its power elsewhere than where its phase says.
    assert found == pytest.approx(corner, rel=0.5 if "Bessel" in repr(filters) else 1e-3)
    with pytest.warns(fatigue.HighpassBeforeFatigue):
        fatigue.jasa(*effort(-0.6, 1), filters=filters, fs=2000)


@pytest.mark.parametrize(
    ("filters", "corner"),
    [(unguard.Bandpass(), 20.0), (unguard.Lowpass(cutoff=100), None), (10.0, 10.0), (unguard.Notch(), None)],
)
def test_others_do_not(filters: object, corner: float | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fatigue.check_highpass(filters, fs=2000)
        assert found is None if corner is None else found == pytest.approx(corner, rel=1e-3)
        fatigue.jasa(*effort(-0.6, 1), filters=filters, fs=2000)


def test_cycles_are_found_at_their_angle_and_take_the_nearest_window() -> None:
    fs = 100.0
    angle = 45 - 45 * np.cos(2 * np.pi * np.arange(6000) / 300)
    points = fatigue.cycles(angle, fs=fs, at=60.0)
    assert len(points) == 20
    truth = np.arccos((45 - 60) / 45) / (2 * np.pi) * 3 + 3 * np.arange(20)
    assert np.all((points >= truth) & (points < truth + 1.0001 / fs))
    t = 0.1 * np.arange(600)
    chosen = fatigue.windows_at(t, points, reach=0.06)
    np.testing.assert_allclose(t[chosen], points, atol=0.0501)
    assert len(fatigue.windows_at(t, points, reach=0.0)) == 0 or np.all(np.isin(t[chosen], points))
    # Frequencies that follow the angle far more than fatigue.
    mdf = 60 * (1 - 0.004 * t) * (1 + 0.006 * angle[::10]) + np.random.default_rng(9).standard_normal(600)
    ratio = fatigue.trend(t[chosen], mdf[chosen]).normalised
    assert ratio is not None and ratio.high < 0 and abs(ratio.value + 0.4) < 0.1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fatigue.jasa([0, 1], [1, 2], [1, 2, 3]), "amplitude is 3 values: expected one for each of 2"),
        (lambda: fatigue.jasa(*effort(0, 0), index="MPF"), "index is 'MPF': expected one of \"MDF\""),
        (lambda: fatigue.cycles(np.zeros(10), fs=0), "fs is 0: expected a rate above 0 Hz"),
        (lambda: fatigue.cycles(np.zeros(10), fs=10, crossing="up"), "crossing is 'up'"),
        (lambda: fatigue.jasa(*effort(0, 0), change_limit=-0.1), "change_limit is -0.1 %/s: expected 0 to 100 %/s"),
        (lambda: unguard.FatigueIndicator(change_limit=101.0), "change_limit is 101 %/s: expected 0 to 100 %/s"),
        (lambda: fatigue.windows_at([0, 2, 1], [1], reach=1), r"seconds\[2\] is 1: expected a finite time, not before"),
        (lambda: fatigue.windows_at([0, 1], [1, 0.5], reach=1), r"points\[1\] is 0.5: expected a finite time, not"),
        (lambda: fatigue.windows_at([0, 1], [1], reach=-1), "reach is -1 s: expected at least 0 s"),
        (lambda: fatigue.check_highpass(-1.0), "filters is -1.0: expected a corner"),
        (lambda: fatigue.check_highpass(None), "spec is None: expected a filter"),  # type: ignore[arg-type]
        (
            lambda: fatigue.check_highpass(unguard.Bandpass()),
            "fs is None: expected the rate in Hz at which the filters",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, says: str) -> None:
    with pytest.raises(unguard.ConfigError, match=says):
        call()
