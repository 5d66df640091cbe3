"""Fatigue: slopes of spectrum and amplitude, what they say together, and windows that may be compared.

`assess()` goes all the way from a recording; of a channel without values it says why (`NotAssessed`). The steps stand
beside it: `course()` makes one value a window, when (its middle, in seconds), what its spectrum comes to (MDF, MNF or
FInsm5) and its RMS; `jasa()` says what they do together.

>>> from unguard import fatigue
>>> fatigue.assess(recording)["erector spinae L"].quadrant
'fatigue'
>>> found = fatigue.jasa(seconds, mdf_hz, rms_uv, filters=chain, fs=2000)
>>> found.quadrant, found.spectrum.normalised
('fatigue', Estimate(value=-0.31, low=-0.44, high=-0.18))
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import CyclePoint, FatigueIndicator, LiveFatigueIndicator, _cycle_frames, _windows_at
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.fatigue_course import Course, assess, assess_course, course
from unguard.jasa import (
    HIGHEST_HIGHPASS_HZ,
    SLOPE_CHANGE_LIMIT,
    Fatigue,
    HighpassBeforeFatigue,
    NotAssessed,
    check_highpass,
    jasa,
)
from unguard.trend import Estimate, Trend, trend

__all__ = [
    "HIGHEST_HIGHPASS_HZ",
    "SLOPE_CHANGE_LIMIT",
    "Course",
    "Estimate",
    "Fatigue",
    "FatigueIndicator",
    "HighpassBeforeFatigue",
    "LiveFatigueIndicator",
    "NotAssessed",
    "Trend",
    "assess",
    "assess_course",
    "check_highpass",
    "course",
    "cycles",
    "jasa",
    "trend",
    "windows_at",
]


def cycles(
    angle: ArrayLike, *, fs: float, at: float = 45.0, crossing: str = "upward", swing: float = 5.0
) -> NDArray[np.float64]:
    """Return when each repetition gets to an angle, in seconds: where its EMG is to be compared with the others'.

    Parameters
    ----------
    angle: (samples,), degrees, one for each sample; what is not finite is not known.
    fs: rate of the angle, Hz.
    at: the angle, degrees. crossing: "upward" or "downward".
    swing: how far it must have been on the other side before it counts again, degrees.

    Source: Bonato, Roy, Knaflitz & De Luca 2001, IEEE Trans. Biomed. Eng. 48:745, on repeated tasks.
    """
    rate = number("fs", fs, "a rate above 0 Hz")
    if rate <= 0:
        raise ConfigError("fs", fs, "a rate above 0 Hz")
    frames = _cycle_frames(angle, CyclePoint(angle=at, crossing=crossing, swing=swing))
    return np.asarray(frames, dtype=np.float64) / rate


def windows_at(seconds: ArrayLike, points: ArrayLike, *, reach: float) -> NDArray[np.intp]:
    """Return for each point in time which window is nearest to it; points without a window within reach are left out.

    Parameters
    ----------
    seconds: the middle of each window, s, ascending.
    points: of `cycles()`, or of markers, s, ascending. reach: s, at least 0.

    Raises
    ------
    ConfigError: naming the first time that is not finite or before the one before it.
    """
    found = _windows_at(seconds, points, reach)
    return np.array([w for w in found if w is not None], dtype=np.intp)
