"""What *_channels.tsv says of the channels of a recording, held against the file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from unguard.bids.find import BidsFile
from unguard.errors import FormatError
from unguard.io.source import Track
from unguard.io.units import microvolts_per
from unguard.recording import MICROVOLTS, Channel
from unguard.tsv import read_rows

#: Types of BIDS that are a voltage of the body, and what they are here.
_BODY = {"EMG": "EMG", "ECG": "ECG", "EEG": "EEG", "EOG": "EOG", "VEOG": "EOG", "HEOG": "EOG"}
_CODES = ("TRIG",)
_NOT_STATED = ("", "n/a")


@dataclass(frozen=True)
class BidsChannel:
    """One row of channels.tsv; "" where it says nothing or "n/a".

    Attributes
    ----------
    type: such as "EMG", upper case. units: as written. status: "good" or "bad". muscle: target_muscle.
    filters: high- and low-pass in words, "HP:20Hz LP:450Hz". fs: sampling_frequency, Hz, or None.
    line: of the table.
    """

    name: str
    type: str
    units: str
    status: str = ""
    muscle: str = ""
    filters: str = ""
    fs: float | None = None
    line: int = 0


def channels_of(file: BidsFile) -> tuple[Path | None, list[BidsChannel]]:
    """Return the table of channels that holds for a recording, and its rows; None without one.

    Raises FormatError where it is none, or has a name twice.
    """
    tables = file.sidecars("channels", ".tsv")
    if not tables:
        return None, []
    table = tables[-1]
    rows: list[BidsChannel] = []
    for line, row in read_rows(table, ("name", "type", "units")):
        values = {column: "" if value.strip() in _NOT_STATED else value.strip() for column, value in row.items()}
        if not values["name"]:
            raise FormatError(table, "name", repr(row["name"]), "the name of a channel", where=f"line {line}")
        if any(values["name"] == other.name for other in rows):
            raise FormatError(table, "name", f"{values['name']!r} twice", "each channel once", where=f"line {line}")
        status = values.get("status", "").lower()
        if status not in ("", "good", "bad"):
            raise FormatError(table, "status", repr(row["status"]), '"good", "bad" or "n/a"', where=f"line {line}")
        passed = [("HP", "low_cutoff"), ("LP", "high_cutoff")]  # BIDS names the edges of what passes
        rows.append(
            BidsChannel(
                name=values["name"],
                type=values["type"].upper(),
                units=values["units"],
                status=status,
                muscle=values.get("target_muscle", ""),
                filters=" ".join(
                    f"{word}:{edge:g}Hz" for word, column in passed if (edge := _hertz(table, line, column, values))
                ),
                fs=_hertz(table, line, "sampling_frequency", values),
                line=line,
            )
        )
    return table, rows


def refuse_unknown(table: Path, rows: Sequence[BidsChannel], tracks: Sequence[Track], file: BidsFile) -> list[str]:
    """Return what is to be remarked of table and file; raise FormatError where they are not of the same channels."""
    there = {track.name: track for track in tracks}
    for row in rows:
        track = there.get(row.name)
        if track is None:
            expected = f"one of {', '.join(there)}, as {file.path.name} has them"
            raise FormatError(table, "name", repr(row.name), expected, where=f"line {row.line}")
        if row.fs is not None and track.fs is not None and abs(row.fs - track.fs) > 1e-3 * track.fs:
            expected = f"{track.fs:.7g} Hz, as {file.path.name} states of {row.name!r}"
            raise FormatError(table, "sampling_frequency", f"{row.fs:g}", expected, where=f"line {row.line}")
        _refuse_other_unit(table, row, track, file)
    told = {row.name for row in rows}
    remarks = []
    if missing := [name for name in there if name not in told]:
        remarks.append(f"{table.name} says nothing of {', '.join(map(repr, missing))}: the file's own words count")
    for row in rows:
        unit = there[row.name].unit
        if row.units and unit and _scale(row.units) != _scale(unit):
            remarks.append(
                f"{table.name} gives {row.name!r} in {row.units}, the file in {unit}: the file's unit counts"
            )
    bad = [row.name for row in rows if row.status == "bad"]
    if bad:
        remarks.append(f"{table.name} calls {', '.join(map(repr, bad))} bad")
    return remarks


def units_to_state(rows: Sequence[BidsChannel], tracks: Sequence[Track]) -> dict[str, str]:
    """Return the units of channels of which the file states none: those of the table."""
    silent = {track.name for track in tracks if track.unit is None}
    return {row.name: row.units for row in rows if row.name in silent and row.units}


def as_told(channel: Channel, rows: Sequence[BidsChannel]) -> Channel:
    """Return a channel with the kind that the table says it is of."""
    row = next((row for row in rows if row.name == channel.name), None)
    if row is None or not row.type:
        return channel
    if row.type in _CODES:
        return replace(channel, kind="label")
    if row.type in _BODY:
        return replace(channel, kind=_BODY[row.type]) if channel.unit == MICROVOLTS else channel
    return replace(channel, kind="other")


def _refuse_other_unit(table: Path, row: BidsChannel, track: Track, file: BidsFile) -> None:
    """Refuse a voltage that the file says is none, and the other way round: one of them is another channel."""
    if not row.units or not track.unit:
        return
    if (_scale(row.units) is None) != (_scale(track.unit) is None):
        expected = f"{track.unit}, as {file.path.name} states of {row.name!r}"
        raise FormatError(table, "units", repr(row.units), expected, where=f"line {row.line}")


def _scale(unit: str) -> float | None:
    return microvolts_per(unit)


def _hertz(table: Path, line: int, column: str, values: dict[str, str]) -> float | None:
    text = values.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise FormatError(table, column, repr(text), 'a number of hertz, or "n/a"', where=f"line {line}")
    return value
