"""LibEMG's features. Truth: LibEMG's own, run here on the same windows; counts and bins exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import libemg

Record = tuple[np.ndarray, float]
NAMES = ("mav", "rms", "wl", "zc", "ssc", "wamp", "mdf", "mnf")
COUNTS = ("zc", "ssc", "wamp")


def windows(x: np.ndarray, size: int, step: int) -> np.ndarray:
    """(windows, channels, samples), as `libemg.utils.get_windows` returns them."""
    return np.lib.stride_tricks.sliding_window_view(x.reshape(len(x), -1), size, axis=0)[::step].copy()


def theirs(extractor: Any, name: str, cut: np.ndarray, fs: float, **more: Any) -> np.ndarray:
    own = {"mdf": {"MDF_fs": float(fs)}, "mnf": {"MNF_fs": float(fs)}}.get(name, {})
    return np.asarray(getattr(extractor, f"get{name.upper()}feat")(cut, **own, **more))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size, step", [(200, 50), (256, 256), (37, 11)])
def test_features_are_theirs(extractor: Any, clean: Record, name: str, size: int, step: int) -> None:
    x, fs = clean
    found = getattr(libemg, name)(x, fs=fs, window=size / fs, step=step / fs)
    expected = theirs(extractor, name, windows(x, size, step), fs)[:, 0]
    if name in (*COUNTS, "mdf"):
        np.testing.assert_array_equal(found, expected)
    else:  # sums in another order
        assert off(found, expected) <= 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_channels_are_columns(extractor: Any, name: str) -> None:
    x = np.stack([bursts(1000, seed=1), bursts(1000, seed=2), bursts(1000, seed=3)], axis=1)
    found = getattr(libemg, name)(x, fs=1000, window=0.2, step=0.1)
    np.testing.assert_allclose(found, theirs(extractor, name, windows(x, 200, 100), 1000), rtol=1e-12)
    alone = getattr(libemg, name)(x[:, 1], fs=1000, window=0.2, step=0.1)
    np.testing.assert_allclose(found[:, 1], alone, rtol=1e-12)  # sums along another axis


def test_thresholds_are_theirs(extractor: Any, clean: Record) -> None:
    x, fs = clean
    cut, slide = windows(x, 200, 100), {"fs": fs, "window": 200 / fs, "step": 100 / fs}
    for level in (0.0, 1.0, 40.0):
        np.testing.assert_array_equal(
            libemg.ssc(x, threshold=level, **slide), theirs(extractor, "ssc", cut, fs, SSC_threshold=level)[:, 0]
        )
        np.testing.assert_array_equal(
            libemg.wamp(x, threshold=level, **slide), theirs(extractor, "wamp", cut, fs, WAMP_threshold=level)[:, 0]
        )


@settings(max_examples=80, deadline=None)
@given(arrays(np.float64, st.integers(3, 60), elements=st.integers(-3, 3).map(float)), st.integers(3, 20))
def test_counts_of_zeros_and_flat_steps_are_theirs(extractor: Any, x: np.ndarray, size: int) -> None:
    size = min(size, len(x))
    for name in COUNTS:
        found = getattr(libemg, name)(x, fs=1000, window=size / 1000, step=0.001)
        np.testing.assert_array_equal(found, theirs(extractor, name, windows(x, size, 1), 1000)[:, 0])


def test_many_windows_are_taken_in_parts(extractor: Any) -> None:
    x = bursts(1000)
    for name in ("mdf", "mnf"):
        found = getattr(libemg, name)(x, fs=1000, window=0.064, step=0.005)
        assert len(found) > 2 * 1024
        np.testing.assert_allclose(found, theirs(extractor, name, windows(x, 64, 5), 1000)[:, 0], rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_less_than_a_window_gives_none(name: str) -> None:
    found = getattr(libemg, name)(np.ones(50), fs=1000, window=0.1, step=0.05)
    assert found.shape == (0,)
    assert getattr(libemg, name)(np.ones((50, 2)), fs=1000, window=0.1, step=0.05).shape == (0, 2)


def test_silence_has_no_frequency_where_the_peer_fails(extractor: Any) -> None:
    slide = {"fs": 1000, "window": 0.1, "step": 0.1}
    assert np.isnan(libemg.mdf(np.zeros(200), **slide)).all() and np.isnan(libemg.mnf(np.zeros(200), **slide)).all()
    with pytest.raises(IndexError):
        theirs(extractor, "mdf", windows(np.zeros(200), 100, 100), 1000)


def refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ConfigError, match="^" + message):
        call()


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    refused(lambda: libemg.zc(x, fs=1000, window=0.002, step=0.1), "window is 0.002 s: expected at least 3 samples")
    refused(lambda: libemg.zc(x, fs=1000, window=0.2, step=0.0001), "step is 0.0001 s: expected at least a sample")
    refused(lambda: libemg.mdf(x, fs=0, window=0.2, step=0.1), "fs is 0 Hz: expected a sampling rate above 0 Hz")
    refused(
        lambda: libemg.wamp(x, fs=1000, window=0.2, step=0.1, threshold=float("nan")),
        "threshold is nan: expected a finite number in microvolts",
    )
