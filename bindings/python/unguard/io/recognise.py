"""Which format a file is, by its content first and its suffix second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unguard.errors import ConfigError, FormatError
from unguard.io.biosigio import open_biosigio
from unguard.io.brainflow import is_brainflow, open_brainflow
from unguard.io.c3d import open_c3d
from unguard.io.datalog import open_datalog
from unguard.io.delsys import open_delsys
from unguard.io.edf import open_edf
from unguard.io.edf_fields import stripped
from unguard.io.layout_sniff import head_lines
from unguard.io.mat import open_mat
from unguard.io.openbci import open_openbci
from unguard.io.opensignals_hdf5 import open_opensignals_hdf5
from unguard.io.opensignals_text import open_opensignals_text
from unguard.io.options import Options
from unguard.io.plain_table import open_plain_table
from unguard.io.simple_text import open_simple_text
from unguard.io.source import Source
from unguard.io.trigno_discover import is_trigno_discover, open_trigno_discover
from unguard.io.wfdb_record import open_wfdb
from unguard.io.xdf import open_xdf
from unguard.io.xlsx import open_xlsx

_REFUSED = {
    "rdata": "R workspace",
    "rda": "R workspace",
    "xls": "Excel 97 (.xls)",
}
#: First bytes of what is none of the formats, or of a packed one.
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97 (.xls)"),
    (b"PK\x03\x04", "zip archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"BZh", "bzip2 archive"),
    (b"RDX", "R workspace"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
)
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_READABLE = "EDF, BDF, CSV, TSV, TXT, OpenSignals, XDF, MAT, C3D, WFDB or XLSX"
_TEXT_SUFFIXES = (".txt", ".csv", ".tsv")


def open_source(path: Path, options: Options) -> Source:
    """Open a file by the reader of its format.

    Raises FormatError for a file that is missing, empty, a folder or of no format that can be read; nothing else
    leaves.
    """
    try:
        return _reader(path, options)(path, options)
    except (FormatError, ConfigError):
        raise
    except OSError as cause:
        reason = cause.strerror or type(cause).__name__
        raise FormatError(path, "the file", f"not readable ({reason})", "a file that can be opened") from cause
    except RecursionError as cause:
        raise FormatError(path, "the file", "nested too deeply", "a recording in a known format") from cause


def _reader(path: Path, options: Options) -> Callable[[Path, Options], Source]:
    if not path.exists():
        raise FormatError(path, "the file", "missing", "a file that exists")
    if path.is_dir():
        raise FormatError(path, "the file", "a folder", "a recording in one file")
    if not path.is_file():
        raise FormatError(path, "the file", "a device or pipe", "a recording in one file")
    if options.reader == "biosigio":
        return open_biosigio
    with path.open("rb") as file:
        head = file.read(1024)
    suffix = path.suffix.lower()
    if not head:
        raise FormatError(path, "the file", "empty (0 bytes)", "a recording")
    if head.startswith(b"\xffBIOSEMI") or _is_edf(head[:8], suffix):
        return lambda path, options: open_edf(path)
    if suffix in (".mat", ".set") or head.startswith(b"MATLAB "):
        return open_mat
    if head.startswith(_HDF5):
        return open_opensignals_hdf5
    if suffix == ".c3d":
        return lambda path, options: open_c3d(path)
    if suffix in (".hea", ".dat", ".atr"):
        return open_wfdb
    packed_xdf = head.startswith(_GZIP) and (suffix == ".xdfz" or path.name.lower().endswith(".xdf.gz"))
    if head.startswith(b"XDF:") or packed_xdf:
        return open_xdf
    if suffix.lstrip(".") in _REFUSED:
        raise FormatError(path, "the format", _REFUSED[suffix.lstrip(".")], _READABLE)
    if head.startswith(_ZIP) and suffix in (".xlsx", ".xlsm"):
        return open_xlsx
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            raise FormatError(path, "the format", name, _READABLE)
    if suffix in (".xlsx", ".xlsm"):
        raise FormatError(path, "the signature", repr(head[:4]), repr(_ZIP), where="byte 0")
    if suffix in (".xdf", ".xdfz"):
        raise FormatError(path, "the signature", repr(head[:4]), "'XDF:', or a gzip archive of it", where="byte 0")
    if suffix in (".edf", ".bdf"):
        expected = "'0' and seven spaces (EDF) or byte 255 and 'BIOSEMI' (BDF)"
        raise FormatError(path, "the version field", repr(head[:8]), expected, where="byte 0")
    if suffix in (".h5", ".hdf5"):
        raise FormatError(path, "the signature", repr(head[:8]), repr(_HDF5), where="byte 0")
    if is_brainflow(path, options):
        return open_brainflow
    return _text_reader(path)


def _is_edf(version: bytes, suffix: str) -> bool:
    if suffix in _TEXT_SUFFIXES or len(version) < 8 or stripped(version) != b"0":
        return False
    # Under another name, lines of one number each must not pass for a version.
    return suffix in (".edf", ".bdf") or not version.startswith((b" ", b"\t", b"\r", b"\n", b"0\t", b"0\r", b"0\n"))


def _text_reader(path: Path) -> Callable[[Path, Options], Source]:
    lines, _, _ = head_lines(path)
    first = [line.strip().lstrip("\ufeff") for line in lines if line.strip()][:40]
    if not first:
        raise FormatError(path, "the file", "blank", "a recording")
    if first[0].startswith("# OpenSignals"):
        return open_opensignals_text
    if first[0].startswith("# Simple Text Format"):
        return open_simple_text
    if first[0].startswith("%OpenBCI"):
        return open_openbci
    if is_trigno_discover(first):
        return open_trigno_discover
    if first[0].startswith("Label:") and "Sampling frequency:" in first[0]:
        return open_delsys
    if first[0].startswith("File Name:") and any("engineering units:" in line for line in first):
        return open_datalog
    return open_plain_table
