"""How large a packed file may become: asked before it is unpacked, so that a small file cannot fill the memory."""

from __future__ import annotations

from pathlib import Path

from unguard.errors import FormatError
from unguard.memory import limit_bytes

#: Deflate, by which all of them are packed, cannot pack tighter: a file that claims more does not hold it.
TIGHTEST = 1032
#: What any machine holds: a file may become as large, however little memory there is.
ALWAYS_ALLOWED = 1 << 28
#: Of the memory that this process may have: what is unpacked is there two or three times while it is read.
SHARE = 4
#: The memory where the system does not tell: a terabyte.
_UNKNOWN = 1 << 40


def most_unpacked(path: Path) -> int:
    """Return how many bytes a packed file may become: never more than a quarter of the memory there is."""
    return min(TIGHTEST * path.stat().st_size, max(ALWAYS_ALLOWED, (limit_bytes() or _UNKNOWN) // SHARE))


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
