"""Trials of the generator, whose truth is known: onsets over signal-to-noise ratio, shape, carrier, muscle and heart.

The signals are `unguard.simulate_onset` of an `unguard.OnsetTrial`; here is only the grid.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

import unguard
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.trial import Trial
from unguard.errors import ConfigError
from unguard.samples import samples_in

#: From the onset to what is taken for rest.
_MARGIN_S = 0.1


@dataclass(frozen=True)
class Grid:
    """Which trials are made: every combination, so many times.

    Attributes
    ----------
    snr_dB: in the band. shapes, carriers, presets: as OnsetTrial names them.
    ecg_dB: muscle over heart, decibels; None is without a heart. fs: hertz.
    repeats: trials of each; the first half of them are for tuning.
    """

    snr_dB: tuple[float, ...] = (-3.0, 0.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0)
    shapes: tuple[str, ...] = ("step", "ramp", "trapezoid", "truncated_gaussian")
    carriers: tuple[str, ...] = ("gaussian", "laplacian", "motor_units")
    presets: tuple[str, ...] = ("trunk",)
    ecg_dB: tuple[float | None, ...] = (None,)
    fs: tuple[float, ...] = (2000.0,)
    repeats: int = 2


def generated(grid: Grid | None = None, *, seed: int = 1) -> Dataset:
    """Return the trials of a grid; the same seed gives the same trials.

    Raises
    ------
    ConfigError: this unguard has no such generator, or a value of the grid is not allowed.
    """
    grid = grid or Grid()
    if not (hasattr(unguard, "OnsetTrial") and hasattr(unguard, "simulate_onset")):
        raise ConfigError("generator", f"not in unguard {unguard.__version__}", "a version with unguard.simulate_onset")
    trials: list[Trial] = []
    combinations = itertools.product(grid.fs, grid.presets, grid.ecg_dB, grid.carriers, grid.shapes, grid.snr_dB)
    for fs, preset, ecg, carrier, shape, snr in combinations:
        for repeat in range(grid.repeats):
            number = seed * 1_000_000 + len(trials)
            more: dict[str, Any] = {} if ecg is None else {"ecg": ecg}
            spec = unguard.OnsetTrial(
                shape=shape, carrier=carrier, snr_dB=snr, preset=preset, fs=fs, seed=number, **more
            )
            heart = "" if ecg is None else f", heart {ecg:g} dB"
            name = f"{shape}, {carrier}, {preset}, {snr:g} dB{heart}, {fs:g} Hz, seed {number}"
            trials.append(_trial(name, unguard.simulate_onset(spec), snr, tuning=2 * repeat < grid.repeats - 1))
    source = f"unguard.simulate_onset of unguard {unguard.__version__}, seed {seed}"
    return Dataset("generator", tuple(trials), source, ("simulated: steps and one event a trial flatter every method",))


def _trial(name: str, made: Any, snr: float, *, tuning: bool) -> Trial:
    x = np.ascontiguousarray(np.asarray(made.data, dtype=np.float64).squeeze())
    onset, offset = int(made.onset), int(made.offset)
    rest = (0, max(0, onset - samples_in(_MARGIN_S, made.fs)))
    truth = (ScoredEvent(onset, offset),)
    return Trial(name, x, float(made.fs), rest, truth, tuning=(0, len(x) if tuning else 0), snr_dB=snr)
