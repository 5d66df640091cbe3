"""BrainFlow's filters. Truth: BrainFlow's own library, called here on the same samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import unguard
from peer_signals import bursts
from unguard import ConfigError
from unguard.presets import brainflow

Record = tuple[np.ndarray, float]
#: It adds 1e-8 to its states, with changing sign, against subnormal numbers; so much is left of it, uV.
LEFT = 3e-8

KINDS = [("butterworth", 0, None), ("chebyshev1", 1, 1.0), ("chebyshev1", 1, 0.1), ("bessel", 2, None)]


def called(bf: Any, band: str, x: np.ndarray, fs: float, edges: Any, order: int, kind: int, ripple: Any) -> np.ndarray:
    y = x.copy()
    getattr(bf.DataFilter, f"perform_{band}")(y, int(fs), *edges, order, kind, 0.0 if ripple is None else ripple)
    return y


@pytest.mark.parametrize("zero_phase", [False, True])
@pytest.mark.parametrize("band", ["lowpass", "highpass", "bandpass", "bandstop"])
@pytest.mark.parametrize("kind, number, ripple", KINDS, ids=lambda v: str(v))
def test_filters_are_theirs(
    bf: Any, emg: Record, band: str, kind: str, number: int, ripple: float | None, zero_phase: bool
) -> None:
    x, fs = emg
    edges = {"cutoff": 60.0} if band in ("lowpass", "highpass") else {"low": 20.0, "high": 200.0}
    for order in (1, 2, 4, 7, 8):
        found = getattr(brainflow, band)(
            x, fs=fs, **edges, order=order, kind=kind, ripple=ripple, zero_phase=zero_phase
        )
        theirs = called(bf, band, x, fs, edges.values(), order, number + 3 * zero_phase, ripple)
        # Rounding grows with the offset a real record has, up to thousands of uV, by the gain of the sections.
        assert np.max(np.abs(found - theirs)) <= LEFT + 1e-10 * np.max(np.abs(x)), order


@pytest.mark.parametrize("samples", [1, 2, 5, 50])
def test_blocks_of_any_length_are_theirs(bf: Any, samples: int) -> None:
    x = bursts(1000)[3000 : 3000 + samples]
    for zero_phase in (False, True):
        found = brainflow.bandpass(x, fs=1000, low=20, high=450, zero_phase=zero_phase)
        theirs = called(bf, "bandpass", x, 1000, (20.0, 450.0), 4, 3 * zero_phase, None)
        assert found.shape == x.shape and np.max(np.abs(found - theirs)) <= LEFT


def test_a_volt_is_filtered_as_there(bf: Any) -> None:
    x = np.where(np.arange(2000) % 400 < 200, 1e6, -1e6)
    for zero_phase in (False, True):
        found = brainflow.highpass(x, fs=1000, cutoff=20, order=8, kind="chebyshev1", ripple=1, zero_phase=zero_phase)
        theirs = called(bf, "highpass", x, 1000, (20.0,), 8, 1 + 3 * zero_phase, 1.0)
        assert np.max(np.abs(theirs)) > 8e5
        assert np.max(np.abs(found - theirs)) <= 1e-9 * np.max(np.abs(theirs))


def test_channels_are_columns_each_from_an_empty_state() -> None:
    x = np.stack([bursts(1000, seed=1), bursts(1000, seed=2)], axis=1)
    for zero_phase in (False, True):
        found = brainflow.bandpass(x, fs=1000, low=20, high=450, zero_phase=zero_phase)
        one = brainflow.bandpass(x[:, 1], fs=1000, low=20, high=450, zero_phase=zero_phase)
        np.testing.assert_array_equal(found[:, 1], one)
    np.testing.assert_array_equal(
        brainflow.bandpass(x, fs=1000, low=20, high=450), unguard.Bandpass(low=20, high=450)(x, fs=1000)
    )


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    with pytest.raises(ConfigError, match=r"^order is 9: expected a whole number of poles, at least 1 and at most 8$"):
        brainflow.lowpass(x, fs=1000, cutoff=60, order=9)
    with pytest.raises(ConfigError, match=r"^kind is 'elliptic': expected one of butterworth, chebyshev1, bessel$"):
        brainflow.lowpass(x, fs=1000, cutoff=60, kind="elliptic")
    with pytest.raises(ConfigError, match=r"^ripple is None: expected dB above 0 with \"chebyshev1\""):
        brainflow.lowpass(x, fs=1000, cutoff=60, kind="chebyshev1")
    with pytest.raises(
        ConfigError, match=r"^ripple is 1: expected dB above 0 with \"chebyshev1\", None with the others"
    ):
        brainflow.lowpass(x, fs=1000, cutoff=60, ripple=1)
    with pytest.raises(ConfigError, match=r"^high is 10 Hz: expected above low, 20 Hz$"):
        brainflow.bandstop(x, fs=1000, low=20, high=10)
    with pytest.raises(ConfigError, match=r"^fs is 1000 Hz: expected above 1000 Hz, twice the upper edge"):
        brainflow.bandpass(x, fs=1000, low=20, high=500)
    with pytest.raises(ConfigError, match=r"^zero_phase is 1: expected True or False$"):
        brainflow.lowpass(x, fs=1000, cutoff=60, zero_phase=1)  # type: ignore[arg-type]
