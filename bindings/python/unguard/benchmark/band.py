"""The band of the benchmark: that of the analysis, forward and backward, for detectors of whole records and SNR."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import default_band


def bandpass(fs: float) -> unguard.Bandpass:
    """Return the default band-pass for a sampling rate in hertz: 20 Hz to min(450 Hz, 0.45 fs), order 4 an edge."""
    low, high = default_band(fs)
    return unguard.Bandpass(low=low, high=high)


def band_passed(x: NDArray[np.float64], fs: float) -> NDArray[np.float64]:
    """Return a record in that band without delay: filtered forward and backward, shape as x."""
    return np.asarray(unguard.zero_phase(bandpass(fs), np.ascontiguousarray(x, dtype=np.float64), fs=fs))
