"""Bends written down: white noise of a known level in each phase, and the angle that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from unguard.clinical import Bends, bends

FS = 1000.0
MUSCLES = ["longissimus L", "longissimus R"]
PHASES = ("standing", "bending", "full flexion", "returning")


@dataclass(frozen=True)
class Levels:
    """RMS of the muscle's own EMG in each phase, microvolts."""

    standing: float = 2.0
    flexing: float = 30.0
    flexed: float = 3.0
    extending: float = 60.0


@dataclass(frozen=True, eq=False)
class Person:
    """(samples, muscles), (samples,), and the samples at which phases begin: (phase, sample)."""

    emg: NDArray[np.float64]
    degrees: NDArray[np.float64]
    cues: list[tuple[str, int]]


def person(
    levels: list[Levels], *, bends: int = 3, noise: float = 0.0, seed: int = 1, deepest: float = 90.0,
    phase_s: float = 3.0,
) -> Person:  # fmt: skip
    """One muscle a `Levels`; the trunk from 0 to `deepest` and back with the least jerk."""
    rng = np.random.default_rng(seed)
    n = round(phase_s * FS)
    u = np.arange(n) / n
    way = u**3 * (10 + u * (6 * u - 15))
    angles = {"standing": 0 * u, "bending": deepest * way, "full flexion": 0 * u + deepest,
              "returning": deepest * (1 - way)}  # fmt: skip
    names = {"standing": "standing", "bending": "flexing", "full flexion": "flexed", "returning": "extending"}
    strength, degrees, cues = [], [], []
    for phase in [*PHASES * bends, "standing"]:
        cues.append((phase, len(degrees) * n))
        degrees.append(angles[phase])
        strength.append(np.tile([getattr(one, names[phase]) for one in levels], (n, 1)))
    x = np.concatenate(strength)
    emg = x * rng.standard_normal(x.shape) + noise * rng.standard_normal(x.shape)
    return Person(emg, np.concatenate(degrees), cues)


def by_angle(one: Person, **more: Any) -> Bends:
    """Its bends by the angle."""
    x = np.column_stack([one.emg, one.degrees])
    return bends(x, fs=FS, channels=[*MUSCLES[: one.emg.shape[1]], "trunk"], angle="trunk", **more)
