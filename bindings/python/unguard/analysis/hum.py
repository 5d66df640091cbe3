"""Events that are mains hum and not muscle, as an electrode without contact gives, become artefacts."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.method import ENVELOPE_WINDOW_S, Method
from unguard.analysis.result import ARTEFACT, HUM, DetectedEvent
from unguard.analysis.spectrum import hann_periodograms
from unguard.runs import runs_of
from unguard.samples import samples_in

#: Long enough to tell the lines of the mains from the hills of muscle, short enough to find where hum begins.
_PIECE_S = 0.25
#: Muscle has a third of its power this close to the harmonics of the mains; an open input nearly all.
_SHARE = 0.8
#: So many pieces in a row, each half over the one before, are hum.
_IN_A_ROW = 2
#: Contact comes back with a jolt that hides the hum around it for so long.
_JOLT_S = 0.5


def without_hum(
    events: list[DetectedEvent], signal: NDArray[np.float64], method: Method
) -> tuple[list[DetectedEvent], list[tuple[int, int]]]:
    """Look for hum inside the events.

    Parameters
    ----------
    signal: filtered, microvolts, shape (samples,); the events are timed with its delay taken off.

    Returns
    -------
    The events, those with hum called ARTEFACT with "hum" as a reason, and where in `signal` the hum is: (first, one
    past the last), with as much around each as contact takes to come back and as the envelope spreads it.
    """
    told, where = [], []
    around = samples_in(ENVELOPE_WINDOW_S + _PIECE_S / 2, method.fs)
    for event in events:
        found = _humming(event, signal, method)
        told.append(dataclasses.replace(event, kind=ARTEFACT, reasons=[*event.reasons, HUM]) if found else event)
        where += [(max(0, first - around), min(len(signal), last + around)) for first, last in found]
    return told, where


def _humming(event: DetectedEvent, signal: NDArray[np.float64], method: Method) -> list[tuple[int, int]]:
    size = samples_in(_PIECE_S, method.fs)
    start = samples_in(event.onset_s, method.fs) + method.delay_samples
    end = min(len(signal), samples_in(event.offset_s, method.fs) + method.delay_samples)
    first = np.arange(start, end - size + 1, size // 2)
    if len(first) < _IN_A_ROW:
        return []
    pieces = np.lib.stride_tricks.sliding_window_view(signal, size)[first]
    density = hann_periodograms(pieces, method.fs)
    f = np.arange(density.shape[1]) * (method.fs / size)
    total = density.sum(axis=1)
    hums = np.zeros(len(first), dtype=bool)
    for mains in (50.0, 60.0):
        away = np.abs(f - mains * np.maximum(1, np.round(f / mains)))
        hums |= (total > 0) & (density[:, away <= 2 * method.fs / size].sum(axis=1) >= _SHARE * total)
    jolt = samples_in(_JOLT_S, method.fs)
    found = []
    for a, b in runs_of(hums):
        if b - a >= _IN_A_ROW:
            begins, ends = int(first[a]), int(first[b - 1]) + size
            found.append((start if begins - start < jolt else begins, end if end - ends < jolt else ends))
    return found
