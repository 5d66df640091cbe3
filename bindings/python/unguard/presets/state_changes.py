"""The rule by which BioSPPy's Bonato, Lidierth, Solnik and Londral change state, a sample at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def state_changes(
    above: NDArray[np.bool_], *, duration: int, fails: int | None = None, recovery: int = 1
) -> NDArray[np.int64]:
    """Return where the state changed, off first: where the alarm began that led to it.

    The first sample on the other side is an alarm. When `duration` more are there, the state has changed at the alarm.
    More than `fails` on the old side end the alarm, as long as not `recovery` on the other side came behind one; with
    None nothing ends it, and they need not follow each other.
    """
    found: list[int] = []
    active, alarm = False, None
    there = back = again = 0
    for k, high in enumerate(above.tolist()):
        other = high != active
        if alarm is None:
            if other:
                alarm = k
        elif other:
            there += 1
            if back:
                again += 1
                if again == recovery:
                    again = back = 0
            if there == duration:
                found.append(alarm)
                active, alarm = not active, None
                there = back = again = 0
        elif fails is not None:
            back += 1
            if back > fails:
                alarm = None
                there = back = again = 0
    return np.unique(np.array(found, dtype=np.int64))
