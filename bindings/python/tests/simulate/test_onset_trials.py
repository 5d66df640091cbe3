"""Onset trials in Python are the C++ ones. Truth: the spec; SciPy's band-pass and Welch's spectrum."""

import numpy as np
import pytest
import unguard
from scipy import signal


def in_band(x: np.ndarray, fs: float) -> float:
    """Return the mean power behind the band in which SNR is counted; the first half second is left out."""
    sos = signal.butter(2, (20, min(450, 0.45 * fs)), "bandpass", fs=fs, output="sos")
    return float(np.mean(signal.sosfilt(sos, x)[int(fs / 2) :] ** 2))


@pytest.mark.parametrize("kind", ["gaussian", "laplacian", "motor_units"])
@pytest.mark.parametrize("colour", ["white", "trunk", "limb"])
def test_snr_is_what_the_trial_says(kind: str, colour: str) -> None:
    """Truth: the definition. T = 100 s: 4.5 standard errors of both powers are 0.4 dB at most."""
    trial = unguard.OnsetTrial(
        seed=3, rate=1000, kind=kind, noise_colour=colour, baseline=0, active=100, tail=0, snr_dB=6, noise=4
    )
    record = unguard.simulate_onset(trial)
    noise = unguard.onset_noise(trial, seconds=100).generate(100_000)
    assert (record.onset, record.offset, record.fs) == (0, 100_000, 1000)
    assert 10 * np.log10(in_band(noise, 1000) / 16) == pytest.approx(0, abs=0.25)
    assert 10 * np.log10(in_band(record.data - noise, 1000) / in_band(noise, 1000)) == pytest.approx(6, abs=0.4)


def test_the_burst_lies_between_onset_and_offset() -> None:
    trial = unguard.OnsetTrial(shape="truncated_gaussian", sigma=0.2, truncation=2, baseline=1, emg_over_ecg_dB=0)
    record = unguard.simulate_onset(trial)
    assert (record.onset, record.offset, len(record.data)) == (2000, 3600, 4600)
    noise = unguard.onset_noise(trial, seconds=3600)
    alone = noise.generate(4600)
    assert np.flatnonzero(record.data != alone)[[0, -1]].tolist() == [2000, 3599]
    assert noise.samples_left == 3600 * 2000 - 4600
    assert record.r_peaks == [round(t) for t in noise.r_peak_times if t < 4600]
    assert record.r_peak_uV > 0 and record.trial == trial


def test_blocks_are_the_whole_and_no_more_is_given() -> None:
    trial = unguard.OnsetTrial(seed=8, noise_colour="limb")
    whole = unguard.onset_noise(trial, seconds=1).generate(2000)
    live = unguard.onset_noise(trial, seconds=1)
    assert np.array_equal(np.concatenate([live.generate(n) for n in (1, 0, 999, 1000)]), whole)
    with pytest.raises(unguard.ConfigError, match="samples is 1: expected a whole number from 0 to what is left, 0"):
        live.generate(1)


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(unguard.ConfigError, match="active is 1 s: expected at least rise, 2 s"):
        unguard.simulate_onset(unguard.OnsetTrial(shape="ramp", rise=2))
    with pytest.raises(unguard.ConfigError, match="trial is 5: expected an OnsetTrial"):
        unguard.simulate_onset(5)  # type: ignore[arg-type]
    with pytest.raises(unguard.ConfigError, match="trial is 5: expected an OnsetTrial"):
        unguard.onset_noise(5, seconds=1)
    with pytest.raises(unguard.ConfigError, match="seconds is 'x': expected a length in seconds"):
        unguard.onset_noise(unguard.OnsetTrial(), seconds="x")
