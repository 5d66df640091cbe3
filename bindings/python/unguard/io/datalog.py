"""Biometrics DataLOG text exports: one line per channel with name, number of values and unit, then a table."""

from __future__ import annotations

import re
from pathlib import Path

from unguard.errors import FormatError
from unguard.io.options import Options
from unguard.io.plain_table import table_source
from unguard.io.source import Source, Track, distinct_names
from unguard.io.text_table import read_table
from unguard.io.units import kind_of, microvolts_per

_CHANNEL = re.compile(
    r"Channel\s+\d+:\s*'(?P<name>[^']*)',\s*(?P<values>\d+)\s+values,\s*engineering units:\s*(?P<unit>[^,]*?)\s*(,|\.$)"
)
#: The only place where such a file states the rate of its rows.
_RESAMPLED = re.compile(r"from\s+(?P<own>[\d.]+)\s+to\s+(?P<rows>[\d.]+)\s+samples per second")


def open_datalog(path: Path, options: Options) -> Source:
    """Open a DataLOG text export.

    The rate is in the file only where a channel was resampled to it; otherwise the caller must state it. Raises
    FormatError when the channel lines do not match the columns.
    """
    table = read_table(path, options.decimal)
    # The line above a single column looks like its label.
    above = table.layout.header if table.layout.header is not None and table.layout.columns == 1 else ()
    lines = [line for line in (*table.layout.preamble, *above) if line.startswith("Channel")]
    found = [(line, match) for line in lines if (match := _CHANNEL.search(line))]
    if len(found) != table.layout.columns or len(found) != len(lines):
        raise FormatError(
            path,
            "the header",
            f"{len(found)} channels above {table.layout.columns} columns",
            "one channel line per column",
        )
    remarks: list[str] = []
    rate: float | None = None
    for line, match in found:
        resampled = _RESAMPLED.search(line)
        if resampled:
            rate = float(resampled["rows"])
            remarks.append(
                f"{match['name']}: recorded at {resampled['own']} Hz, resampled by the device to {rate:g} Hz"
            )
        elif int(match["values"]) != table.rows:
            remarks.append(f"{match['name']}: the header states {match['values']} values, the file holds {table.rows}")
    if rate is not None:
        remarks.append(f"the rate of {rate:g} Hz is the one a channel was resampled to")
    columns = [i for i, values in enumerate(table.values) if values is not None]
    names = distinct_names([found[i][1]["name"] for i in columns], remarks)
    tracks = []
    for name, i in zip(names, columns, strict=True):
        unit = found[i][1]["unit"].strip()
        voltage = microvolts_per(unit) is not None
        label = found[i][1]["name"]
        tracks.append(Track(name, label, table.rows, rate, unit=unit or None, kind=kind_of(label, voltage or not unit)))
    source = table_source(table, "Biometrics DataLOG text", tracks, columns)
    source.remarks += remarks
    return source
