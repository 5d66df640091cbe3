"""Levels of one channel in stretches that somebody asked for: the measures of the whole, of a part of the record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.belief import Belief
from unguard.analysis.method import Method
from unguard.analysis.spectrum import Spectrum
from unguard.samples import samples_in

#: Samples that are worked on at once.
BLOCK = 1 << 17
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
    median_hz, mean_hz: of the band-passed spectrum, from its segments of 1 s that lie within; None where none does.
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
    signal: filtered, microvolts. good: True where a sample of it can be believed. spoilt: True where it cannot, but for
        the start-up.
    active: True inside events. spectrum: with the spans that are asked for; None where there is none.
    time_s, envelope_uV: as `ChannelAnalysis` has them.
    """

    signal: NDArray[np.float64]
    good: NDArray[np.bool_]
    spoilt: NDArray[np.bool_]
    active: NDArray[np.bool_]
    spectrum: Spectrum | None
    time_s: NDArray[np.float64]
    envelope_uV: NDArray[np.float64]


def span_levels(of: OneChannel, belief: Belief, spans: Sequence[Span], method: Method) -> list[SpanLevels]:
    """Return the levels in each of these spans, in their order; each lies within the recording."""
    middles = [(None, None)] * len(spans) if of.spectrum is None else of.spectrum.in_spans
    return [_levels(of, belief, span, middle, method) for span, middle in zip(spans, middles, strict=True)]


def sums(signal: NDArray[np.float64], good: NDArray[np.bool_]) -> tuple[int, float, float]:
    """Return how many samples are good, and the sums of their squares and of their absolute values.

    In blocks, so that no copy of a long record is made, and without linear algebra, whose sums depend on how many
    threads it has.
    """
    count, squares, absolute = 0, 0.0, 0.0
    for first in range(0, len(good), BLOCK):
        y, believed = signal[first : first + BLOCK], good[first : first + BLOCK]
        y = y if believed.all() else y[believed]
        count += len(y)
        squares += float(np.einsum("i,i->", y, y))
        absolute += float(np.abs(y).sum())
    return count, squares, absolute


def active_share(active: NDArray[np.bool_], spoilt: NDArray[np.bool_], method: Method) -> float | None:
    """Return the share of what can be believed that lies inside events: lost contact must not look like calm."""
    believed = int(np.count_nonzero(~spoilt))
    if believed < LEAST_BELIEVED_S * method.fs:
        return None
    return int(np.count_nonzero(active & ~spoilt)) / believed


def _levels(
    of: OneChannel, belief: Belief, span: Span, middle: tuple[float | None, float | None], method: Method
) -> SpanLevels:
    start, end = span
    samples = len(of.signal)
    first, last = (min(samples_in(t, method.fs), samples) for t in span)
    # The filtered signal comes late; what belongs to the end of the record never came out.
    late = slice(min(first + method.delay_samples, samples), min(last + method.delay_samples, samples))
    count, squares, absolute = sums(of.signal[late], of.good[late])
    inside = of.envelope_uV[(of.time_s >= start) & (of.time_s < end)]
    inside = inside[np.isfinite(inside)]
    return SpanLevels(
        start_s=start,
        end_s=end,
        believed_s=count / method.fs,
        believable_share=belief.share_between(start, end),
        rms_uV=math.sqrt(squares / count) if count else None,
        arv_uV=absolute / count if count else None,
        peak_envelope_uV=float(inside.max()) if len(inside) else None,
        median_envelope_uV=float(np.median(inside)) if len(inside) else None,
        active_share=active_share(of.active[late], of.spoilt[late], method),
        median_hz=middle[0],
        mean_hz=middle[1],
    )
