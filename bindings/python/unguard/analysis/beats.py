"""When the heart beats, heard on all channels together; and how much of one channel it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal.windows import tukey  # type: ignore[import-untyped]

import unguard
from unguard.analysis.method import Method
from unguard.analysis.spectrum import spectrum_of
from unguard.recording import Recording
from unguard.samples import samples_in

#: RPeaks hears no slower signals.
_LEAST_RATE_HZ = 250.0
#: What is listened to of a longer record, in its middle: enough for a heart that muscle drowns for half of the time.
_LISTEN_S = 240.0
_BLOCK = 1 << 15
_SURE = 0.9
_FEWEST = 10
#: 40 to 180 beats a minute.
_SHORTEST_S, _LONGEST_S = 0.33, 1.5
#: A heart goes on: so much of the time lies in intervals as long as most are, give or take a fifth.
_SHARE, _TOLERANCE = 0.5, 0.2
#: A mean beat: so much of an interval, but no more, and so much of that before R.
_OF_INTERVAL, _LONGEST_BEAT_S, _BEFORE_R = 0.9, 0.8, 0.35


@dataclass(frozen=True, eq=False)
class Beats:
    """R peaks in the part of a record that was listened to.

    Attributes
    ----------
    first, last: that part, samples. at: the peaks, ascending, in samples of the record, shape (beats,).
    interval: from most beats to the next, samples.
    """

    first: int
    last: int
    at: NDArray[np.int64]
    interval: int


@dataclass(frozen=True, eq=False)
class Heart:
    """The heart in one channel.

    Attributes
    ----------
    frequency_hz, density: its density, uV^2/Hz, shape (bins,).
    quietest: as `Spectrum.quietest`, of what is left without it; None without a segment that can be used.
    """

    frequency_hz: NDArray[np.float64]
    density: NDArray[np.float64]
    quietest: NDArray[np.float64] | None

    def power(self, low: float, high: float) -> float:
        """Return its power from `low` to `high` hertz, uV^2."""
        inside = (self.frequency_hz >= low) & (self.frequency_hz <= high)
        return max(0.0, float(self.density[inside].sum()) * float(self.frequency_hz[1]))


def listened_to(samples: int, fs: float) -> tuple[int, int]:
    """Return the part of a record that is listened to, from the first of its samples to one past the last."""
    count = min(samples, samples_in(_LISTEN_S, fs))
    first = (samples - count) // 2
    return first, first + count


def beats_of(recording: Recording, columns: Sequence[int], method: Method) -> Beats | None:
    """Return the beats that :class:`unguard.RPeaks` hears in these columns, or None where no heart goes on."""
    first, last = listened_to(recording.samples, method.fs)
    return beats_in(recording.data[first:last], columns, first, method)


def beats_in(data: NDArray[np.float64], columns: Sequence[int], first: int, method: Method) -> Beats | None:
    """Return the beats in the part of a record that is listened to, as `beats_of` does.

    data: that part, microvolts, shape (samples, channels). first: where it begins in the record.
    """
    fs, count = method.fs, len(data)
    if fs < _LEAST_RATE_HZ:
        return None
    hum = unguard.LineCanceller().start(fs=fs, channels=len(columns))
    live = unguard.RPeaks().start(fs=fs, channels=len(columns))
    events = []
    for start in range(0, count, _BLOCK):
        events += live.process(hum.process(data[start : start + _BLOCK, list(columns)]))
    events += live.finish()
    at = np.sort([first + e.onset for e in events if e.report == "CLOSE" and e.confidence >= _SURE]).astype(np.int64)
    if len(at) < _FEWEST:
        return None
    intervals = np.diff(at)
    middle = float(np.median(intervals))
    alike = intervals[np.abs(intervals - middle) <= _TOLERANCE * middle]
    if not _SHORTEST_S * fs <= middle <= _LONGEST_S * fs or float(alike.sum()) < _SHARE * count:
        return None
    return Beats(first, first + count, at, round(middle))


def heart_of(
    x: NDArray[np.float64], bad: NDArray[np.bool_], beats: Beats, mains_hz: float | None, method: Method
) -> Heart | None:
    """Return how much of a channel is heart, or None where too few beats can be used.

    The power of the mean beat without that of what else is in it: of the products of different beats only. From the
    half of the beats in which there is least muscle.

    Parameters
    ----------
    x: unfiltered, microvolts, shape (samples,). bad: True where a sample is not used, shape (samples,).
    mains_hz: of hum in it, or None.
    """
    part, spoilt = x[beats.first : beats.last], bad[beats.first : beats.last]
    without_hum = part
    if mains_hz is not None:
        # What is left of hum in a mean of some beats would come back with every beat.
        without_hum = unguard.LineCanceller(frequency=mains_hz).start(fs=method.fs).process(part)
    length = min(samples_in(_LONGEST_BEAT_S, method.fs), round(_OF_INTERVAL * beats.interval))
    start = beats.at - beats.first - round(_BEFORE_R * length)
    start = start[(start >= 0) & (start + length <= len(part))]
    lost = np.concatenate([[0], np.cumsum(spoilt, dtype=np.int64)])
    start = start[lost[start + length] == lost[start]]
    if len(start) < _FEWEST:
        return None
    window = tukey(length, 0.2)
    each = np.lib.stride_tricks.sliding_window_view(without_hum, length)[start]
    each = (each - np.median(each, axis=1, keepdims=True)) * window
    quiet = np.argsort(np.square(np.diff(each, axis=1)).sum(axis=1))[: max(_FEWEST, len(each) // 2)]
    chosen = each[np.sort(quiet)]
    density = _common_power(chosen) * 2 / method.fs / beats.interval
    beat = chosen.mean(axis=0)
    left = part.copy()
    for at in start:
        left[at : at + length] -= beat
    spectrum = spectrum_of(left, spoilt, method)
    f = np.arange(len(density), dtype=np.float64) * (method.fs / length)
    return Heart(f, density, None if spectrum is None else spectrum.quietest)


def _common_power(each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared transform of what all rows have in common, without bias, shape (bins,)."""
    transforms = np.fft.rfft(each, axis=1)
    count = len(each)
    mean = np.abs(transforms.mean(axis=0)) ** 2
    return np.asarray((count * mean - (np.abs(transforms) ** 2).mean(axis=0)) / (count - 1))
