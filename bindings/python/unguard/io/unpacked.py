"""How large a packed file may become: asked before it is unpacked, so that a small file cannot fill the memory."""

from __future__ import annotations

import os
from pathlib import Path

from unguard.errors import FormatError

#: Deflate, by which all of them are packed, cannot pack tighter: a file that claims more does not hold it.
TIGHTEST = 1032
#: What any machine holds: a file may become as large, whatever it is packed to.
ALWAYS_ALLOWED = 1 << 28
#: A larger one may be packed as many times: sampled noise packs twice to five times, and of 64 channels one is in use.
MOST_PACKED = 100


def most_unpacked(path: Path) -> int:
    """Return how many bytes a packed file may become: never more than there is memory in this machine."""
    packed = path.stat().st_size
    return min(TIGHTEST * packed, max(ALWAYS_ALLOWED, MOST_PACKED * packed), _memory())


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
    """Return the bytes of memory in this machine; a terabyte where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not of this system
        return 1 << 40
