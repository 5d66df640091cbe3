"""Stretches that are weaker than any electrode on skin: contact lost, or a device that mutes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.method import Method
from unguard.runs import runs_of
from unguard.samples import samples_in

#: Stretches as weak as this for so long are no rest.
WEAK_S = 1.0
_PIECE_S = 0.025
#: Pieces in one value of the envelope: 100 ms, the window by which rest is measured.
_WINDOW = 4
#: The envelope of noise comes and goes by a tenth: so little above the floor, for so short, does not end a stretch.
_OVER, _OVER_PIECES = 1.3, 12
#: So much of a stretch is below the floor itself.
_TRULY_BELOW = 0.5
#: Contact goes and comes with a jolt, which the filters draw out for so long.
_JOLT_S = 0.25
#: A signal that differs by so much between quiet and loud is muscle in a wrong unit, and not noise.
_RISES_AND_FALLS = 3.0
_PIECES_AT_ONCE = 4096
_AT_ONCE = 1 << 17


def weak_stretches(x: NDArray[np.float64], method: Method) -> list[tuple[int, int]]:
    """Return where a channel is too weak to come from an electrode on skin, (first, one past the last) sample.

    The envelope is that of the band, so that an electrode's offset does not matter. A channel that stays below the
    floor throughout but rises and falls has a wrong unit rather than no contact, and is left to a remark; one recorded
    in steps coarser than the floor cannot show so little, and is not judged.

    Parameters
    ----------
    x: microvolts, shape (samples,), NaN where the sample is not used.
    """
    floor = method.least_uV
    if not 0 < _step(x) <= floor:
        return []
    size = max(1, samples_in(_PIECE_S, method.fs))
    level = _envelope(x, method, size)
    known = np.isfinite(level)
    if not known.any():
        return []
    values = level[known]
    low, high = np.quantile(values, [0.05, 0.95])
    if values.max() < floor and high > _RISES_AND_FALLS * low:
        return []
    # What is not used anyway neither is weak nor ends what is.
    below = ~known | (level < floor)
    truly = known & below
    for first, last in runs_of(~below):
        inside = first > 0 and last < len(level)
        if inside and last - first <= _OVER_PIECES and np.nanmax(level[first:last]) < _OVER * floor:
            below[first:last] = True
    jolt = samples_in(_JOLT_S, method.fs)
    found = []
    for first, last in runs_of(below):
        count = int(np.count_nonzero(known[first:last]))
        long = (count + _WINDOW - 1) * size >= WEAK_S * method.fs
        if long and np.count_nonzero(truly[first:last]) >= _TRULY_BELOW * count:
            start = first * size - method.delay_samples - jolt
            # The last piece of a record may be no whole one.
            end = len(x) if last == len(level) else (last + _WINDOW - 1) * size - method.delay_samples + jolt
            found.append((max(0, start), min(len(x), end)))
    return found


def _step(x: NDArray[np.float64]) -> float:
    """Return the least change from one sample to the next: at most a few steps of the converter."""
    least = math.inf
    for first in range(0, len(x) - 1, _AT_ONCE):
        change = np.abs(np.diff(x[first : first + _AT_ONCE + 1]))
        least = float(np.min(change, where=change > 0, initial=least))
    return least


def _envelope(x: NDArray[np.float64], method: Method, size: int) -> NDArray[np.float64]:
    """Return the RMS of the band in windows of 100 ms, one a piece of `size` samples; NaN where it is not known."""
    live = method.cleaning.start(fs=method.fs, channels=["weak"])
    squares = []
    whole = len(x) // size * size
    late = int(np.argmin(np.isnan(x)))
    for first in range(0, whole, _PIECES_AT_ONCE * size):
        block = x[first : min(whole, first + _PIECES_AT_ONCE * size)].copy()
        before = max(0, late - first)
        block[:before] = x[late]  # the filters start on the first value that is used, without a jump
        y, marks = live.process(block, marks=True)
        unknown = marks != 0
        unknown[:before] = True
        y = np.where(unknown, np.nan, y).reshape(-1, size)
        squares.append((y * y).mean(axis=1))
    pieces = np.concatenate(squares) if squares else np.empty(0)
    if len(pieces) < _WINDOW:
        return np.empty(0)
    windows = np.lib.stride_tricks.sliding_window_view(pieces, _WINDOW)
    return np.asarray(np.sqrt(windows.mean(axis=1)), dtype=np.float64)
