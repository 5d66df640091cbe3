"""A small data set, a method that works and one that dies."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from unguard.benchmark import Dataset, Detector, Family, ScoredEvent, Trial


def _threshold(spreads: float = 3.0) -> Detector:
    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        if spreads == 99:
            raise RuntimeError("<b>nothing</b> goes that high")
        window = max(1, round(0.05 * fs))
        level = np.sqrt(np.convolve(x**2, np.ones(window) / window, "same"))
        still = level[rest[0] : rest[1]]
        above = level > still.mean() + spreads * still.std()
        edges = np.flatnonzero(np.diff(above, prepend=False, append=False)).reshape(-1, 2)
        return [ScoredEvent(int(a), int(b), decided=int(a) + window) for a, b in edges]

    return Detector("threshold", detect, {"spreads": spreads}, causal=True, wants="band")


@pytest.fixture(scope="session")
def families() -> list[Family]:
    """A method that works, and one that dies as documented."""
    return [
        Family("threshold", _threshold, {"spreads": 3.0}, "here", {"spreads": (3.0, 6.0, 12.0)}),
        Family("<i>dies</i>", _threshold, {"spreads": 99}, "here & there", {"spreads": (99, 6.0)}, "numpy"),
    ]


@pytest.fixture(scope="session")
def bursts() -> Dataset:
    """Noise with bursts of several levels."""
    rng = np.random.default_rng(5)
    truth = tuple(ScoredEvent(a, a + 700) for a in range(3000, 43_000, 2000))
    x = rng.normal(0, 2, 45_000)
    for i, e in enumerate(truth):
        x[e.onset : e.offset] *= 1.5 + 0.3 * i
    trial = Trial("bursts", x, 1000.0, (100, 2900), truth, tuning=(0, 20_000))
    return Dataset("bursts & rest", (trial,), "made <here>", ("a remark",))
