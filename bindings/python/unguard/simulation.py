"""Simulated paraspinal EMG with sample-exact truth, from the C++ generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard._core import Paraspinal, _simulate, scenario
from unguard.arguments import object_of
from unguard.memory import refuse_longer

#: Memory one moment takes while a record is made: data and clean EMG of four channels, and the angle, as float64.
BYTES_PER_SAMPLE = 80


@dataclass(frozen=True)
class Simulation:
    """One simulated record.

    Attributes
    ----------
    data: what a device would have delivered, (samples, 4), microvolts.
    clean: the EMG alone, without heart, mains, motion, noise or rounding, (samples, 4), microvolts.
    angle: trunk angle, (samples,), degrees.
    fs: sampling rate, Hz.
    channels: longissimus and multifidus, left and right.
    truth: events, phases, silences, disturbances, trains, R peaks and markers, by sample index; plain values, ready for
        JSON.
    spec: what it was made from; the same spec gives the same bits.
    """

    data: NDArray[np.float64]
    clean: NDArray[np.float64]
    angle: NDArray[np.float64]
    fs: float
    channels: list[str]
    truth: dict[str, Any]
    spec: Paraspinal

    @property
    def markers(self) -> list[tuple[str, int]]:
        """What an operator would have declared, as `detect()` takes it: (kind, sample)."""
        return [(marker["kind"], marker["at"]) for marker in self.truth["markers"]]


def simulate(
    spec: str | Paraspinal = "guarded", *, seconds: float = 60.0, seed: int = 1, fs: float = 2000.0
) -> Simulation:
    """Simulate a record.

    Parameters
    ----------
    spec: "rest", "healthy", "guarded" or "contaminated", or a `Paraspinal` spec, with its own length, seed and rate.
    seconds: length of the record, s; at most a week, and what fits into memory.
    seed: chooses the record; the same seed gives the same bits.
    fs: sampling rate, Hz.

    Raises
    ------
    ConfigError: an unknown scenario, a parameter out of its range, or a record that does not fit into memory.
    """
    length = "seconds" if isinstance(spec, str) else "duration"
    if isinstance(spec, str):
        spec = scenario(spec, seconds=seconds, seed=seed, fs=fs)
    object_of("spec", spec, Paraspinal, "the name of a scenario, or a Paraspinal")
    refuse_longer(length, spec.duration, spec.rate, BYTES_PER_SAMPLE)
    data, clean, angle, channels, truth = _simulate(spec)
    return Simulation(data, clean, angle, spec.rate, channels, truth, spec)
