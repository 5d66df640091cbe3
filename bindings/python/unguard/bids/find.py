"""The recordings of a BIDS dataset, each with the sidecars that hold for it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from unguard.arguments import names as names_of
from unguard.arguments import path_of
from unguard.bids.names import BidsName, recording_name, taken_apart
from unguard.errors import ConfigError, FormatError

DESCRIPTION = "dataset_description.json"


@dataclass(frozen=True)
class BidsFile:
    """One recording of a dataset.

    Attributes
    ----------
    path: the file. root: the folder of the dataset.
    """

    path: Path
    root: Path

    @cached_property
    def name(self) -> BidsName:
        """Its name taken apart; raises FormatError where it is none of BIDS."""
        return recording_name(self.path.relative_to(self.root))

    @property
    def entities(self) -> dict[str, str]:
        """Entities in its name: {"sub": "01", "task": "lift"}."""
        return dict(self.name.entities)

    @property
    def where(self) -> str:
        """Its place in the dataset, the same on every machine: sub-01/emg/sub-01_task-lift_emg.bdf."""
        return self.path.relative_to(self.root).as_posix()

    def sidecars(self, suffix: str, extension: str) -> list[Path]:
        """Return the files of a suffix that hold for it by the inheritance principle, the farthest first.

        Of a table (.tsv) only the last holds; of .json all do, what is nearer going before what is farther.

        Raises FormatError where one folder has two: which of them holds, BIDS does not say.
        """
        found = []
        folder = self.root
        for part in ("", *self.path.relative_to(self.root).parent.parts):
            folder = folder / part
            here = [
                path
                for path in sorted(folder.iterdir())
                if path.name.endswith(f"{suffix}{extension}")
                and (name := taken_apart(path.name)) is not None
                and (name.suffix, name.extension) == (suffix, extension)
                and name.applies_to(self.name)
                and path.is_file()
            ]
            if len(here) > 1:
                both = " and ".join(path.name for path in here[:2])
                raise FormatError(
                    self.path, f"the sidecar *_{suffix}{extension}", f"{both} in one folder", "one in each folder"
                )
            found += here
        return found


def find(
    root: str | os.PathLike[str],
    *,
    participants: Iterable[str] | str | None = None,
    tasks: Iterable[str] | str | None = None,
) -> list[BidsFile]:
    """Return the recordings of a dataset, *_emg.edf and *_emg.bdf, by name.

    A name that BIDS does not have is no recording less: it is listed, and refused when it is read.

    Parameters
    ----------
    root: the folder with dataset_description.json. Derivatives, source data and code inside it are not looked into.
    participants: labels of subjects to list, with or without "sub-"; None lists all. tasks: labels of tasks.

    Raises
    ------
    FormatError: no BIDS dataset. ConfigError: a label that no recording has.
    """
    place = path_of("root", root)
    if not place.is_dir():
        raise FormatError(place, "the folder", "missing" if not place.exists() else "a file", "a BIDS dataset")
    if not (place / DESCRIPTION).is_file():
        raise FormatError(place, DESCRIPTION, "missing", "a BIDS dataset, which has one in its first folder")
    found = [
        BidsFile(path, place)
        for subject in sorted(place.glob("sub-*"))
        if subject.is_dir()
        for path in sorted(subject.rglob("*_emg.*"))
        # A link to what was not fetched is a recording that is missing, and not none.
        if path.suffix.lower() in (".edf", ".bdf") and (path.is_file() or path.is_symlink())
    ]
    found = _those("participants", "sub", participants, found)
    return _those("tasks", "task", tasks, found)


def root_of(path: Path) -> Path:
    """Return the folder of the dataset that a recording is in; its own folder where it is in none."""
    for folder in path.parents:
        if (folder / DESCRIPTION).is_file():
            return folder
    return path.parent


def _those(parameter: str, entity: str, labels: Iterable[str] | str | None, files: list[BidsFile]) -> list[BidsFile]:
    if labels is None:
        return files
    wanted = [label.removeprefix(f"{entity}-") for label in names_of(parameter, labels, "labels as text")]
    there: dict[str, list[BidsFile]] = {}
    for file in files:
        label = _label(file, entity)
        if label is not None:
            there.setdefault(label, []).append(file)
    for label in wanted:
        if label not in there:
            raise ConfigError(parameter, repr(label), f"one of {', '.join(sorted(there)) or 'none, as there are none'}")
    return [file for file in files if _label(file, entity) in wanted]


def _label(file: BidsFile, entity: str) -> str | None:
    name = taken_apart(file.path.name)
    return None if name is None else name.entities.get(entity)
