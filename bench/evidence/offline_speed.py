"""What the methods that need the whole record cost: seconds for a minute of one channel at 2 kHz.

python -m bench.evidence.offline_speed
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
import unguard
from numpy.typing import NDArray

FS = 2000
SECONDS = 60
RUNS = 5
#: A burst in every so many seconds, behind as much rest.
EVERY_S, BURST_S = 2.0, 0.3
METHODS = {
    "Abbink": unguard.Abbink(spreads=6),
    "IntegratedProfile": unguard.IntegratedProfile(),
    "BayesianChangePoint": unguard.BayesianChangePoint(),
}


def record(seconds: float = SECONDS) -> NDArray[np.float64]:
    """Return noise of 2 uV with bursts of 20 uV in the band, (samples,); it begins with rest."""
    samples = round(seconds * FS)
    within = np.arange(samples) / FS % EVERY_S
    level = np.where(within >= EVERY_S - BURST_S, 20.0, 2.0)
    x = level * np.random.default_rng(3).standard_normal(samples)
    return np.asarray(unguard.Chain(unguard.Bandpass())(x, fs=FS))


def offline(name: str, seconds: float = SECONDS, runs: int = RUNS) -> float:
    """Return the median time of some runs, s a minute of record; KeyError where METHODS has no such name.

    BayesianChangePoint takes time by the square of its record, and `seconds` is only for trying this out.
    """
    spec, x = METHODS[name], record(seconds)
    told: dict[str, Any] = {"rest": x[round(0.2 * FS) : round(1.5 * FS)]} if name == "Abbink" else {}
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        found = unguard.active_stretches(spec, x, fs=FS, **told)
        took.append(time.perf_counter() - began)
        if not len(found):
            raise RuntimeError(f"{name} found nothing: what it takes to find something was not timed")
    return statistics.median(took) * 60 / seconds


if __name__ == "__main__":
    for method in METHODS:
        print(f"{method}: {offline(method):.3g} s a minute of one channel at {FS} Hz")
