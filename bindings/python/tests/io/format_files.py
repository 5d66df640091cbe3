"""Small files of the formats that laboratories use, for several tests.

XDF and MATLAB v7.3 are written here, byte by byte and attribute by attribute as their specifications say; the others by
the libraries of their formats.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from unguard.extras import quiet


@dataclass
class Stream:
    """A stream of an XDF file: what its header says, its samples with their stamps, and measured clock offsets."""

    name: str = "amp"
    kind: str = "EMG"
    fs: float = 1000.0
    form: str = "float32"
    values: Any = None
    stamps: Any = None
    described: Sequence[dict[str, str]] = ()
    offsets: Sequence[tuple[float, float]] = ()
    chunk: int = 50


_CODES = {"float32": "<f4", "double64": "<f8", "int16": "<i2", "int32": "<i4"}


def _length(number: int) -> bytes:
    return b"\x01" + bytes([number]) if number < 256 else b"\x04" + struct.pack("<I", number)


def chunk(tag: int, body: bytes) -> bytes:
    """Return one chunk of an XDF file."""
    return _length(len(body) + 2) + struct.pack("<H", tag) + body


def _header(stream: Stream) -> str:
    count = len(stream.values[0]) if stream.form == "string" else np.asarray(stream.values).shape[1]
    channels = "".join(
        "<channel>" + "".join(f"<{key}>{text}</{key}>" for key, text in one.items()) + "</channel>"
        for one in stream.described
    )
    desc = f"<desc><channels>{channels}</channels></desc>" if channels else "<desc/>"
    return (
        f'<?xml version="1.0"?><info><name>{stream.name}</name><type>{stream.kind}</type>'
        f"<channel_count>{count}</channel_count><nominal_srate>{stream.fs}</nominal_srate>"
        f"<channel_format>{stream.form}</channel_format>{desc}</info>"
    )


def xdf_bytes(streams: Sequence[Stream]) -> bytes:
    """Return an XDF 1.0 file of these streams."""
    out = b"XDF:" + chunk(1, b'<?xml version="1.0"?><info><version>1.0</version></info>')
    for number, stream in enumerate(streams, start=1):
        out += chunk(2, struct.pack("<I", number) + _header(stream).encode())
    for number, stream in enumerate(streams, start=1):
        for start in range(0, len(stream.values), stream.chunk):
            body = b""
            rows = stream.values[start : start + stream.chunk]
            for row, stamp in zip(rows, stream.stamps[start : start + stream.chunk], strict=True):
                body += b"\x08" + struct.pack("<d", stamp)
                if stream.form == "string":
                    body += b"".join(_length(len(text.encode())) + text.encode() for text in row)
                else:
                    body += np.asarray(row, dtype=_CODES[stream.form]).tobytes()
            out += chunk(3, struct.pack("<I", number) + _length(len(rows)) + body)
        for at, offset in stream.offsets:
            out += chunk(4, struct.pack("<Idd", number, at, offset))
    for number, stream in enumerate(streams, start=1):
        out += chunk(
            6, struct.pack("<I", number) + f"<info><sample_count>{len(stream.values)}</sample_count></info>".encode()
        )
    return out


def write_mat73(path: Path, variables: dict[str, Any]) -> None:
    """Write a MAT file of v7.3: HDF5 behind 512 bytes, columns first, classes as attributes, texts as codes."""
    with h5py.File(path, "w", userblock_size=512) as file:
        _group73(file, file, variables)
    raw = bytearray(path.read_bytes())
    raw[:128] = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM"
    path.write_bytes(raw)


def _group73(file: Any, group: Any, variables: dict[str, Any]) -> None:
    for name, value in variables.items():
        if isinstance(value, dict):
            inner = group.create_group(name)
            inner.attrs["MATLAB_class"] = np.bytes_("struct")
            _group73(file, inner, value)
        elif isinstance(value, tuple):  # an array of structs: of every field one reference each, and no class
            inner = group.create_group(name)
            inner.attrs["MATLAB_class"] = np.bytes_("struct")
            refs = file.require_group("#refs#")
            for field in value[0]:
                members = []
                for one in value:
                    key = f"x{len(refs)}"
                    _group73(file, refs, {key: one[field]})
                    members.append(refs[key].ref)
                inner.create_dataset(field, data=np.array([members], dtype=h5py.ref_dtype).T)
        elif isinstance(value, str):
            item = group.create_dataset(name, data=np.array([[ord(c)] for c in value], dtype=np.uint16))
            item.attrs["MATLAB_class"] = np.bytes_("char")
        elif isinstance(value, list):
            refs = file.require_group("#refs#")
            members = []
            for text in value:
                member = refs.create_dataset(f"x{len(refs)}", data=np.array([[ord(c)] for c in text], dtype=np.uint16))
                member.attrs["MATLAB_class"] = np.bytes_("char")
                members.append(member.ref)
            item = group.create_dataset(name, data=np.array([members], dtype=h5py.ref_dtype))
            item.attrs["MATLAB_class"] = np.bytes_("cell")
        else:
            array = np.atleast_2d(np.asarray(value))
            packed = {"chunks": True, "compression": "gzip"} if array.size > 100 else {}
            item = group.create_dataset(name, data=array.T, **packed)
            item.attrs["MATLAB_class"] = np.bytes_({"f": "double", "i": "int16"}[array.dtype.kind])


def write_c3d(path: Path, frames: int = 20, channels: int = 3) -> dict[str, Any]:
    """Write a C3D by ezc3d: two markers at 100 Hz, analog channels at 1000 Hz, two events; return the arrays."""
    with quiet():
        import ezc3d

        rng = np.random.default_rng(3)
        file = ezc3d.c3d()
        points = np.ones((4, 2, frames))
        points[:3] = rng.normal(0, 100, (3, 2, frames)).astype(np.float32)
        analogs = rng.normal(0, 1e-3, (1, channels, 10 * frames)).astype(np.float32).astype(np.float64)
        file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
        file["parameters"]["POINT"]["LABELS"]["value"] = ("hip", "knee")
        file["parameters"]["POINT"]["UNITS"]["value"] = ("mm",)
        file["parameters"]["ANALOG"]["RATE"]["value"] = [1000.0]
        file["parameters"]["ANALOG"]["LABELS"]["value"] = ("EMG left", "EMG right", *["Fz"] * (channels - 2))
        file["parameters"]["ANALOG"]["UNITS"]["value"] = ("V", "mV", *["N"] * (channels - 2))
        file["data"]["points"] = points
        file["data"]["analogs"] = analogs
        file.add_event([0, 0.05], "Right", "Foot Strike")
        file.add_event([0, 0.12], "Left", "Foot Off")
        file.write(str(path))
    return {"points": points, "analogs": analogs}


def write_wfdb(folder: Path, name: str = "rec") -> Any:
    """Write a WFDB record by wfdb: two signals in format 16 and 212, a sample marked as invalid; return the signals."""
    with quiet():
        import wfdb

        time = np.arange(300) / 500.0
        signals = np.column_stack([np.sin(40 * time), np.cos(40 * time)])
        signals[17, 0] = np.nan
        wfdb.wrsamp(
            name,
            fs=500,
            units=["mV", "mV"],
            sig_name=["EMG TA", "II"],
            p_signal=signals,
            fmt=["16", "16"],
            adc_gain=[1000.0, 1000.0],
            baseline=[0, 100],
            write_dir=str(folder),
        )
        wfdb.wrann(name, "atr", np.array([50, 200]), symbol=["N", "V"], aux_note=["", "(B"], write_dir=str(folder))
    return signals


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> None:
    """Write a workbook by openpyxl."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
