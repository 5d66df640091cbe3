"""Densities of a spectrum. Truth: scipy.signal.periodogram."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import periodogram
from unguard.analysis.spectrum import hann_periodograms


@pytest.mark.parametrize("size", [2, 3, 250, 501, 2000])
def test_densities_are_those_of_scipy(size: int) -> None:
    x = np.random.default_rng(1).normal(3, 5, (7, size))
    truth = periodogram(x, fs=1000.0, window="hann", detrend="constant", axis=1)[1]
    np.testing.assert_allclose(hann_periodograms(x, 1000.0), truth, rtol=1e-10, atol=1e-12)
