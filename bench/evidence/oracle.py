"""The oracle that onset detectors are held to: a CUSUM that knows both spectra and the size of the change.

Page 1954, doi:10.1093/biomet/41.1-2.100; the quickest as false alarms get rare: Lorden 1971,
doi:10.1214/aoms/1177693055. Written in NumPy and SciPy alone, from the formulas of the trial's spectra, so that nothing
of the product is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, signal

from bench.evidence.emg_model import PRESETS, density

Array = NDArray[np.float64]
#: Of the predictions: long enough for the edges of the band-pass, whose zeros at 0 Hz and at half the rate are double.
ORDER = 400


def band(fs: float) -> Array:
    """Return the causal band-pass of the trials, 20-450 Hz, order 2 of each edge, as sections."""
    return np.asarray(signal.butter(2, [20.0, min(450.0, 0.45 * fs)], "bandpass", fs=fs, output="sos"))


@dataclass(frozen=True)
class Prediction:
    """The best linear prediction of a process from its past: 1, a1, a2, ... and the variance of what is left."""

    taps: Array
    variance: float


def prediction(power: Array) -> Prediction:
    """Return the prediction for a density from 0 Hz to half the rate, evenly spaced (Yule-Walker equations)."""
    r = np.fft.irfft(power)[: ORDER + 1]
    a = linalg.solve_toeplitz(r[:ORDER], -r[1:])
    return Prediction(np.r_[1.0, a], float(r[0] + a @ r[1:]))


class Oracle:
    """Log-likelihood ratios of noise with EMG of a known in-band SNR, against the white noise alone."""

    def __init__(self, preset: str, snr_db: float, fs: float) -> None:
        f = np.linspace(0, fs / 2, (1 << 15) + 1)
        _, h = signal.sosfreqz(band(fs), worN=f, fs=fs)
        passed = np.abs(h) ** 2
        emg = density(f, *PRESETS[preset]) * passed
        self.rest = prediction(passed)
        self.active = prediction(passed + 10 ** (snr_db / 10) * passed.mean() / emg.mean() * emg)
        self.band_power = float(passed.mean())

    def says(self, x: Array, noise_power: float) -> Array:
        """Return what each sample says for activity; the first ORDER, which have no past, say nothing.

        x: in the band, shape (samples,). noise_power: mean square of its noise.
        """
        white = x / np.sqrt(noise_power / self.band_power)
        e0, e1 = (signal.oaconvolve(white, p.taps)[: len(white)] for p in (self.rest, self.active))
        v0, v1 = self.rest.variance, self.active.variance
        said = 0.5 * (np.log(v0 / v1) + e0**2 / v0 - e1**2 / v1)
        said[:ORDER] = 0
        return np.asarray(said)


def cusum(said: Array) -> Array:
    """Return the largest sum of what the last samples said, at every sample: max(0, the one before) + what it says."""
    s = np.cumsum(said)
    return np.asarray(s - np.minimum(0.0, np.minimum.accumulate(np.r_[0.0, s[:-1]])))


def peaks(evidence: Array, apart: int, low: float = 3.0) -> list[float]:
    """Return the largest evidence of every excursion above `low`; those less than `apart` samples apart are one."""
    above = np.flatnonzero(evidence > low)
    if len(above) == 0:
        return []
    groups = np.split(above, np.flatnonzero(np.diff(above) > apart) + 1)
    return [float(evidence[g].max()) for g in groups]
