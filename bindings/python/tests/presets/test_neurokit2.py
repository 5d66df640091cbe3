"""NeuroKit2's conventions. Truth: NeuroKit2 itself, run here on the same samples."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import neurokit2

Record = tuple[np.ndarray, float]
#: Of the largest value. SciPy's start of a filter depends on the machine's LAPACK in its last digits, which an edge far
#: below the rate magnifies; where it is the one for AVX-512 these are the same bits.
TOLERANCE = 1e-10


def activation(nk: Any, y: np.ndarray, fs: float, method: str, **more: Any) -> Any:
    """Onsets, offsets and active samples of the peer."""
    of = "emg_amplitude" if method in ("threshold", "mixture") else "emg_cleaned"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table, told = nk.emg_activation(**{of: y}, sampling_rate=int(fs), method=method, **more)
    return told["EMG_Onsets"], told["EMG_Offsets"], told["EMG_Activity"], table["EMG_Activity"].to_numpy()


def agree(found: neurokit2.Activation, theirs: Any) -> None:
    onsets, offsets, active, table = theirs
    np.testing.assert_array_equal(found.onsets, onsets)
    np.testing.assert_array_equal(found.offsets, offsets)
    np.testing.assert_array_equal(np.flatnonzero(found.active), active)
    # Its table leaves out the first sample of the record alone, by which it asks whether there is something.
    np.testing.assert_array_equal(found.active, table.astype(bool))


def test_clean_is_emg_clean(nk: Any, emg: Record) -> None:
    # It takes the mean off by least squares, and SciPy's start of filtfilt depends on the machine in its last digits.
    x, fs = emg
    assert off(neurokit2.emg_clean(x, fs=fs), nk.emg_clean(x, sampling_rate=fs)) <= 1e-12


@pytest.mark.parametrize("fs", [250.0, 500.0, 800.0, 1000.0, 2000.0, 2048.0])
def test_clean_and_amplitude_are_theirs_at_every_rate(nk: Any, fs: float) -> None:
    x = bursts(fs, 11)
    y = neurokit2.emg_clean(x, fs=fs)
    assert off(y, nk.emg_clean(x, sampling_rate=fs)) <= 1e-12
    assert off(neurokit2.emg_amplitude(y, fs=fs), nk.emg_amplitude(y, sampling_rate=fs)) <= TOLERANCE


def test_amplitude_of_a_record_whose_squares_are_beyond_full_scale_is_theirs(nk: Any) -> None:
    y = 500 * neurokit2.emg_clean(bursts(1000), fs=1000)
    assert np.max(y**2) > 1e9
    assert off(neurokit2.emg_amplitude(y, fs=1000), nk.emg_amplitude(y, sampling_rate=1000)) <= TOLERANCE


def test_amplitude_is_emg_amplitude(nk: Any, emg: Record, record_property: Any) -> None:
    x, fs = emg
    y = neurokit2.emg_clean(x, fs=fs)
    found, theirs = neurokit2.emg_amplitude(y, fs=fs), nk.emg_amplitude(y, sampling_rate=fs)
    record_property("emg_amplitude_same_bits", bool((found == theirs).all()))
    assert off(found, theirs) <= TOLERANCE


@pytest.mark.parametrize("method", ["threshold", "mixture", "biosppy"])
def test_activation_is_emg_activation(nk: Any, emg: Record, method: str) -> None:
    x, fs = emg
    y = neurokit2.emg_clean(x, fs=fs)
    if method != "biosppy":
        y = neurokit2.emg_amplitude(y, fs=fs)
    found = neurokit2.emg_activation(y, fs=fs, method=method)
    assert len(found.onsets)
    agree(found, activation(nk, y, fs, method))


@pytest.mark.parametrize(
    "method, threshold", [("threshold", 500.0), ("mixture", 0.9), ("biosppy", 20.0), ("biosppy", 8.0)]
)
def test_activation_takes_a_threshold_and_a_least_duration(nk: Any, method: str, threshold: float) -> None:
    y = neurokit2.emg_clean(bursts(500, 7), fs=500)
    if method != "biosppy":
        y = neurokit2.emg_amplitude(y, fs=500)
    for shortest in (0, 200):
        found = neurokit2.emg_activation(y, fs=500, method=method, threshold=threshold, shortest=shortest)
        agree(found, activation(nk, y, 500, method, threshold=threshold, duration_min=shortest))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pelt_is_theirs_the_wrong_way_round_included(nk: Any, seed: int) -> None:
    y = bursts(250, 11, seed)
    found = neurokit2.emg_activation(y, fs=250, method="pelt")
    agree(found, activation(nk, y, 250, "pelt"))
    assert y[found.active].std() < y[~found.active].std()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=12), st.integers(0, 60))
def test_rules_of_runs_are_theirs(nk: Any, runs: list[tuple[int, bool]], shortest: int) -> None:
    y = np.concatenate([np.full(length, 2.0 if on else 0.0) for length, on in runs])
    if not (y > 1).any():
        y[0] = 2.0
    found = neurokit2.emg_activation(y, fs=1000, threshold=1.0, shortest=shortest)
    onsets, offsets, active, _ = activation(nk, y, 1000, "threshold", threshold=1.0, duration_min=shortest)
    np.testing.assert_array_equal(found.onsets, onsets)
    np.testing.assert_array_equal(found.offsets, offsets)
    np.testing.assert_array_equal(np.flatnonzero(found.active), active)


@pytest.mark.parametrize("fs", [250.0, 270.0, 1010.0, 2048.0])
def test_50_ms_are_rounded_down(nk: Any, fs: float) -> None:
    least = int(0.05 * fs)
    lengths = (least + 9, least - 1, least + 9, least, least + 9, least + 1, least, least + 9, least - 1, least + 9)
    y = np.concatenate([np.full(n, float(k % 2)) for k, n in enumerate(lengths)])
    found = neurokit2.emg_activation(y, fs=fs, threshold=0.5)
    assert len(found.onsets) >= 2
    agree(found, activation(nk, y, fs, "threshold", threshold=0.5))


def test_one_that_lasts_to_the_end_has_no_offset_in_the_table_either() -> None:
    y = np.r_[np.zeros(100), np.ones(100), np.zeros(100), np.ones(100)]
    found = neurokit2.emg_activation(y, fs=1000, threshold=0.5)
    table = found.to_dataframe()
    assert list(table["onset_s"]) == [0.1, 0.3] and table["offset_s"][0] == 0.2 and np.isnan(table["offset_s"][1])
    assert repr(found) == "<2 onsets, 1 offsets at 1000 Hz, as NeuroKit2 has them>"


def test_a_record_without_a_change_has_no_activity_where_the_peer_fails(nk: Any) -> None:
    y = np.ones(40)
    assert not neurokit2.emg_activation(y, fs=250, method="pelt").active.any()
    with pytest.raises(IndexError):
        activation(nk, y, 250, "pelt")


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    y = bursts(1000)
    with pytest.raises(ConfigError, match=r"^fs is 200 Hz: expected above 200 Hz, twice the upper edge of the filter$"):
        neurokit2.emg_clean(y, fs=200)
    with pytest.raises(ConfigError, match=r"^frames is 15: expected more than 15 "):
        neurokit2.emg_clean(y[:15], fs=1000)
    assert neurokit2.emg_clean(y[:16], fs=1000).shape == (16,)
    with pytest.raises(ConfigError, match=r"^x is 2 samples: expected at least 3"):
        neurokit2.emg_amplitude(y[:2], fs=1000)
    with pytest.raises(ConfigError, match=r"^method is 'silva': expected one of threshold, mixture, biosppy, pelt$"):
        neurokit2.emg_activation(y, fs=1000, method="silva")
    with pytest.raises(ConfigError, match=r"^threshold is 1e\+06: expected at most the largest value of x, "):
        neurokit2.emg_activation(y, fs=1000, threshold=1e6)
    with pytest.raises(ConfigError, match=r"^threshold is 1: expected None with the method \"pelt\""):
        neurokit2.emg_activation(y, fs=1000, method="pelt", threshold=1)
    with pytest.raises(ConfigError, match=r"^x is 1 samples: expected at least 2, one for each of two Gaussians"):
        neurokit2.emg_activation(y[:1], fs=1000, method="mixture")
    with pytest.raises(ConfigError, match=r"^x is 20 samples at 1000 Hz: expected at least 50 ms"):
        neurokit2.emg_activation(y[:20], fs=1000, method="biosppy")
    with pytest.raises(ConfigError, match=r"^shortest is -1: expected a whole number of samples, at least 0$"):
        neurokit2.emg_activation(y, fs=1000, shortest=-1)
