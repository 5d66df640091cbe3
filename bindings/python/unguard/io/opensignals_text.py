"""OpenSignals text recordings: one line of JSON describes devices and columns, then come converter counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.opensignals import Scale, count_track
from unguard.io.options import Options
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.text_table import TextTable, read_table
from unguard.io.timebase import counter_gaps


def open_opensignals_text(path: Path, options: Options) -> Source:
    """Open an OpenSignals text file; raise FormatError naming the header field that cannot be."""
    table = read_table(path, options.decimal)
    devices = _devices(path, table)
    repairs: list[str] = []
    remarks: list[str] = []
    tracks: list[Track] = []
    columns: list[int] = []
    scales: list[Scale] = []
    first = 0
    for name, device in devices.items():
        labels = _list(path, device, "column")
        if options.device in (None, name):
            for track, column, scale in _device_tracks(table, name, device, labels, first, options, remarks):
                track.name = f"{name}/{track.name}" if len(devices) > 1 and options.device is None else track.name
                track.device = name
                tracks.append(track)
                columns.append(column)
                scales.append(scale)
        first += len(labels)
    if first != table.layout.columns:
        raise FormatError(
            path, "the header", f"{first} columns above rows of {table.layout.columns}", "as many as the rows"
        )

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            values = table.values[columns[index]]
            gain, offset = scales[index]
            if values is not None:
                out[:, j] = (values[: out.shape[0]] - offset) * gain

    return Source(
        path=path,
        format="OpenSignals text",
        tracks=tracks,
        load=load,
        repairs=table.repairs + repairs,
        remarks=table.remarks + remarks,
        devices=list(devices),
    )


def _devices(path: Path, table: TextTable) -> dict[str, dict[str, Any]]:
    where = "line 2"
    line = next((line for line in table.layout.comments if line.startswith("{")), "")
    try:
        devices = json.loads(line)
    except (ValueError, RecursionError):
        raise FormatError(path, "the header", repr(line[:60]), "one line of JSON", where=where) from None
    if not isinstance(devices, dict) or not devices or not all(isinstance(d, dict) for d in devices.values()):
        raise FormatError(path, "the header", repr(line[:60]), "JSON with an object for every device", where=where)
    return devices


def _list(path: Path, device: dict[str, Any], key: str) -> list[Any]:
    value = device.get(key)
    if not isinstance(value, list):
        raise FormatError(path, f"the header field {key!r}", repr(value), "a list", where="line 2")
    return value


def _device_tracks(
    table: TextTable,
    name: str,
    device: dict[str, Any],
    labels: Sequence[Any],
    first: int,
    options: Options,
    remarks: list[str],
) -> list[tuple[Track, int, Scale]]:
    path = table.path
    fs = device.get("sampling rate")
    if isinstance(fs, bool) or not isinstance(fs, (int, float)) or not 0 < fs < 1e9:
        raise FormatError(
            path, "the header field 'sampling rate'", repr(fs), "a positive number of hertz", where="line 2"
        )
    channels = _list(path, device, "channels")
    sensors = device.get("sensor", [])
    bits = device.get("resolution", [])
    sensors = sensors if isinstance(sensors, list) else []
    bits = bits if isinstance(bits, list) else []
    if len(channels) > len(labels):
        raise FormatError(path, "the header field 'channels'", len(channels), "no more than columns", where="line 2")
    counter = [i for i, label in enumerate(labels) if str(label).lower() == "nseq"]
    gaps: tuple[Gap, ...] = ()
    if counter and first + counter[0] < table.layout.columns:
        values = table.values[first + counter[0]]
        if values is not None:
            gaps = counter_gaps(values, f"nSeq of {name}", None, remarks)
    start = len(labels) - len(channels)
    names = distinct_names([str(label) for label in labels[start:]], remarks)
    result = []
    for i, channel in enumerate(names):
        column = first + start + i
        if column >= table.layout.columns or table.values[column] is None:
            continue
        known = bits[i] if i < len(bits) and isinstance(bits[i], int) and 0 < bits[i] <= 32 else None
        track, scale = count_track(
            name=channel,
            label=str(labels[start + i]),
            sensor=str(sensors[i]) if i < len(sensors) else "",
            device=str(device.get("device", "")),
            bits=known,
            converted=bool(device.get("convertedValues", 0)),
            samples=table.rows,
            fs=float(fs),
            gaps=gaps,
            options=options,
        )
        result.append((track, column, scale))
    return result
