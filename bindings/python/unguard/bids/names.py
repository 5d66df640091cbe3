"""Names of files as BIDS has them: entities, suffix, extension."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from unguard.errors import FormatError

#: Entities of a recording of EMG, in the order in which BIDS 1.11 writes them; the first and the third are needed.
ENTITIES = ("sub", "ses", "task", "acq", "run", "recording")
_NEEDED = ("sub", "task")
_PAIR = re.compile(r"([a-z]+)-([A-Za-z0-9]+)\Z")


@dataclass(frozen=True)
class BidsName:
    """A name taken apart: sub-01_task-lift_emg.bdf is {"sub": "01", "task": "lift"}, "emg", ".bdf"."""

    entities: dict[str, str]
    suffix: str
    extension: str

    def applies_to(self, other: BidsName) -> bool:
        """Return whether what a sidecar of this name says holds for a recording: it has no entity of its own."""
        return self.entities.items() <= other.entities.items()


def taken_apart(name: str) -> BidsName | None:
    """Return a name taken apart, or None where it is no name of BIDS; entities of any kind are taken."""
    stem, dot, extension = name.partition(".")
    *pairs, suffix = stem.split("_")
    entities: dict[str, str] = {}
    for pair in pairs:
        found = _PAIR.match(pair)
        if found is None or found[1] in entities:
            return None
        entities[found[1]] = found[2]
    return BidsName(entities, suffix, dot + extension) if suffix and dot else None


def recording_name(path: Path) -> BidsName:
    """Return the name of a recording of EMG taken apart; raise FormatError where BIDS has no such name.

    The folders above it have to say the same subject and session.
    """
    expected = "sub-LABEL[_ses-LABEL]_task-LABEL[_acq-LABEL][_run-INDEX][_recording-LABEL]_emg with .edf or .bdf"
    found = taken_apart(path.name)
    if found is None or found.suffix != "emg" or found.extension not in (".edf", ".bdf"):
        raise FormatError(path, "the name", repr(path.name), expected)
    order = [ENTITIES.index(entity) for entity in found.entities if entity in ENTITIES]
    if len(order) < len(found.entities) or order != sorted(order):
        raise FormatError(path, "the name", repr(path.name), expected)
    for entity in _NEEDED:
        if entity not in found.entities:
            raise FormatError(path, "the name", f"{path.name!r}, without {entity}-", expected)
    for folder in path.parent.parts:
        said = _PAIR.match(folder)
        if said and said[1] in ("sub", "ses") and found.entities.get(said[1]) != said[2]:
            inside = f"{path.name!r} in the folder {folder}"
            raise FormatError(path, "the name", inside, "one subject and session in the folders and in the name")
    return found
