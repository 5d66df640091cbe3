"""Files that are there as a whole or not at all, whatever kills the process that writes them."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from unguard.extras import module

#: How the names of files begin that are not finished.
_UNFINISHED = ".unguard-unfinished-"
#: Nobody works on a file for so long.
_ABANDONED_S = 24 * 3600.0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


#: Whoever may read other files may read these: a temporary file is its owner's alone. Asked once, for threads share it.
_MODE = 0o666 & ~_umask()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file: into a temporary one in the same folder, to the disk, then in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _MODE)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_parquet(path: Path, table: Any) -> None:
    """Write a table of Arrow; the same table gives the same bytes."""
    arrow = module("pyarrow", "pyarrow", "datasets")
    parquet = module("pyarrow.parquet", "pyarrow", "datasets")
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())


def clear_abandoned(folder: Path) -> None:
    """Remove what killed runs left behind; files that another run may be writing stay."""
    for path in folder.rglob(f"{_UNFINISHED}*"):
        try:
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
        except OSError:
            continue
