"""Small files that claim to be large. Truth: what they were made to claim, and the resident memory of a process that
opens them; deflate's own bound, 1032 times (Gailly & Adler, zlib technical details)."""

from __future__ import annotations

import gzip
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
from format_files import Stream, write_mat73, xdf_bytes
from unguard import io
from unguard.errors import FormatError
from unguard.io import unpacked

_GB = 10**9


def _zeros(size: int, wbits: int = 15) -> bytes:
    """Return zeros, packed: one megabyte that ends at a byte, as often as it takes; without the end of the stream."""
    pack = zlib.compressobj(9, zlib.DEFLATED, wbits)
    first = pack.compress(bytes(1 << 20)) + pack.flush(zlib.Z_FULL_FLUSH)
    again = pack.compress(bytes(1 << 20)) + pack.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size >> 20)


def _head() -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"


def _matrix(rows: int) -> bytes:
    """Return the head of a matrix of doubles, called emg."""
    body = struct.pack("<IIII", 6, 8, 6, 0) + struct.pack("<IIii", 5, 8, rows, 1) + struct.pack("<HH4s", 1, 3, b"emg")
    body += struct.pack("<II", 9, 8 * rows)
    return struct.pack("<II", 14, len(body) + 8 * rows) + body


def _mat(path: Path) -> None:
    packed = zlib.compressobj(9)
    start = packed.compress(_matrix(480_000_000)) + packed.flush(zlib.Z_FULL_FLUSH)
    element = start + _zeros(4 * _GB, -15)
    path.write_bytes(_head() + struct.pack("<II", 15, len(element)) + element)


def _many_mat(path: Path) -> None:
    # No variable is large by itself.
    packed = zlib.compressobj(9)
    element = packed.compress(_matrix(20_000_000)) + packed.compress(bytes(160_000_000)) + packed.flush()
    path.write_bytes(_head() + (struct.pack("<II", 15, len(element)) + element) * 20)


def _false_mat(path: Path) -> None:
    # It says 800 bytes, and goes on.
    packed = zlib.compressobj(9)
    start = packed.compress(_matrix(100)) + packed.flush(zlib.Z_FULL_FLUSH)
    element = start + _zeros(4 * _GB, -15)
    path.write_bytes(_head() + struct.pack("<II", 15, len(element)) + element)


def _cells_mat(path: Path) -> None:
    # Eight bytes for each empty member, which SciPy would make an array of.
    count = 20_000_000
    body = struct.pack("<IIII", 6, 8, 1, 0) + struct.pack("<IIii", 5, 8, count, 1) + struct.pack("<HH4s", 1, 1, b"c")
    member = struct.pack("<II", 14, 0)
    pack = zlib.compressobj(9)
    element = pack.compress(struct.pack("<II", 14, len(body) + 8 * count) + body) + pack.compress(member * count)
    element += pack.flush()
    path.write_bytes(_head() + struct.pack("<II", 15, len(element)) + element)


def _mat73(path: Path) -> None:
    # As many chunks as the file states, each of the same packed zeros.
    write_mat73(path, {"fs": 1000.0})
    chunk = zlib.compress(bytes(1 << 20), 9)
    with h5py.File(path, "r+") as file:
        space = h5py.h5s.create_simple((4000 << 17, 1))
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((1 << 17, 1))
        made.set_deflate(9)
        item = h5py.h5d.create(file.id, b"emg", h5py.h5t.NATIVE_DOUBLE, space, made)
        for i in range(4000):
            item.write_direct_chunk((i << 17, 0), chunk)


def _chunk_mat73(path: Path) -> None:
    # Ten numbers, in a chunk of four gigabytes.
    with h5py.File(path, "w") as file:
        file.create_dataset("emg", (10, 1), "f8", maxshape=(None, 1), chunks=(1 << 28, 1), compression="gzip")
    path.write_bytes(path.read_bytes() + bytes(1 << 20))


def _text_mat73(path: Path) -> None:
    with h5py.File(path, "w") as file:
        text = file.create_dataset("note", (12 << 20, 1), "u2", chunks=(1 << 20, 1), compression="gzip")
        text.attrs["MATLAB_class"] = np.bytes_("char")
        for i in range(12):
            text[i << 20 : (i + 1) << 20] = 65


def _repeated_text_mat73(path: Path) -> None:
    # One text of four megabytes, of which a cell has a thousand.
    with h5py.File(path, "w") as file:
        text = file.create_dataset("#refs#/a", data=np.full((1 << 21, 1), 65, np.uint16), compression="gzip")
        text.attrs["MATLAB_class"] = np.bytes_("char")
        cell = file.create_dataset("names", data=np.array([[text.ref] * 1000], dtype=h5py.ref_dtype))
        cell.attrs["MATLAB_class"] = np.bytes_("cell")


def _opensignals(path: Path) -> None:
    with h5py.File(path, "w") as file:
        group = file.create_group("00:07")
        group.attrs.update({"sampling rate": 1000, "resolution": [16], "channels": [1], "device": "biosignalsplux"})
        made = group.create_dataset("raw/channel_1", (1 << 31, 1), "u2", chunks=(1 << 20, 1), compression="gzip")
        made.attrs["sensor"] = "EMG"
    path.write_bytes(path.read_bytes() + bytes(3 << 20))


