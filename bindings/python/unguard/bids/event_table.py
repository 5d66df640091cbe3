"""What *_events.tsv says happened, as annotations of a recording."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from unguard.bids.find import BidsFile
from unguard.bids.sidecar import object_in
from unguard.counted import counted
from unguard.errors import FormatError
from unguard.recording import Annotation
from unguard.tsv import read_rows

#: A trial type that is a declared rest where it has a duration, as `markers_from_bids` takes it.
_REST, _DECLARED_REST = "rest", "declared rest"
#: What an event is called that the table does not call anything.
NOT_CALLED = "event without trial_type and value"
#: EDF keeps annotations to a tenth of a millisecond.
_SAME_S = 1.5e-4
_NOT_STATED = ("", "n/a")
#: What is said, and onset and duration in steps; onset and duration, s.
_Place = tuple[str, int, int]
_Stretch = tuple[float, float]


def annotations_of(file: BidsFile, names: Sequence[str]) -> tuple[list[Annotation], list[str]]:
    """Return the events of a recording by onset, and what is to be remarked of them.

    The text is that of trial_type, without one that of value, without both `NOT_CALLED`; an unknown duration is 0. An
    event of several channels is an annotation of each. One of none that the recording has is no annotation of it, and
    is remarked.

    Parameters
    ----------
    names: of the recording's channels: an event of one of them belongs to it.

    Raises
    ------
    FormatError: naming table or its .json, line, column, found and expected.
    """
    tables = file.sidecars("events", ".tsv")
    if not tables:
        return [], []
    table = tables[-1]
    rows = read_rows(table, ("onset", "duration"))
    of_channels = any(_stated(row, "channel") for _, row in rows)
    delimiter = _delimiter(file) if of_channels else None
    known = set(names)
    found: list[Annotation] = []
    rests: list[int] = []
    not_called: list[int] = []
    elsewhere: dict[str, list[int]] = {}
    for line, row in rows:
        onset = _seconds(table, line, "onset", row["onset"])
        duration = 0.0 if row["duration"] == "n/a" else _seconds(table, line, "duration", row["duration"], least=0.0)
        text = _stated(row, "trial_type") or _stated(row, "value")
        if not text:
            text = NOT_CALLED
            not_called.append(line)
        elif text.strip().lower() == _REST and duration > 0:
            text = _DECLARED_REST
            rests.append(line)
        told = _stated(row, "channel")
        if not told:
            found.append(Annotation(onset, duration, text))
            continue
        for name in dict.fromkeys(_listed(told, delimiter, known) or [told]):
            if name in known:
                found.append(Annotation(onset, duration, text, name))
            else:
                elsewhere.setdefault(name, []).append(line)
    remarks = []
    if rests:
        remarks.append(
            f'{table.name}: {_events(rests)} of the trial type "rest" with a duration: taken for declared rest'
        )
    if not_called:
        remarks.append(f'{table.name}: {_events(not_called)} without trial_type and value: called "{NOT_CALLED}"')
    for name, lines in elsewhere.items():
        said = f"{table.name}: {_events(lines)} of {name!r}, which is no channel of the recording: no annotation of it"
        several = delimiter is None and any(one in name for one in known)
        remarks.append(f"{said}; no Delimiter in *_events.json parts several names" if several else said)
    return sorted(found, key=lambda note: note.onset_s), remarks


def with_own(events: list[Annotation], own: list[Annotation]) -> tuple[list[Annotation], list[str]]:
    """Return the events of the table and those annotations of the file that it does not have, by onset; and a remark.

    Writers of BIDS put the same into both.
    """
    # By where they are, each once: every annotation is held against those few that are near it.
    by_place: dict[_Place, set[_Stretch]] = defaultdict(set)
    for event in events:
        by_place[_place(event)].add((event.onset_s, event.duration_s))
    others = [
        note
        for note in own
        if not any(_is_near(note, event) for place in _around(_place(note)) for event in by_place.get(place, ()))
    ]
    remarks = []
    if events and others:
        what = counted(len(others), "annotation")
        remarks.append(f"{what} of the file that events.tsv does not have: taken beside those that it has")
    return sorted([*events, *others], key=lambda note: note.onset_s), remarks


def _is_near(note: Annotation, event: _Stretch) -> bool:
    return abs(note.onset_s - event[0]) <= _SAME_S and abs(note.duration_s - event[1]) <= _SAME_S


def _kind(note: Annotation) -> str:
    """Return what an annotation says, however a table says it, which has no words for blank ones."""
    text = note.text.strip().lower()
    if text in _NOT_STATED:
        return NOT_CALLED
    return _DECLARED_REST if text == _REST else text


def _place(note: Annotation) -> _Place:
    """Return what an annotation says, and its time in steps of twice what may be between two that are the same."""
    step = 2 * _SAME_S
    return _kind(note), math.floor(note.onset_s / step), math.floor(note.duration_s / step)


def _around(place: _Place) -> Iterator[_Place]:
    kind, onset, duration = place
    return ((kind, onset + i, duration + j) for i in (-1, 0, 1) for j in (-1, 0, 1))


def _stated(row: dict[str, str], column: str) -> str:
    value = row.get(column, "")
    return "" if value.strip() in _NOT_STATED else value


def _listed(told: str, delimiter: str | None, known: set[str]) -> list[str]:
    """Return the names of a list of channels; without a delimiter every character is part of one name, says BIDS."""
    parts = [told] if delimiter is None else told.split(delimiter)
    return [part if part in known else part.strip() for part in parts if part.strip() not in _NOT_STATED]


def _delimiter(file: BidsFile) -> str | None:
    """Return what parts the names of channels in the table, as the nearest *_events.json that says it has it."""
    for path in reversed(file.sidecars("events", ".json")):
        said = object_in(path).get("channel", {})
        found = said.get("Delimiter") if isinstance(said, dict) else None
        if found is None:
            continue
        if not isinstance(found, str) or not found:
            raise FormatError(path, "Delimiter of channel", repr(found), "the text between two names")
        return found
    return None


def _events(lines: list[int]) -> str:
    """Return how many events, and in which lines."""
    if len(lines) == 1:
        return f"1 event (line {lines[0]})"
    more = ", ..." if len(lines) > 3 else ""
    return f"{len(lines)} events (lines {', '.join(map(str, lines[:3]))}{more})"


def _seconds(table: Path, line: int, column: str, text: str, least: float = -math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least):
        expected = "seconds, below 0 before the first sample" if least < 0 else "seconds, 0 or more, or n/a"
        raise FormatError(table, column, repr(text), expected, where=f"line {line}")
    return value
