"""How long one frame of the yardstick's chain takes, call by call: 16 channels, from C++ and from Python.

    python -m bench.evidence.latency

The clock is read before and after each call, and what that takes is in every number; it is measured by itself too. One
frame after the other, the caches are warm and the processor awake; as a device sends them, every 0.5 ms at 2 kHz, they
need not be.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import unguard
from numpy.typing import NDArray

from bench.evidence import programs

FS = 2000
CHANNELS = 16
FRAMES = 1_000_000
#: Ten seconds of a device.
PACED_FRAMES = 20_000
EVERY_US = 1_000_000 // FS
QUANTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999, "max": 1.0}


def duration(nanoseconds: float) -> str:
    """Return a time in the unit that suits it."""
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


@dataclass(frozen=True)
class Latencies:
    """How often each number of nanoseconds was found, rising."""

    nanoseconds: NDArray[np.int64]
    how_often: NDArray[np.int64]

    @property
    def frames(self) -> int:
        """How many were timed."""
        return int(self.how_often.sum())

    def at(self, name: str) -> int:
        """Return a quantile in nanoseconds: the shortest time that so many of the calls kept within."""
        within = np.cumsum(self.how_often)
        return int(self.nanoseconds[np.searchsorted(within, QUANTILES[name] * within[-1])])

    def line(self) -> str:
        """All quantiles."""
        return ", ".join(f"{name} {duration(self.at(name))}" for name in QUANTILES)


def build() -> None:
    """Build the timed program."""
    programs.build("latency", "detector_latency")


def _said(*arguments: object, program: str = "latency") -> Latencies:
    text = programs.said(program, *arguments)
    nanoseconds, how_often = np.array([line.split() for line in text.splitlines()], dtype=np.int64).T
    return Latencies(nanoseconds, how_often)


def cpp() -> Latencies:
    """process() from C++, one frame after the other."""
    return _said(CHANNELS, FRAMES, 0)


def cpp_paced() -> Latencies:
    """process() from C++, at the pace of a device."""
    return _said(CHANNELS, PACED_FRAMES, EVERY_US)


def pipeline() -> Latencies:
    """Checks, mains canceller, band-pass, gated level and readings from C++, one frame after the other."""
    return _said("pipeline", CHANNELS, FRAMES)


def detector(name: str) -> Latencies:
    """One detector from C++, one frame after the other."""
    return _said(name, CHANNELS, FRAMES // 4, program="detector_latency")


def heart() -> Latencies:
    """The same with the heart taken off before the level."""
    return _said("heart", CHANNELS, FRAMES)


def session() -> Latencies:
    """And with a detector that does not wait for that."""
    return _said("session", CHANNELS, FRAMES)


#: What envelopes are called by the timed program, and by people.
ENVELOPES = {
    "rms": "Rms",
    "arv": "Arv",
    "two_pole": "TwoPole",
    "linear": "LinearEnvelope",
    "exponential": "ExponentialEnvelope",
    "tkeo": "TkeoEnvelope",
    "adaptive": "AdaptiveRms",
    "whitened_fixed": "WhitenedRms, fixed",
    "whitened_adaptive": "WhitenedRms, adaptive",
    "gated": "Gated Rms",
    "gated_two_pole": "Gated TwoPole",
    "noise_subtracted": "NoiseSubtracted",
    "pooled": "PooledLevel",
    "moving_median": "MovingMedian",
    "bayesian": "BayesianEnvelope",
}


def envelope(name: str) -> Latencies:
    """One envelope from C++, one frame after the other."""
    return _said("envelope", name, CHANNELS, FRAMES)


def cpp_clock() -> Latencies:
    """Two readings of C++'s clock."""
    return _said("clock", FRAMES)


def _timed(work: Callable[[int], object], count: int) -> Latencies:
    clock = time.perf_counter_ns
    took = np.empty(count, dtype=np.int64)
    for i in range(count // 20):
        work(i)
    for i in range(count):
        began = clock()
        work(i)
        took[i] = clock() - began
    return Latencies(*np.unique(took, return_counts=True))


def _live() -> unguard.LiveChain:
    notch = unguard.Notch(frequency=50.0, q=30.0)
    chain = unguard.Chain(unguard.Bandpass(), notch, unguard.Rectify(), unguard.Lowpass(cutoff=6.0, order=2))
    return chain.start(fs=FS, channels=CHANNELS)


def _noise() -> NDArray[np.float64]:
    return np.random.default_rng(3).normal(0, 30, (256, CHANNELS))


def python() -> Latencies:
    """LiveChain.process() of an array of one frame, (1, 16)."""
    process, frames = _live().process, list(_noise()[:, None, :])
    return _timed(lambda i: process(frames[i & 255]), FRAMES)


def python_from_numbers() -> Latencies:
    """Sixteen numbers of a list in, the level of the last channel out as a number: with what NumPy takes to convert."""
    process, frames = _live().process, _noise().tolist()

    def sample_in_value_out(i: int) -> float:
        return float(process(np.array(frames[i & 255]).reshape(1, CHANNELS))[0, -1])

    return _timed(sample_in_value_out, FRAMES // 4)


def python_clock() -> Latencies:
    """Two readings of Python's clock around a call of nothing."""
    return _timed(lambda i: None, FRAMES // 4)


#: All that is measured, by what it is called.
MEASURED = {
    "C++": cpp,
    "C++, a frame every 0.5 ms": cpp_paced,
    "C++, the clock alone": cpp_clock,
    "Python": python,
    "Python, numbers in, number out": python_from_numbers,
    "Python, the clock alone": python_clock,
}


def measure() -> dict[str, Latencies]:
    """Measure all of it."""
    build()
    gc.collect()
    return {name: one() for name, one in MEASURED.items()}


if __name__ == "__main__":
    for name, found in measure().items():
        print(f"{name}, {found.frames} frames: {found.line()}")
