"""The chunks of an XDF file, walked before pyxdf reads them: what is whole, what was cut off, what cannot be.

pyxdf allocates what a chunk claims to hold and goes on after damage; here a claim is held against the bytes that are
there. XDF 1.0 specification, https://github.com/sccn/xdf/wiki/Specifications.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import numpy as np

from unguard.errors import FormatError
from unguard.io.unpacked import check_unpacked, most_unpacked

_SAMPLES, _CLOCK, _HEADER, _FOOTER = 3, 4, 2, 6
_OF_A_STREAM = (_HEADER, _SAMPLES, _CLOCK, _FOOTER)
_VALUE_BYTES = {"double64": 8, "float32": 4, "int32": 4, "int16": 2, "int8": 1, "int64": 8, "string": 2}
_MOST_CHANNELS = 1 << 16
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20


class Damaged(Exception):
    """A chunk cannot be: (what, found, expected, at which byte)."""


@dataclass
class Layout:
    """What the walk found.

    Attributes
    ----------
    end: bytes up to which all chunks are whole.
    size: bytes there are.
    chunk_ends: for every chunk of samples where it ends, in order.
    samples: of every stream by its number, as the chunks state them.
    clock_offsets: measurements of the difference of clocks, by stream.
    """

    end: int = 4
    size: int = 0
    chunk_ends: list[int] = field(default_factory=list)
    samples: dict[int, int] = field(default_factory=dict)
    clock_offsets: dict[int, list[float]] = field(default_factory=dict)


class Prefix(io.RawIOBase):
    """The first bytes of a file as a file."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file, self._end, self._at = file, end, 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be gone through at will."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a byte."""
        self._at = max(0, offset + (0, self._at, self._end)[whence])
        return self._at

    def readinto(self, buffer: object) -> int:
        """Fill a buffer, as far as there are bytes."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        self._file.seek(self._at)
        found = self._file.read(max(0, min(len(view), self._end - self._at)))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)


def opened(path: Path, repairs: list[str]) -> BinaryIO:
    """Return an XDF file, packed or not, as a file of its chunks; that a packed one was cut off goes to `repairs`.

    Raises FormatError where a packed one becomes larger than it may, as soon as it does.
    """
    file = path.open("rb")
    packed = file.read(2) == _GZIP
    file.seek(0)
    if not packed:
        return file
    with file:
        return _unpacked(path, file, repairs)


def _unpacked(path: Path, file: BinaryIO, repairs: list[str]) -> BinaryIO:
    """Unpack a file of gzip, whose members, where it has several, follow each other."""
    whole, most = io.BytesIO(), most_unpacked(path)
    unpack, packed = zlib.decompressobj(wbits=31), b""
    while packed := packed or file.read(_PIECE):
        if unpack.eof:
            packed = packed.lstrip(b"\0")
            if not packed:
                continue
            if not _GZIP.startswith(packed[:2]):
                left = len(packed) + len(file.read())
                repairs.append(f"behind the packed file are {left} bytes of something else: they are left out")
                break
            unpack = zlib.decompressobj(wbits=31)
        whole.write(unpack.decompress(packed, _PIECE))
        if whole.tell() > most:
            check_unpacked(path, whole.tell())
        packed = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    if not unpack.eof:
        repairs.append("the packed file was cut off: what could be unpacked is read")
    whole.seek(0)
    return whole


