"""Two Python threads, each with sessions of its own, against one that does the work of both, and two processes.

python -m bench.evidence.scale_threads     prints JSON: seconds by the clock of every way, in every alternation

Two processes share no interpreter: what they gain over one thread is what the machine gives at that time, and the
ceiling of what two threads can.
"""

from __future__ import annotations

import functools
import json
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

FS, CHANNELS, SECONDS, BLOCK_S = 2000, 8, 120, 0.1
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Each of one thread, two threads, two processes; none of them is shorter than so many seconds. Many and short: what
#: else the machine does wanders within seconds, and the three of an alternation are to be at the same time.
ALTERNATIONS, LEAST_S = 31, 1.0


@dataclass(frozen=True)
class Spread:
    """A ratio: its median over the alternations, and the least and the largest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, over: Sequence[float], under: Sequence[float]) -> Spread:
        """Return that of costs which were measured side by side."""
        ratios = [a / b for a, b in zip(over, under, strict=True)]
        return cls(statistics.median(ratios), min(ratios), max(ratios))

    def __str__(self) -> str:
        return f"{self.middle:.2f}x ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Found:
    """Medians of the seconds of each way, and ratios: one over two threads, one over two processes.

    of_ceiling: two processes over two threads. sessions: of each thread or process.
    """

    one_s: float
    threads_s: float
    processes_s: float
    threads: Spread
    processes: Spread
    of_ceiling: Spread
    sessions: int


def found_of(took: dict[str, list[float]], sessions: int) -> Found:
    """Return what the seconds of all alternations say."""
    one, threads, processes = took["one"], took["threads"], took["processes"]
    return Found(
        one_s=statistics.median(one),
        threads_s=statistics.median(threads),
        processes_s=statistics.median(processes),
        threads=Spread.of(one, threads),
        processes=Spread.of(one, processes),
        of_ceiling=Spread.of(processes, threads),
        sessions=sessions,
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


def sessions(count: int) -> None:
    """Run so many sessions; they get blocks of 0.1 s, as a device would hand them over."""
    plan, blocks = _prepared()
    for _ in range(count):
        live = plan.start(fs=FS, channels=CHANNELS)
        for block in blocks:
            live.process(block)
        live.finish()


def _clocked(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _in_two_threads(count: int) -> None:
    threads = [threading.Thread(target=sessions, args=(count,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def measure(alternations: int = ALTERNATIONS, least_s: float = LEAST_S) -> tuple[dict[str, list[float]], int]:
    """Return the seconds of each way in turns, each of 2 x count sessions, and count; the first turn does not count."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as left, ProcessPoolExecutor(1, spawn) as right:
        for pool in (left, right):
            pool.submit(sessions, 1).result()
        sessions(1)
        # With a margin: the two that work side by side are to be long enough, also where one is hardly slowed by it.
        count = math.ceil(1.2 * least_s / _clocked(lambda: sessions(1)))

        def in_two_processes() -> None:
            for future in [pool.submit(sessions, count) for pool in (left, right)]:
                future.result()

        ways: dict[str, Callable[[], object]] = {
            "one": lambda: sessions(2 * count),
            "threads": lambda: _in_two_threads(count),
            "processes": in_two_processes,
        }
        took: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(alternations + 1):
            for way, work in ways.items():
                seconds = _clocked(work)
                if turn:
                    took[way].append(seconds)
    return took, count


def measured() -> Found:
    """Return it, measured in a process of its own without other threads."""
    alone = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", "bench.evidence.scale_threads"]
    ran = subprocess.run(command, env=alone, stdout=subprocess.PIPE, text=True, check=True)
    took, count = json.loads(ran.stdout.splitlines()[-1])
    return found_of(took, count)


if __name__ == "__main__":
    print(json.dumps(measure()))
