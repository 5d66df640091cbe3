"""A stand-in for the generator of onset trials, in NumPy: noise in a band, louder between onset and offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt


@dataclass(frozen=True)
class OnsetTrial:
    """What is asked for."""

    shape: str = "step"
    carrier: str = "gaussian"
    snr_dB: float = 10.0
    preset: str = "trunk"
    ecg: float | None = None
    fs: float = 2000.0
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Made:
    """What comes back."""

    data: NDArray[np.float64]
    fs: float
    onset: int
    offset: int


def simulate_onset(trial: OnsetTrial) -> Made:
    """Return 4 s with one event of about 1 s."""
    rng = np.random.default_rng(trial.seed)
    n, fs = int(4 * trial.fs), trial.fs
    onset = int(2.5 * fs) + int(rng.integers(0, int(0.2 * fs)))
    offset = onset + int(fs)
    rise = np.zeros(n)
    ramp = 1 if trial.shape == "step" else int(0.1 * fs)
    rise[onset:offset] = np.minimum(1, np.arange(1, offset - onset + 1) / ramp)
    band = butter(2, [20, min(450, 0.45 * fs)], "bandpass", fs=fs, output="sos")
    muscle, noise = (sosfiltfilt(band, rng.normal(size=n)) for _ in range(2))
    x = 2 * (noise / noise.std() + rise * 10 ** (trial.snr_dB / 20) * muscle / muscle.std())
    return Made(x, fs, onset, offset)
