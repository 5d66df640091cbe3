"""Where an electrode gave no muscle: lifted, tugged, or more hum than EMG, by the checks of a live session."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.belief import believe_by
from unguard.recording import Recording

#: What the checks are asked; a heart is taken out by other means, and one that is not there yet says nothing of the
#: electrode.
_OF_ELECTRODES = np.uint32(
    sum(unguard.MARKS[name] for name in ("non_finite", "out_of_range", "clipped", "lead_off", "jump", "hum", "flat"))
)
#: A heart moves the base line too: of it the checks are asked once it is out.
_OF_MOVEMENT = np.uint32(unguard.MARKS["motion"])
_EVERY_S = 0.020
#: The slowest check has found out after so long (docs/quality.md): what lies that far before is not believed either.
_FOUND_LATE_S = 0.3


def electrode_marks(
    recorded: Recording, without_heart: Recording, stages: Sequence[object]
) -> tuple[NDArray[np.uint32], dict[str, dict[str, float]]]:
    """Return marks of what a live session would not have believed of its electrodes; offline.

    Parameters
    ----------
    recorded: the muscles, microvolts. without_heart: the same with the heart taken out, or the same.
    stages: of the cleaning, behind which hum and movement are looked for.

    Returns
    -------
    Reason bits, (samples, muscles); and of each muscle the share of the recording by reason, largest first.

    What is less than 0.66 uV RMS over half a second cannot be told from a lost contact, and is not believed.
    """
    plan = unguard.Pipeline(unguard.Chain(*stages), readings=unguard.Levels(interval=_EVERY_S))
    asked = [(recorded, _OF_ELECTRODES), (without_heart, _OF_MOVEMENT)]
    if without_heart is recorded:
        asked = [(recorded, _OF_ELECTRODES | _OF_MOVEMENT)]
    marks = np.zeros(recorded.data.shape, dtype=np.uint32)
    for of, bits in asked:
        before = round(_FOUND_LATE_S * of.fs)
        for i, belief in enumerate(believe_by(plan, of, range(len(of.names)), lambda _: None)):
            for bit in unguard.MARKS.values():
                if bit & int(bits):
                    _mark(marks[:, i], np.flatnonzero(belief.why & np.uint32(bit)), belief.period, before, bit)
    shares = {}
    for i, name in enumerate(recorded.names):
        by = {reason: float(np.mean(marks[:, i] & np.uint32(bit) != 0)) for reason, bit in unguard.MARKS.items()}
        shares[name] = dict(sorted(((r, s) for r, s in by.items() if s > 0), key=lambda item: -item[1]))
    return marks, shares


def _mark(column: NDArray[np.uint32], readings: NDArray[np.intp], period: int, before: int, bit: int) -> None:
    """Mark what these readings stand for, and so many samples before each."""
    change = np.zeros(len(column) + 1, dtype=np.int64)
    np.add.at(change, np.clip(readings * period - before, 0, len(column)), 1)
    np.add.at(change, np.minimum((readings + 1) * period, len(column)), -1)
    column[np.cumsum(change[:-1]) > 0] |= np.uint32(bit)
