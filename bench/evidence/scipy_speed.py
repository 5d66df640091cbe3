"""SciPy and unguard in turns over the same arrays: band-pass and notch (5 sections), 8 channels, one thread.

    python -m bench.evidence.scipy_speed

Each pair of runs gives a ratio; the median of them is what is said. Processor time, not the clock: other programs on
the machine disturb it less.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import unguard
from scipy import signal

FS = 2000.0
CHANNELS = 8
RUNS = 5


@dataclass(frozen=True)
class Ratio:
    """How many times as fast unguard is; seconds are medians of one run."""

    ratio: float
    ours_s: float
    scipys_s: float
    lowest: float
    highest: float


def in_turns(ours: Callable[[], None], scipys: Callable[[], None], runs: int = RUNS) -> Ratio:
    """Run both `runs` times in turns, after one run of each that does not count."""
    took: dict[Callable[[], None], list[float]] = {ours: [], scipys: []}
    for i in range(runs + 1):
        for each in (ours, scipys):
            began = time.process_time()
            each()
            if i:
                took[each].append(time.process_time() - began)
    ratios = [b / a for a, b in zip(took[ours], took[scipys], strict=True)]
    return Ratio(
        statistics.median(ratios),
        statistics.median(took[ours]),
        statistics.median(took[scipys]),
        min(ratios),
        max(ratios),
    )


def chain_and_sections() -> tuple[unguard.Chain, np.ndarray]:
    """Return the chain of both sides and its rows for SciPy, (5, 6)."""
    chain = unguard.Chain(unguard.Bandpass(), unguard.Notch(frequency=50.0))
    return chain, unguard.sections(chain, fs=FS)


def record() -> Ratio:
    """A 10-minute record in one call."""
    chain, sos = chain_and_sections()
    x = np.random.default_rng(1).normal(0, 30, (int(600 * FS), CHANNELS))
    assert np.array_equal(chain(x, fs=FS), signal.sosfilt(sos, x, axis=0))
    return in_turns(lambda: chain(x, fs=FS), lambda: signal.sosfilt(sos, x, axis=0))


def blocks(frames: int = 64, calls: int = 10_000) -> Ratio:
    """A stream in blocks, with the state kept on both sides."""
    chain, sos = chain_and_sections()
    x = np.random.default_rng(2).normal(0, 30, (frames, CHANNELS))
    live = chain.start(fs=FS, channels=CHANNELS)

    def ours() -> None:
        for _ in range(calls):
            live.process(x)

    def scipys() -> None:
        state = np.zeros((len(sos), 2, CHANNELS))
        for _ in range(calls):
            _, state = signal.sosfilt(sos, x, axis=0, zi=state)

    return in_turns(ours, scipys)


if __name__ == "__main__":
    for name, found in (("10-minute record, one call", record()), ("blocks of 64 frames", blocks())):
        print(
            f"{name}: {found.ratio:.2f}x SciPy (median of {RUNS}; {found.lowest:.2f} to {found.highest:.2f}), "
            f"{found.ours_s:.3f} s against {found.scipys_s:.3f} s"
        )
