"""Levels of one channel in stretches that somebody asked for: the measures of the whole, of a part of the record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.belief import Belief
from unguard.analysis.method import Method
from unguard.analysis.spectrum import spectrum_of
from unguard.samples import samples_in

#: A share of less time than this is not told.
LEAST_BELIEVED_S = 1.0
#: (start, end) in seconds of the recording.
Span = tuple[float, float]


@dataclass(frozen=True)
class SpanLevels:
    """Levels of one channel between two moments, as :class:`Levels` has them of the whole; None where there are none.

    Attributes
    ----------
    start_s, end_s: in seconds of the recording.
    believed_s: seconds of samples that can be believed. believable_share: of what a live session would have believed.
    rms_uV, arv_uV: of the band-passed signal. peak_envelope_uV, median_envelope_uV: of the kept envelope.
    active_share: of the time that can be believed, inside events; None for less than 1 s of it.
    median_hz, mean_hz: of the band-passed spectrum; None where no segment of 1 s lies within and can be used.
    """

    start_s: float
    end_s: float
    believed_s: float
    believable_share: float | None
    rms_uV: float | None
    arv_uV: float | None
    peak_envelope_uV: float | None
    median_envelope_uV: float | None
    active_share: float | None
    median_hz: float | None
    mean_hz: float | None


@dataclass(frozen=True, eq=False)
class OneChannel:
    """What is known of a channel; arrays of shape (samples,), but the envelope's, which are (values,).

    Attributes
    ----------
    x: unfiltered, microvolts. bad: True where a sample of it cannot be used.
    signal: filtered. good: True where a sample of it can be believed. spoilt: True where it cannot, start-up apart.
    active: True inside events.
    time_s, envelope_uV: as `ChannelAnalysis` has them.
    """

    x: NDArray[np.float64]
    bad: NDArray[np.bool_]
    signal: NDArray[np.float64]
    good: NDArray[np.bool_]
    spoilt: NDArray[np.bool_]
    active: NDArray[np.bool_]
    time_s: NDArray[np.float64]
    envelope_uV: NDArray[np.float64]


def span_levels(of: OneChannel, belief: Belief, spans: Sequence[Span], method: Method) -> list[SpanLevels]:
    """Return the levels in each of these spans, in their order; each lies within the recording."""
    return [_levels(of, belief, start, end, method) for start, end in spans]


def active_share(active: NDArray[np.bool_], spoilt: NDArray[np.bool_], method: Method) -> float | None:
    """Return the share of what can be believed that lies inside events: lost contact must not look like calm."""
    believed = int(np.count_nonzero(~spoilt))
    if believed < LEAST_BELIEVED_S * method.fs:
        return None
    return int(np.count_nonzero(active & ~spoilt)) / believed


def _levels(of: OneChannel, belief: Belief, start: float, end: float, method: Method) -> SpanLevels:
    first, last = (min(samples_in(t, method.fs), len(of.x)) for t in (start, end))
    # The filtered signal comes late; what belongs to the end of the record never came out.
    late = slice(min(first + method.delay_samples, len(of.x)), min(last + method.delay_samples, len(of.x)))
    y = of.signal[late][of.good[late]]
    inside = of.envelope_uV[(of.time_s >= start) & (of.time_s < end)]
    inside = inside[np.isfinite(inside)]
    spectrum = spectrum_of(of.x[first:last], of.bad[first:last], method) if last - first >= method.fs else None
    return SpanLevels(
        start_s=start,
        end_s=end,
        believed_s=len(y) / method.fs,
        believable_share=belief.share_between(start, end),
        rms_uV=math.sqrt(float(np.dot(y, y)) / len(y)) if len(y) else None,
        arv_uV=float(np.abs(y).mean()) if len(y) else None,
        peak_envelope_uV=float(inside.max()) if len(inside) else None,
        median_envelope_uV=float(np.median(inside)) if len(inside) else None,
        active_share=active_share(of.active[late], of.spoilt[late], method),
        median_hz=None if spectrum is None else spectrum.median_hz,
        mean_hz=None if spectrum is None else spectrum.mean_hz,
    )
