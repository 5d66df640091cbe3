"""The "Simple Text Format" of BioSPPy and BITalino: rate, resolution and labels in comments, converter counts in
columns.

The format states the number of bits but neither device nor sensor gain: the unit has to come from the caller.
"""

from __future__ import annotations

import re
from pathlib import Path

from unguard.io.options import Options
from unguard.io.plain_table import table_source
from unguard.io.rate_statement import stated_rate
from unguard.io.source import Source, Track, distinct_names
from unguard.io.text_table import read_table
from unguard.io.units import kind_of


def open_simple_text(path: Path, options: Options) -> Source:
    """Open a file of the Simple Text Format. Errors as for any text table."""
    table = read_table(path, options.decimal)
    fields = dict(line.split(":=", 1) for line in table.layout.comments if ":=" in line)
    stated = {key.strip().lower(): value.strip() for key, value in fields.items()}
    labels = [label.strip() for label in re.split(r"[\t,;]", stated.get("labels", "")) if label.strip()]
    remarks: list[str] = []
    if len(labels) != table.layout.columns:
        if labels:
            remarks.append(f"the header names {len(labels)} labels, the rows have {table.layout.columns} columns")
        labels = table.labels
    said = stated_rate(table.layout.comments, table.layout.decimal)
    fs = said.hertz
    bits = stated.get("resolution", "?")
    columns = [i for i, values in enumerate(table.values) if values is not None]
    names = distinct_names([labels[i] for i in columns], remarks)
    tracks = [
        Track(
            name=name,
            label=labels[i],
            samples=table.rows,
            fs=fs,
            kind=kind_of(name, True),
            unit_found=f"ADC {bits} bit",
            raw_counts=True,
            unit_missing=f"gain= (microvolts per {bits}-bit count; offset= for the count at 0 uV) or unit=",
        )
        for name, i in zip(names, columns, strict=True)
    ]
    source = table_source(table, "Simple Text Format", tracks, columns)
    source.remarks += [*said.remarks, *remarks]
    source.fs_missing = said.missing
    return source
