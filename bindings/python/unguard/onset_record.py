"""Trials of onset detectors with truth to the sample, from the C++ generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard._core import OnsetTrial, _simulate_onset
from unguard.arguments import object_of
from unguard.memory import refuse_longer

#: Memory one moment takes while a trial is made.
BYTES_PER_SAMPLE = 24


@dataclass(frozen=True)
class OnsetRecord:
    """The record of one onset trial.

    Attributes
    ----------
    data: rest, a burst of EMG, rest; unfiltered, (samples,), microvolts.
    fs: sampling rate, Hz.
    onset: the first sample with EMG. offset: one past the last.
    r_peaks: the nearest sample to each heartbeat; none without a heart.
    emg_uV: RMS of the EMG on its plateau. noise_uV: of the noise. Both over the whole band.
    r_peak_uV: height of the R peaks; 0 without a heart.
    trial: what it was made from; the same trial gives the same bits.
    """

    data: NDArray[np.float64]
    fs: float
    onset: int
    offset: int
    r_peaks: list[int]
    emg_uV: float
    noise_uV: float
    r_peak_uV: float
    trial: OnsetTrial


def simulate_onset(trial: OnsetTrial) -> OnsetRecord:
    """Simulate one trial of an onset detector.

    Parameters
    ----------
    trial: its spec, with its own seed and rate.

    Raises
    ------
    ConfigError: fields that do not go together, or a record that does not fit into memory.
    """
    object_of("trial", trial, OnsetTrial, "an OnsetTrial")
    refuse_longer("active", trial.baseline + trial.active + trial.tail, trial.rate, BYTES_PER_SAMPLE)
    data, truth = _simulate_onset(trial)
    return OnsetRecord(data=data, fs=trial.rate, trial=trial, **truth)
