"""Files that are written whole or not at all: whoever looks, also after a crash, finds the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What files on their way are called: hidden, so that nobody takes one for a result.
PART = ".part"


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Hand out a file beside `path` to write to; at the end of the block it takes the place of `path`, at once.

    What is in it is on the disk before. It may be read by whom `path` could be; a new one by whom new files may, or by
    its owner alone if it is `private`. Of a block that fails nothing is left. Raises OSError, as writing does.
    """
    part = name_beside(path)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666))
    try:
        yield part
        settle(part, path)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a text, in UTF-8 and with the line ends that it has, or bytes. Raises OSError."""
    with whole_file(path, private=private) as part:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def name_beside(path: Path) -> Path:
    """Return the name of a file on its way to `path`, which no other has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")


def parts_of(path: Path) -> list[Path]:
    """Return the files that are on their way to `path`, and those that a killed process left there."""
    named = f".{path.name}."
    try:
        return sorted(one for one in path.parent.iterdir() if one.name.startswith(named) and one.suffix == PART)
    except OSError:
        return []


def settle(part: Path, path: Path) -> None:
    """Have a file on its way on the disk, and readable by whom `path` is where there is one."""
    with part.open("r+b") as written:  # on Windows what is put to the disk has to be open for writing
        os.fsync(written.fileno())
    if path.exists():
        shutil.copymode(path, part)
        if path.is_symlink():  # what it leads to may be locked, as in an annex; the file in its place is not
            part.chmod(part.stat().st_mode | stat.S_IWUSR)
