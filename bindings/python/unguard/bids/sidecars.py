"""What stands beside a recording in a dataset: the .json of the recording, its channels and its events.

Written from the schema of BIDS 1.11.1 (rules/sidecars/emg, rules/tabular_data/emg), which the validator holds them
against; the examples in the text of the specification say otherwise in places. What is not known is n/a.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unguard.recording import Channel, Recording

NOT_KNOWN = "n/a"
#: The first version whose schema demands the type of a recording of EMG.
BIDS_VERSION = "1.11.1"
#: Columns of channels.tsv that a caller may fill, as the schema has them, and in its order.
GIVEN_COLUMNS = (
    "description",
    "signal_electrode",
    "reference",
    "group",
    "target_muscle",
    "placement_scheme",
    "placement_description",
    "interelectrode_distance",
    "low_cutoff",
    "high_cutoff",
    "notch",
    "status",
    "status_description",
)
#: Of these the ones that stand there also where nothing is known, for the schema recommends them.
_ALWAYS = (
    "signal_electrode",
    "reference",
    "group",
    "target_muscle",
    "placement_scheme",
    "placement_description",
    "interelectrode_distance",
)
_TYPES = {"EMG": "EMG", "ECG": "ECG", "EEG": "EEG", "EOG": "EOG", "label": "TRIG"}
#: As headers of EDF state edges, in Hz.
_EDGES = {"low_cutoff": r"HP", "high_cutoff": r"LP", "notch": r"N(?:otch)?"}

_EVENT_COLUMNS = {
    "onset": {"Description": "Onset from the first sample of the recording.", "Units": "s"},
    "duration": {"Description": "Duration; 0 for a moment.", "Units": "s"},
    "trial_type": {"Description": "Text of the annotation, as the recording has it."},
    "channel": {"Description": "Channel that the annotation belongs to; n/a: to all of them."},
}


def type_of(channel: Channel) -> str:
    """Return the type of a channel as BIDS has it; MISC where there is no more to say."""
    return _TYPES.get(channel.kind, "MISC")


def write_channels(path: Path, recording: Recording, given: Mapping[str, Mapping[str, Any]], reference: str) -> None:
    """Write channels.tsv.

    given: by channel, values for `GIVEN_COLUMNS`. reference: of every EMG channel whose own is not given.
    """
    rows = []
    for column, channel in enumerate(recording.channels):
        row: dict[str, Any] = {
            "name": channel.name,
            "type": type_of(channel),
            "units": channel.unit or NOT_KNOWN,
            "sampling_frequency": _number(recording.fs),
            "reference": reference if channel.kind == "EMG" else NOT_KNOWN,
            **_filters(recording.filters.get(channel.name, "")),
            **_held(recording, column),
        }
        row.update({name: _number(value) for name, value in given.get(channel.name, {}).items()})
        rows.append(row)
    used = [name for name in GIVEN_COLUMNS if name in _ALWAYS or any(name in row for row in rows)]
    used.insert(1 if used[0] == "description" else 0, "sampling_frequency")
    write_table(path, ["name", "type", "units", *used], rows)


def write_events(path: Path, recording: Recording) -> None:
    """Write events.tsv and its .json where there are annotations."""
    if not recording.annotations:
        return
    rows = [
        {
            "onset": _number(note.onset_s),
            "duration": _number(note.duration_s),
            "trial_type": note.text or NOT_KNOWN,
            "channel": note.channel or NOT_KNOWN,
        }
        for note in sorted(recording.annotations, key=lambda note: note.onset_s)
    ]
    write_table(path, list(_EVENT_COLUMNS), rows)
    write_json(path.with_suffix(".json"), _EVENT_COLUMNS)


def fields_of(recording: Recording) -> dict[str, Any]:
    """Return the fields of *_emg.json that the recording itself tells."""
    kinds = [type_of(channel) for channel in recording.channels]
    counts = {
        f"{name}ChannelCount": kinds.count(kind)
        for name, kind in (("EMG", "EMG"), ("ECG", "ECG"), ("EOG", "EOG"), ("Misc", "MISC"), ("Trigger", "TRIG"))
    }
    return {
        "SamplingFrequency": recording.fs,
        "RecordingDuration": recording.duration_s,
        "RecordingType": "continuous",
        **counts,
    }


def write_table(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a table as BIDS has it: tabs between, n/a where there is nothing."""
    lines = [columns, *([row.get(name, NOT_KNOWN) for name in columns] for row in rows)]
    text = "".join("\t".join(_cell(value) for value in line) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="")


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a sidecar."""
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _cell(value: Any) -> str:
    """Return a value as it stands in a table: no value has a tab or the end of a line in it, and few readers take
    quotation marks off, so that only one that is held by them is held by them once more.
    """
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if len(text) > 1 and text[0] == text[-1] == '"' else text


def _filters(told: str) -> dict[str, Any]:
    """Return what a channel was filtered with, as it is told, and the edges that can be read out of it."""
    if not told:
        return {}
    found: dict[str, Any] = {"description": f"prefiltering: {' '.join(told.split())}"}
    for column, name in _EDGES.items():
        edge = re.search(rf"(?:^|[\s;]){name}:\s*([0-9]+(?:\.[0-9]+)?)\s*Hz", told)
        if edge:
            found[column] = edge[1]
    return found


def _held(recording: Recording, column: int) -> dict[str, Any]:
    if recording.valid is None:
        return {}
    held = int(np.count_nonzero(~recording.valid[:, column]))
    if held == 0:
        return {}
    return {
        "status": NOT_KNOWN,
        "status_description": f"{held} values were missing and are held; annotations say where",
    }


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(float(value))
    return value
