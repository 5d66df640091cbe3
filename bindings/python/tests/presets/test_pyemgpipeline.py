"""pyemgpipeline's chain. Truth: pyemgpipeline's processors, run here on the same samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import pyemgpipeline

Record = tuple[np.ndarray, float]
#: Of the largest value. SciPy's start of filtfilt depends on the machine; polynomials with an edge far below the rate
#: magnify its last digits.
TOLERANCE = 1e-10


@pytest.mark.parametrize("order", [2, 4, 6, 8])
def test_bandpass_is_theirs(pyemg: Any, emg: Record, order: int) -> None:
    x, fs = emg
    found = pyemgpipeline.bandpass(x, fs=fs, low=20, high=400, order=order)
    theirs = pyemg.BandpassFilter(fs, bf_order=order, bf_cutoff_fq_lo=20, bf_cutoff_fq_hi=400).apply(x)
    assert off(found, theirs) <= TOLERANCE


@pytest.mark.parametrize("order", [2, 4, 8])
@pytest.mark.parametrize("cutoff", [1, 6, 10])
def test_linear_envelope_is_theirs(pyemg: Any, clean: Record, order: int, cutoff: float) -> None:
    x, fs = clean
    found = pyemgpipeline.linear_envelope(np.abs(x), fs=fs, cutoff=cutoff, order=order)
    theirs = pyemg.LinearEnvelope(fs, le_order=order, le_cutoff_fq=cutoff).apply(np.abs(x))
    assert off(found, theirs) <= TOLERANCE


def whole_chain(pyemg: Any, x: np.ndarray, fs: float, divisor: Any) -> np.ndarray:
    for step in (
        pyemg.DCOffsetRemover(),
        pyemg.BandpassFilter(fs),
        pyemg.FullWaveRectifier(),
        pyemg.LinearEnvelope(fs),
    ):
        x = step.apply(x)
    return np.asarray(pyemg.AmplitudeNormalizer().apply(pyemg.EndFrameCutter().apply(x), divisor=divisor))


def test_the_chain_is_theirs(pyemg: Any, emg: Record) -> None:
    x, fs = emg
    assert off(pyemgpipeline.process(x, fs=fs, divisor=37.0), whole_chain(pyemg, x, fs, 37.0)) <= TOLERANCE


def test_channels_are_columns(pyemg: Any) -> None:
    x = 50 + np.stack([bursts(2000, seed=1), bursts(2000, seed=2)], axis=1)
    found = pyemgpipeline.process(x, fs=2000, divisor=[30, 40])
    assert found.shape == (len(x) - 60, 2)
    assert off(found, whole_chain(pyemg, x, 2000, [30, 40])) <= TOLERANCE
    # The mean that is taken off is summed along another axis.
    assert off(found[:, 1], pyemgpipeline.process(x[:, 1], fs=2000, divisor=40)) <= TOLERANCE
    plain = pyemgpipeline.process(x, fs=2000)
    np.testing.assert_array_equal(plain / np.array([30.0, 40.0]), found)


def test_short_records_are_taken_or_refused_at_the_same_length(pyemg: Any) -> None:
    x = bursts(1000)
    assert off(pyemgpipeline.bandpass(x[:16], fs=1000), pyemg.BandpassFilter(1000).apply(x[:16])) <= TOLERANCE
    with pytest.raises(AssertionError):
        pyemg.BandpassFilter(1000).apply(x[:15])
    with pytest.raises(ConfigError, match=r"^frames is 15: expected more than 15 "):
        pyemgpipeline.bandpass(x[:15], fs=1000)
    with pytest.raises(ConfigError, match=r"^x is 21 samples: expected more than 21, the padding of the filter$"):
        pyemgpipeline.bandpass(x[:21], fs=1000, order=6)
    with pytest.raises(ConfigError, match=r"^x is 60 samples: expected more than 60, which are cut off$"):
        pyemgpipeline.process(x[:60], fs=1000)
    assert len(pyemgpipeline.process(x[:61], fs=1000)) == 1


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    with pytest.raises(
        ConfigError, match=r"^order is 3: expected an even number of at least 2, of both passes together$"
    ):
        pyemgpipeline.bandpass(x, fs=1000, order=3)
    with pytest.raises(ConfigError, match=r"^fs is 900 Hz: expected above 900 Hz, twice the upper edge of the filter$"):
        pyemgpipeline.bandpass(x, fs=900)
    with pytest.raises(ConfigError, match=r"^high is 10 Hz: expected above low, 20 Hz$"):
        pyemgpipeline.bandpass(x, fs=1000, low=20, high=10)
    with pytest.raises(ConfigError, match=r"^divisor is 0: expected a number above 0 for each of 1 channels$"):
        pyemgpipeline.process(x, fs=1000, divisor=0)
    with pytest.raises(ConfigError, match=r"^divisor is \[1, 2\]: expected a number above 0 for each of 1 channels$"):
        pyemgpipeline.process(x, fs=1000, divisor=[1, 2])
