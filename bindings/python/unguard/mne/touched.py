"""Which samples an annotation of MNE touches: all of those in which it begins, lasts and ends.

Sample k lasts from k to k + 1 periods. MNE rounds seconds to microseconds, and a FIF file keeps them as float32, an
hour to 0.2 ms: what lies within that rounding of the edge of a sample is the edge. Where the rounding is longer than
half a sample the edge is not known, and every sample that may be touched is taken for touched.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from unguard.recording import Annotation

#: MNE rounds times that are counted from a date to 1 us, both edges of a stretch, and when it is cropped its length.
_ROUNDED_S = 2e-6


def touched(note: Annotation, fs: float, first_s: float = 0.0) -> slice:
    """Return the samples that an annotation touches; none for one without duration on the edge between two.

    Parameters
    ----------
    note: seconds from the first sample. fs: hertz. first_s: seconds of the first sample on MNE's clock.
    """
    begin, end = note.onset_s, note.onset_s + note.duration_s
    doubt = fs * _rounding_s(begin + first_s, end + first_s)
    start, stop = _edge(begin * fs, doubt, math.floor, -1), _edge(end * fs, doubt, math.ceil, 1)
    return slice(max(0, start), max(0, stop))


def _edge(samples: float, doubt: float, outwards: Callable[[float], int], side: int) -> int:
    nearest = round(samples)
    if doubt < 0.5 and abs(samples - nearest) <= doubt:
        return nearest
    return outwards(samples + side * doubt)


def _rounding_s(begin: float, end: float) -> float:
    """Return by how many seconds two times may be off: as float32 where both are numbers of that kind."""
    if all(abs(float(np.float32(at)) - at) <= _ROUNDED_S for at in (begin, end)):
        return _ROUNDED_S + float(np.spacing(np.float32(max(abs(begin), abs(end)))))
    return _ROUNDED_S
