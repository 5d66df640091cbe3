"""What a Raw of MNE has no place for, as text in its ``info["description"]``: it comes back by `from_mne`, and stays in
a FIF file. Two things are left behind on purpose, for they would be wrong after any filter of MNE's: the step and the
rails of the converter.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from unguard.arguments import text
from unguard.errors import ConfigError
from unguard.recording import Annotation, Channel, Recording

_MARK = "unguard recording"


@dataclass(frozen=True)
class Kept:
    """What was kept of a recording.

    Attributes
    ----------
    channels: by name, without converter.
    filters, repairs, remarks: as in Recording.
    outside: annotations that do not lie within the samples; MNE leaves them out or shortens them.
    """

    channels: dict[str, Channel] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    outside: list[Annotation] = field(default_factory=list)


def kept_text(recording: Recording, outside: list[Annotation]) -> str:
    """Return the text that keeps it."""
    channels = [[c.name, c.unit, c.unit_found, c.kind] for c in recording.channels]
    values = {
        _MARK: 1,
        "channels": channels,
        "filters": recording.filters,
        "repairs": recording.repairs,
        "remarks": recording.remarks,
        "outside": [dataclasses.astuple(note) for note in outside],
    }
    return json.dumps(values)


def kept_in(description: Any) -> Kept:
    """Return what a description keeps; nothing where it is anybody's.

    Raises ConfigError for a text of `kept_text` that has been changed since.
    """
    try:
        values = json.loads(description)
    except (TypeError, ValueError):
        return Kept()
    if not isinstance(values, dict) or values.get(_MARK) != 1:
        return Kept()
    try:
        return _kept(values)
    except (KeyError, TypeError, ValueError, AttributeError) as cause:  # a ConfigError is a ValueError
        found = f"a text of to_mne() that was changed ({type(cause).__name__}: {cause})"
        raise ConfigError('raw.info["description"]', found, "that text as it was, another one, or None") from cause


def _kept(values: dict[str, Any]) -> Kept:
    filters = {
        text("filters", name, "a name"): text("filters", said, "text") for name, said in values["filters"].items()
    }
    return Kept(
        channels={name: Channel(name, unit, found, kind) for name, unit, found, kind in values["channels"]},
        filters=filters,
        repairs=[text("repairs", one, "text") for one in values["repairs"]],
        remarks=[text("remarks", one, "text") for one in values["remarks"]],
        outside=[Annotation(*note) for note in values["outside"]],
    )
