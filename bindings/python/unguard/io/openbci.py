"""OpenBCI GUI text recordings: rate and board in comments, EXG channels in microvolts, a sample index that wraps.

The format defines EXG columns as microvolts and accelerometer columns as g; packets share wall-clock stamps, so only
the sample index shows losses.
"""

from __future__ import annotations

import re
from pathlib import Path

from unguard.errors import FormatError
from unguard.io.options import Options
from unguard.io.plain_table import table_source
from unguard.io.rate_statement import stated_rate
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.text_table import TextTable, read_table
from unguard.io.timebase import counter_gaps

_CHANNELS = re.compile(r"number of channels\s*=\s*(\d+)", re.IGNORECASE)


def open_openbci(path: Path, options: Options) -> Source:
    """Open an OpenBCI GUI recording: EXG and accelerometer channels; the other columns only when asked for by name."""
    table = read_table(path, options.decimal)
    labels = _labels(table)
    remarks = ["EXG channels are microvolts and accelerations g by the definition of the OpenBCI format"]
    gaps: tuple[Gap, ...] = ()
    index = next((i for i, label in enumerate(labels) if label.lower() == "sample index"), None)
    if index is not None:
        counter = table.values[index]
        if counter is not None:
            gaps = counter_gaps(counter, "'Sample Index'", None, remarks)
    columns = [i for i, values in enumerate(table.values) if values is not None and i != index]
    said = stated_rate(table.layout.comments, table.layout.decimal)
    fs = said.hertz
    names = distinct_names([labels[i] for i in columns], [])
    tracks = []
    for name, i in zip(names, columns, strict=True):
        lower = labels[i].lower()
        if lower.startswith(("exg", "eeg", "emg", "ecg")):
            tracks.append(Track(name, labels[i], table.rows, fs, unit="uV", kind="voltage", gaps=gaps))
        elif lower.startswith("accel"):
            tracks.append(Track(name, labels[i], table.rows, fs, unit="g", kind="other", gaps=gaps))
        else:
            kind = "label" if lower.startswith(("marker", "digital")) else "other"
            tracks.append(
                Track(name, labels[i], table.rows, fs, "", unit_needed=False, kind=kind, gaps=gaps, asked_only=True)
            )
    if not any(track.unit == "uV" for track in tracks):
        raise FormatError(path, "the header", "without an EXG column", "at least one EXG channel")
    source = table_source(table, "OpenBCI GUI text", tracks, columns)
    source.remarks += [*said.remarks, *remarks]
    source.fs_missing = said.missing
    return source


def _labels(table: TextTable) -> list[str]:
    """Return the columns' labels; the older GUI wrote none: index, as many EXG as the comments say, 3 axes."""
    if table.layout.header is not None:
        return [label.strip() for label in table.labels]
    match = next((m for line in table.layout.comments if (m := _CHANNELS.search(line))), None)
    if match is None and "Other Columns = EEG data in microvolts" in table.layout.comments:
        # Before version 2 of the GUI there was nothing else in the file.
        return ["Sample Index", *(f"EXG Channel {i}" for i in range(table.layout.columns - 1))]
    if match is None or int(match[1]) >= table.layout.columns:
        raise FormatError(
            table.path, "the header", "missing", "a row of labels, or '%Number of channels' in the comments"
        )
    exg = int(match[1])
    labels = ["Sample Index", *(f"EXG Channel {i}" for i in range(exg)), *(f"Accel Channel {i}" for i in range(3))]
    labels += [f"Other {i}" for i in range(max(0, table.layout.columns - len(labels)))]
    return labels[: table.layout.columns]
