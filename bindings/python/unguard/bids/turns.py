"""One write into a dataset at a time: what several processes add to its lists is all in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path) -> Iterator[bool]:
    """Wait until nobody else writes into a dataset, for this block; say whether that is sure.

    It is a lock of the system on the folder, or on the nearest above it that is there, and goes with the process that
    holds it. Windows and some disks of networks have none: there it is not sure.
    """
    while True:
        there = _nearest(folder)
        lock = _locked(there)
        if lock is None or _nearest(folder) == there:  # otherwise somebody has begun the dataset meanwhile
            break
        os.close(lock)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.is_dir())


def _locked(folder: Path) -> int | None:
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
    except OSError:
        os.close(opened)
        return None
    except BaseException:
        os.close(opened)
        raise
    return opened
