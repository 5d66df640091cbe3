"""Delsys EMGworks CSV exports: a line per channel with its own rate, then pairs of columns, time and value."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from unguard.errors import FormatError
from unguard.io.options import Options
from unguard.io.plain_table import table_source
from unguard.io.source import Source, Track, distinct_names
from unguard.io.text_table import TextTable, read_table
from unguard.io.units import kind_of, microvolts_per

_CHANNEL = re.compile(
    r"Label:\s*(?P<label>.*?)\s+Sampling frequency:\s*(?P<fs>\S+)\s+Number of points:\s*(?P<points>\d+)\s+"
    r"start:\s*(?P<start>\S+)\s+Unit:\s*(?P<unit>.*?)\s+Domain Unit:\s*(?P<domain>\S+)"
)


def open_delsys(path: Path, options: Options) -> Source:
    """Open a Trigno export; every channel keeps its own rate and length.

    Raises FormatError when a channel line cannot be read or has no column.
    """
    table = read_table(path, options.decimal)
    repairs: list[str] = []
    remarks: list[str] = []
    tracks: list[Track] = []
    columns: list[int] = []
    cut: list[str] = []
    free = list(range(table.layout.columns))
    for line in table.layout.preamble:
        if not line.startswith("Label:"):
            continue
        match = _CHANNEL.match(line)
        if match is None:
            raise FormatError(
                path, "a channel line", repr(line[:80]), "Label, Sampling frequency, Number of points, Unit"
            )
        column = next((i for i in free if i > 0 and table.labels[i] == match["label"]), None)
        if column is None:
            raise FormatError(
                path, "the table", f"without a column {match['label']!r}", "a column for every channel line"
            )
        free.remove(column)
        fs = _rate(path, match)
        points = int(match["points"])
        samples = min(_length(table, column, remarks), points)
        if samples < points:
            cut.append(f"{match['label']} {samples} of {points}")
        unit = match["unit"].strip()
        kind = kind_of(match["label"], microvolts_per(unit) is not None or not unit)
        tracks.append(Track(match["label"], match["label"], samples, fs, unit=unit or None, kind=kind))
        columns.append(column)
    if not tracks:
        raise FormatError(path, "the header", "without a channel line", "a line 'Label: ...' for every channel")
    for track, name in zip(tracks, distinct_names([track.label for track in tracks], remarks), strict=True):
        track.name = name
    if cut:
        more = f" and {len(cut) - 2} more channels" if len(cut) > 2 else ""
        repairs.append(
            f"the file holds fewer points than its header states ({'; '.join(cut[:2])}{more}): it was cut off"
        )
    source = table_source(table, "Delsys EMGworks CSV", tracks, columns)
    source.repairs += repairs
    source.remarks += remarks
    return source


def _rate(path: Path, match: re.Match[str]) -> float:
    try:
        fs = float(match["fs"])
    except ValueError:
        fs = float("nan")
    if not (np.isfinite(fs) and fs > 0):
        where = f"channel {match['label']!r}"
        raise FormatError(path, "the sampling frequency", repr(match["fs"]), "a positive number of hertz", where=where)
    return fs


def _length(table: TextTable, column: int, remarks: list[str]) -> int:
    """Return how many rows belong to a channel: its time column rises; behind it are empty cells or zeros."""
    time, values = table.values[column - 1], table.values[column]
    if values is None:
        return 0
    if time is None:
        return int(values.size)
    there = np.flatnonzero(np.isfinite(time))
    if there.size == 0:
        return 0
    end = int(there[-1]) + 1
    falls = np.flatnonzero(np.diff(time[:end]) <= 0)
    if falls.size:
        end = int(falls[0]) + 1
        remarks.append(f"{table.labels[column]}: the rows after {end} are padding (their time stamps do not rise)")
    return end
