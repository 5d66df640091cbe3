"""EDF, EDF+, BDF and BDF+ through edfio, piece by piece, so that memory holds little more than the samples."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import edfio
import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.edf_annotations import AnnotationLists, read_annotation_lists
from unguard.io.edf_layout import Layout, read_layout
from unguard.io.held import take_held
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.units import kind_of, microvolts_per
from unguard.recording import Annotation
from unguard.samples import samples_in

#: The text with which :func:`unguard.io.write_bdf` marks the samples it added to fill the last record.
PADDING = "unguard: padding"

_TRIGGER_LABELS = ("status", "trigger", "stim", "marker", "event", "event marker")
#: Microvolts in the largest unit that is known, the volt.
_MOST_MICROVOLTS = 1e6


def is_trigger(name: str) -> bool:
    """Return whether a channel of this name is taken for one of triggers, which keep their codes."""
    return name.isascii() and name.lower() in _TRIGGER_LABELS


def open_edf(path: Path) -> Source:
    """Open an EDF or BDF file of any flavour.

    Raises FormatError naming byte, field, found and expected when the header cannot be believed. A record count of
    -1, a file cut off and a partial last record are mended and listed in the source's repairs.
    """
    repairs: list[str] = []
    remarks: list[str] = []
    layout = read_layout(path, repairs, remarks)
    format_name = "BDF" if layout.bytes_per_sample == 3 else "EDF"
    ordinary = [i for i, annotation in enumerate(layout.is_annotation) if not annotation]
    if not ordinary:
        raise FormatError(path, "the signals", "annotations only", "at least one signal with samples")
    lists = read_annotation_lists(layout, repairs, remarks)
    annotations, padding = _padding(lists, layout, remarks)
    gaps_s = _record_gaps(layout, lists.record_onsets, remarks)
    names = distinct_names([layout.label(index) for index in ordinary], remarks)
    tracks = [_track(layout, index, name, padding, gaps_s) for index, name in zip(ordinary, names, strict=True)]
    annotations, held = take_held(annotations, names)
    if padding > 0:
        remarks.append(f"{padding:g} s of padding at the end are left out, as the file's own annotation says")

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        remarks.extend(_load(layout, [ordinary[i] for i in indices], [tracks[i] for i in indices], out))

    return Source(
        path=path,
        format=format_name + ("+" if any(layout.is_annotation) else ""),
        tracks=tracks,
        load=load,
        annotations=annotations,
        held=held,
        repairs=repairs,
        remarks=remarks,
        fs_missing="unknown, as a data record lasts 0 seconds",
    )


def _decode(layout: Layout, piece: bytes) -> Sequence[Any]:
    """Decode one piece by edfio; return its signals in order."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", UserWarning)
            if layout.bytes_per_sample == 3:
                return edfio.read_bdf(io.BytesIO(piece), header_encoding="latin-1").signals
            return edfio.read_edf(io.BytesIO(piece), header_encoding="latin-1").signals
    except Exception as cause:  # edfio raises whatever Python raises on bytes it did not foresee
        raise FormatError(layout.path, "the header", f"not decodable ({cause})", "a valid EDF or BDF header") from cause


def _track(layout: Layout, index: int, name: str, padding: float, gaps_s: Sequence[tuple[int, float]]) -> Track:
    per_record = layout.samples[index]
    fs = per_record / layout.record_s if layout.record_s > 0 else None
    samples = per_record * layout.records
    if fs is not None and padding > 0:
        samples = max(1, samples - samples_in(padding, fs))
    unit = layout.unit(index)
    trigger = is_trigger(name)
    is_voltage = bool(unit) and microvolts_per(unit) is not None
    kind = "label" if trigger else kind_of(name, is_voltage or not unit)
    # Event markers, thermistors and the like often have no dimension; a muscle signal without unit must not pass.
    unit_needed = not unit and kind == "EMG"
    if not unit and not unit_needed and not trigger:
        kind = "other"
    gaps: list[Gap] = []
    if fs is not None:
        gaps = [(record * per_record, samples_in(seconds, fs)) for record, seconds in gaps_s]
    defect = _defect(layout, index, name, per_record, fs)
    step, rails = _converter(layout, index) if defect is None and not trigger else (None, None)
    return Track(
        name=name,
        label=layout.label(index),
        samples=samples,
        fs=fs,
        unit=None if unit_needed else ("" if trigger else unit),
        unit_found=unit,
        unit_needed=unit_needed,
        kind=kind,
        raw_counts=False,
        gaps=tuple(gap for gap in gaps if gap[1] > 0),
        defect=defect,
        step=step,
        rails=rails,
        filters=layout.filters(index),
    )


def _converter(layout: Layout, index: int) -> tuple[float | None, tuple[float, float] | None]:
    """Return one code and the ends of the range in the signal's unit, as the header of a sound signal states them."""
    numbers = [layout.range_number(name, index) for name in ("physical minimum", "physical maximum")]
    codes = [layout.range_number(name, index) for name in ("digital minimum", "digital maximum")]
    (low, high), (first, last) = ([n for n in both if n is not None] for both in (numbers, codes))
    return abs((high - low) / (last - first)), (min(low, high), max(low, high))


