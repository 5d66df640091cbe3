"""The model of the spectrum of EMG that the evidence of envelopes, spectra and fatigue is measured on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate
from unguard.spectrum import PowerSpectrum

#: Corners of the model, Hz.
PRESETS = {"trunk": (30.0, 60.0), "limb": (60.0, 120.0)}
#: Steady EMG is this many times finer than the samples of a muscle that tires, which are taken from it.
FINER = 4


def density(f: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return the model of Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738, but for a factor."""
    return high**4 * f**2 / ((f**2 + low**2) * (f**2 + high**2) ** 2)


def sampled(power: Callable[[NDArray[np.float64]], NDArray[np.float64]], fs: float = 2000.0) -> PowerSpectrum:
    """Return a density over frequency, Hz, from 0 Hz to half the rate in steps of 0.05 Hz, as a spectrum."""
    nfft = round(fs / 0.05)
    frequency = np.arange(nfft // 2 + 1, dtype=np.float64) * (fs / nfft)
    return PowerSpectrum(power(frequency), fs, nfft, 1, "the model")


def tiring(
    t: NDArray[np.float64], percent_per_second: float, preset: str = "limb", seed: int = 3
) -> NDArray[np.float64]:
    """Return EMG of variance 1 at the times t, s, evenly spaced: steady EMG that is played more slowly, or faster.

    At each time all frequencies are 1 + percent_per_second t / 100 of what they were.
    """
    fine = (t[1] - t[0]) / FINER
    played = t + 0.005 * percent_per_second * t**2
    n = int(np.ceil(played.max() / fine)) + 8
    random = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(n, fine)
    shape = np.sqrt(density(frequency, *PRESETS[preset]))
    steady = np.fft.irfft(shape * (random.standard_normal(len(shape)) + 1j * random.standard_normal(len(shape))), n)
    found = interpolate.CubicSpline(np.arange(n) * fine, steady / steady.std())(played)
    return np.asarray(found, dtype=np.float64)
