"""The variables of a MAT file of level 5 (v5, v6, v7), unpacked and walked before SciPy reads them: every count against
the bytes.

SciPy makes room for as many cells and struct elements as dimensions claim. "MAT-File Format", MathWorks, chapter 1
(level 5): https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from unguard.errors import FormatError
from unguard.io.unpacked import check_unpacked

_MATRIX, _COMPRESSED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_SMALLEST, _LARGEST_CLASS = 1, 17
_MOST_DIMENSIONS = 32
_DEEPEST = 64
_PIECE = 1 << 20
#: A member of a cell or struct becomes an object, of many times the eight bytes that it takes: 30,000 events of EEGLAB.
MOST_MEMBERS = 1 << 19
#: Bytes of text; labels and comments have less.
MOST_TEXT = 1 << 24


class _Wrong(Exception):
    """What is damaged."""


class _Large(Exception):
    """What is more than is read: how much, and what it may be."""


def sound_variables(path: Path) -> Iterator[io.BytesIO]:
    """Go through a file of level 5, and give each variable unpacked, as a file of its own.

    Raises FormatError for an element that is not within the file or within another, and, before it is unpacked, for one
    that would become larger than it may.
    """
    with path.open("rb") as file:
        head = file.read(128)
        if len(head) < 128 or head[126:128] not in (b"IM", b"MI"):
            found = repr(head[126:128]) if len(head) == 128 else f"{len(head)} bytes long"
            expected = "'IM' or 'MI' at byte 126: a MAT file of level 5"
            raise FormatError(path, "the header", found, expected, where="byte 0")
        walk = _Walk("<" if head[126:128] == b"IM" else ">")
        size, unpacked = path.stat().st_size, 0
        while (at := file.tell()) < size:
            tag = file.read(8)
            where = f"byte {at}"
            kind, length = struct.unpack(walk.order + "II", tag) if len(tag) == 8 else (0, 0)
            if kind not in (_MATRIX, _COMPRESSED) or length > size - at - 8:
                found = f"of type {kind} and {length} bytes, with {max(0, size - at - 8)} left"
                raise FormatError(path, "a variable", found, "a whole matrix: the file may be cut off", where=where)
            end, packed = at + 8 + length, None
            try:
                if kind == _COMPRESSED:
                    packed = _Packed(file, length)
                    tag = _exactly(packed.read, 8)
                    kind, length = struct.unpack(walk.order + "II", tag)
                    if kind != _MATRIX:
                        raise _Wrong(f"packed, of type {kind} and {length} bytes")
                    unpacked += length
                    check_unpacked(path, unpacked, where=where)
                variable = io.BytesIO()
                variable.write(head + tag)
                _copy(file.read if packed is None else packed.read, length, variable)
                if packed is not None:
                    packed.close()
                walk.matrix(variable.getbuffer()[len(head) + 8 :], 0)
            except _Large as cause:
                raise FormatError(path, "a variable", *cause.args, where=where) from None
            except (_Wrong, struct.error, zlib.error) as cause:
                raise FormatError(path, "a variable", f"damaged ({cause})", "a sound matrix", where=where) from cause
            variable.seek(0)
            yield variable
            file.seek(end)


class _Packed:
    """What an element unpacks to, piece by piece."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length
        self._unpack = zlib.decompressobj()

    def read(self, most: int) -> bytes:
        """Return some bytes, `most` at most; none at the end."""
        while not self._unpack.eof:
            packed = self._unpack.unconsumed_tail
            if not packed and self._left:
                packed = self._file.read(min(self._left, _PIECE))
                self._left -= len(packed)
            piece = self._unpack.decompress(packed, most)
            if piece:
                return piece
            if not packed:
                raise _Wrong("cut off within what is packed")
        return b""

    def close(self) -> None:
        """Go on to the end, where the checksum is: behind a matrix there may be padding, and no more."""
        behind = 0
        while piece := self.read(_PIECE):
            behind += len(piece)
            if behind > _PIECE:
                raise _Wrong("packed with more bytes than it states")


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    whole = io.BytesIO()
    _copy(read, count, whole)
    return whole.getvalue()


def _copy(read: Callable[[int], bytes], count: int, to: io.BytesIO) -> None:
    while count:
        piece = read(min(count, _PIECE))
        if not piece:
            raise _Wrong(f"{count} bytes short")
        to.write(piece)
        count -= len(piece)


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


class _Walk:
    """A way through matrices within matrices, which counts what SciPy would make objects of."""

    def __init__(self, order: str) -> None:
        self.order = order
        self._members = self._text = 0

    def matrix(self, body: memoryview, depth: int) -> None:
        """Go through one matrix and all within it; raise _Wrong for what cannot be."""
        order = self.order
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
            if kind == _CHAR:
                self._text += len(body)
                if self._text > MOST_TEXT:
                    raise _Large(f"of {self._text} bytes of text or more", f"at most {MOST_TEXT}")
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
        self._members += members
        if self._members > MOST_MEMBERS:
            raise _Large(f"of {self._members} members of cells and structs or more", f"at most {MOST_MEMBERS}")
        for _ in range(members):
            start, end, at = _element(body, at, order)
            self.matrix(body[start:end], depth + 1)
