"""Truth: files written by edfio with known values, then damaged byte by byte as real ones are."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest
from unguard import io
from unguard.errors import FormatError

_RNG = np.random.default_rng(20240607)


def _file(path: Path, *, bdf: bool = False, seconds: int = 10, **signal: Any) -> tuple[Path, np.ndarray]:
    make = edfio.BdfSignal if bdf else edfio.EdfSignal
    data = np.round(_RNG.normal(0, 30, (seconds * 200, 2)), 1).clip(-400, 400)
    fields: dict[str, Any] = {"physical_dimension": "uV", "physical_range": (-500, 500)} | signal
    signals = [make(data[:, i], 200, label=f"EMG {i}", **fields) for i in range(2)]
    notes = [edfio.EdfAnnotation(1.5, 2.0, "rest"), edfio.EdfAnnotation(4.0, None, "bend")]
    (edfio.Bdf if bdf else edfio.Edf)(signals, annotations=notes).write(path)
    return path, data


def _patch(path: Path, at: int, value: bytes) -> Path:
    raw = bytearray(path.read_bytes())
    raw[at : at + len(value)] = value
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("bdf", [False, True])
@pytest.mark.parametrize(("unit", "factor"), [("uV", 1), ("mV", 1e3), ("V", 1e6), ("nV", 1e-3)])
def test_samples_and_annotations_come_back_in_microvolts(tmp_path: Path, bdf: bool, unit: str, factor: float) -> None:
    path, data = _file(tmp_path / "a.edf", bdf=bdf, physical_dimension=unit)
    recording = io.read(path)
    step = 1000 / (2**24 if bdf else 2**16)
    assert np.max(np.abs(recording.data / factor - data)) <= step
    assert [(a.onset_s, a.duration_s, a.text) for a in recording.annotations] == [(1.5, 2, "rest"), (4, 0, "bend")]
    assert recording.channels[0].unit == "uV" and recording.channels[0].unit_found == unit
    assert recording.repairs == [] and recording.channels[0].kind == "EMG"
    # 2^24 or 2^16 codes lie between the rails.
    assert recording.channels[0].step_uV == pytest.approx(factor * 1000 / (2**24 - 1 if bdf else 2**16 - 1))
    assert recording.channels[0].rails_uV == pytest.approx((-500 * factor, 500 * factor))


def test_a_micro_sign_in_latin1_is_understood(tmp_path: Path) -> None:
    path, data = _file(tmp_path / "a.edf")
    at = 256 + 3 * (16 + 80)
    recording = io.read(_patch(path, at, b"\xb5V"), channels=["EMG 0"])
    assert recording.channels[0].unit == "uV" and np.max(np.abs(recording.data[:, 0] - data[:, 0])) < 0.02


@pytest.mark.parametrize(("field", "unit"), [(b"uV\0\0\0\0\0\0", "uV"), (b"\0V      ", "\0V")])
def test_nul_ends_a_unit_and_begins_none(tmp_path: Path, field: bytes, unit: str) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], 256 + 3 * (16 + 80), field)
    channel = io.read(path, channels=["EMG 0"]).channels[0]
    assert (channel.unit, channel.kind) == (unit, "EMG" if unit == "uV" else "other")


def test_a_muscle_without_unit_needs_one_and_others_do_not(tmp_path: Path) -> None:
    path, data = _file(tmp_path / "a.edf", physical_dimension="")
    with pytest.raises(FormatError, match="channel 'EMG 0': the unit is not stated"):
        io.read(path)
    assert np.max(np.abs(io.read(path, unit="mV").data / 1000 - data)) < 0.02
    raw = path.read_bytes().replace(b"EMG 0", b"Resp ").replace(b"EMG 1", b"Light")
    path.write_bytes(raw)
    assert [(c.unit, c.kind) for c in io.read(path).channels] == [("", "other")] * 2


@pytest.mark.parametrize("bdf", [False, True])
def test_an_unclosed_file_is_counted_and_flagged(tmp_path: Path, bdf: bool) -> None:
    path, _ = _file(tmp_path / "a.edf", bdf=bdf)
    sound = io.read(path)
    recording = io.read(_patch(path, 236, b"-1      "))
    assert np.array_equal(recording.data, sound.data) and "10 counted from the size" in recording.repairs[0]


@pytest.mark.parametrize("bdf", [False, True])
@pytest.mark.parametrize("lost", [1, 500, 2000])
def test_a_file_cut_off_keeps_its_whole_records(tmp_path: Path, bdf: bool, lost: int) -> None:
    path, _ = _file(tmp_path / "a.edf", bdf=bdf)
    sound = io.read(path)
    path.write_bytes(path.read_bytes()[:-lost])
    recording = io.read(path)
    assert np.array_equal(recording.data, sound.data[: recording.samples]) and recording.samples % 200 == 0
    assert "it was cut off" in recording.repairs[0] and "it is dropped" in recording.repairs[1]


def test_records_behind_the_stated_ones_are_not_read_but_said(tmp_path: Path) -> None:
    path, _ = _file(tmp_path / "a.edf")
    recording = io.read(_patch(path, 236, b"4       "))
    assert recording.samples == 800 and "6 more follow" in recording.remarks[0]


def test_a_channel_that_cannot_be_scaled_is_refused_and_the_others_load(tmp_path: Path) -> None:
    path, data = _file(tmp_path / "a.edf")
    at = 256 + 3 * (16 + 80 + 8)
    _patch(path, at, b"0       ")
    _patch(path, at + 3 * 8, b"0       ")
    with pytest.raises(FormatError, match="channel 'EMG 0': physical minimum is 0, equal to the physical maximum"):
        io.read(path)
    assert np.max(np.abs(io.read(path, channels=["EMG 1"]).data[:, 0] - data[:, 1])) < 0.02
    assert "physical minimum" in io.info(path).channels[0].defect


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (256 + 3 * 104, b"3,5     ", "physical minimum is not readable"),
        (256 + 3 * 120, b"1e9     ", "digital minimum is not readable"),
        (256 + 3 * 120, b"32767   ", "digital minimum is 32767, equal to the digital maximum"),
    ],
)
def test_a_range_that_cannot_be_is_refused_by_channel(tmp_path: Path, at: int, value: bytes, words: str) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], at, value)
    with pytest.raises(FormatError) as refusal:
        io.read(path)
    assert words in str(refusal.value) and "channel 'EMG 0'" in str(refusal.value)
    assert io.read(path, channels=["EMG 1"]).samples == 2000


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (0, b"1       ", "the version field"),
        (184, b"999     ", "byte 184: bytes in header is 999: expected 1024"),
        (236, b"-7      ", "byte 236: number of data records is -7"),
        (236, b"many    ", "byte 236: number of data records is 'many': expected a whole number"),
        (244, b"-1      ", "byte 244: duration of a data record is -1.0"),
        (244, b"nan     ", "byte 244: duration of a data record is 'nan'"),
        (252, b"9999", "byte 252: number of signals is 9999, which needs a header of 2560000 bytes"),
        (252, b"0   ", "byte 252: number of signals is 0"),
        (252, b"-2  ", "byte 252: number of signals is -2"),
        (256 + 3 * 216, b"99999999", "expected at least one data record of"),
        (256 + 3 * 216, b"-5      ", "samples per record of signal 1 is -5"),
    ],
)
def test_a_header_that_cannot_be_is_refused_by_byte_and_field(
    tmp_path: Path, at: int, value: bytes, words: str
) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], at, value)
    for ask in (io.read, io.info):
        with pytest.raises(FormatError) as refusal:
            ask(path)
        assert words in str(refusal.value)


def test_a_record_that_lasts_no_time_needs_the_rate(tmp_path: Path) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], 244, b"0       ")
    with pytest.raises(FormatError, match="a data record lasts 0 seconds: expected fs= in hertz"):
        io.read(path)
    assert io.read(path, fs=200).fs == 200


@pytest.mark.parametrize("bdf", [False, True])
def test_codes_outside_the_stated_range_are_kept_and_said(tmp_path: Path, bdf: bool) -> None:
    # Truth: by hand: 1 uV a code; the header is made to state 0 to 1023 for codes from -500 on.
    full = {"physical_range": (-500, 1500), "digital_range": (-500, 1500)}
    path, data = _file(tmp_path / "a.edf", bdf=bdf, **full)
    for field, value in ((104, b"0       "), (112, b"1023    "), (120, b"0       "), (128, b"1023    ")):
        _patch(path, 256 + 3 * field, value)
    recording = io.read(path)
    codes = np.round(data[:, 0])
    assert np.max(np.abs(recording.data[:, 0] - codes)) <= 0.5 and (recording.data[:, 0] < 0).any()
    outside = np.count_nonzero(recording.data[:, 0] < 0)
    assert recording.remarks == [
        f"EMG 0: {outside} samples lie outside the digital range that the header states, 0 to 1023: "
        "they are read as they stand"
    ]
    assert recording.repairs == [] and recording.valid is None
    # What is passed is no rail.
    assert recording.channels[0].rails_uV is None and recording.channels[0].step_uV == 1
    assert io.read(path, channels=["EMG 1"]).remarks == []


def _with_lists(path: Path, *lists: bytes) -> Path:
    """Write one record of 20 samples with these annotation lists."""
    edfio.Edf(
        [edfio.EdfSignal(np.arange(20.0), 2, label="angle", physical_dimension="deg")],
        annotations=[edfio.EdfAnnotation(0, None, "x" * 4000)],
        data_record_duration=10,
    ).write(path)
    raw = path.read_bytes()
    head = 256 * 3 + 40
    path.write_bytes(raw[:head] + b"".join(lists).ljust(len(raw) - head, b"\0"))
    return path


def test_annotations_come_whole(tmp_path: Path) -> None:
    # Truth: EDF+ 2.2.2, by hand: several texts in one list, lines, no duration behind its sign, onsets from the start.
    long = b"x" * 3000
    lists = (
        b"+0.5\x14\x14first\x14\0",
        b"+3.5\x152.\x14one\x14two\nlines\x14\x14\0\0",
        b"+1\x15\x14" + long + b"\x14\0",
        b"-0.25\x14early\x14\0",
    )
    recording = io.read(_with_lists(tmp_path / "a.edf", *lists))
    assert [(a.onset_s, a.duration_s, a.text) for a in recording.annotations] == [
        (-0.75, 0, "early"),
        (0, 0, "first"),
        (0.5, 0, long.decode()),
        (3, 2, ""),
        (3, 2, "one"),
        (3, 2, "two\nlines"),
    ]
    assert recording.repairs == [] and recording.remarks == []


@pytest.mark.parametrize(
    "bad",
    [
        b"0.02\x14no sign\x14",
        b"+\x14none\x14",
        b"+0.02\x14no end",
        b"+0.02",
        b"+0.02\x15x\x14a\x14",
        b"text",
        b"+0,02\x14a\x14",
    ],
)
def test_what_is_no_annotation_list_is_said_and_the_others_come(tmp_path: Path, bad: bytes) -> None:
    recording = io.read(_with_lists(tmp_path / "a.edf", b"+0\x14\x14\0", bad + b"\0", b"+1\x14good\x14\0"))
    assert [a.text for a in recording.annotations] == ["good"]
    assert recording.repairs == ["1 annotation lists cannot be read (first: data record 1): they are left out"]


def test_a_record_that_does_not_say_when_it_begins_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path, data = _file(tmp_path / "a.edf")
    path.write_bytes(path.read_bytes().replace(b"+0\x14\x14", b"\xff\xfe\xfd\xfc"))
    recording = io.read(path)
    assert recording.samples == len(data) and [a.text for a in recording.annotations] == ["rest", "bend"]
    assert recording.repairs == ["1 annotation lists cannot be read (first: data record 1): they are left out"]
    assert recording.remarks == ["1 data records do not state when they begin: gaps there would not be seen"]
    recording = io.read(_with_lists(tmp_path / "b.edf", b"+1\x14good\x14\0"))
    assert [a.text for a in recording.annotations] == ["good"] and "1 data records do not" in recording.remarks[0]


def test_a_text_that_is_not_utf8_is_read_as_latin1_and_said(tmp_path: Path) -> None:
    path = _with_lists(tmp_path / "a.edf", b"+0\x14\x14\0", b"+1\x14r\xfccken\x14\0", "+2\x14Rücken\x14\0".encode())
    recording = io.read(path)
    assert [a.text for a in recording.annotations] == ["rücken", "Rücken"]
    assert recording.remarks == ["1 annotation texts are not UTF-8, as EDF+ has them: they are read as Latin-1"]


@pytest.mark.parametrize("flavour", ["EDF+C", "EDF+D"])
def test_a_header_of_edf_plus_without_annotations_is_said(tmp_path: Path, flavour: str) -> None:
    path = tmp_path / "a.edf"
    edfio.Edf([edfio.EdfSignal(np.arange(400.0), 200, label="EMG", physical_dimension="uV")]).write(path)
    recording = io.read(_patch(path, 192, flavour.encode()))
    assert recording.samples == 400
    assert recording.remarks == [f"the header says {flavour}, but no signal holds annotations: gaps would not be seen"]


@pytest.mark.parametrize(
    "label", [b" EDF Annotations", b"\tEDF Annotations", b"EDF Annotations\xa0", b"edf annotations "]
)
def test_a_label_nearly_of_annotations_does_no_harm(tmp_path: Path, label: bytes) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], 256 + 2 * 16, label)
    assert io.read(path, channels=["EMG 0", "EMG 1"]).samples == 2000


def test_lost_records_of_a_discontinuous_file_are_held_and_marked(tmp_path: Path) -> None:
    path, _ = _file(tmp_path / "a.edf")
    sound = io.read(path)
    raw = path.read_bytes().replace(b"EDF+C", b"EDF+D")
    head = 256 * 4
    width = (len(raw) - head) // 10
    records = [bytearray(raw[head + i * width : head + (i + 1) * width]) for i in range(10)]
    for i in range(5, 10):  # these begin half a second late
        start = 200 * 2 * 2
        note = b"+%d.5\x14\x14" % i
        records[i][start : start + len(note) + 1] = note + b"\x00"
    path.write_bytes(raw[:head] + b"".join(records))
    recording = io.read(path)
    assert recording.gaps == [(1000, 100)] and recording.samples == 2100
    assert recording.valid is not None and not recording.valid[1000:1100].any() and recording.valid.sum() == 4000
    assert np.array_equal(recording.data[1100:], sound.data[1000:])
    assert np.all(recording.data[1000:1100] == sound.data[999])
    with pytest.raises(FormatError, match="a gap is 100 samples"):
        io.read(path, max_gap_s=0.2)


@pytest.mark.parametrize("bdf", [False, True])
def test_reading_needs_little_more_memory_than_the_samples(tmp_path: Path, bdf: bool) -> None:
    make = edfio.BdfSignal if bdf else edfio.EdfSignal
    noise = _RNG.normal(0, 50, 2000 * 240)
    signals = [make(noise, 2000, label=f"{i}", physical_dimension="uV") for i in range(8)]
    path = tmp_path / "a.bdf"
    (edfio.Bdf if bdf else edfio.Edf)(signals).write(path)
    io.info(path)
    tracemalloc.start()
    recording = io.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Fixed: one piece of 8 MiB, decoded at up to ten times its size; the rest is the samples themselves.
    assert peak < recording.data.nbytes + 10 * 2**23 + 2**23


def test_a_corrupt_size_asks_for_no_memory(tmp_path: Path) -> None:
    path = _patch(_file(tmp_path / "a.edf")[0], 236, b"99999999")
    tracemalloc.start()
    recording = io.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert recording.samples == 2000 and peak < 2**22
