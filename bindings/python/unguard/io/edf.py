"""EDF, EDF+, BDF and BDF+ through edfio, piece by piece, so that memory holds little more than the samples."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import edfio
import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.edf_layout import Layout, read_layout
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.units import kind_of, microvolts_per
from unguard.recording import Annotation

#: The text with which :func:`unguard.io.write_bdf` marks the samples it added to fill the last record.
PADDING = "unguard: padding"

_TRIGGER_LABELS = ("status", "trigger", "stim", "marker", "event", "event marker")


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
    annotations, padding = _annotations(layout, repairs, remarks)
    gaps_s = _record_gaps(layout, remarks)
    signals = _decode(layout, layout.first_record())
    names = distinct_names([signal.label for signal in signals], remarks)
    tracks = [
        _track(layout, index, signal, name, padding, gaps_s)
        for index, signal, name in zip(ordinary, signals, names, strict=True)
    ]
    if padding > 0:
        remarks.append(f"{padding:g} s of padding at the end are left out, as the file's own annotation says")

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        _load(layout, [ordinary[i] for i in indices], [tracks[i] for i in indices], out)

    return Source(
        path=path,
        format=format_name + ("+" if any(layout.is_annotation) else ""),
        tracks=tracks,
        load=load,
        annotations=annotations,
        repairs=repairs,
        remarks=remarks,
        fs_missing="unknown, as a data record lasts 0 seconds",
    )


def _decode(layout: Layout, piece: bytes) -> Sequence[Any]:
    """Decode one piece by edfio; return its signals in order, without annotations."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", UserWarning)
            if layout.bytes_per_sample == 3:
                return edfio.read_bdf(io.BytesIO(piece), header_encoding="latin-1").signals
            return edfio.read_edf(io.BytesIO(piece), header_encoding="latin-1").signals
    except Exception as cause:  # edfio raises whatever Python raises on bytes it did not foresee
        raise FormatError(layout.path, "the header", f"not decodable ({cause})", "a valid EDF or BDF header") from cause


def _track(
    layout: Layout, index: int, signal: Any, name: str, padding: float, gaps_s: Sequence[tuple[int, float]]
) -> Track:
    per_record = layout.samples[index]
    fs = per_record / layout.record_s if layout.record_s > 0 else None
    samples = per_record * layout.records
    if fs is not None and padding > 0:
        samples = max(1, samples - round(padding * fs))
    unit = signal.physical_dimension.strip()
    is_trigger = name.strip().lower() in _TRIGGER_LABELS
    is_voltage = bool(unit) and microvolts_per(unit) is not None
    kind = "label" if is_trigger else kind_of(name, is_voltage or not unit)
    # Event markers, thermistors and the like often have no dimension; a muscle signal without unit must not pass.
    unit_needed = not unit and kind == "EMG"
    if not unit and not unit_needed and not is_trigger:
        kind = "other"
    gaps: list[Gap] = []
    if fs is not None:
        gaps = [(record * per_record, round(seconds * fs)) for record, seconds in gaps_s]
    return Track(
        name=name,
        label=signal.label,
        samples=samples,
        fs=fs,
        unit=None if unit_needed else ("" if is_trigger else unit),
        unit_needed=unit_needed,
        kind=kind,
        raw_counts=False,
        gaps=tuple(gap for gap in gaps if gap[1] > 0),
        defect=_defect(layout, signal, name, per_record, fs),
    )


