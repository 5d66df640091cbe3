"""Two Python threads, each with a session of its own, against one, and two processes: how much gets done at a time.

python -m bench.evidence.scale_threads     prints JSON: blocks a second of every way, in every alternation

Everybody works for the same time, and what is done is counted: of work that is dealt out beforehand the slower half
would say how long both take, and what disturbs either would count in full.

Two processes share no interpreter: what they gain over one thread is what the machine gives at that time, and the
ceiling of what two threads can.
"""

from __future__ import annotations

import functools
import itertools
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

FS, CHANNELS, SECONDS, BLOCK_S = 2000, 8, 120, 0.1
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Each of one thread, two threads, two processes, for so many seconds.
ALTERNATIONS, LASTING_S = 21, 1.5


@dataclass(frozen=True)
class Spread:
    """A ratio: its median over the alternations, and the least and the largest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, over: Sequence[float], under: Sequence[float]) -> Spread:
        """Return that of rates which were measured side by side."""
        ratios = [a / b for a, b in zip(over, under, strict=True)]
        return cls(statistics.median(ratios), min(ratios), max(ratios))

    def __str__(self) -> str:
        return f"{self.middle:.2f}x ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Found:
    """Medians of the blocks a second of each way, and ratios: of two threads and of two processes over one thread.

    of_ceiling: two threads over two processes.
    """

    one: float
    two_threads: float
    two_processes: float
    threads: Spread
    processes: Spread
    of_ceiling: Spread


def found_of(rates: dict[str, list[float]]) -> Found:
    """Return what the rates of all alternations say."""
    one, threads, processes = rates["one"], rates["threads"], rates["processes"]
    return Found(
        one=statistics.median(one),
        two_threads=statistics.median(threads),
        two_processes=statistics.median(processes),
        threads=Spread.of(threads, one),
        processes=Spread.of(processes, one),
        of_ceiling=Spread.of(threads, processes),
    )


@functools.cache
def _prepared() -> tuple[Any, list[np.ndarray[Any, Any]]]:
    import unguard

    plan = unguard.Pipeline(
        unguard.Chain(unguard.Priming(), unguard.Bandpass()),
        mains=unguard.LineCanceller(frequency=50),
        heart=unguard.EcgSubtraction(),
        events=unguard.SpasmDetector(learn=10),
    )
    x = np.random.default_rng(1).normal(size=(SECONDS * FS, CHANNELS)) * 5
    return plan, np.split(x, round(SECONDS / BLOCK_S))


def rate(lasting_s: float) -> float:
    """Run a session for so long; return the blocks of 0.1 s a second that it was through."""
    plan, blocks = _prepared()
    live = plan.start(fs=FS, channels=CHANNELS)
    began = time.perf_counter()
    for done, block in enumerate(itertools.cycle(blocks), 1):
        live.process(block)
        took = time.perf_counter() - began
        if took >= lasting_s:
            return done / took
    raise AssertionError  # there is no end of blocks


def measure(alternations: int = ALTERNATIONS, lasting_s: float = LASTING_S) -> dict[str, list[float]]:
    """Return the rate of each way, of both that work together, in turns; the first turn does not count."""
    spawn = multiprocessing.get_context("spawn")
    with (
        ThreadPoolExecutor(2) as threads,
        ProcessPoolExecutor(1, spawn) as left,
        ProcessPoolExecutor(1, spawn) as right,
    ):
        ways: dict[str, list[Executor]] = {"one": [threads], "threads": [threads, threads], "processes": [left, right]}
        rates: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(alternations + 1):
            for way, workers in ways.items():
                together = sum(future.result() for future in [one.submit(rate, lasting_s) for one in workers])
                if turn:
                    rates[way].append(together)
    return rates


def measured() -> Found:
    """Return it, measured in a process of its own without other threads."""
    alone = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", "bench.evidence.scale_threads"]
    ran = subprocess.run(command, env=alone, stdout=subprocess.PIPE, text=True, check=True)
    return found_of(json.loads(ran.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(measure()))
