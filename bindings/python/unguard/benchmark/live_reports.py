"""The reports of a detector over a record, each with the time at which it was made.

A report tells when its event was decided, at its OPEN; when it was taken back only a live detector knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.samples import samples_in

#: What a live detector is given at a time, seconds.
_PIECE_S = 0.02


def live_reports(
    spec: Any,
    x: NDArray[np.float64],
    *,
    fs: float,
    markers: Iterable[tuple[str, int]] = (),
    marks: NDArray[np.uint32] | None = None,
) -> Iterator[tuple[unguard.Event, int]]:
    """Yield the reports of `unguard.detect`, each with the samples that had come when it was made.

    The record is heard in pieces of 20 ms, and a report counts as made at the end of its piece.

    Parameters
    ----------
    spec: anything with `start`, such as ActivityDetector. x: as `unguard.detect` wants it, shape (samples,). fs: hertz.
    markers: (kind, sample), at most 256. marks: reason bits, shape as x.

    Raises
    ------
    ConfigError: naming the argument.
    """
    live = spec.start(fs=fs)
    for kind, at in markers:
        live.declare(kind, at=at)
    length = max(1, samples_in(_PIECE_S, fs))
    known = np.zeros(len(x), dtype=np.uint32) if marks is None else marks
    pieces = (slice(first, first + length) for first in range(0, len(x), length))
    for report in unguard.events(live, ((x[p], known[p]) for p in pieces)):
        yield report, live.position
