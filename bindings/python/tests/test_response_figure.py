"""The picture of what a filter does: what is drawn where. Truth: the numbers of response(), group_delay(), Chain()."""

import numpy as np
import pytest
import unguard
from matplotlib.figure import Figure

FS = 2000.0


def _drawn(axes, line=0):
    return np.asarray(axes.lines[line].get_xdata()), np.asarray(axes.lines[line].get_ydata())


@pytest.mark.parametrize(
    "spec",
    [
        unguard.Bandpass(),
        unguard.Notch(frequency=50, width=1),
        unguard.FirLowpass(cutoff=100, length=101),
        unguard.Chain(unguard.Highpass(cutoff=20), unguard.StateVariable(cutoff=200)),
    ],
    ids=str,
)
def test_gain_delay_and_step_are_the_filters(spec):
    gain, delay, step = unguard.plot_response(spec, fs=FS)
    f, decibels = _drawn(gain)
    true = np.abs(unguard.response(spec, f, fs=FS))
    np.testing.assert_allclose(decibels, 20 * np.log10(np.maximum(true, 1e-5 * true.max())), atol=1e-9)
    assert f[-1] == FS / 2 and 50 in f
    f, milliseconds = _drawn(delay)
    np.testing.assert_allclose(milliseconds, 1000 / FS * unguard.group_delay(spec, f, fs=FS), rtol=1e-14)
    time, given = _drawn(step)
    _, answer = _drawn(step, 1)
    assert set(given) == {0, 1000} and (given[time >= 0] == 1000).all()
    chain = spec if isinstance(spec, unguard.Chain) else unguard.Chain(spec)
    np.testing.assert_array_equal(answer, chain(given, fs=FS))
    settled_ms = step.lines[2].get_xdata()[0]
    assert settled_ms == pytest.approx(1000 * unguard.settle_time(spec, fs=FS, step=1000, within=1))
    final = 1000 * np.real(unguard.response(spec, [0], fs=FS)[0])
    assert (np.abs(answer[time > settled_ms] - final) < 1).all()


def test_draws_into_the_axes_it_is_given():
    axes = Figure().subplots(1, 3)
    assert list(unguard.plot_response(unguard.Bandpass(), fs=FS, axes=axes)) == list(axes)
    assert axes[0].get_ylabel() == "gain [dB]" and axes[2].get_xlabel() == "time after the step [ms]"


@pytest.mark.parametrize(
    ("spec", "fs", "notches", "width"),
    [
        (unguard.Comb(width=0.5), 10000.0, 50.0 * np.arange(1, 100), 0.5),
        (unguard.Notch(frequency=50.5, q=5000), 2000.0, np.array([50.5]), 0.0101),
        (
            unguard.Chain(unguard.FirLowpass(cutoff=400), unguard.Notch(frequency=333.3, width=0.01)),
            10000.0,
            [333.3],
            0.01,
        ),
        (unguard.TransferFunction(b=[1, -1.2, 1], a=[1, -1.1988, 0.998]), 2000.0, [1000 / np.pi * np.arccos(0.6)], 1),
    ],
    ids=["Comb", "Notch", "Chain", "TransferFunction"],
)
def test_no_notch_is_missed(spec, fs, notches, width):
    # Truth: where the notches are asked for, and their width.
    f, decibels = _drawn(unguard.plot_response(spec, fs=fs)[0])
    for notch in notches:
        near = np.abs(f - notch) < width / 4
        assert near.sum() > 3 and decibels[near].min() < -60, notch


def test_the_axis_begins_a_decade_below_the_lowest_edge():
    gain = unguard.plot_response(unguard.Highpass(cutoff=0.05), fs=FS)[0]
    f, decibels = _drawn(gain)
    assert f[0] <= 0.0051 and decibels[0] < -20
    assert gain.get_xlim()[0] == f[0]
    assert decibels[np.argmin(np.abs(f - 0.05))] == pytest.approx(-3.01, abs=0.1)


def test_every_turn_of_a_long_finite_response_is_drawn():
    # Truth: the zeros of a mean over n samples, at multiples of fs / n.
    f, _ = _drawn(unguard.plot_response(unguard.Fir(taps=np.full(500, 0.002)), fs=FS)[0])
    assert (np.histogram(f, np.arange(0, 1001, 4))[0] > 3).all()


def test_the_answer_holds_between_samples():
    step = unguard.plot_response(unguard.FirLowpass(cutoff=100, length=5), fs=FS)[2]
    assert [line.get_drawstyle() for line in step.lines[:2]] == ["steps-post"] * 2


@pytest.mark.parametrize("gain", [1e-4, 1.0, 300.0])
def test_three_decibels_are_below_the_largest_gain(gain):
    spec = unguard.Chain(unguard.Lowpass(cutoff=100), unguard.Fir(taps=[gain]))
    axes = unguard.plot_response(spec, fs=FS)[0]
    assert axes.lines[1].get_ydata()[0] == pytest.approx(20 * np.log10(gain / np.sqrt(2)), abs=1e-6)
    assert axes.texts[0].get_text() == "3 dB below\nthe largest"


def test_long_times_are_in_seconds():
    spec = unguard.Delay(duration=60)
    _, delay, step = unguard.plot_response(spec, fs=10000)
    assert delay.get_ylabel() == "group delay [s]" and step.get_xlabel() == "time after the step [s]"
    assert step.get_title(loc="left").endswith("after 60 s")
    at, answer = _drawn(step, 1)
    assert len(at) < 20000
    assert at[answer == 1000].min() == 60 and at[_drawn(step)[1] == 1000].min() == 0


def test_what_cannot_be_followed_is_said_to_be_unknown():
    gain, delay, step = unguard.plot_response(unguard.Highpass(cutoff=0.001), fs=FS)
    for axes in (gain, step):
        assert "unknown: remembers for longer than can be followed" in axes.get_title(loc="left")
    assert np.isfinite(_drawn(gain)[1]).all() and np.isfinite(_drawn(delay)[1]).all()
    assert len(step.lines) == 2  # no settle time


def test_nothing_through_is_drawn_and_said():
    gain, _, _ = unguard.plot_response(unguard.Fir(taps=[0.0, 0.0]), fs=FS)
    assert gain.get_title(loc="left").endswith("none: lets nothing through")


def test_refuses_by_name():
    for spec, fs, parameter in ((unguard.Rms(), FS, "stages"), (unguard.Bandpass(), 0, "fs")):
        with pytest.raises(unguard.ConfigError) as refused:
            unguard.plot_response(spec, fs=fs)
        assert refused.value.parameter == parameter
