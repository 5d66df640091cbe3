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
    np.testing.assert_allclose(decibels, 20 * np.log10(np.maximum(true, 1e-5)), atol=1e-9)
    assert f[-1] == FS / 2 and 50 in f
    f, milliseconds = _drawn(delay)
    np.testing.assert_array_equal(milliseconds, 1000 / FS * unguard.group_delay(spec, f, fs=FS))
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
