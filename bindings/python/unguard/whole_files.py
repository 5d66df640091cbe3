"""Files that belong together: all of them take their places, or none where one cannot."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from unguard.whole_file import name_beside, settle


def put_together(files: Sequence[tuple[Path, Path | None]]) -> None:
    """Copy files to their places, in this order, and make the folders that are missing.

    First all of them are on the disk, beside their places; then each takes its place at once, as `whole_file` has it.
    Where one cannot, what was there before is there again, the same file, and what is new is gone, folders too. A
    process that is killed meanwhile leaves every file whole: the old one or the new one.

    Parameters
    ----------
    files: (place, file to copy) pairs; of (place, None) what is there is taken away.

    Raises
    ------
    OSError: naming the place.
    """
    strays: set[Path] = set()
    with ExitStack() as folders, ExitStack() as clearing, ExitStack() as undo:  # left in the opposite order
        clearing.callback(_clear, strays)
        ready = []
        for place, source in files:
            with _naming(place):
                _make_folder(place.parent, folders)
                ready.append((place, _part_of(place, source, strays), _kept(place, strays)))
        for place, part, before in ready:
            undo.callback(_put_back, place, before, strays)
            with _naming(place):
                if part is None:
                    place.unlink(missing_ok=True)
                else:
                    part.replace(place)
        undo.pop_all()
        folders.pop_all()


@contextlib.contextmanager
def _naming(place: Path) -> Iterator[None]:
    """Let an error name the place, and not a file on its way there, which nobody knows."""
    try:
        yield
    except OSError as cause:
        cause.filename, cause.filename2 = os.fspath(place), None
        raise


def _make_folder(folder: Path, made: ExitStack) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        made.callback(_remove_empty, one)


def _part_of(place: Path, source: Path | None, strays: set[Path]) -> Path | None:
    """Return a copy of a file on its way to its place, which is on the disk."""
    if source is None:
        return None
    part = name_beside(place)
    strays.add(part)
    shutil.copyfile(source, part)
    settle(part, place)
    return part


def _kept(place: Path, strays: set[Path]) -> Path | None:
    """Return a second name of what is at a place, links as such; a copy where the disk gives no second names."""
    if not os.path.lexists(place):
        return None
    kept = name_beside(place)
    strays.add(kept)
    try:
        os.link(place, kept, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(place, kept, follow_symlinks=False)
    return kept


def _put_back(place: Path, before: Path | None, strays: set[Path]) -> None:
    if before is None:
        place.unlink(missing_ok=True)
        return
    strays.discard(before)  # where it cannot be put back, it is all that is left of it
    before.replace(place)
    before.unlink(missing_ok=True)  # two names of one file: to move one onto the other moves nothing


def _clear(strays: set[Path]) -> None:
    for stray in strays:
        with contextlib.suppress(OSError):
            stray.unlink()


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
