"""The elements of a MAT file of level 5 (v5, v6, v7), walked before SciPy reads them: every count against the bytes.

SciPy makes room for as many cells and struct elements as dimensions claim. "MAT-File Format", MathWorks, chapter 1
(level 5): https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

from unguard.errors import FormatError

_MATRIX, _COMPRESSED = 14, 15
_CELL, _STRUCT, _OBJECT = 1, 2, 3
_SMALLEST, _LARGEST_CLASS = 1, 17
_MOST_DIMENSIONS = 32
_DEEPEST = 64


class _Wrong(Exception):
    pass


def check_layout(path: Path) -> None:
    """Go through a file of level 5; raise FormatError for an element that is not within the file or within another."""
    with path.open("rb") as file:
        head = file.read(128)
        if len(head) < 128 or head[126:128] not in (b"IM", b"MI"):
            found = repr(head[126:128]) if len(head) == 128 else f"{len(head)} bytes long"
            expected = "'IM' or 'MI' at byte 126: a MAT file of level 5"
            raise FormatError(path, "the header", found, expected, where="byte 0")
        order = "<" if head[126:128] == b"IM" else ">"
        size = path.stat().st_size
        while (at := file.tell()) < size:
            tag = file.read(8)
            where = f"byte {at}"
            kind, length = struct.unpack(order + "II", tag) if len(tag) == 8 else (0, 0)
            if kind not in (_MATRIX, _COMPRESSED) or length > size - at - 8:
                found = f"of type {kind} and {length} bytes, with {max(0, size - at - 8)} left"
                raise FormatError(path, "a variable", found, "a whole matrix: the file may be cut off", where=where)
            body = file.read(length)
            try:
                if kind == _COMPRESSED:
                    inner = zlib.decompress(body)
                    kind, length = struct.unpack_from(order + "II", inner)
                    if kind != _MATRIX or length > len(inner) - 8:
                        raise _Wrong(f"packed, of type {kind} and {length} bytes in {len(inner) - 8}")
                    body = inner[8 : 8 + length]
                _matrix(memoryview(body), order, 0)
            except (_Wrong, struct.error, zlib.error) as cause:
                raise FormatError(path, "a variable", f"damaged ({cause})", "a sound matrix", where=where) from cause


def _element(body: memoryview, at: int, order: str) -> tuple[int, int, int]:
    """Return (start, end, where the next begins) of the data of the element at a place."""
    (word,) = struct.unpack_from(order + "I", body, at)
    if word >> 16:  # the short form: four bytes of data beside the type
        start, length = at + 4, word >> 16
        after = at + 8
        if length > 4:
            raise _Wrong(f"a short element of {length} bytes")
    else:
        (length,) = struct.unpack_from(order + "I", body, at + 4)
        start = at + 8
        after = start + (length + 7) // 8 * 8
    if start + length > len(body):
        raise _Wrong(f"an element of {length} bytes with {len(body) - start} left")
    return start, start + length, min(after, len(body))


def _matrix(body: memoryview, order: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise _Wrong("nested too deeply")
    if not len(body):
        return  # an empty matrix within a cell
    start, end, at = _element(body, 0, order)
    if end - start != 8:
        raise _Wrong("without flags")
    kind = struct.unpack_from(order + "I", body, start)[0] & 0xFF
    if not _SMALLEST <= kind <= _LARGEST_CLASS:
        raise _Wrong(f"of class {kind}")
    if kind == _LARGEST_CLASS:
        return  # an object of MATLAB's own: nothing in it is read
    start, end, at = _element(body, at, order)
    count = (end - start) // 4
    if not 2 <= count <= _MOST_DIMENSIONS:
        raise _Wrong(f"of {count} dimensions")
    sizes = struct.unpack_from(f"{order}{count}i", body, start)
    if min(sizes) < 0:
        raise _Wrong(f"of size {' x '.join(map(str, sizes))}")
    _, _, at = _element(body, at, order)
    if kind not in (_CELL, _STRUCT, _OBJECT):
        while at < len(body):
            _, _, at = _element(body, at, order)
        return
    fields = 1
    if kind == _OBJECT:
        _, _, at = _element(body, at, order)
    if kind != _CELL:
        start, end, at = _element(body, at, order)
        (width,) = struct.unpack_from(order + "i", body, start)
        if end - start != 4 or width < 1:
            raise _Wrong(f"with names of {width} characters")
        start, end, at = _element(body, at, order)
        fields = (end - start) // width
    members = math.prod(sizes) * fields
    if members * 8 > len(body) - at:
        raise _Wrong(f"of {members} members in {len(body) - at} bytes")
    for _ in range(members):
        start, end, at = _element(body, at, order)
        _matrix(body[start:end], order, depth + 1)
