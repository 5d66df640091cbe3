"""Where an electrode gave no muscle: lifted, tugged, or more hum than EMG, by the checks of a live session."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.ndimage  # type: ignore[import-untyped]
from numpy.typing import NDArray

import unguard
from unguard.analysis.belief import ELECTRODES, FOUND_LATE_S, believe_by
from unguard.recording import Recording

#: A heart moves the base line too: of that the checks are asked once it is out.
_OF_MOVEMENT = unguard.MARKS["motion"]
OF_ELECTRODES = ELECTRODES & ~_OF_MOVEMENT
_EVERY_S = 0.020
#: Of the power of the noise that was told, above which there is a muscle: an electrode that is off gives at most that.
_ABOVE_NOISE, _OVER_S = 1.5, 0.5


def electrode_marks(recorded: Recording, without_heart: Recording, cleaning: unguard.Chain) -> NDArray[np.uint32]:
    """Return marks of what a live session would not have believed of its electrodes; offline.

    Parameters
    ----------
    recorded: the muscles, microvolts. without_heart: the same with the heart taken out, or the same.
    cleaning: filters, behind which hum and movement are looked for.

    Returns
    -------
    Reason bits, (samples, muscles), from 0.3 s before it was found out.

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
    return marks


def heard_above(
    noise: Sequence[float], cleaned: NDArray[np.float64], marks: NDArray[np.uint32], fs: float
) -> NDArray[np.uint32]:
    """Return the marks without "flat" where a muscle is heard above the noise of electrode and amplifier.

    noise: RMS in the band, microvolts, one or one a muscle. cleaned: (samples, muscles), microvolts. Where the noise is
    known, a muscle that is all but silent can be told from an electrode that is off: by what it has beyond the noise.
    """
    power = scipy.ndimage.uniform_filter1d(cleaned**2, max(1, round(_OVER_S * fs)), axis=0, mode="nearest")
    is_heard = power > _ABOVE_NOISE * np.square(np.asarray(noise, dtype=np.float64))
    return np.where(is_heard, marks & ~np.uint32(unguard.MARKS["flat"]), marks)


def shares_by_reason(marks: NDArray[np.uint32], muscles: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return of each muscle the share of the recording that is marked, by reason, largest first."""
    shares = {}
    for i, name in enumerate(muscles):
        by = {reason: float(np.mean(marks[:, i] & np.uint32(bit) != 0)) for reason, bit in unguard.MARKS.items()}
        shares[name] = dict(sorted(((r, s) for r, s in by.items() if s > 0), key=lambda item: -item[1]))
    return shares
