"""CSV, TSV and TXT tables without a maker's format: with or without header, with or without a column of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.options import Options
from unguard.io.rate_statement import StatedRate, stated_rate
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.text_table import TextTable, read_table
from unguard.io.timebase import Timebase, counter_gaps, is_strictly_regular, read_stamps
from unguard.io.units import kind_of, microvolts_per, seconds_per, split_unit

_TIME = re.compile(
    r"(time|times|t|zeit|temps|tiempo|tempo|timestamps?|time[ _]?stamps?|elapsed([ _]time)?|seconds|x)", re.IGNORECASE
)
_COUNTER = re.compile(r"(sample|samples|index|sample[ _]?(index|number|no\.?|nr\.?)|nseq|frame|n)", re.IGNORECASE)
_LABEL = re.compile(
    r"(class|label|labels|marker|markers|trigger|event|events|status|stim\w*|annotation|marker channel)", re.IGNORECASE
)


def table_source(
    table: TextTable, format_name: str, tracks: list[Track], columns: Sequence[int], **more: object
) -> Source:
    """Return a source whose track i is column `columns[i]` of a table."""

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            values = table.values[columns[index]]
            if values is not None:
                out[:, j] = values[: out.shape[0]]

    source = Source(path=table.path, format=format_name, tracks=tracks, load=load)
    source.repairs = list(table.repairs)
    source.remarks = list(table.remarks)
    for name, value in more.items():
        setattr(source, name, value)
    return source


def open_plain_table(path: Path, options: Options) -> Source:
    """Open a plain table; raise FormatError when it holds no samples (no numbers, only times, only a header)."""
    return plain_source(read_table(path, options.decimal), options)


def plain_source(table: TextTable, options: Options) -> Source:
    """Tell samples from times, counters and labels in a table in memory; errors as above."""
    path = table.path
    named = table.layout.header is not None
    split = [split_unit(label) if named else (label, None) for label in table.labels]
    numeric = [i for i, values in enumerate(table.values) if values is not None]
    time = _time_column(table, split, numeric, named)
    counter = next((i for i in numeric if i != time and named and _COUNTER.fullmatch(split[i][0])), None)
    columns = [i for i in numeric if i not in (time, counter)]
    if not columns:
        text = [repr(table.labels[i]) for i in table.layout.text_columns]
        found = "time stamps only" + (f", beside columns of text ({', '.join(text)})" if text else "")
        raise FormatError(path, "the table", found, "at least one channel of samples as numbers")
    if time is None and all(_is_time_unit(split[i][1]) for i in columns):
        listed = ", ".join(table.labels[i] for i in columns)
        raise FormatError(
            path, "the table", f"a list of times ({listed})", "samples: this is a side-car, not a recording"
        )

    said = stated_rate([*table.layout.comments, *table.layout.preamble], table.layout.decimal)
    timebase = _timebase(table, time, split, options, said)
    remarks = [*said.remarks, *timebase.remarks]
    gaps: tuple[Gap, ...] = timebase.gaps
    if counter is not None and time is None:
        values = table.values[counter]
        assert values is not None
        gaps = counter_gaps(values, repr(table.labels[counter]), None, remarks)
    if time is not None and timebase.problem and options.fs is not None and not timebase.remarks:
        remarks.append(f"the time stamps are not used: the rate is {timebase.problem}")
    if table.layout.preamble:
        remarks.append(f"{len(table.layout.preamble)} lines before the table are not read as data")
    names = distinct_names([split[i][0] for i in columns], remarks)
    tracks = [
        _track(name, table.labels[i], split[i][1], table.rows, timebase.fs, gaps)
        for name, i in zip(names, columns, strict=True)
    ]
    source = table_source(table, "text table", tracks, columns)
    source.remarks += remarks
    source.fs_missing = timebase.problem or source.fs_missing
    return source


def _track(name: str, label: str, unit: str | None, rows: int, fs: float | None, gaps: tuple[Gap, ...]) -> Track:
    if unit is None and _LABEL.fullmatch(name):
        # Classes and markers beside the signals: no sample of anything, so they come only when asked for by name.
        return Track(name, label, rows, fs, unit="", unit_needed=False, kind="label", gaps=gaps, asked_only=True)
    voltage = unit is None or microvolts_per(unit) is not None
    return Track(name, label, rows, fs, unit=unit, kind=kind_of(name, voltage), gaps=gaps)


def _is_time_unit(unit: str | None) -> bool:
    return unit is not None and seconds_per(unit) is not None


def _time_column(
    table: TextTable, split: Sequence[tuple[str, str | None]], numeric: Sequence[int], named: bool
) -> int | None:
    """Return the column of time: by its name, or in a table without header the first one if it is strictly regular."""
    if named:
        for i in numeric:
            name, unit = split[i]
            # "x" is an axis of movement as often as a time axis: it needs a unit of time.
            if _TIME.fullmatch(name) and (_is_time_unit(unit) or (unit is None and name.lower() != "x")):
                return i
        return None
    first = table.values[0]
    if first is not None and len(numeric) > 1 and is_strictly_regular(first):
        return 0
    return None


def _timebase(
    table: TextTable, time: int | None, split: Sequence[tuple[str, str | None]], options: Options, said: StatedRate
) -> Timebase:
    """Return what time column and comment lines say about the rate; when they disagree the rate cannot be told."""
    stated = said.hertz
    by_comment = (f"{stated:g} Hz as {said.words!r} in the comments states",) if stated else ()
    if time is None:
        return Timebase(stated, problem="" if stated else said.missing, remarks=by_comment)
    stamps = table.values[time]
    assert stamps is not None
    unit = split[time][1]
    seconds = seconds_per(unit) if unit is not None else None
    if seconds is None and split[time][0].lower() == "seconds":
        seconds = 1.0
    timebase = read_stamps(stamps, seconds, options.fs or stated, table.labels[time])
    if stated is None:
        return _by_column(timebase, table.labels[time])
    if timebase.fs is None:
        alone = read_stamps(stamps, seconds, options.fs, table.labels[time])
        timebase = alone if alone.fs is not None else timebase
    if timebase.fs is None:
        return Timebase(
            stated,
            remarks=(
                *by_comment,
                *timebase.remarks,
                f"the time stamps are not used: the rate is {timebase.problem}",
            ),
        )
    if abs(timebase.fs - stated) > 1e-3 * stated:
        problem = f"not one: {stated:g} Hz as the comments state, {timebase.fs:g} Hz by the time stamps"
        return Timebase(None, problem=problem)
    return _by_column(timebase, table.labels[time])


def _by_column(timebase: Timebase, label: str) -> Timebase:
    if timebase.fs is None:
        return timebase
    return replace(timebase, remarks=(f"{timebase.fs:.7g} Hz by the times in column {label!r}", *timebase.remarks))
