"""Values that are not there: held from the last one that is, and marked, so that nobody takes them for measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unguard.io.source import Gap


def hold_missing(
    data: NDArray[np.float64], names: Sequence[str], repairs: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
    """Replace every NaN or Inf of `data` (samples, channels) in place by the last finite value before it.

    A channel that begins with missing values begins with its first finite one; a channel without any is 0. Returns
    the data and the mask of values that were there (None when all were); each channel concerned is named in `repairs`.
    """
    valid: NDArray[np.bool_] | None = None
    for column, name in enumerate(names):
        values = data[:, column]
        good = np.isfinite(values)
        bad = good.size - int(np.count_nonzero(good))
        if bad == 0:
            continue
        if valid is None:
            valid = np.ones(data.shape, dtype=np.bool_)
        valid[:, column] = good
        first = int(np.argmin(good))
        infinite = int(np.count_nonzero(np.isinf(values)))
        also = f", {infinite} of them infinite" if infinite else ""
        if bad == good.size:
            data[:, column] = 0.0
            repairs.append(f"{name}: no value at all{also}: it is 0 and marked throughout")
            continue
        # For every row the index of the last good one so far; rows before the first take the first.
        last = np.maximum.accumulate(np.where(good, np.arange(good.size), -1))
        last[last < 0] = int(np.argmax(good))
        data[:, column] = values[last]
        repairs.append(f"{name}: {bad} values missing{also}, first at row {first}: the last value is held and marked")
    return data, valid


def spread_over_gaps(
    data: NDArray[np.float64], valid: NDArray[np.bool_] | None, gaps: Sequence[Gap]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Insert the missing rows of every gap, holding the row before it, marked as not valid.

    `gaps` are (row of `data` the gap stands before, rows missing), ascending, rows from 1 on.
    """
    repeats = np.ones(data.shape[0], dtype=np.int64)
    for row, missing in gaps:
        repeats[row - 1] += missing
    index = np.repeat(np.arange(data.shape[0]), repeats)
    original = np.ones(index.size, dtype=np.bool_)
    original[1:] = index[1:] != index[:-1]
    spread = np.ascontiguousarray(data[index])
    mask = np.ones(data.shape, dtype=np.bool_) if valid is None else valid
    return spread, np.ascontiguousarray(mask[index] & original[:, np.newaxis])
