"""Whether what is heard in muscles as beats is a heart: beats are alike, and come regularly; bursts are neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Fewer are no heart: a mean beat of them is one of chance.
FEWEST_BEATS = 10
#: Around an R peak: the QRS and what the filters make of it.
_AROUND_S = 0.1
#: Beats so alike are a heart's, however they come, as in atrial fibrillation. Simulated ones with fibrillation, of 30
#: and 60 uV in a back that never lets go: 0.68 to 0.88; bursts of real recordings: 0.30 to 0.51.
_ALIKE = 0.65
#: Less alike they have to come regularly: quartiles of the time between them no further apart than this share of its
#: median (hearts at rest 0.03 to 0.14, bursts 0.21 to 0.34), and be no less alike than this.
_REGULAR, _LEAST_ALIKE = 0.25, 0.45
#: Where a quarter of them is so alike, some may be beats.
_SOME_ALIKE = 0.6


@dataclass(frozen=True)
class Heard:
    """What beats that were heard in muscles are.

    Attributes
    ----------
    is_heart: they are beats. may_be: they are not, as a whole, but some may be.
    likeness: correlation of a beat with the mean of all others, all channels together, median; from -1 to 1.
    spread: quartiles of the time between beats, as a share of its median.
    """

    is_heart: bool
    may_be: bool
    likeness: float
    spread: float


def heard_heart(evened: NDArray[np.float64], beats: NDArray[np.float64], fs: float) -> Heard:
    """Return whether beats are a heart's. Rules proposed here; offline.

    Parameters
    ----------
    evened: (samples, channels) in which they were heard, all channels equally loud. beats: R peaks, samples.

    A mean beat of bursts is muscle: to take it out would take muscle out.
    """
    around = round(_AROUND_S * fs)
    at = np.round(beats).astype(np.intp)
    at = at[(at >= around) & (at < len(evened) - around)]
    if len(at) < FEWEST_BEATS:
        return Heard(False, False, 0.0, 0.0)
    each = np.stack([evened[i - around : i + around].ravel() for i in at])
    others = (each.sum(axis=0) - each) / (len(each) - 1)
    alike = np.einsum("ij,ij->i", each, others) / (
        np.linalg.norm(each, axis=1) * np.linalg.norm(others, axis=1) + np.finfo(float).tiny
    )
    likeness, some = float(np.median(alike)), float(np.percentile(alike, 75))
    lower, middle, upper = np.percentile(np.diff(at), [25, 50, 75])
    spread = float((upper - lower) / middle)
    is_heart = likeness >= _ALIKE or (spread <= _REGULAR and likeness >= _LEAST_ALIKE)
    return Heard(is_heart, not is_heart and some >= _SOME_ALIKE, likeness, spread)