def _defect(layout: Layout, signal: Any, name: str, per_record: int, fs: float | None) -> FormatError | None:
    """Return why a channel cannot be turned into numbers, or None."""
    where = f"channel {name!r}"
    if per_record == 0:
        return FormatError(layout.path, "samples per record", 0, "1 or more", where=where)
    if fs is not None and not math.isfinite(fs):
        return FormatError(layout.path, "the sampling rate", fs, "a finite number of hertz", where=where)
    values = []
    for attribute in ("physical_min", "physical_max", "digital_min", "digital_max"):
        try:
            values.append(float(getattr(signal, attribute)))
        except (ValueError, OverflowError) as cause:
            field = attribute.replace("_min", " minimum").replace("_max", " maximum")
            return FormatError(layout.path, field, f"not readable ({_short(cause)})", "a number", where=where)
    physical_min, physical_max, digital_min, digital_max = values
    if not all(math.isfinite(value) for value in values):
        return FormatError(layout.path, "the signal range", values, "finite numbers", where=where)
    if physical_min == physical_max:
        found = f"{physical_min:g}, equal to the physical maximum"
        return FormatError(layout.path, "physical minimum", found, "two different values to scale by", where=where)
    if digital_min == digital_max:
        found = f"{digital_min:g}, equal to the digital maximum"
        return FormatError(layout.path, "digital minimum", found, "two different values to scale by", where=where)
    gain = (physical_max - physical_min) / (digital_max - digital_min)
    if not (math.isfinite(gain) and gain != 0 and math.isfinite(physical_max / gain)):
        found = f"{physical_min:g} to {physical_max:g} for counts {digital_min:g} to {digital_max:g}"
        return FormatError(layout.path, "the signal range", found, "a scale that numbers can hold", where=where)
    return None


def _load(layout: Layout, signals: Sequence[int], tracks: Sequence[Track], out: NDArray[np.float64]) -> None:
    """Write the chosen signals to the columns of `out`, piece by piece."""
    rows = out.shape[0]
    for first, count, piece in layout.pieces(signals):
        decoded = _decode(layout, piece)
        for column, (index, track) in enumerate(zip(signals, tracks, strict=True)):
            start = first * layout.samples[index]
            stop = min(start + count * layout.samples[index], rows)
            if stop <= start:
                continue
            # A trigger channel carries bits: scaled to microvolts they would mean nothing.
            with np.errstate(all="ignore"):
                values = decoded[column].digital if track.kind == "label" else decoded[column].data
            out[start:stop, column] = values[: stop - start]


def _annotations(layout: Layout, repairs: list[str], remarks: list[str]) -> tuple[list[Annotation], float]:
    """Return the annotations by onset, and the seconds of padding the file says it has at its end."""
    signals = [i for i, annotation in enumerate(layout.is_annotation) if annotation and layout.samples[i] > 0]
    if not signals:
        return [], 0.0
    pieces = list(layout.pieces(signals))
    header = layout.piece_header(signals, layout.records)
    body = b"".join(piece[len(header) :] for _, _, piece in pieces)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", UserWarning)
            read = edfio.read_bdf if layout.bytes_per_sample == 3 else edfio.read_edf
            found = read(io.BytesIO(header + body), header_encoding="latin-1").annotations
    except Exception as cause:  # as in _decode
        repairs.append(f"the annotations cannot be read ({_short(cause)}): none are loaded")
        return [], 0.0
    end = layout.records * layout.record_s
    padding = sum(a.duration or 0.0 for a in found if a.text == PADDING)
    annotations = [Annotation(a.onset, a.duration or 0.0, a.text) for a in found if a.text != PADDING]
    late = sum(1 for a in annotations if a.onset_s > end)
    if late and not layout.discontinuous:
        remarks.append(f"{late} annotations lie after the last sample")
    return annotations, padding if 0 < padding < end else 0.0


def _record_gaps(layout: Layout, remarks: list[str]) -> list[tuple[int, float]]:
    """Return (record, seconds missing before it) from the record's own onsets, which EDF+D and BDF+D files need.

    Raises FormatError when onsets go backwards in a file that says it is discontinuous.
    """
    signals = [i for i, annotation in enumerate(layout.is_annotation) if annotation and layout.samples[i] > 0]
    if not signals or layout.record_s <= 0:
        return []
    head = len(layout.piece_header(signals[:1], 1))
    width = layout.samples[signals[0]] * layout.bytes_per_sample
    onsets: list[float] = []
    for _, count, piece in layout.pieces(signals[:1]):
        for record in range(count):
            start = head + record * width
            match = re.match(rb"([+-]\d+(?:\.\d*)?)\x14", piece[start : start + 40])
            onsets.append(float(match[1]) if match else math.nan)
    steps = np.diff(np.array(onsets)) - layout.record_s
    unknown = int(np.count_nonzero(~np.isfinite(steps)))
    if unknown:
        remarks.append(f"{unknown} data records do not state when they begin: gaps there would not be seen")
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


def _short(cause: Exception) -> str:
    text = str(cause)
    return text if len(text) <= 80 else text[:80] + "..."
