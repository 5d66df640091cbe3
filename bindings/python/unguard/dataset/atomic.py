"""Files of a run that are there as a whole or not at all, whatever kills the process that writes them."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from unguard.extras import module
from unguard.whole_file import PART, write_whole

#: On their way: files of a recording, tables, columns, report and description.
_OURS = re.compile(
    r"\.(sub-.*\.(parquet|json)|(group|events|recordings)\.parquet|columns\.json|report\.html|dataset_description\.json)"
    rf"\.[0-9a-f]{{8}}{re.escape(PART)}"
)
#: Nobody works on a file for so long.
_ABANDONED_S = 24 * 3600.0


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, its folder too where there is none: to the disk, then in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def write_parquet(path: Path, table: Any) -> None:
    """Write a table of Arrow; the same table gives the same bytes."""
    arrow = module("pyarrow", "pyarrow", "datasets")
    parquet = module("pyarrow.parquet", "pyarrow", "datasets")
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())


def clear_abandoned(folder: Path) -> None:
    """Remove what killed runs left behind; files of others, and those that another run may be writing, stay."""
    for path in folder.rglob(f".*{PART}"):
        try:
            if _OURS.fullmatch(path.name) and time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
        except OSError:
            continue