def walk(path: Path, file: BinaryIO) -> Layout:
    """Go through all chunks; raise FormatError for one that cannot be, and stop where the last one was cut off."""
    layout = Layout(size=file.seek(0, 2))
    file.seek(0)
    if file.read(4) != b"XDF:":
        raise FormatError(path, "the signature", "another", "'XDF:'", where="byte 0")
    sizes: dict[int, tuple[str, int]] = {}
    while True:
        start = file.tell()
        try:
            chunk = _chunk(file, layout.size)
            if chunk is None:
                layout.end = start
                return layout
            tag, stream, end = chunk
            if tag == _HEADER:
                sizes[stream] = _stream_header(file.read(end - file.tell()), layout.size)
                layout.samples.setdefault(stream, 0)
            elif tag in (_SAMPLES, _CLOCK) and stream not in sizes:
                raise Damaged("the stream", f"{stream}, of which nothing was said", "a stream with a header before")
            elif tag == _SAMPLES:
                layout.samples[stream] += _samples(file, end, *sizes[stream])
                layout.chunk_ends.append(end)
            elif tag == _CLOCK:
                _, offset = struct.unpack("<dd", file.read(16))
                layout.clock_offsets.setdefault(stream, []).append(offset)
        except (Damaged, struct.error, ElementTree.ParseError, ValueError) as cause:
            what, found, expected = (
                cause.args if isinstance(cause, Damaged) else ("a chunk", f"damaged ({cause})", "a sound one")
            )
            raise FormatError(path, what, found, expected, where=f"byte {start}") from cause
        file.seek(end)


def _chunk(file: BinaryIO, size: int) -> tuple[int, int, int] | None:
    """Return (tag, stream or -1, where it ends) of the chunk that begins here; None at the end or where it is cut."""
    if not file.read(1):
        return None
    file.seek(-1, 1)
    length = _length(file)
    if length is None:
        return None
    end = file.tell() + length
    if length < 2:
        raise Damaged("the length of a chunk", length, "at least 2 bytes")
    if end > size:
        return None
    (tag,) = struct.unpack("<H", file.read(2))
    least = {_CLOCK: 22, _SAMPLES: 8}.get(tag, 6 if tag in _OF_A_STREAM else 2)
    if not 1 <= tag <= 6 or length < least or (tag == _CLOCK and length != least):
        raise Damaged("a chunk", f"of tag {tag} and {length} bytes", "a tag from 1 to 6 with the length of its kind")
    stream = struct.unpack("<I", file.read(4))[0] if tag in _OF_A_STREAM else -1
    return tag, stream, end


def _length(file: BinaryIO) -> int | None:
    """Return a number of variable length; None where the file ends within it."""
    width = file.read(1)
    if width not in (b"\x01", b"\x04", b"\x08"):
        raise Damaged("a length", f"of {width[0] if width else 0} bytes", "1, 4 or 8 bytes")
    raw = file.read(width[0])
    return int.from_bytes(raw, "little") if len(raw) == width[0] else None


def _stream_header(raw: bytes, size: int) -> tuple[str, int]:
    """Return the format of the values and the number of channels."""
    tree = ElementTree.fromstring(raw.decode("utf-8", "replace"))
    form = tree.findtext("channel_format") or ""
    count = int(tree.findtext("channel_count") or "")
    if form not in _VALUE_BYTES:
        raise Damaged("the channel_format", repr(form), f"one of {', '.join(_VALUE_BYTES)}")
    if not 0 < count <= min(_MOST_CHANNELS, size):
        raise Damaged("the channel_count", count, f"1 to {_MOST_CHANNELS}")
    rate = float(tree.findtext("nominal_srate") or "")
    if not (np.isfinite(rate) and rate >= 0):
        raise Damaged("the nominal_srate", rate, "hertz, or 0 for an irregular stream")
    return form, count


def _samples(file: BinaryIO, end: int, form: str, channels: int) -> int:
    count = _length(file)
    left = end - file.tell()
    # One byte says whether a stamp of eight follows; a text needs two bytes at least.
    least = 1 + channels * _VALUE_BYTES[form]
    most = None if form == "string" else 9 + channels * _VALUE_BYTES[form]
    if count is None or count * least > left or (most is not None and count * most < left):
        raise Damaged("a chunk of samples", f"{left} bytes long for {count} samples", f"{least} bytes or more each")
    if form == "string":
        _texts(file, end, count, channels)
    return count


def _texts(file: BinaryIO, end: int, count: int, channels: int) -> None:
    """Go through samples of text, whose lengths are their own."""
    for _ in range(count):
        file.seek(0 if file.read(1) == b"\0" else 8, 1)
        for _ in range(channels):
            length = _length(file)
            if length is None or length > end - file.tell():
                raise Damaged("the length of a text", length, "what its chunk holds")
            file.seek(length, 1)
