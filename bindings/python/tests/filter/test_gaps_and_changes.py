"""Missing samples are bridged or heard anew; changes do not jump. Truth: the run without a loss or a change."""

import numpy as np
import pytest
import unguard

FS = 2000
CHAIN = unguard.Chain(unguard.Bandpass(), unguard.Notch(frequency=50, q=10))


def hum_and_emg(frames=8000, offset=20000.0):
    """Hum of 100 uV under EMG of 20 uV on an electrode offset."""
    t = np.arange(frames) / FS
    return offset + 100 * np.sin(2 * np.pi * 50 * t) + np.random.default_rng(5).normal(0, 20, frames)


@pytest.mark.parametrize("as_nan", [True, False])
def test_ten_lost_samples_are_felt_for_less_than_0_4_s(as_nan):
    x = hum_and_emg()
    lost, given = x.copy(), np.zeros(len(x), np.uint32)
    lost[4000:4010] = np.nan if as_nan else 0
    if not as_nan:
        given[4000:4010] = unguard.MARKS["missing"]
    y, marks = CHAIN(lost, fs=FS, marks=given)
    assert np.abs(y - CHAIN(x, fs=FS))[marks == 0].max() <= 1
    assert (marks != 0).sum() <= 0.4 * FS
    assert set(marks[marks != 0]) == {unguard.MARKS["non_finite" if as_nan else "gap"]}


def test_a_long_loss_with_another_offset_behind_it_is_no_burst():
    x = hum_and_emg()
    x[5000:] += 300000
    x[4000:6000] = np.nan
    y, marks = CHAIN(x, fs=FS, marks=True)
    assert np.abs(y[3000:]).max() < 500 and not marks[7900:].any()


def test_a_change_is_heard_without_a_jump_or_a_mark():
    x = hum_and_emg()
    live = CHAIN.start(fs=FS)
    first = live.process(x[:4000])
    live.change(unguard.Chain(unguard.Bandpass(low=60), unguard.Notch(frequency=50, q=10)))
    takes = live.changing
    assert 40 < takes < FS
    y, marks = live.process(x[4000:], marks=True)
    assert live.changing == 0 and not marks.any()
    old = CHAIN(x, fs=FS)
    new = unguard.Chain(unguard.Bandpass(low=60), unguard.Notch(frequency=50, q=10))(x, fs=FS)
    assert (first == old[:4000]).all() and (y[: takes - 40] == old[4000:][: takes - 40]).all()
    assert np.abs(y - new[4000:])[takes:].max() <= 1


def test_missing_samples_are_counted():
    live = CHAIN.start(fs=FS, channels=2)
    given = np.zeros((100, 2), np.uint32)
    given[5:9, 1] = unguard.MARKS["missing"]
    live.process(np.zeros((100, 2)), marks=given)
    assert live.replaced == 4
