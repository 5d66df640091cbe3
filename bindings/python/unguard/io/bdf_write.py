"""Write a recording as BDF+ (24 bit) or EDF+ (16 bit) through edfio, without a word about the person."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import edfio
import numpy as np
from numpy.typing import NDArray

from unguard.arguments import object_of, path_of
from unguard.errors import ConfigError, FormatError
from unguard.io.edf import PADDING, is_trigger
from unguard.io.held import held_annotations, held_text
from unguard.recording import Annotation, Channel, Recording
from unguard.whole_file import whole_file

#: The whole numbers that a header's eight characters hold.
_LARGEST = 99_999_999.0
_SMALLEST = -9_999_999.0
#: A rate that a record's duration in eight characters can only state this inexactly (relative) is refused.
_RATE_TOLERANCE = 1e-9
_LONGEST_RECORD_BYTES = 10_000_000
#: What fits into a header's field of prefiltering.
_FILTERS_LENGTH = 80


@dataclass(frozen=True)
class _Format:
    """What the two formats have apart."""

    name: str
    file: Any
    signal: Any
    sample_bytes: int


_BDF = _Format("BDF", edfio.Bdf, edfio.BdfSignal, 3)
_EDF = _Format("EDF", edfio.Edf, edfio.EdfSignal, 2)


def write_bdf(
    path: str | os.PathLike[str], recording: Recording, annotations: Iterable[Annotation] | None = None
) -> None:
    """Write a recording as BDF+C with its annotations; patient and recording fields are X, the start is 00:00:00.

    Parameters
    ----------
    path: the file to write; an existing one is replaced.
    recording: voltages are written in uV; the step is 1/2^24 of each channel's range, rounded out to whole units.
    annotations: instead of the recording's own; None writes those.

    Values that were held are annotated ("held: channel"), which reading turns into `valid` again. BDF holds whole data
    records only: the last one is filled with its last value, which an annotation says; :func:`unguard.io.read` takes it
    off again. What a channel was filtered with is written where it is ASCII and fits into a header's 80 characters.

    Raises ConfigError when a name, unit, range, onset or rate does not fit into the format, FormatError when the file
    cannot be written.
    """
    _write(path, recording, annotations, _BDF)


def write_edf(
    path: str | os.PathLike[str], recording: Recording, annotations: Iterable[Annotation] | None = None
) -> None:
    """Write a recording as EDF+C, as :func:`write_bdf` does, with a step of 1/2^16 of each channel's range: 256 times
    coarser, for programs that read no BDF.
    """
    _write(path, recording, annotations, _EDF)


def _write(
    path: str | os.PathLike[str], recording: Recording, annotations: Iterable[Annotation] | None, form: _Format
) -> None:
    file_path = path_of("path", path)
    object_of("recording", recording, Recording, "a Recording")
    notes = _annotations(recording, annotations)
    count, record_s = _record(recording, form)
    padding = -recording.samples % count
    notes += held_annotations(recording)
    if padding:
        notes.append(Annotation(recording.samples / recording.fs, padding / recording.fs, PADDING))
    signals = [
        _signal(channel, recording.data[:, column], count / record_s, padding, recording.filters, form)
        for column, channel in enumerate(recording.channels)
    ]
    try:
        # The date of an anonymous recording is the first one EDF knows; edfio writes "Startdate X".
        file = form.file(
            signals,
            starttime=datetime.time(0, 0, 0),
            data_record_duration=record_s,
            annotations=[_note(note) for note in notes],
        )
    except ValueError as cause:
        raise ConfigError(
            "recording", f"not to be written as {form.name} ({cause})", f"what {form.name} can hold"
        ) from cause
    try:
        with whole_file(file_path) as part:
            file.write(part)
    except OSError as cause:
        raise FormatError(
            path, "the file", f"not writable ({cause.strerror})", "a place that can be written"
        ) from cause


def _record(recording: Recording, form: _Format) -> tuple[int, float]:
    """Return (samples per record, its duration in seconds), near 1 s, whose eight characters state the rate."""
    limit = _LONGEST_RECORD_BYTES // (form.sample_bytes * len(recording.channels))
    near = max(1, round(recording.fs))
    candidates = sorted(range(1, min(limit, max(20 * near, 1000)) + 1), key=lambda n: abs(n - recording.fs))
    best, best_error = (0, 0.0), np.inf
    for count in candidates[:50_000]:
        text = f"{count / recording.fs:.7f}"[:8].rstrip("0").rstrip(".")
        duration = float(text or 0)
        if duration <= 0:
            continue
        error = abs(count / duration - recording.fs) / recording.fs
        if error < best_error:
            best, best_error = (count, duration), error
        if error < 1e-15:
            break
    if best_error > _RATE_TOLERANCE:
        raise ConfigError("fs", recording.fs, f"a rate that whole samples per data record of {form.name} can state")
    return best[0], int(best[1]) if best[1].is_integer() else best[1]


def _signal(
    channel: Channel, values: NDArray[np.float64], fs: float, padding: int, filters: Mapping[str, str], form: _Format
) -> Any:
    name, unit = channel.name, channel.unit
    for letter, plain in (("°", "deg"), ("µ", "u"), ("μ", "u"), ("²", "2")):
        unit = unit.replace(letter, plain)
    if not (_printable(name) and 0 < len(name) <= 16):
        expected = f"names of 1 to 16 printable ASCII characters for {form.name}, no blanks at their ends"
        raise ConfigError("channels", repr(name), expected)
    if name in ("EDF Annotations", "BDF Annotations"):
        raise ConfigError("channels", repr(name), f"a name that does not mean annotations in {form.name}+")
    if is_trigger(name):
        raise ConfigError("channels", repr(name), "a name that does not mean codes of a trigger on reading")
    if not (_printable(unit) and len(unit) <= 8):
        expected = f"units of up to 8 printable ASCII characters for {form.name}, no blanks at their ends"
        raise ConfigError("channels", f"{name} in {unit!r}", expected)
    low, high = min(-1.0, float(np.floor(values.min()))), max(1.0, float(np.ceil(values.max())))
    if low < _SMALLEST or high > _LARGEST:
        found = f"{name} from {low:g} to {high:g} {unit}"
        raise ConfigError(
            "data", found, f"values from {_SMALLEST:.0f} to {_LARGEST:.0f}, which {form.name}'s eight characters hold"
        )
    if padding:
        values = np.concatenate([values, np.full(padding, values[-1])])
    told = filters.get(name, "")
    return form.signal(
        values,
        fs,
        label=name,
        physical_dimension=unit,
        physical_range=(low, high),
        prefiltering=told if _printable(told) and len(told) <= _FILTERS_LENGTH else "",
    )


def _printable(text: str) -> bool:
    # Blanks at the ends are what fills a field: they would not come back.
    return text.isascii() and text.isprintable() and text == text.strip()


def _annotations(recording: Recording, given: Iterable[Annotation] | None) -> list[Annotation]:
    """Return the annotations to write; raise ConfigError for one whose text would mean something else on reading."""
    expected = "annotations, or None for the recording's own"
    if given is None:
        given = recording.annotations
    elif isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise ConfigError("annotations", repr(given), expected)
    notes = list(given)
    own = {PADDING, *(held_text(name) for name in recording.names)}
    for note in notes:
        object_of("annotations", note, Annotation, expected)
        if note.text in own:
            raise ConfigError(
                "annotations", repr(note.text), "texts that do not tell of held values or padding on reading"
            )
    return notes


def _note(note: Annotation) -> edfio.EdfAnnotation:
    if not (np.isfinite(note.onset_s) and np.isfinite(note.duration_s) and note.duration_s >= 0):
        found = f"{note.text!r} at {note.onset_s} s for {note.duration_s} s"
        raise ConfigError("annotations", found, "finite onsets and durations of 0 s or more")
    text = note.text
    if any(ord(character) < 32 for character in text):
        raise ConfigError("annotations", repr(text), "text without control characters")
    return edfio.EdfAnnotation(round(float(note.onset_s), 9), round(float(note.duration_s), 9) or None, text)
