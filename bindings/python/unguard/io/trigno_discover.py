"""Delsys Trigno Discover CSV exports: a column of time beside every channel or sensor, its rate in a row of the header.

Rows of the header: application, date, length, sensors, modes, channels, rates, periods. Right of the channels may stand
a table of markers (Type, Name, Label, Time (s)).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas  # type: ignore[import-untyped]
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.foreign import reads
from unguard.io.layout_sniff import head_lines
from unguard.io.options import FASTEST_HZ, Options
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.timebase import read_stamps
from unguard.io.units import kind_of, microvolts_per, split_unit
from unguard.recording import Annotation

FIRST_CELL = "Application:"
_TIME = "Time Series (s)"
_RATE = re.compile(r"(?P<hertz>[0-9]+(?:\.[0-9]+)?)\s*Hz")
_PERIOD = re.compile(r"[0-9.eE+-]+\s*s")


@dataclass(frozen=True)
class _Column:
    """A channel: its label, the columns of values and of times, its rate."""

    label: str
    values: int
    times: int
    fs: float


def is_trigno_discover(lines: Sequence[str]) -> bool:
    """Return whether the first lines are those of an export."""
    return lines[0].lstrip('"').startswith(FIRST_CELL) and any(_TIME in line for line in lines[:12])


def open_trigno_discover(path: Path, options: Options) -> Source:
    """Open an export; every channel keeps its own rate and length.

    Raises FormatError for a channel without a rate and for a cell that is no number.
    """
    lines, encoding, _ = head_lines(path)
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines[:16])]
    at = next(i for i, row in enumerate(rows) if any(cell.endswith(_TIME) for cell in row))
    columns = _columns(path, rows, at)
    first = at + 2
    if first < len(rows) and any(_PERIOD.fullmatch(cell) for cell in rows[first]):
        first += 1
    wanted = sorted({c.values for c in columns} | {c.times for c in columns})
    with reads(path, "a table of Trigno Discover"):
        frame = pandas.read_csv(
            path,
            header=None,
            names=range(max(map(len, rows))),
            index_col=False,
            skiprows=first,
            usecols=wanted,
            dtype=np.float64,
            decimal=options.decimal or ".",
            skipinitialspace=True,
            encoding=encoding,
            engine="c",
        )
    remarks: list[str] = []
    names = distinct_names([split_unit(c.label)[0] for c in columns], remarks)
    tracks: list[Track] = []
    for name, column in zip(names, columns, strict=True):
        stamps = frame[column.times].to_numpy()
        there = np.flatnonzero(np.isfinite(stamps))
        samples = int(there[-1]) + 1 if there.size else 0
        unit = split_unit(column.label)[1]
        kind = kind_of(column.label, unit is None or microvolts_per(unit) is not None)
        gaps = _gaps(stamps[:samples], column, remarks)
        tracks.append(Track(name, column.label, samples, column.fs, unit=unit, kind=kind, gaps=gaps))

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            out[:, j] = frame[columns[index].values].to_numpy()[: out.shape[0]]

    source = Source(path, "Delsys Trigno Discover CSV", tracks, load, remarks=remarks)
    source.annotations = _markers(path, encoding, rows, first, max(wanted))
    return source


def _columns(path: Path, rows: Sequence[Sequence[str]], at: int) -> list[_Column]:
    """Return the channels by the row of their names, with the sensors two rows above and the rates below."""
    sensors = rows[at - 2] if at >= 2 else []
    rates = rows[at + 1] if at + 1 < len(rows) else []
    found: list[_Column] = []
    sensor, times = "", None
    for i, cell in enumerate(rows[at]):
        sensor = sensors[i] if i < len(sensors) and sensors[i] else sensor
        if cell.endswith(_TIME):
            times = i
        elif cell and times is not None:
            match = _RATE.fullmatch(rates[i]) if i < len(rates) else None
            fs = float(match["hertz"]) if match else float("nan")
            if not 0 < fs <= FASTEST_HZ:
                shown = repr(rates[i]) if i < len(rates) else "missing"
                where = f"line {at + 2}, column {i + 1}"
                raise FormatError(path, "the sampling rate", shown, "a positive number of Hz", where=where)
            found.append(_Column(f"{sensor}: {cell}" if sensor else cell, i, times, fs))
    if not found:
        raise FormatError(path, "the header", "without a channel", "a column of values beside one of times")
    return found


def _gaps(stamps: NDArray[np.float64], column: _Column, remarks: list[str]) -> tuple[Gap, ...]:
    """Return where the times of a channel jump; ones that do not follow its rate are told."""
    if stamps.size < 2:
        return ()
    told = read_stamps(stamps, 1.0, None, f"{column.label} {_TIME}")
    if told.fs is not None and abs(told.fs - column.fs) <= 1e-3 * column.fs:
        return told.gaps
    why = told.problem or f"{told.fs:g} Hz, {column.fs:g} Hz as the header says"
    remarks.append(f"{column.label}: the rate by its times is {why}: gaps are not looked for")
    return ()


def _markers(path: Path, encoding: str, rows: Sequence[Sequence[str]], first: int, last: int) -> list[Annotation]:
    """Return the markers from the table right of the channels; the header of it stands beside the channels' own."""
    for row in rows[:first]:
        head = list(row)
        if "Type" in head[last + 1 :] and "Time (s)" in head[last + 1 :]:
            break
    else:
        return []
    cells = {word: head.index(word, last + 1) for word in ("Name", "Label", "Time (s)") if word in head[last + 1 :]}
    notes = []
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            at = cells["Time (s)"]
            if number < first or len(row) <= at or not row[at].strip():
                continue
            try:
                onset = float(row[at])
            except ValueError:
                raise FormatError(
                    path, "the time of a marker", repr(row[at]), "seconds", where=f"line {number + 1}"
                ) from None
            words = [row[cells[word]].strip() for word in ("Name", "Label") if word in cells and cells[word] < len(row)]
            if np.isfinite(onset):
                notes.append(Annotation(onset, 0.0, " ".join(word for word in words if word)))
    return sorted(notes, key=lambda note: note.onset_s)
