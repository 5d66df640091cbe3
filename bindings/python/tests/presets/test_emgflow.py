"""EMGFlow's chain. Truth: EMGFlow's own functions, run here on the same samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import emgflow

Record = tuple[np.ndarray, float]
#: Of the largest value. SciPy's start of filtfilt depends on the machine; a narrow notch magnifies its last digits.
TOLERANCE = 1e-10


def step(function: Any, x: np.ndarray, fs: float, **more: Any) -> np.ndarray:
    return np.asarray(function(pd.DataFrame({"EMG": x}), "EMG", sampling_rate=fs, **more)["EMG"])


@pytest.mark.parametrize("notches", [[(60, 5)], [(50, 30), (150, 10), (250, 10)], []])
def test_notches_are_theirs(emgflow_steps: Any, emg: Record, notches: list[tuple[float, float]]) -> None:
    x, fs = emg
    theirs = step(emgflow_steps.apply_notch_filters, x, fs, notch_vals=notches)
    assert off(emgflow.notch(x, fs=fs, notches=notches), theirs) <= TOLERANCE


@pytest.mark.parametrize("low, high", [(20, 450), (10, 400)])
def test_bandpass_is_theirs(emgflow_steps: Any, emg: Record, low: float, high: float) -> None:
    x, fs = emg
    theirs = step(emgflow_steps.apply_bandpass_filter, x, fs, passband_edges=(low, high))
    assert off(emgflow.bandpass(x, fs=fs, low=low, high=high), theirs) <= TOLERANCE


@pytest.mark.parametrize("window", [0.05, 0.125, 0.011])
def test_rms_is_theirs_to_the_bit(emgflow_steps: Any, clean: Record, window: float) -> None:
    x, fs = clean
    theirs = step(emgflow_steps.apply_rms_smooth, x, fs, window_ms=1000 * window)
    np.testing.assert_array_equal(emgflow.rms_smooth(x, fs=fs, window=window), theirs)


def test_the_chain_is_theirs(emgflow_steps: Any, emg: Record) -> None:
    x, fs = emg
    y = step(emgflow_steps.apply_notch_filters, x, fs)
    y = step(emgflow_steps.apply_bandpass_filter, y, fs)
    y = np.asarray(emgflow_steps.apply_rectify(pd.DataFrame({"EMG": y}), "EMG")["EMG"])
    assert off(emgflow.process(x, fs=fs), step(emgflow_steps.apply_rms_smooth, y, fs)) <= TOLERANCE


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    with pytest.raises(
        ConfigError, match=r"^notches is \(500, 5\): expected \(Hz, Q\): above 0 and below half the rate, "
    ):
        emgflow.notch(x, fs=1000, notches=[(500, 5)])
    with pytest.raises(ConfigError, match=r"^notches is 60: expected pairs of frequency, Hz, and Q$"):
        emgflow.notch(x, fs=1000, notches=[60])  # type: ignore[list-item]
    with pytest.raises(ConfigError, match=r"^frames is 9: expected more than 9 "):
        emgflow.notch(x[:9], fs=1000)
    with pytest.raises(ConfigError, match=r"^frames is 33: expected more than 33 "):
        emgflow.bandpass(x[:33], fs=1000)
    assert emgflow.bandpass(x[:34], fs=1000).shape == (34,)
    with pytest.raises(ConfigError, match=r"^fs is 900 Hz: expected above 900 Hz, twice the upper edge"):
        emgflow.bandpass(x, fs=900)
    with pytest.raises(ConfigError, match=r"^window is 20 s: expected at least a sample and at most the record, 12 s$"):
        emgflow.rms_smooth(x, fs=1000, window=20)
