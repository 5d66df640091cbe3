"""Events that are mains hum and not muscle: what an electrode without contact looks like to a detector of levels."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.signal import periodogram

from unguard.analysis.method import Method
from unguard.analysis.result import HUM, DetectedEvent

#: Below this length a line of the spectrum is as wide as the muscle's own hills.
_SHORTEST_S = 0.25
_LONGEST_S = 10.0
#: Muscle has a few per cent of its power this close to the harmonics of the mains; an open input nearly all.
_SHARE = 0.8


def humming(event: DetectedEvent, signal: NDArray[np.float64], method: Method) -> DetectedEvent:
    """Return the event, with "hum" among its reasons when four fifths of its power or more are mains hum.

    Parameters
    ----------
    signal: filtered, microvolts, shape (samples,); `event` is timed with its delay taken off.
    """
    if event.duration_s < _SHORTEST_S:
        return event
    first = round(event.onset_s * method.fs) + method.delay_samples
    length = round(min(event.duration_s, _LONGEST_S) * method.fs)
    x = signal[first : first + length]
    f, density = periodogram(x, fs=method.fs, window="hann", detrend="constant")
    total = float(density.sum())
    if not total > 0:
        return event
    half_width = 2 * method.fs / len(x)
    for mains in (50.0, 60.0):
        away = np.abs(f - mains * np.maximum(1, np.round(f / mains)))
        if float(density[away <= half_width].sum()) >= _SHARE * total:
            return dataclasses.replace(event, reasons=[*event.reasons, HUM])
    return event
