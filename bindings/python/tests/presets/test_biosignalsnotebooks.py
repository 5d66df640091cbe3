"""biosignalsnotebooks' detector. Truth: its own file, run here on the same samples; its pictures are left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import biosignalsnotebooks as preset

Record = tuple[np.ndarray, float]


@pytest.mark.parametrize("smooth, level", [(20, 10), (5, 10), (20, 2.5), (37.5, 60)])
def test_activations_are_theirs(bsnb: Any, emg: Record, smooth: float, level: float) -> None:
    x, fs = emg
    found = preset.detect_emg_activations(x, fs=fs, smooth_level=smooth, threshold_level=level)
    begin, end, smoothed, threshold = bsnb.detect_emg_activations(x, fs, smooth, level)
    np.testing.assert_array_equal(found.begins, begin)
    np.testing.assert_array_equal(found.ends, end)
    # Squares of single numbers there, of arrays here: the last digit, before sums.
    assert off(found.smoothed, smoothed) <= 1e-12
    assert found.threshold == pytest.approx(threshold, rel=1e-12)


def test_the_real_record_has_its_nine_bursts(bsnb: Any, real_data: Any) -> None:
    import unguard

    recording = unguard.io.read(real_data / "plux" / "emg_bursts.h5")
    found = preset.detect_emg_activations(recording.data[:, 0], fs=recording.fs)
    assert len(found) == 9
    table = found.to_dataframe()
    assert list(table) == ["begin_s", "end_s"] and (table["end_s"] > table["begin_s"]).all()
    assert repr(found) == "<9 activations at 1000 Hz, as biosignalsnotebooks has them>"


@pytest.mark.parametrize("samples", [101, 300, 401, 402, 403, 500])
def test_short_records_are_theirs(bsnb: Any, samples: int) -> None:
    x = bursts(1000)[3000 : 3000 + samples]
    found = preset.detect_emg_activations(x, fs=1000)
    begin, end, smoothed, _ = bsnb.detect_emg_activations(x, 1000.0)
    np.testing.assert_array_equal(found.begins, begin)
    np.testing.assert_array_equal(found.ends, end)
    np.testing.assert_allclose(found.smoothed, smoothed, rtol=1e-12)


def test_a_filter_that_is_unstable_is_theirs_until_it_overflows(bsnb: Any) -> None:
    x = bursts(1000)
    found = preset.detect_emg_activations(x, fs=4000)
    begin, end, smoothed, _ = bsnb.detect_emg_activations(x, 4000.0)
    np.testing.assert_array_equal(found.begins, begin)
    np.testing.assert_array_equal(found.ends, end)
    assert off(found.smoothed, smoothed) <= 1e-12
    with pytest.raises(ConfigError, match=r"^fs is 10000 Hz: expected a rate at which the peer's filter is stable; "):
        preset.detect_emg_activations(x, fs=10_000)


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    with pytest.raises(ConfigError, match=r"^fs is 600 Hz: expected above 600 Hz, twice the upper edge"):
        preset.detect_emg_activations(x, fs=600)
    with pytest.raises(ConfigError, match=r"^x is 100 samples: expected more than 100, a tenth of a second$"):
        preset.detect_emg_activations(x[:100], fs=1000)
    with pytest.raises(ConfigError, match=r"^smooth_level is 0.01 %: expected at least a sample, 0.1 %$"):
        preset.detect_emg_activations(x, fs=1000, smooth_level=0.01)
    with pytest.raises(ConfigError, match=r"^x is constant: expected samples that vary"):
        preset.detect_emg_activations(np.zeros(2000), fs=1000)
