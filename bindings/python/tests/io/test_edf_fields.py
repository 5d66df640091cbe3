"""Truth: the EDF specification and bytes by hand; tests/io/fields_test.cpp has the same cases for the C++ reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from unguard import io
from unguard.errors import ConfigError, FormatError
from unguard.io.edf_fields import number_in, stripped, text_in
from unguard.samples import samples_in


@dataclass
class _File:
    """One EDF file of two records with two samples each, every field open to being wrong."""

    version: bytes = b"0"
    records: bytes = b"2"
    seconds: bytes = b"1"
    reserved: bytes = b""
    count: int = 1
    label: bytes = b"EMG"
    unit: bytes = b"uV"
    physical: tuple[bytes, bytes] = (b"-100", b"100")
    digital: tuple[bytes, bytes] = (b"-1000", b"1000")
    samples: bytes = b"2"
    data: bytes = field(default_factory=lambda: np.array([-1000, 0, 1000, 1], dtype="<i2").tobytes())
    annotated: bool = False

    def write(self, path: Path) -> Path:
        """Write the file; when it is annotated, a signal of 40 samples behind the others holds annotations."""
        head = [(self.version, 8), (b"", 160), (b"01.01.8500.00.00", 16)]
        signals = self.count + self.annotated
        head += [(b"%d" % (256 * (signals + 1)), 8), (self.reserved, 44), (self.records, 8), (self.seconds, 8)]
        raw = b"".join(text.ljust(width) for text, width in head) + (b"%d" % signals).ljust(4)
        fields = [
            (16, self.label, b"EDF Annotations"),
            (80, b"", b""),
            (8, self.unit, b""),
            (8, self.physical[0], b"-1"),
            (8, self.physical[1], b"1"),
            (8, self.digital[0], b"-32768"),
            (8, self.digital[1], b"32767"),
            (80, b"", b""),
            (8, self.samples, b"40"),
            (32, b"", b""),
        ]
        for width, own, of_annotations in fields:
            raw += own.ljust(width) * self.count + (of_annotations.ljust(width) if self.annotated else b"")
        path.write_bytes(raw + self.data)
        return path


@pytest.mark.parametrize("good", [b"-100", b"+100", b"-1e2", b"-.5", b"-5.", b"+1.5E+1"])
def test_a_number_has_one_sign(tmp_path: Path, good: bytes) -> None:
    assert io.read(_File(physical=(good, b"500")).write(tmp_path / "a.edf")).samples == 4


@pytest.mark.parametrize(
    "bad",
    [b"+-100", b"--100", b"++100", b"-+100", b"1_0", b"0x10", b"1e", b".", b"-", b"1 0", b"1e-400", b"1e999", b"\xb2"],
)
def test_what_cpp_takes_for_no_number_is_none_here(tmp_path: Path, bad: bytes) -> None:
    with pytest.raises(FormatError, match="physical minimum is not readable"):
        io.read(_File(physical=(bad, b"500")).write(tmp_path / "a.edf"))


@pytest.mark.parametrize("place", ["digital", "samples", "records", "seconds"])
def test_no_field_takes_an_underscore(tmp_path: Path, place: str) -> None:
    bad = {"digital": (b"-1_0", b"1000")}.get(place, b"1_0")
    with pytest.raises(FormatError, match="expected a"):
        io.read(_File(**{place: bad}).write(tmp_path / "a.edf"))  # type: ignore[arg-type]


def test_nuls_that_fill_a_field_are_blanks(tmp_path: Path) -> None:
    file = _File(
        version=b"0".ljust(8, b"\0"),
        records=b"2".ljust(8, b"\0"),
        seconds=b"1".ljust(8, b"\0"),
        label=b"EMG a".ljust(16, b"\0"),
        unit=b"mV".ljust(8, b"\0"),
        physical=(b"-100\0\0\0\0", b"100\0\0\0\0\0"),
        digital=(b"-1000\0\0\0", b"1000\0\0\0\0"),
        samples=b"2".ljust(8, b"\0"),
    )
    recording = io.read(file.write(tmp_path / "a.edf"))
    assert recording.names == ["EMG a"] and recording.channels[0].unit_found == "mV"
    assert recording.data[:, 0].tolist() == pytest.approx([-1e5, 0, 1e5, 100])
    with pytest.raises(FormatError):
        io.read(_File(physical=(b"\x00100", b"500")).write(tmp_path / "b.edf"))


def test_labels_filled_with_nuls_keep_their_meaning(tmp_path: Path) -> None:
    recording = io.read(_File(label=b"Status\0\0", unit=b"Boolean").write(tmp_path / "a.edf"))
    assert recording.channels[0].kind == "label" and recording.data[:, 0].tolist() == [-1000, 0, 1000, 1]
    notes = b"+0\x14\x14\0+0.05\x14ow\x14".ljust(80, b"\0")
    path = _File(records=b"1", annotated=True, data=bytes(4) + notes).write(tmp_path / "b.edf")
    path.write_bytes(path.read_bytes().replace(b"EDF Annotations ", b"EDF Annotations\0"))
    assert [note.text for note in io.read(path).annotations] == ["ow"]


@pytest.mark.parametrize(
    ("label", "name", "unit", "found", "in_memory"),
    [
        (b"R\xfccken", "Rücken", b"\xb5V", "µV", "uV"),
        ("Rücken".encode() + b"\xc2\xa0", "Rücken\xa0", "μV".encode(), "μV", "uV"),
        (b"EMG", "EMG", b"uV\xa0", "uV\xa0", "uV\xa0"),
        (b"EMG", "EMG", "ÂµV".encode(), "ÂµV", "uV"),
        (b"EMG", "EMG", b"\xc2V", "ÂV", "ÂV"),
    ],
)
def test_letters_beyond_ascii(tmp_path: Path, label: bytes, name: str, unit: bytes, found: str, in_memory: str) -> None:
    (channel,) = io.read(_File(label=label, unit=unit).write(tmp_path / "a.edf")).channels
    assert (channel.name, channel.unit_found, channel.unit) == (name, found, in_memory)


def test_a_label_of_annotations_and_a_hard_blank_is_an_ordinary_one(tmp_path: Path) -> None:
    assert io.read(_File(label=b"EDF Annotations\xa0").write(tmp_path / "a.edf")).names == ["EDF Annotations\xa0"]


def test_padding_of_half_a_sample_is_a_whole_one(tmp_path: Path) -> None:
    notes = b"+0\x14\x14\0+0.2495\x150.0505\x14unguard: padding\x14".ljust(80, b"\0")
    file = _File(
        records=b"1", seconds=b"0.3", reserved=b"EDF+C", samples=b"300", data=bytes(600) + notes, annotated=True
    )
    assert io.read(file.write(tmp_path / "a.edf")).samples == 249


@pytest.mark.parametrize("unit", [b"V", b"uV", b"deg"])
def test_a_scale_beyond_numbers_is_refused(tmp_path: Path, unit: bytes) -> None:
    path = _File(unit=unit, physical=(b"0", b"1e308")).write(tmp_path / "a.edf")
    with pytest.raises(
        FormatError, match=r"the signal range is 0 to 1e.308 .*: expected a scale that numbers can hold"
    ):
        io.read(path)
    recording = io.read(_File(unit=unit, physical=(b"0", b"1e299")).write(tmp_path / "b.edf"))
    assert np.isfinite(recording.data).all() and recording.valid is None


def test_more_than_the_engine_takes_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"the sampling rate is 2e.06 Hz: expected at most 1e.06 Hz"):
        io.read(_File(seconds=b"1e-6").write(tmp_path / "a.edf"))
    path = _File(count=1100, records=b"1", data=bytes(4400)).write(tmp_path / "b.edf")
    with pytest.raises(FormatError, match="the channels is 1100 in number: expected at most 1024"):
        io.read(path)
    assert len(io.read(path, channels=[c.name for c in io.info(path).channels[:1024]]).channels) == 1024
    with pytest.raises(ConfigError, match=r"fs is 2e.06: expected a positive number of hertz, at most 1000000"):
        io.read(path, fs=2e6)


def test_a_flavour_of_the_other_format_means_nothing(tmp_path: Path) -> None:
    data = b"".join(bytes(4) + (b"+%d\x14\x14" % at).ljust(80, b"\0") for at in (0, 7))
    recording = io.read(_File(reserved=b"BDF+D", annotated=True, data=data).write(tmp_path / "a.edf"))
    assert recording.samples == 4 and recording.gaps == []


def test_fields_by_hand() -> None:
    assert stripped(b" \t a b \0\r\n ") == b"a b" and stripped(b"\0a ") == b"\0a" and stripped(b"a\xa0") == b"a\xa0"
    assert text_in(b"\xc2\xb5V") == text_in(b"\xb5V") == "µV"
    assert number_in(b"12\0 ", whole=True) == 12 and number_in(b"1.5", whole=True) is None
    assert number_in(b"1e3", whole=False) == 1000 and number_in(b"nan", whole=False) is None


def test_a_half_goes_up_as_in_the_engine() -> None:
    assert [samples_in(t, 1000.0) for t in (0.0505, 0.0515, -0.0005, 0.0004999)] == [51, 52, 0, 0]
    assert samples_in(0.49999999999999994, 1.0) == 0 and samples_in(float("nan"), 1.0) == 0
    assert samples_in(1e300, 1e6) == 2**63 - 1 and samples_in(float("inf"), 1.0) == 2**63 - 1
