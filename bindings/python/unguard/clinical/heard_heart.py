"""Whether what is heard in muscles as beats is a heart: enough of its beats are alike, and bursts of muscle are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Fewer are no heart: a mean beat of them is one of chance.
FEWEST_BEATS = 10
#: Around an R peak: the QRS and what the filters make of it.
_AROUND_S = 0.1
#: Beats that correlate so well with the mean of the more alike half are a heart's, however they come, as in atrial
#: fibrillation. Of simulated hearts 12 and more do, though most of their beats are drowned by muscle; of bursts that
#: were taken for beats in real recordings none does, and of noise at most one.
_ALIKE = 0.8
#: Where a quarter of them is so alike, some may be beats.
_SOME_ALIKE = 0.6


@dataclass(frozen=True)
class Heard:
    """What beats that were heard in muscles are.

    Attributes
    ----------
    is_heart: they are beats. may_be: they are not, as a whole, but some may be.
    alike: how many of them are alike. likeness: of each, its correlation with the mean of the more alike half, itself
        left out, all channels together; shape (beats,), from -1 to 1.
    """

    is_heart: bool
    may_be: bool
    alike: int
    likeness: NDArray[np.float64]


def heard_heart(evened: NDArray[np.float64], beats: NDArray[np.float64], fs: float) -> Heard:
    """Return whether beats are a heart's. Rule proposed here; offline.

    Parameters
    ----------
    evened: (samples, channels) in which they were heard, all channels equally loud. beats: R peaks, samples.

    A mean beat of bursts is muscle: to take it out would take muscle out.
    """
    around = round(_AROUND_S * fs)
    at = np.round(beats).astype(np.intp)
    at = at[(at >= around) & (at < len(evened) - around)]
    if len(at) < FEWEST_BEATS:
        return Heard(False, False, 0, np.zeros(len(at)))
    each = np.stack([evened[i - around : i + around].ravel() for i in at])
    among_all = _likeness(each, np.arange(len(each)))
    likeness = _likeness(each, np.argsort(-among_all)[: len(each) // 2])
    alike = int(np.count_nonzero(likeness >= _ALIKE))
    is_heart = alike >= FEWEST_BEATS
    may_be = not is_heart and float(np.percentile(likeness, 75)) >= _SOME_ALIKE
    return Heard(is_heart, may_be, alike, likeness)


def _likeness(each: NDArray[np.float64], of: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the correlation of every beat with the mean of these, itself left out."""
    is_one = np.zeros((len(each), 1))
    is_one[of] = 1
    mean = (each[of].sum(axis=0) - is_one * each) / (len(of) - is_one)
    size = np.linalg.norm(each, axis=1) * np.linalg.norm(mean, axis=1)
    return np.asarray(np.einsum("ij,ij->i", each, mean) / (size + np.finfo(float).tiny))
