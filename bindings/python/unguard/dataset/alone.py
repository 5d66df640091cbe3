"""One run at a time in a folder of results, by a lock of the system: it goes with the process that holds it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unguard.errors import ConfigError, spelled

#: The file that is locked. It stays behind, and holds nobody up.
LOCK = ".unguard-run"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder of results for this block; raise ConfigError where another run holds it."""
    with (folder / LOCK).open("a+b") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            found = f"{spelled(folder)!r}, where another run is at work"
            raise ConfigError("out", found, "a folder of its own, or that run to end") from None
        yield
