"""What an HDF5 file holds of an array, before h5py reads it.

What is not stored would be read as zeros, what is kept elsewhere from another file, and a corrupt shape would ask for
any amount of memory.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from unguard.errors import FormatError
from unguard.io.unpacked import check_unpacked


def check_storage(path: Path, dataset: Any, what: str = "the array") -> int:
    """Return the bytes that an array takes in memory; raise FormatError for one that the file does not hold."""
    where = str(dataset.name)
    needed = int(dataset.size) * int(dataset.dtype.itemsize)
    if dataset.is_virtual or dataset.external:
        raise FormatError(path, what, "kept in another file", "an array of this file", where=where)
    stored = int(dataset.id.get_storage_size())
    if dataset.compression is None and stored < needed:
        raise FormatError(path, what, f"{stored} bytes of {needed}", "all its numbers stored", where=where)
    # A chunk is unpacked as a whole, and may be larger than its array.
    chunk = math.prod(dataset.chunks or ()) * int(dataset.dtype.itemsize)
    check_unpacked(path, max(needed, chunk), where=where)
    return needed
