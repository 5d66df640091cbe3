"""Where things are in an EDF or BDF file, checked against its size before anything is believed or allocated.

edfio decodes headers and samples; it trusts the header. This module counts the records the file really holds and cuts
out pieces with a header that tells the truth, so that damaged files are mended openly and memory stays bounded by the
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unguard.errors import FormatError
from unguard.io.edf_fields import number_in, stripped, text_in

#: The signal header's fields in order, and their widths in bytes (EDF specification, 1992).
_SIGNAL_FIELDS = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "physical minimum": 8,
    "physical maximum": 8,
    "digital minimum": 8,
    "digital maximum": 8,
    "prefilter": 80,
    "samples": 8,
    "reserved": 32,
}
_RANGE = ("physical minimum", "physical maximum", "digital minimum", "digital maximum")
_PIECE_BYTES = 1 << 23


@dataclass(frozen=True)
class Layout:
    """The plan of one file.

    Attributes
    ----------
    header: the header's bytes as found.
    bytes_per_sample: 2 in EDF, 3 in BDF.
    record_s: length of a data record in seconds; 0 is allowed in annotation-only files.
    records: whole data records to be read.
    samples: samples per record of every signal, annotations included.
    is_annotation: for every signal, whether it holds annotations.
    discontinuous: whether the header says EDF+D or BDF+D.
    """

    path: Path
    header: bytes
    bytes_per_sample: int
    record_s: float
    records: int
    samples: tuple[int, ...]
    is_annotation: tuple[bool, ...]
    discontinuous: bool

    @property
    def record_bytes(self) -> int:
        """Bytes of one data record."""
        return sum(self.samples) * self.bytes_per_sample

    def label(self, signal: int) -> str:
        """Return the label of a signal."""
        return text_in(_signal_field(self.header, "label", signal))

    def unit(self, signal: int) -> str:
        """Return the unit of a signal as the header spells it; empty when it states none."""
        return text_in(_signal_field(self.header, "unit", signal))

    def filters(self, signal: int) -> str:
        """Return what a signal was filtered with, as the header says it; empty when it states nothing."""
        return text_in(_signal_field(self.header, "prefilter", signal))

    def range_number(self, name: str, signal: int) -> float | None:
        """Return "physical minimum", "digital maximum" ... of a signal, or None where no number stands."""
        return number_in(_signal_field(self.header, name, signal), whole=name.startswith("digital"))

    def range_text(self, name: str, signal: int) -> str:
        """Return what stands in the place of such a number."""
        return text_in(_signal_field(self.header, name, signal))

    def piece_header(self, signals: Sequence[int], records: int) -> bytes:
        """Return a header for only these signals and this many records; the record is said to last one second.

        It holds what turns codes into numbers and nothing else: no rate, no label, no date and no person can disturb
        the decoding, and what edfio takes for a number is a number here.
        """
        version = b"\xffBIOSEMI" if self.bytes_per_sample == 3 else b"0"
        fixed = [(version, 8), (b"X X X X", 80), (b"Startdate X X X X", 80), (b"01.01.85", 8), (b"00.00.00", 8)]
        numbers = [(256 * (len(signals) + 1), 8), ("", 44), (records, 8), (1, 8), (len(signals), 4)]
        parts = [raw.ljust(width) for raw, width in fixed] + [str(n).encode().ljust(width) for n, width in numbers]
        for name, width in _SIGNAL_FIELDS.items():
            for place, i in enumerate(signals):
                raw = str(place).encode() if name == "label" else b""
                if name in _RANGE or name == "samples":
                    raw = stripped(_signal_field(self.header, name, i))
                parts.append(raw.ljust(width))
        return b"".join(parts)

    def pieces(self, signals: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield (first record, records, bytes) for the given signals: a small EDF or BDF file each, header included."""
        every = list(signals) == list(range(len(self.samples)))
        starts = [sum(self.samples[:i]) * self.bytes_per_sample for i in signals]
        lengths = [self.samples[i] * self.bytes_per_sample for i in signals]
        step = max(1, _PIECE_BYTES // self.record_bytes)
        with self.path.open("rb") as file:
            file.seek(len(self.header))
            for first in range(0, self.records, step):
                count = min(step, self.records - first)
                block = file.read(count * self.record_bytes)
                if len(block) != count * self.record_bytes:
                    raise FormatError(
                        self.path, "the file", "shorter than when it was opened", "a file that is not being changed"
                    )
                if not every:
                    table = np.frombuffer(block, dtype=np.uint8).reshape(count, self.record_bytes)
                    parts = [table[:, s : s + n] for s, n in zip(starts, lengths, strict=True)]
                    block = np.concatenate(parts, axis=1).tobytes()
                yield first, count, self.piece_header(signals, count) + block


def read_layout(path: Path, repairs: list[str], remarks: list[str]) -> Layout:
    """Read and check the header's plan; what had to be mended is added to `repairs`, oddities to `remarks`.

    Raises FormatError naming the byte and field that cannot be.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        fixed = file.read(256)
        if len(fixed) < 256:
            raise FormatError(path, "the header", f"{len(fixed)} bytes long", "at least 256 bytes of EDF or BDF header")
        bytes_per_sample = 3 if fixed[:8] == b"\xffBIOSEMI" else 2
        signals = int(_number(path, fixed, 252, 4, "number of signals", whole=True))
        header_bytes = 256 * (signals + 1)
        if signals < 1:
            raise FormatError(path, "number of signals", signals, "1 or more", where="byte 252")
        if header_bytes > size:
            raise FormatError(
                path,
                "number of signals",
                f"{signals}, which needs a header of {header_bytes} bytes in a file of {size}",
                "a header that fits into the file",
                where="byte 252",
            )
        header = fixed + file.read(header_bytes - 256)
    stated_header = _number(path, header, 184, 8, "bytes in header", whole=True)
    if stated_header != header_bytes:
        raise FormatError(
            path, "bytes in header", f"{stated_header:g}", f"{header_bytes} for {signals} signals", where="byte 184"
        )
    record_s = _number(path, header, 244, 8, "duration of a data record", whole=False)
    if record_s < 0:
        raise FormatError(path, "duration of a data record", record_s, "seconds, 0 or more", where="byte 244")
    samples = []
    for i in range(signals):
        at = _place("samples", i, signals)
        number = _number(path, header, at, 8, f"samples per record of signal {i + 1}", whole=True)
        if number < 0:
            raise FormatError(path, f"samples per record of signal {i + 1}", number, "0 or more", where=f"byte {at}")
        samples.append(int(number))
    record_bytes = sum(samples) * bytes_per_sample
    held = size - header_bytes
    if record_bytes < 1 or held < record_bytes:
        raise FormatError(
            path,
            "the data section",
            f"{held} bytes long",
            f"at least one data record of {record_bytes} bytes" if record_bytes else "signals with samples",
            where=f"byte {header_bytes}",
        )
    records = _whole_records(path, header, held, record_bytes, repairs, remarks)
    annotation = b"BDF Annotations" if bytes_per_sample == 3 else b"EDF Annotations"
    # With a blank in front the signal is an ordinary one, as for edfio.
    labels = [_signal_field(header, "label", i) for i in range(signals)]
    is_annotation = tuple(stripped(label) == annotation and label.startswith(annotation) for label in labels)
    flavour, plus = header[192:197], b"BDF+" if bytes_per_sample == 3 else b"EDF+"
    if flavour in (plus + b"C", plus + b"D") and not any(is_annotation):
        remarks.append(f"the header says {flavour.decode()}, but no signal holds annotations: gaps would not be seen")
    return Layout(
        path=path,
        header=header,
        bytes_per_sample=bytes_per_sample,
        record_s=record_s,
        records=records,
        samples=tuple(samples),
        is_annotation=is_annotation,
        discontinuous=flavour == plus + b"D",
    )


def _whole_records(
    path: Path, header: bytes, held: int, record_bytes: int, repairs: list[str], remarks: list[str]
) -> int:
    stated = int(_number(path, header, 236, 8, "number of data records", whole=True))
    if stated < -1 or stated == 0:
        raise FormatError(path, "number of data records", stated, "1 or more, or -1 if unknown", where="byte 236")
    whole, rest = divmod(held, record_bytes)
    if stated == -1:
        repairs.append(
            f"the number of data records is -1 (the recording was not closed): {whole} counted from the size"
        )
    elif stated > whole:
        repairs.append(f"the header states {stated} data records, the file holds {whole}: it was cut off")
    elif stated < whole:
        remarks.append(f"the header states {stated} data records, {whole - stated} more follow: they are not read")
        return stated
    if rest:
        repairs.append(f"the last data record is incomplete ({rest} of {record_bytes} bytes): it is dropped")
    return whole


def _place(name: str, signal: int, signals: int) -> int:
    """Return the byte at which a field of a signal begins."""
    start = 256
    for field, width in _SIGNAL_FIELDS.items():
        if field == name:
            return start + width * signal
        start += width * signals
    raise KeyError(name)


def _signal_field(header: bytes, name: str, signal: int) -> bytes:
    start = _place(name, signal, len(header) // 256 - 1)
    return header[start : start + _SIGNAL_FIELDS[name]]


def _number(path: Path, header: bytes, start: int, width: int, name: str, *, whole: bool) -> float:
    field = header[start : start + width]
    value = number_in(field, whole=whole)
    if value is None:
        kind = "a whole number" if whole else "a number"
        raise FormatError(path, name, repr(text_in(field)), f"{kind} in {width} characters", where=f"byte {start}")
    return value
