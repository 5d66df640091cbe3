"""What a folder that was fetched should hold, and the error that names what it does not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from unguard.arguments import path_of
from unguard.errors import FormatError, spelled


class MissingFiles(FormatError):
    """A data set without files it should have.

    Attributes
    ----------
    missing: all of them, as they should be called inside the folder.
    """

    def __init__(self, folder: str | os.PathLike[str], name: str, missing: Sequence[str], where_from: str) -> None:
        self.missing = tuple(missing)
        self.name, self.where_from = name, where_from
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        found = f"without {missing[0]!r}{more}"
        super().__init__(folder, f"the data set {name}", found, f"its files, from {where_from}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file, self.name, self.missing, self.where_from)


def folder_of(path: str | os.PathLike[str]) -> Path:
    """Return the path of a folder that is there; raise FormatError for another."""
    folder = path_of("path", path)
    if not folder.is_dir():
        found = "a file" if folder.exists() else "not there"
        raise FormatError(folder, "the folder", found, "the folder the data set was unpacked into")
    return folder


def demand(folder: Path, name: str, files: Iterable[str], where_from: str) -> list[Path]:
    """Return the files of a data set, in order; raise MissingFiles, naming the first and holding all, for those not
    there."""
    wanted = list(files)
    missing = [f for f in wanted if not (folder / f).is_file()]
    if missing:
        raise MissingFiles(folder, name, [spelled(f) for f in missing], where_from)
    return [folder / f for f in wanted]
