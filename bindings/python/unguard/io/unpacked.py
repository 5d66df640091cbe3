"""How large a packed file may become: asked before it is unpacked, so that a small file cannot fill the memory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from unguard.errors import FormatError

#: Deflate, by which all of them are packed, cannot pack tighter: a file that claims more does not hold it.
TIGHTEST = 1032
#: What any machine holds: a file may become as large, however little memory there is.
ALWAYS_ALLOWED = 1 << 28
#: Of the memory that this process may have: what is unpacked is there two or three times while it is read.
SHARE = 4
#: Where Linux says to which group of processes this one belongs, and what the group may have.
_OWN_GROUP, _GROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


def most_unpacked(path: Path) -> int:
    """Return how many bytes a packed file may become: never more than a quarter of the memory there is."""
    return min(TIGHTEST * path.stat().st_size, max(ALWAYS_ALLOWED, _memory() // SHARE))


def check_unpacked(path: Path, size: int, *, where: str = "") -> None:
    """Raise FormatError, naming both sizes, where a packed file claims to become larger than it may.

    Parameters
    ----------
    size: bytes that are claimed, or were found so far. where: in the file.
    """
    most = most_unpacked(path)
    if size > most:
        found = f"{size} bytes or more, packed into {path.stat().st_size}"
        raise FormatError(path, "the unpacked size", found, f"at most {most} bytes", where=where)


def _memory() -> int:
    """Return the bytes of memory that this process may have; a terabyte where the system does not tell."""
    return min(_limits(), default=1 << 40)


def _limits() -> Iterator[int]:
    with contextlib.suppress(AttributeError, ValueError, OSError):  # not of this system
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if sys.platform != "win32":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            yield soft
    # Of containers and of queues of jobs: what the group may have, and every group that it is in.
    try:
        own = _OWN_GROUP.read_text().splitlines()
    except OSError:
        return
    for line in own:
        group = _GROUPS / line.rpartition(":")[2].lstrip("/")
        for one in (group, *group.parents):
            if one == _GROUPS.parent:
                break
            try:
                yield int((one / "memory.max").read_text())
            except (OSError, ValueError):  # none of its own, or "max"
                continue
