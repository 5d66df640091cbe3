"""A WFDB header, by the wfdb package, and what of it can be: which fields are stated, and whether the files hold them.

Header format: https://physionet.org/physiotools/wag/header-5.htm; signal formats:
https://physionet.org/physiotools/wag/signal-5.htm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unguard import extras
from unguard.errors import FormatError

#: Bytes of a sample by format; of the compressed ones no more than 1000 samples fit into a byte.
_BYTES = {
    **{"8": 1.0, "16": 2.0, "24": 3.0, "32": 4.0, "61": 2.0, "80": 1.0, "160": 2.0, "212": 1.5},
    **{"310": 4 / 3, "311": 4 / 3, "508": 0.001, "516": 0.001, "524": 0.001},
}


@dataclass
class Header:
    """A header whose files hold what it says.

    Attributes
    ----------
    record: as wfdb gives it.
    frames: that can be read.
    fs_stated, gain_stated: what wfdb fills in where the header is silent: 250 Hz, 200 to a millivolt.
    repairs: what the files hold less than is stated.
    gaps: (first frame, frames) of segments without samples.
    """

    record: Any
    frames: int
    fs_stated: bool
    gain_stated: list[bool]
    repairs: list[str] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)


def read_header(path: Path) -> Header:
    """Read the header of a record and hold it against the sizes of its files; raise FormatError for what cannot be."""
    record = extras.module("wfdb", "wfdb", "formats").rdheader(str(path.with_suffix("")))
    lines = _lines(path)
    rules = extras.module("wfdb.io.header", "wfdb", "formats")
    first = rules.rx_record.match(lines[0])
    header = Header(record, 0, bool(first and first["fs"].strip(".")), [])
    if getattr(record, "n_seg", None) is not None:
        _segments(path, header)
        return header
    for line in lines[1:]:
        match = rules.rx_signal.match(line)
        gain = match["adc_gain"] if match else ""
        header.gain_stated.append(gain not in ("", "-") and float(gain) != 0)
    if not record.n_sig or record.n_sig != len(lines) - 1:
        found = f"{record.n_sig} in the first line, {len(lines) - 1} below it"
        raise FormatError(path, "the number of signals", found, "as many lines as signals, and at least one")
    header.frames = _frames(path, record, header.repairs)
    return header


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="ascii", errors="ignore")
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise FormatError(path, "the header", "blank", "a line for the record and one for every signal")
    return found


def _frames(path: Path, record: Any, repairs: list[str]) -> int:
    """Return how many frames all signal files hold, at most what is stated."""
    per_frame: dict[str, int] = {}
    for name, samples in zip(record.file_name, record.samps_per_frame, strict=True):
        if samples is not None and samples < 1:
            raise FormatError(path, "the samples per frame", samples, "at least 1")
        per_frame[name] = per_frame.get(name, 0) + (samples or 1)
    there: list[int] = []
    for name, form, offset in zip(record.file_name, record.fmt, record.byte_offset, strict=True):
        if form not in _BYTES:
            raise FormatError(path, "the format", form, f"one of {', '.join(_BYTES)}", where=f"signal file {name}")
        file = path.parent / name
        if not name or name == "~" or not file.is_file():
            raise FormatError(path, "the signal file", f"{name!r}, which is missing", "a file beside the header")
        left = file.stat().st_size - (offset or 0)
        there.append(max(0, int(left / (_BYTES[form] * per_frame[name]) + 1e-9)))
    frames = min(there)
    skews = [skew or 0 for skew in record.skew]
    if max(skews) > frames:
        raise FormatError(path, "the skew", max(skews), f"at most the {frames} samples of the file")
    if record.sig_len is None:
        return frames
    if record.sig_len > frames:
        repairs.append(f"the header states {record.sig_len} samples, the file holds {frames}: it was cut off")
    return min(frames, int(record.sig_len))


def _segments(path: Path, header: Header) -> None:
    """Check the segments of a record, each with a header of its own; a part without samples is a gap."""
    record = header.record
    header.gain_stated = [True] * int(record.n_sig)
    if record.layout == "fixed" and "~" in record.seg_name:
        found = "without samples, with none of 0 samples before it"
        raise FormatError(path, "a segment", found, "the layout of the signals as the first segment")
    at, there = 0, 0
    for name, length in zip(record.seg_name, record.seg_len, strict=True):
        if name == "~":
            header.gaps.append((at, int(length)))
        elif length:
            file = path.parent / f"{name}.hea"
            if name == path.stem or not file.is_file():
                raise FormatError(path, "a segment", f"{name!r}, without a header", "its .hea beside this one")
            segment = read_header(file)
            if getattr(segment.record, "n_seg", None) is not None or segment.frames < length:
                found = f"{segment.frames} samples long in {file.name}"
                raise FormatError(path, f"the segment {name!r}", found, f"{length} samples as stated here")
            if not all(segment.gain_stated):
                raise FormatError(file, "a gain", "not stated", "a gain for every signal of a segment")
            there += int(length)
        at += int(length)
    if at - there > there:
        raise FormatError(path, "the segments", f"{at - there} samples without data beside {there} with", "fewer")
    if record.sig_len is not None and int(record.sig_len) != at:
        raise FormatError(path, "the length", f"{record.sig_len}, and {at} in the segments", "one length")
    header.frames = at
