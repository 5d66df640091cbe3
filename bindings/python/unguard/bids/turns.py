"""One write into a dataset at a time: what several processes add to its lists is all in them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path) -> Iterator[bool]:
    """Wait until nobody else writes into a dataset, for this block; say whether that is sure.

    It is a lock of the system on the folder, which is made where it is missing and taken away again by a block that
    fails, and goes with the process that holds it. Windows and some disks of networks have none: there it is not sure.
    """
    made: list[Path] = []
    lock = None
    try:
        lock = _locked(folder.absolute(), made)
        yield lock is not None
    except BaseException:
        for one in reversed(made):
            with contextlib.suppress(OSError):  # not empty, or gone
                one.rmdir()
        raise
    finally:
        if lock is not None:
            os.close(lock)


def _locked(folder: Path, made: list[Path]) -> int | None:
    """Return the lock of a folder, None where there is none to be had; `made` is told of folders that were missing."""
    if sys.platform == "win32":
        return None
    import fcntl

    while True:
        _make(folder, made)
        try:
            opened = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # whoever had made it has failed, and taken it away
            continue
        except OSError:
            return None
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            # What was waited for may be gone by now, and another folder in its place.
            if os.path.samestat(os.fstat(opened), os.stat(folder)):
                return opened
        except FileNotFoundError:
            pass
        except OSError:
            os.close(opened)
            return None
        except BaseException:
            os.close(opened)
            raise
        os.close(opened)


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder with those above it; `made` is told of each that was missing, from the top."""
    for one in reversed([folder, *folder.parents]):
        if not one.is_dir():
            try:
                one.mkdir()
            except FileExistsError:
                if not one.is_dir():
                    raise
            else:
                made.append(one)