def _xdfz(path: Path) -> None:
    raw = gzip.compress(b"")[:10]
    path.write_bytes(raw + _zeros(2 * _GB, -15))


_BOMBS = {
    "a.mat": (_mat, "the unpacked size is 3840000048 bytes or more, packed into"),
    "many.mat": (_many_mat, "the unpacked size is 320000096 bytes or more, packed into"),
    "false.mat": (_false_mat, "packed with more bytes than it states"),
    "cells.mat": (_cells_mat, "of 20000000 members of cells and structs or more: expected at most 524288"),
    "a73.mat": (_mat73, "the unpacked size is 4194304000 bytes or more, packed into"),
    "chunk73.mat": (_chunk_mat73, "the unpacked size is 2147483648 bytes or more, packed into"),
    "text73.mat": (_text_mat73, "the text is of 25165824 bytes or more: expected at most 16777216 bytes"),
    "repeated73.mat": (_repeated_text_mat73, "the text is of 20971520 bytes or more: expected at most 16777216 bytes"),
    "a.h5": (_opensignals, "the unpacked size is 4294967296 bytes or more, packed into"),
    "a.xdfz": (_xdfz, "bytes or more, packed into"),
}

_FROM_OUTSIDE = """
import sys, scipy.io
from unguard import extras, io
from unguard.memory import peak_MiB
from unguard.io import unpacked
unpacked.limit_bytes = lambda: 1 << 30  # as on a small machine
extras.module("pyxdf", "pyxdf", "formats")
before = peak_MiB()
try:
    io.read(sys.argv[1], unit="uV", fs=1000)
except io.reading.FormatError as refusal:
    print(refusal)
print(round((peak_MiB() - before) * 2**20))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="resident memory is told in kilobytes on Linux alone")
@pytest.mark.parametrize("name", _BOMBS)
def test_a_small_file_that_becomes_gigabytes_is_refused_before_it_does(tmp_path: Path, name: str) -> None:
    write, words = _BOMBS[name]
    path = tmp_path / name
    write(path)
    assert path.stat().st_size < 16_000_000
    done = subprocess.run(
        [sys.executable, "-c", _FROM_OUTSIDE, str(path)], check=True, capture_output=True, text=True, timeout=60
    )
    said, needed = done.stdout.splitlines()
    assert said.startswith(str(path)) and words in said and ": expected " in said
    # What any machine holds, and no more than that again for the parts of it that were unpacked.
    assert int(needed) < 2 * unpacked.ALWAYS_ALLOWED


def test_what_may_be_unpacked_follows_the_size_of_the_file_and_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    monkeypatch.setattr(unpacked, "limit_bytes", lambda: 4_000_000_000)
    for size, most in ((1000, 1_032_000), (500_000, 516_000_000), (10_000_000, 1_000_000_000)):
        with path.open("wb") as file:
            file.truncate(size)
        assert unpacked.most_unpacked(path) == most
        unpacked.check_unpacked(path, most)
        with pytest.raises(
            FormatError, match=rf"is {most + 1} bytes or more, packed into {size}: expected at most {most}"
        ):
            unpacked.check_unpacked(path, most + 1)
    monkeypatch.setattr(unpacked, "limit_bytes", lambda: 5_000)
    assert unpacked.most_unpacked(path) == unpacked.ALWAYS_ALLOWED


def test_deflate_packs_no_tighter_than_the_bound() -> None:
    assert len(zlib.compress(bytes(50_000_000), 9)) * unpacked.TIGHTEST >= 50_000_000


def test_a_recording_of_zeros_is_read(tmp_path: Path) -> None:
    # As tight as it gets, and still a recording: nothing was connected.
    x: dict[str, Any] = {"emg": np.zeros((200_000, 8)), "fs": 1000.0, "unit": "uV"}
    scipy.io.savemat(tmp_path / "a.mat", x, do_compression=True)
    write_mat73(tmp_path / "b.mat", x)
    stream = Stream(values=np.zeros((20_000, 8), np.float32), stamps=9 + np.arange(20_000) / 1000, chunk=500)
    (tmp_path / "c.xdfz").write_bytes(gzip.compress(xdf_bytes([stream]), 9))
    for name in ("a.mat", "b.mat"):
        assert io.read(tmp_path / name).data.shape == (200_000, 8)
    assert io.read(tmp_path / "c.xdfz", unit="uV").data.shape == (20_000, 8)


def test_a_packed_file_of_several_members_is_read_whole(tmp_path: Path) -> None:
    stream = Stream(values=np.ones((3000, 1), np.float32), stamps=9 + np.arange(3000) / 1000)
    raw = xdf_bytes([stream])
    path = tmp_path / "a.xdfz"
    for between in (b"", bytes(512)):
        path.write_bytes(gzip.compress(raw[:20_000]) + between + gzip.compress(raw[20_000:]) + between)
        recording = io.read(path, unit="uV")
        assert recording.samples == 3000 and recording.repairs == []
    path.write_bytes(gzip.compress(raw) + b"more of it")
    recording = io.read(path, unit="uV")
    assert recording.samples == 3000
    assert recording.repairs == ["behind the packed file are 10 bytes of something else: they are left out"]
