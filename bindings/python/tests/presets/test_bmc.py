"""BMC's envelope and onset detector. Truth: `detecta` as installed; for the envelope, which no package holds, SciPy
called as its source says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peer_signals import bursts, off
from scipy import signal
from unguard import ConfigError
from unguard.presets import bmc

Record = tuple[np.ndarray, float]
#: Of the largest value. SciPy's start of filtfilt depends on the machine; an edge far below the rate magnifies that.
TOLERANCE = 1e-10


@pytest.mark.parametrize("method", ["rect", "rms"])
@pytest.mark.parametrize("band", [(10, 400), (20, 300), None])
@pytest.mark.parametrize("lowpass", [8, 2.5])
def test_the_envelope_is_what_its_source_says(emg: Record, method: str, band: Any, lowpass: float) -> None:
    x, fs = emg
    y = x
    if band is not None:
        y = signal.filtfilt(*signal.butter(2, np.array(band) / (fs / 2), "bandpass"), x)
    if method == "rect":
        expected = signal.filtfilt(*signal.butter(2, lowpass / (fs / 2), "low"), np.abs(y))
    else:
        size = int(np.round(fs / lowpass))
        expected = np.sqrt(signal.convolve(y * y, np.ones(size) / size, "same", method="direct"))
    found = bmc.linear_envelope(x, fs=fs, band=band, lowpass=lowpass, method=method)
    assert off(found, expected) <= TOLERANCE


@pytest.mark.parametrize("more", [{}, {"n_above": 10}, {"n_above": 30, "n_below": 20}, {"threshold2": 40.0}])
def test_onsets_are_theirs(detecta: Any, clean: Record, more: dict[str, Any]) -> None:
    x, _ = clean
    if "threshold2" in more:
        more = {**more, "n_above2": 5, "n_below": 10}
    found = bmc.detect_onset(np.abs(x), threshold=12.0, **more)
    theirs = detecta.detect_onset(np.abs(x), threshold=12.0, **more)
    assert len(found)
    np.testing.assert_array_equal(found, theirs.reshape(-1, 2))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.integers(0, 6),
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(1, 3)),
    st.integers(0, 4),
)
def test_rules_are_theirs(detecta: Any, x: list[int], above: int, below: int, second: int | None, least: int) -> None:
    more = {"threshold": 1, "n_above": above, "n_below": below, "threshold2": second, "n_above2": least}
    theirs = np.asarray(detecta.detect_onset(x, **more)).reshape(-1, 2)
    np.testing.assert_array_equal(bmc.detect_onset(x, **more), theirs)


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    with pytest.raises(ConfigError, match=r"^method is 'box': expected \"rect\" or \"rms\"$"):
        bmc.linear_envelope(x, fs=1000, method="box")
    with pytest.raises(ConfigError, match=r"^band is \(400, 10\): expected two edges, Hz, above 0, the lower first"):
        bmc.linear_envelope(x, fs=1000, band=(400, 10))
    with pytest.raises(ConfigError, match=r"^fs is 800 Hz: expected above 800 Hz, twice the upper edge of the filter$"):
        bmc.linear_envelope(x, fs=800)
    with pytest.raises(ConfigError, match=r"^frames is 9: expected more than 9 "):
        bmc.linear_envelope(x[:9], fs=1000, band=None)
    with pytest.raises(ConfigError, match=r"^n_above is -1: expected a whole number of samples, at least 0$"):
        bmc.detect_onset(x, n_above=-1)
