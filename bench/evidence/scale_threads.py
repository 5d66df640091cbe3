"""Two Python threads, each with a session of its own, against one thread that does the work of both.

python -m bench.evidence.scale_threads     prints JSON: seconds by the clock of one thread and of two, and their ratio
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from bench.evidence.turns import RUNS, in_turns

FS, CHANNELS, SECONDS, BLOCK_S = 2000, 8, 120, 0.1
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def measure() -> dict[str, float]:
    """Measure; sessions get blocks of 0.1 s, as a device would hand them over."""
    import unguard

    plan = unguard.Pipeline(
        unguard.Chain(unguard.Priming(), unguard.Bandpass()),
        mains=unguard.LineCanceller(frequency=50),
        heart=unguard.EcgSubtraction(),
        events=unguard.SpasmDetector(learn=10),
    )
    x = np.random.default_rng(1).normal(size=(SECONDS * FS, CHANNELS)) * 5
    blocks = np.split(x, round(SECONDS / BLOCK_S))

    def session() -> None:
        live = plan.start(fs=FS, channels=CHANNELS)
        for block in blocks:
            live.process(block)
        live.finish()

    def clocked(work: Callable[[], None]) -> Callable[[], float]:
        def cost() -> float:
            began = time.perf_counter()
            work()
            return time.perf_counter() - began

        return cost

    def both() -> None:
        session()
        session()

    def in_two_threads() -> None:
        threads = [threading.Thread(target=session) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    found = in_turns(clocked(in_two_threads), clocked(both), RUNS)
    return {
        "one_s": found.second,
        "two_s": found.first,
        "ratio": found.ratio,
        "low": found.lowest,
        "high": found.highest,
    }


def measured() -> dict[str, float]:
    """Return it, measured in a process of its own without other threads."""
    alone = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", "bench.evidence.scale_threads"]
    ran = subprocess.run(command, env=alone, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(ran.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(measure()))
