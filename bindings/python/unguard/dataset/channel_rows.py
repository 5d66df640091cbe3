"""From the analysis of one channel to its rows in the table of the group: one a segment."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import unguard
from unguard import fatigue
from unguard.analysis.belief import ELECTRODES, FOUND_LATE_S
from unguard.analysis.method import Method
from unguard.analysis.result import HEART, ChannelAnalysis, DetectedEvent
from unguard.analysis.spans import SpanLevels
from unguard.dataset.columns import KINDS
from unguard.dataset.segments import Segment
from unguard.errors import ConfigError
from unguard.recording import Recording

#: A rate of less believed time than this is not told.
_LEAST_RATE_S = 1.0


@dataclass(frozen=True)
class Tiring:
    """Whether a channel tires, in every segment, and what has to be known of it."""

    by_segment: list[dict[str, Any]]
    remarks: list[str]


def tiring(
    recording: Recording, column: int, one: ChannelAnalysis, method: Method, segments: Sequence[Segment]
) -> Tiring:
    """Return what MDF and RMS do over each segment: `unguard.fatigue` in the band of the analysis.

    Windows in which a live session would not have believed the electrode have no value.
    """
    x = np.ascontiguousarray(recording.data[:, column])
    marks = one.belief.marks(len(x), FOUND_LATE_S, ELECTRODES)
    if recording.valid is not None:
        marks[~recording.valid[:, column]] |= np.uint32(unguard.MARKS["missing"])
    low, high = method.band.low, min(method.band.high, method.fs / 2)
    made = fatigue.course(x, fs=method.fs, low=low, high=high, channels=[one.name], marks=marks)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", fatigue.HighpassBeforeFatigue)
        fatigue.check_highpass(low)
        if one.name in recording.filters:
            fatigue.check_highpass(recording.filters[one.name], fs=method.fs)
    remarks = list(dict.fromkeys(f"Of fatigue: {w.message}." for w in heard))
    return Tiring([_assessed(made, segment, one.name) for segment in segments], remarks)


def rows_of(one: ChannelAnalysis, segments: Sequence[Segment], tires: Tiring, method: Method) -> list[dict[str, Any]]:
    """Return the rows of one channel, without what is the same for all its rows."""
    rows = []
    for segment, span, tired in zip(segments, one.spans, tires.by_segment, strict=True):
        of_events = _counts(one.events, segment, span)
        of_whole = _of_whole(one, tires, method) if segment.index == 0 else {}
        rows.append({**_place(segment, method), **_levels(span), **tired, **of_events, **of_whole})
    return rows


def _place(segment: Segment, method: Method) -> dict[str, Any]:
    return {
        "segment": segment.name,
        "segment_index": segment.index,
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "fs_Hz": method.fs,
    }


def _levels(span: SpanLevels) -> dict[str, Any]:
    return {
        "believed_s": span.believed_s,
        "believable_share": span.believable_share,
        "rms_uV": span.rms_uV,
        "arv_uV": span.arv_uV,
        "envelope_median_uV": span.median_envelope_uV,
        "envelope_peak_uV": span.peak_envelope_uV,
        "active_share": span.active_share,
        "mdf_Hz": span.median_hz,
        "mnf_Hz": span.mean_hz,
    }


def _of_whole(one: ChannelAnalysis, tires: Tiring, method: Method) -> dict[str, Any]:
    level, budget = one.levels, one.budget
    found: dict[str, Any] = {
        # As the analysis of one recording has them: a segment lies late by the filters' delay, the whole does not.
        "believable_share": level.believable_share,
        "rms_uV": level.rms_uV,
        "arv_uV": level.arv_uV,
        "envelope_peak_uV": level.peak_envelope_uV,
        "active_share": level.active_share,
        "rest_uV": level.rest_uV,
        "rest_low_uV": level.rest_low_uV,
        "rest_high_uV": level.rest_high_uV,
        "rest_declared_by": method.rest_declared_by or "nobody",
        "hum_Hz": level.hum_hz,
        "hum_share": level.hum_share,
        "hum_share_at_rest": level.hum_share_at_rest,
        "missing_share": level.missing_share,
        "clipped_share": level.clipped_share,
        "flat_share": level.flat_share,
        "out_of_range_share": level.out_of_range_share,
        "weak_share": level.weak_share,
        "heart_like_count": sum(HEART in e.reasons for e in one.events),
        "no_events_because": one.no_events_because or None,
        "remarks": "\n".join([*one.remarks, *tires.remarks]) or None,
    }
    if one.spectrum is not None:
        found |= {"mdf_Hz": one.spectrum.median_hz, "mnf_Hz": one.spectrum.mean_hz}
    if budget is not None:
        found |= {
            "raw_total_uV": budget.total_uV,
            "raw_hum_uV": budget.hum_uV,
            "raw_heart_uV": budget.heart_uV,
            "raw_converter_uV": budget.converter_uV,
            "raw_floor_uV": budget.floor_uV,
            "raw_muscle_uV": budget.muscle_uV,
            "raw_movement_uV": budget.movement_uV,
        }
    return found


def _counts(events: Sequence[DetectedEvent], segment: Segment, span: SpanLevels) -> dict[str, Any]:
    """Return number, rate and mean duration of the events of every kind that begin in a segment."""
    here = [e for e in events if segment.start_s <= e.onset_s < segment.end_s]
    found: dict[str, Any] = {}
    for kind, name in KINDS.items():
        lasting = [e.duration_s for e in here if e.kind == kind]
        found[f"{name}_count"] = len(lasting)
        found[f"{name}_per_min"] = 60 * len(lasting) / span.believed_s if span.believed_s >= _LEAST_RATE_S else None
        found[f"{name}_mean_s"] = sum(lasting) / len(lasting) if lasting else None
    return found


def _assessed(made: fatigue.Course, segment: Segment, name: str) -> dict[str, Any]:
    try:
        found = fatigue.assess_course(made, begin=segment.start_s, end=segment.end_s)[name]
    except ConfigError:
        why = f"{segment.seconds:.3g} s are less than five windows of {made.window_s:g} s"
        return {"fatigue": "not assessed", "fatigue_not_assessed_because": why}
    if isinstance(found, fatigue.NotAssessed):
        return {"fatigue": found.quadrant, "fatigue_not_assessed_because": found.reason}
    mdf, rms = found.spectrum, found.amplitude
    return {
        "fatigue": found.quadrant,
        "fatigue_windows": mdf.values,
        "mdf_slope_Hz_per_s": mdf.slope.value,
        "mdf_slope_low_Hz_per_s": mdf.slope.low,
        "mdf_slope_high_Hz_per_s": mdf.slope.high,
        "mdf_slope_percent_per_s": None if mdf.normalised is None else mdf.normalised.value,
        "rms_slope_uV_per_s": rms.slope.value,
        "rms_slope_low_uV_per_s": rms.slope.low,
        "rms_slope_high_uV_per_s": rms.slope.high,
        "slope_nearly_random_walk": "yes" if mdf.nearly_random_walk or rms.nearly_random_walk else "no",
    }
