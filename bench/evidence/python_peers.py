"""The yardstick's chain from Python: unguard, scipy.signal.sosfilt and BrainFlow's filters in turns, 8 channels.

    python -m bench.evidence.python_peers

SciPy: sosfilt of the five sections, numpy.abs, sosfilt of the sixth; in blocks, with the state kept by `zi`.
BrainFlow: DataFilter.perform_bandpass (20-450 Hz, order 4), perform_bandstop (50 Hz, 1.67 Hz wide, order 1), numpy.abs
and perform_lowpass (6 Hz, order 2), all Butterworth, in place and channel by channel. Every call designs its filter
anew and begins at rest, so a stream in blocks comes out otherwise than in one piece: there its time can be compared,
its output not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import unguard
from brainflow.data_filter import DataFilter, FilterTypes
from numpy.typing import NDArray
from scipy import signal

from bench.evidence.turns import Ratio, in_turns, processor_seconds

FS = 2000
CHANNELS = 8
#: The whole record, one minute.
RECORD = 60 * FS
SAMPLES = 4_000_000
Samples = NDArray[np.float64]

NOTCH_Q = 30.0
FRONT = (unguard.Bandpass(), unguard.Notch(frequency=50.0, q=NOTCH_Q))
SMOOTHER = unguard.Lowpass(cutoff=6.0, order=2)
CHAIN = unguard.Chain(*FRONT, unguard.Rectify(), SMOOTHER)


def noise(frames: int) -> Samples:
    """Return frames of noise, (frames, channels), in microvolts."""
    return np.random.default_rng(1).normal(0, 30, (frames, CHANNELS))


def ours() -> Callable[[Samples], Samples]:
    """A live chain."""
    return CHAIN.start(fs=FS, channels=CHANNELS).process


def scipys() -> Callable[[Samples], Samples]:
    """SciPy with the state kept."""
    front, smoother = (unguard.sections(spec, fs=FS) for spec in (unguard.Chain(*FRONT), SMOOTHER))
    before, after = (np.zeros((len(sos), 2, CHANNELS)) for sos in (front, smoother))

    def process(x: Samples) -> Samples:
        nonlocal before, after
        y, before = signal.sosfilt(front, x, axis=0, zi=before)
        z, after = signal.sosfilt(smoother, np.abs(y), axis=0, zi=after)
        return z

    return process


def brainflows(x: Samples) -> Samples:
    """BrainFlow; x as it keeps it, (channels, samples)."""
    butterworth = FilterTypes.BUTTERWORTH.value
    half = 50.0 / NOTCH_Q / 2
    y = x.copy()
    for channel in y:
        DataFilter.perform_bandpass(channel, FS, 20.0, 450.0, 4, butterworth, 0.0)
        DataFilter.perform_bandstop(channel, FS, 50.0 - half, 50.0 + half, 1, butterworth, 0.0)
        np.abs(channel, out=channel)
        DataFilter.perform_lowpass(channel, FS, 6.0, 2, butterworth, 0.0)
    return y


def against_scipy(frames: int) -> Ratio:
    """SciPy's time over ours, in calls of so many frames."""
    x = noise(frames)
    assert np.array_equal(ours()(x), scipys()(x)), "the same sections give the same bits"
    return _in_calls(ours(), x, scipys(), x)


def against_brainflow(frames: int) -> Ratio:
    """BrainFlow's time over ours, in calls of so many frames."""
    x = noise(frames)
    rows = np.ascontiguousarray(x.T)
    if frames == RECORD:
        # Its band-stop maps the edges, not the centre, to digital frequencies: alike within a thousandth.
        difference, largest = np.ptp(ours()(x) - brainflows(rows).T), np.ptp(brainflows(rows))
        assert difference < 2e-3 * largest, f"{difference} of {largest}"
    return _in_calls(ours(), x, brainflows, rows)


def _in_calls(
    first: Callable[[Samples], Samples], x: Samples, second: Callable[[Samples], Samples], y: Samples
) -> Ratio:
    calls = min(5000, max(1, SAMPLES // x.size))

    def repeat(process: Callable[[Samples], Samples], block: Samples) -> Callable[[], None]:
        def run() -> None:
            for _ in range(calls):
                process(block)

        return run

    return in_turns(processor_seconds(repeat(first, x)), processor_seconds(repeat(second, y)))


if __name__ == "__main__":
    for frames in (1, 64, 256, RECORD):
        for name, found in (("SciPy", against_scipy(frames)), ("BrainFlow", against_brainflow(frames))):
            print(f"{name}, {frames} frames a call: {found.ratio:.1f} ({found.lowest:.1f} to {found.highest:.1f})")
