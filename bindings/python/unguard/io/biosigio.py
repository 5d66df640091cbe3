"""Recordings of biosigIO: from its Recording in memory, or from a file by one of its importers.

https://github.com/neuromechanist/biosigio. Its importers read EEGLAB, OTB and OTB+, Trigno, WFDB, XDF, EDF and more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import ConfigError, FormatError
from unguard.io.assembly import assemble
from unguard.io.foreign import reads
from unguard.io.options import FASTEST_HZ, Options, checked_options
from unguard.io.source import Source, Track, distinct_names
from unguard.io.units import kind_of, microvolts_per
from unguard.recording import Annotation, Recording

_KINDS = ("EMG", "ECG", "EEG", "EOG")
_CODES = ("TRIG", "SYSCLOCK", "CTRL")
_NONE = ("", "n/a", "na", "none", "unknown")


def from_biosigio(
    recording: Any,
    *,
    unit: str | Mapping[str, str] | None = None,
    channels: Iterable[str] | None = None,
    gain: float | Mapping[str, float] | None = None,
    offset: float = 0.0,
) -> Recording:
    """Return a Recording from one of biosigIO (`biosigio.Recording`), its events as annotations.

    Voltages come in microvolts; other units are kept and marked as not EMG.

    Parameters
    ----------
    recording: as biosigIO's importers give it. unit, channels, gain, offset: as in :func:`unguard.io.read`.

    Raises
    ------
    FormatError: it has no channels, channels of several rates are not told apart by `channels`, or a unit is not
    stated. ConfigError: it is none of biosigIO's, or a parameter contradicts it.
    """
    options = checked_options(
        fs=None,
        unit=unit,
        channels=channels,
        gain=gain,
        offset=offset,
        decimal=None,
        sensor=None,
        device=None,
        max_gap_s=1.0,
    )
    for field in ("signals", "channels", "events"):
        if not hasattr(recording, field):
            raise ConfigError("recording", type(recording).__name__, "a biosigio.Recording")
    return dataclasses.replace(assemble(_source(Path("biosigIO recording"), recording), options), source=None)


def open_biosigio(path: Path, options: Options) -> Source:
    """Open a file by the importer of biosigIO that its suffix names; raise FormatError for whatever it refuses."""
    biosigio = extras.module("biosigio", "biosigio", "biosigio")
    with reads(path, "a recording by biosigIO"):
        # By itself biosigIO refuses to choose the importer of this kind of .csv.
        with path.open("rb") as file:
            importer = "trigno" if file.read(6) == b"Label:" else None
        return _source(path, biosigio.Recording.from_file(str(path), importer=importer))


def _source(path: Path, recording: Any) -> Source:
    if recording.signals is None or not recording.channels:
        raise FormatError(path, "the recording", "without a channel", "at least one channel of samples")
    remarks = [f"read by biosigIO {extras.version('biosigio')}"]
    labels = [str(label) for label in recording.channels]
    names = distinct_names(labels, remarks)
    columns = [np.asarray(recording.signals[label], dtype=np.float64) for label in recording.channels]
    rates = [_rate(about) for about in recording.channels.values()]
    if len(set(rates)) > 1:
        # Channels of other rates share one table there, and end in cells that are empty.
        columns = [_without_tail(column) for column in columns]
    tracks = []
    for name, label, column, fs, about in zip(names, labels, columns, rates, recording.channels.values(), strict=True):
        unit = str(about.get("physical_dimension") or "").strip()
        stated = unit if unit.lower() not in _NONE else None
        word = str(about.get("channel_type") or "").upper()
        voltage = stated is None or microvolts_per(stated) is not None
        kind = word if word in _KINDS and voltage else kind_of(label, voltage)
        filters = str(about.get("prefilter") or "")
        track = Track(name, label, column.size, fs, unit=stated, kind=kind)
        track.filters = "" if filters.lower() in _NONE else filters
        if word in _CODES:
            track.kind, track.unit, track.unit_needed = "label", "", False
        tracks.append(track)

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            out[:, j] = columns[index][: out.shape[0]]

    return Source(path, "biosigIO", tracks, load, _annotations(recording.events), remarks=remarks)


def _rate(about: Mapping[str, Any]) -> float | None:
    try:
        fs = float(about.get("sample_frequency", float("nan")))
    except (TypeError, ValueError):
        return None
    return fs if 0 < fs <= FASTEST_HZ else None


def _without_tail(column: NDArray[np.float64]) -> NDArray[np.float64]:
    there = np.flatnonzero(np.isfinite(column))
    return column[: int(there[-1]) + 1] if there.size else column[:0]


def _annotations(events: Any) -> list[Annotation]:
    notes = []
    for onset, duration, text in zip(events["onset"], events["duration"], events["description"], strict=True):
        if np.isfinite(float(onset)):
            lasting = float(duration) if np.isfinite(float(duration)) and float(duration) > 0 else 0.0
            notes.append(Annotation(float(onset), lasting, str(text).replace("\0", "")))
    return sorted(notes, key=lambda note: note.onset_s)
