"""One run at a time in a folder of results, by a lock of the system: it goes with the process that holds it."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unguard.errors import ConfigError, spelled

_LOG = logging.getLogger("unguard")
#: What a system says of a lock that somebody else holds; anything else is a disk without.
_HELD = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)
#: The file that is locked. It stays behind, and holds nobody up.
_LOCK = ".unguard-run"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder of results for this block; raise ConfigError where another run holds it."""
    with (folder / _LOCK).open("a+b") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            if cause.errno in _HELD:
                found = f"{spelled(folder)!r}, where another run is at work"
                raise ConfigError("out", found, "a folder of its own, or that run to end") from None
            # Some disks of clusters have none, and are where large datasets are.
            _LOG.warning("%s is on a disk without locks: no other run may write into it", spelled(folder))
        yield
