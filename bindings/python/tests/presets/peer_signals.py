"""A record of known bursts, and how far two results are from each other."""

from __future__ import annotations

from typing import Any

import numpy as np


def bursts(fs: float, seconds: float = 12.0, seed: int = 1) -> np.ndarray:
    """One channel of EMG in uV: rest of 3 uV, three bursts of 60, 30 and 100 uV, on a fifth of the time."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * fs) + 2)
    x = noise[2:] + 1.2 * noise[1:-1] + 0.5 * noise[:-2]
    t = np.arange(len(x)) / fs
    level = np.full(len(x), 3.0)
    for onset, offset, uv in ((3.0, 3.8, 60), (6.0, 6.7, 30), (9.0, 10.0, 100)):
        level[(t >= onset) & (t < offset)] = uv
    return level * x


def off(found: Any, expected: Any) -> float:
    """Largest difference over the largest value expected."""
    found, expected = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    assert found.shape == expected.shape and np.isfinite(expected).all()
    return float(np.max(np.abs(found - expected), initial=0) / max(np.max(np.abs(expected), initial=0), 1e-300))
