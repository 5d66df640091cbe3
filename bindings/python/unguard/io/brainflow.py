"""BrainFlow files, as DataFilter.write_file and the file streamer write them: rows of a board, without a word about it.

What each column is, and the rate, is the board's: https://brainflow.readthedocs.io/en/stable/DataFormatDesc.html. The
caller names the board, device="brainflow:CYTON_BOARD", and its description comes from brainflow itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import ConfigError, FormatError
from unguard.io.foreign import reads
from unguard.io.options import Options
from unguard.io.plain_table import table_source
from unguard.io.source import Gap, Source, Track
from unguard.io.text_table import TextTable, read_table
from unguard.io.timebase import counter_gaps
from unguard.recording import Annotation

PREFIX = "brainflow:"
_KINDS = ("EMG", "ECG", "EEG", "EOG")
_NAMED = re.compile(r"BrainFlow-RAW", re.IGNORECASE)
#: The clock of a computer and the rate of a board differ by less.
_TOLERANCE = 0.02


def is_brainflow(path: Path, options: Options) -> bool:
    """Return whether the caller names a board, or the file has the name that the OpenBCI GUI gives such files."""
    return (options.device or "").startswith(PREFIX) or bool(_NAMED.match(path.name))


def open_brainflow(path: Path, options: Options) -> Source:
    """Open a file of the board that is named; raise FormatError where none is, or its rows have another length."""
    if not (options.device or "").startswith(PREFIX):
        expected = 'device="brainflow:CYTON_BOARD", or another of BrainFlow\'s BoardIds'
        raise FormatError(path, "the board", "not stated in a BrainFlow file", expected)
    board = _board(str(options.device))
    table = read_table(path, options.decimal)
    if table.layout.columns != board["num_rows"]:
        expected = f"{board['num_rows']}, which {options.device} has"
        raise FormatError(path, "the table", f"{table.layout.columns} columns wide", expected)
    if table.layout.text_columns or table.layout.header is not None:
        raise FormatError(path, "the table", "not only numbers", "the rows of a board")
    fs = float(board["sampling_rate"])
    remarks = [f"columns and rate are those of {board['name']} as BrainFlow describes it; EXG channels are microvolts"]
    gaps: tuple[Gap, ...] = ()
    counter = _column(table, board.get("package_num_channel"))
    if counter is not None:
        gaps = counter_gaps(counter, "of packages", None, remarks)
    stamps = _column(table, board.get("timestamp_channel"))
    if stamps is not None:
        _check_rate(stamps, fs, gaps, remarks)
    columns, tracks = _tracks(table, board, fs, gaps)
    source = table_source(table, "BrainFlow text", tracks, columns)
    source.remarks += remarks
    source.devices = [str(options.device)]
    marks = _column(table, board.get("marker_channel"))
    if marks is not None:
        source.annotations = _markers(marks, fs, gaps)
    return source


def _board(device: str) -> dict[str, Any]:
    """Return BrainFlow's description of a board, "brainflow:BOARD" or "brainflow:BOARD:PRESET"."""
    module = extras.module("brainflow.board_shim", "brainflow", "brainflow")
    name, _, preset = device.removeprefix(PREFIX).partition(":")
    if name not in module.BoardIds.__members__:
        raise ConfigError("device", repr(device), "brainflow: and one of BrainFlow's BoardIds, as CYTON_BOARD")
    presets = module.BrainFlowPresets.__members__
    if preset and preset not in presets:
        raise ConfigError("device", repr(device), f"a preset of {', '.join(presets)}, or none")
    with reads(Path(device), "a board of BrainFlow"):
        found = module.BoardShim.get_board_descr(module.BoardIds[name].value, presets[preset or "DEFAULT_PRESET"].value)
    return dict(found)


def _column(table: TextTable, index: Any) -> NDArray[np.float64] | None:
    return table.values[index] if isinstance(index, int) and 0 <= index < len(table.values) else None


def _tracks(table: TextTable, board: dict[str, Any], fs: float, gaps: tuple[Gap, ...]) -> tuple[list[int], list[Track]]:
    """Return the columns and tracks of all that was measured; what is no voltage only when it is asked for."""
    kinds: dict[int, list[str]] = {}
    for kind in _KINDS:
        for column in board.get(f"{kind.lower()}_channels", []):
            kinds.setdefault(column, []).append(kind)
    columns = sorted(kinds)
    tracks = []
    for number, column in enumerate(columns, start=1):
        # Most boards give one and the same columns for all kinds: what was connected, nobody says.
        kind = kinds[column][0] if len(kinds[column]) == 1 else "voltage"
        name = f"{kind if kind != 'voltage' else 'EXG'} {number}"
        tracks.append(Track(name, name, table.rows, fs, unit="uV", kind=kind, gaps=gaps))
    for key, listed in board.items():
        word = key.removesuffix("_channels")
        if word == key or word.upper() in _KINDS or not isinstance(listed, Sequence):
            continue
        for number, column in enumerate(listed, start=1):
            name = f"{word} {number}"
            columns.append(column)
            tracks.append(
                Track(name, name, table.rows, fs, "", unit_needed=False, kind="other", gaps=gaps, asked_only=True)
            )
    return columns, tracks


def _check_rate(stamps: NDArray[np.float64], fs: float, gaps: Sequence[Gap], remarks: list[str]) -> None:
    """Hold the board's rate against the time stamps, which come in packets but on the whole keep time."""
    rows = stamps.size - 1 + sum(missing for _, missing in gaps)
    span = float(stamps[-1] - stamps[0])
    if span > 10 and abs(rows / span - fs) > _TOLERANCE * fs:
        remarks.append(f"the time stamps say {rows / span:.6g} Hz, the board {fs:g} Hz")


def _markers(marks: NDArray[np.float64], fs: float, gaps: Sequence[Gap]) -> list[Annotation]:
    rows = np.flatnonzero(np.isfinite(marks) & (marks != 0))
    lost = [sum(missing for row, missing in gaps if row <= at) for at in rows]
    return [Annotation((int(at) + more) / fs, 0.0, f"{marks[at]:g}") for at, more in zip(rows, lost, strict=True)]
