"""SciPy and unguard in turns over the same arrays: band-pass and notch (5 sections), 8 channels, one thread.

python -m bench.evidence.scipy_speed
"""

from __future__ import annotations

import numpy as np
import unguard
from scipy import signal

from bench.evidence.turns import RUNS, Ratio, in_turns, processor_seconds

FS = 2000.0
CHANNELS = 8


def chain_and_sections() -> tuple[unguard.Chain, np.ndarray]:
    """Return the chain of both sides and its rows for SciPy, (5, 6)."""
    chain = unguard.Chain(unguard.Bandpass(), unguard.Notch(frequency=50.0))
    return chain, unguard.sections(chain, fs=FS)


def record() -> Ratio:
    """A 10-minute record in one call."""
    chain, sos = chain_and_sections()
    x = np.random.default_rng(1).normal(0, 30, (int(600 * FS), CHANNELS))
    assert np.array_equal(chain(x, fs=FS), signal.sosfilt(sos, x, axis=0))
    return in_turns(
        processor_seconds(lambda: chain(x, fs=FS)), processor_seconds(lambda: signal.sosfilt(sos, x, axis=0))
    )


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

    return in_turns(processor_seconds(ours), processor_seconds(scipys))


if __name__ == "__main__":
    for name, found in (("10-minute record, one call", record()), ("blocks of 64 frames", blocks())):
        print(
            f"{name}: {found.ratio:.2f}x SciPy (median of {RUNS}; {found.lowest:.2f} to {found.highest:.2f}), "
            f"{found.first:.3f} s against {found.second:.3f} s"
        )
