"""What *_events.tsv says happened, as annotations of a recording."""

from __future__ import annotations

import math
from pathlib import Path

from unguard.bids.find import BidsFile
from unguard.errors import FormatError
from unguard.recording import Annotation
from unguard.tsv import read_rows

#: A trial type that is a declared rest where it has a duration, as `markers_from_bids` takes it.
_REST, _DECLARED_REST = "rest", "declared rest"
#: EDF keeps annotations to a tenth of a millisecond.
_SAME_S = 1.5e-4


def annotations_of(file: BidsFile, names: list[str]) -> tuple[list[Annotation], list[str]]:
    """Return the events of a recording by onset, and what is to be remarked of them.

    The text is that of trial_type, without one that of value; an unknown duration is 0.

    Parameters
    ----------
    names: of the recording's channels: an event of one of them belongs to it.

    Raises
    ------
    FormatError: naming table, line, column, found and expected.
    """
    tables = file.sidecars("events", ".tsv")
    if not tables:
        return [], []
    table = tables[-1]
    found: list[Annotation] = []
    rests = 0
    for line, row in read_rows(table, ("onset", "duration")):
        onset = _seconds(table, line, "onset", row["onset"])
        duration = 0.0 if row["duration"] == "n/a" else _seconds(table, line, "duration", row["duration"], least=0.0)
        text = next((row[c] for c in ("trial_type", "value") if row.get(c, "n/a") not in ("", "n/a")), "")
        if not text:
            continue
        if text.strip().lower() == _REST and duration > 0:
            text = _DECLARED_REST
            rests += 1
        channel = row.get("channel", "n/a")
        found.append(Annotation(onset, duration, text, channel if channel in names else None))
    remarks = []
    if rests:
        what = f"{rests} events" if rests > 1 else "1 event"
        remarks.append(f'{table.name}: {what} of the trial type "rest" with a duration: taken for declared rest')
    return sorted(found, key=lambda note: note.onset_s), remarks


def with_own(events: list[Annotation], own: list[Annotation]) -> tuple[list[Annotation], list[str]]:
    """Return the events of the table and those annotations of the file that it does not have, by onset; and a remark.

    Writers of BIDS put the same into both.
    """
    others = [note for note in own if not any(_is_same(note, event) for event in events)]
    remarks = []
    if events and others:
        what = "1 annotation" if len(others) == 1 else f"{len(others)} annotations"
        remarks.append(f"{what} of the file that events.tsv does not have: taken beside those that it has")
    return sorted([*events, *others], key=lambda note: note.onset_s), remarks


def _is_same(note: Annotation, event: Annotation) -> bool:
    texts = {note.text.strip().lower(), event.text.strip().lower()}
    alike = len(texts) == 1 or texts == {_REST, _DECLARED_REST}
    near = abs(note.onset_s - event.onset_s) <= _SAME_S and abs(note.duration_s - event.duration_s) <= _SAME_S
    return alike and near


def _seconds(table: Path, line: int, column: str, text: str, least: float = -math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least):
        expected = "seconds, below 0 before the first sample" if least < 0 else "seconds, 0 or more, or n/a"
        raise FormatError(table, column, repr(text), expected, where=f"line {line}")
    return value
