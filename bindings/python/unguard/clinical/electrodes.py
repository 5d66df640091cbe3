"""Where an electrode gave no muscle: lifted, tugged, or more hum than EMG, by the checks of a live session."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.belief import ELECTRODES, FOUND_LATE_S, believe_by
from unguard.recording import Recording

#: A heart moves the base line too: of that the checks are asked once it is out.
_OF_MOVEMENT = unguard.MARKS["motion"]
OF_ELECTRODES = ELECTRODES & ~_OF_MOVEMENT
_EVERY_S = 0.020


def electrode_marks(
    recorded: Recording, without_heart: Recording, cleaning: unguard.Chain
) -> tuple[NDArray[np.uint32], dict[str, dict[str, float]]]:
    """Return marks of what a live session would not have believed of its electrodes; offline.

    Parameters
    ----------
    recorded: the muscles, microvolts. without_heart: the same with the heart taken out, or the same.
    cleaning: filters, behind which hum and movement are looked for.

    Returns
    -------
    Reason bits, (samples, muscles), from 0.3 s before it was found out; and of each muscle the share of the recording
    by reason, largest first.

    What is less than 0.66 uV RMS over half a second cannot be told from a lost contact, and is not believed.
    """
    plan = unguard.Pipeline(cleaning, readings=unguard.Levels(interval=_EVERY_S))
    asked = [(recorded, OF_ELECTRODES), (without_heart, _OF_MOVEMENT)]
    if without_heart is recorded:
        asked = [(recorded, ELECTRODES)]
    marks = np.zeros(recorded.data.shape, dtype=np.uint32)
    for of, bits in asked:
        for i, belief in enumerate(believe_by(plan, of, range(len(of.names)), lambda _: None)):
            marks[:, i] |= belief.marks(of.samples, FOUND_LATE_S, bits)
    shares = {}
    for i, name in enumerate(recorded.names):
        by = {reason: float(np.mean(marks[:, i] & np.uint32(bit) != 0)) for reason, bit in unguard.MARKS.items()}
        shares[name] = dict(sorted(((r, s) for r, s in by.items() if s > 0), key=lambda item: -item[1]))
    return marks, shares