def _defect(layout: Layout, index: int, name: str, per_record: int, fs: float | None) -> FormatError | None:
    """Return why a channel cannot be turned into numbers, or None."""
    where = f"channel {name!r}"
    if per_record == 0:
        return FormatError(layout.path, "samples per record", 0, "1 or more", where=where)
    if fs is not None and not math.isfinite(fs):
        return FormatError(layout.path, "the sampling rate", fs, "a finite number of hertz", where=where)
    values = []
    for field in ("physical minimum", "physical maximum", "digital minimum", "digital maximum"):
        number = layout.range_number(field, index)
        if number is None:
            found = f"not readable ({layout.range_text(field, index)!r})"
            return FormatError(layout.path, field, found, "a number", where=where)
        values.append(number)
    physical_min, physical_max, digital_min, digital_max = values
    if physical_min == physical_max:
        found = f"{physical_min:g}, equal to the physical maximum"
        return FormatError(layout.path, "physical minimum", found, "two different values to scale by", where=where)
    if digital_min == digital_max:
        found = f"{digital_min:g}, equal to the digital maximum"
        return FormatError(layout.path, "digital minimum", found, "two different values to scale by", where=where)
    gain = (physical_max - physical_min) / (digital_max - digital_min)
    if not is_trigger(name) and not _holds_numbers(gain, physical_max, digital_max, layout.bytes_per_sample):
        found = f"{physical_min:g} to {physical_max:g} for counts {digital_min:g} to {digital_max:g}"
        return FormatError(layout.path, "the signal range", found, "a scale that numbers can hold", where=where)
    return None


def _holds_numbers(gain: float, physical_max: float, digital_max: float, bytes_per_sample: int) -> bool:
    """Return whether every code the file can hold becomes a number of microvolts, whichever voltage its unit is."""
    if gain == 0:
        return False
    offset = physical_max / gain - digital_max
    half = 1 << (8 * bytes_per_sample - 1)
    return all(math.isfinite((code + offset) * gain * _MOST_MICROVOLTS) for code in (-half, half - 1))


def _load(layout: Layout, signals: Sequence[int], tracks: Sequence[Track], out: NDArray[np.float64]) -> list[str]:
    """Write the chosen signals to the columns of `out`, piece by piece; return what is to be remarked about them."""
    rows = out.shape[0]
    half = 1 << (8 * layout.bytes_per_sample - 1)
    outside = [0] * len(tracks)
    ranges = [(0, 0)] * len(tracks)
    for first, count, piece in layout.pieces(signals):
        decoded = _decode(layout, piece)
        for column, (index, track) in enumerate(zip(signals, tracks, strict=True)):
            start = first * layout.samples[index]
            stop = min(start + count * layout.samples[index], rows)
            if stop <= start:
                continue
            signal = decoded[column]
            # A trigger channel carries bits: scaled to microvolts they would mean nothing.
            with np.errstate(all="ignore"):
                values = signal.digital if track.kind == "label" else signal.data
            out[start:stop, column] = values[: stop - start]
            low, high = ranges[column] = min(signal.digital_range), max(signal.digital_range)
            if low > -half or high < half - 1:
                codes = signal.digital[: stop - start]
                outside[column] += int(np.count_nonzero(codes < low) + np.count_nonzero(codes > high))
    for track, number in zip(tracks, outside, strict=True):
        if number:
            track.rails = None  # what goes beyond them are none
    return [
        f"{track.name}: {number} samples lie outside the digital range that the header states, {low} to {high}: "
        "they are read as they stand"
        for track, number, (low, high) in zip(tracks, outside, ranges, strict=True)
        if number
    ]


def _padding(lists: AnnotationLists, layout: Layout, remarks: list[str]) -> tuple[list[Annotation], float]:
    """Return the annotations without those of padding, and the seconds of padding the file says it has at its end."""
    end = layout.records * layout.record_s
    padding = 0.0
    for annotation in lists.annotations:  # not sum(), which is exact from Python 3.12 on and not in C++
        padding += annotation.duration_s if annotation.text == PADDING else 0.0
    annotations = [a for a in lists.annotations if a.text != PADDING]
    late = sum(1 for a in annotations if a.onset_s > end)
    if late and not layout.discontinuous:
        remarks.append(f"{late} annotations lie after the last sample")
    return annotations, padding if 0 < padding < end else 0.0


def _record_gaps(layout: Layout, onsets: list[float], remarks: list[str]) -> list[tuple[int, float]]:
    """Return (record, seconds missing before it) from the record's own onsets, which EDF+D and BDF+D files need.

    Raises FormatError when onsets go backwards in a file that says it is discontinuous.
    """
    unknown = sum(map(math.isnan, onsets))
    if unknown:
        remarks.append(f"{unknown} data records do not state when they begin: gaps there would not be seen")
    if layout.record_s <= 0:
        return []
    steps = np.diff(np.array(onsets)) - layout.record_s
    fastest = max(layout.samples[i] for i, a in enumerate(layout.is_annotation) if not a) / layout.record_s
    jumps = [int(i) for i in np.flatnonzero(np.abs(np.nan_to_num(steps)) > 0.5 / max(fastest, 1e-9))]
    if jumps and not layout.discontinuous:
        remarks.append(
            f"the header says the recording is continuous, but {len(jumps)} records begin at another time than the "
            f"one before ends (first: record {jumps[0] + 2}); the header is believed"
        )
        return []
    for jump in jumps:
        if steps[jump] < 0:
            raise FormatError(
                layout.path,
                "onset",
                f"{onsets[jump + 1]:g} s after {onsets[jump]:g} s",
                "onsets that go forward by the record's length or more",
                where=f"data record {jump + 2}",
            )
    return [(jump + 1, float(steps[jump])) for jump in jumps]
