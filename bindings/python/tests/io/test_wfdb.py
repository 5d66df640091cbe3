"""WFDB: the truth is what wfdb was given to write, the rules of the header, and wfdb for the real records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_files import write_wfdb
from unguard import extras, io
from unguard.errors import FormatError

wfdb = extras.module("wfdb", "wfdb", "formats")


@pytest.mark.parametrize("suffix", [".hea", ".dat"])
def test_header_and_signal_file_are_one_record(tmp_path: Path, suffix: str) -> None:
    truth = write_wfdb(tmp_path)
    recording = io.read(tmp_path / f"rec{suffix}")
    assert recording.fs == 500 and [(c.name, c.kind) for c in recording.channels] == [
        ("EMG TA", "EMG"),
        ("II", "voltage"),
    ]
    assert np.nanmax(np.abs(recording.data - truth * 1000)) <= 0.5000001  # half a step of 1 uV
    assert recording.channels[0].step_uV == 1.0


def test_samples_are_held_against_the_checksum(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    raw = bytearray((tmp_path / "rec.dat").read_bytes())
    assert not any("checksum" in text for text in io.read(tmp_path / "rec.hea").remarks)
    raw[100] ^= 1  # the 25th sample of the first signal
    (tmp_path / "rec.dat").write_bytes(raw)
    words = [text for text in io.read(tmp_path / "rec.hea").remarks if "checksum" in text]
    assert words == ["EMG TA: the samples do not add up to the checksum of the header"]


def test_a_sample_marked_as_invalid_is_missing(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    recording = io.read(tmp_path / "rec.hea")
    assert recording.valid is not None and np.argwhere(~recording.valid).tolist() == [[17, 0]]
    assert recording.data[17, 0] == recording.data[16, 0]
    assert recording.repairs == ["EMG TA: 1 values missing, first at row 17: the last value is held and marked"]


def test_annotations_come_with_symbol_and_note(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    notes = io.read(tmp_path / "rec.hea").annotations
    assert [(a.onset_s, a.text) for a in notes] == [(0.1, "N"), (0.4, "V (B")]


def _raw(tmp_path: Path, header: str, values: np.ndarray) -> Path:
    (tmp_path / "r.dat").write_bytes(values.astype("<i2").tobytes())
    (tmp_path / "r.hea").write_text(header)
    return tmp_path / "r.hea"


def test_several_samples_a_frame_are_several_rates(tmp_path: Path) -> None:
    frames = np.arange(500).reshape(100, 5)  # four of the EMG, one of the angle, a frame
    path = _raw(tmp_path, "r 2 250 100\nr.dat 16x4 10/mV 16 0 0 0 0 EMG\nr.dat 16 2/deg 16 0 0 0 0 angle\n", frames)
    with pytest.raises(FormatError, match="not one \\(1000 Hz: EMG; 250 Hz: angle\\)"):
        io.read(path)
    emg, angle = io.read(path, channels=["EMG"]), io.read(path, channels=["angle"])
    assert emg.fs == 1000 and np.array_equal(emg.data[:, 0], frames[:, :4].reshape(-1) / 10 * 1000)
    assert angle.fs == 250 and np.array_equal(angle.data[:, 0], frames[:, 4] / 2) and angle.channels[0].unit == "deg"


def test_a_baseline_is_taken_off_and_the_gain_of_the_header_used(tmp_path: Path) -> None:
    path = _raw(tmp_path, "r 1 1000 50\nr.dat 16 4(100)/uV 16 0 0 0 0 EMG\n", np.arange(50))
    assert np.array_equal(io.read(path).data[:, 0], (np.arange(50) - 100) / 4)


def test_without_a_gain_numbers_are_the_converters(tmp_path: Path) -> None:
    path = _raw(tmp_path, "r 1 1000 50\nr.dat 16 0 12 0 0 0 0 EMG\n", np.arange(50))
    with pytest.raises(FormatError, match="the unit is not stated"):
        io.read(path)
    recording = io.read(path, gain=0.5)
    assert np.array_equal(recording.data[:, 0], np.arange(50) * 0.5)
    assert recording.channels[0].unit_found == "ADC 12 bit"


def test_the_rate_the_format_would_assume_is_not_assumed(tmp_path: Path) -> None:
    path = _raw(tmp_path, "r 1\nr.dat 16 200 16 0 0 0 0 EMG\n", np.arange(50))
    with pytest.raises(FormatError, match=r"the 250 Hz of the format are not assumed\): expected fs="):
        io.read(path)
    assert io.read(path, fs=500).samples == 50


def test_a_file_that_was_cut_off_gives_its_whole_frames(tmp_path: Path) -> None:
    path = _raw(tmp_path, "r 2 1000 50\nr.dat 16 200 16 0 0 0 0 a\nr.dat 16 200 16 0 0 0 0 b\n", np.arange(61))
    recording = io.read(path)
    assert recording.samples == 30
    assert recording.repairs == ["the header states 50 samples, the file holds 30: it was cut off"]


def _segmented(tmp_path: Path, gap: int) -> Path:
    for name, start in (("s1", 0), ("s2", 1000)):
        (tmp_path / f"{name}.dat").write_bytes(np.arange(start, start + 200).astype("<i2").tobytes())
        (tmp_path / f"{name}.hea").write_text(f"{name} 1 1000 200\n{name}.dat 16 10/uV 16 0 0 0 0 EMG\n")
    (tmp_path / "layout.hea").write_text("layout 1 1000 0\n~ 0 10/uV 16 0 0 0 0 EMG\n")
    (tmp_path / "m.hea").write_text(f"m/4 1 1000 {400 + gap}\nlayout 0\ns1 200\n~ {gap}\ns2 200\n")
    return tmp_path / "m.hea"


def test_segments_are_joined_and_what_is_between_them_is_missing(tmp_path: Path) -> None:
    recording = io.read(_segmented(tmp_path, 100))
    truth = np.concatenate([np.arange(200), np.full(100, 199), np.arange(1000, 1200)]) / 10
    assert np.array_equal(recording.data[:, 0], truth)
    assert recording.valid is not None and np.count_nonzero(~recording.valid) == 100


def test_segments_that_follow_each_other_are_one_record(tmp_path: Path) -> None:
    _segmented(tmp_path, 1)
    path = tmp_path / "f.hea"
    path.write_text("f/2 1 1000 400\ns2 200\ns1 200\n")
    recording = io.read(path)
    truth = np.concatenate([np.arange(1000, 1200), np.arange(200)]) / 10
    assert np.array_equal(recording.data[:, 0], truth) and recording.valid is None
    path.write_text("f/3 1 1000 410\ns2 200\n~ 10\ns1 200\n")
    with pytest.raises(FormatError, match="a segment is without samples"):
        io.read(path)
    path.write_text("f/2 1 1000 500\ns2 300\ns1 200\n")
    with pytest.raises(FormatError, match=r"the segment 's2' is 200 samples long in s2\.hea: expected 300"):
        io.read(path)


def test_a_long_hole_between_segments_is_refused_as_a_gap_is(tmp_path: Path) -> None:
    path = _segmented(tmp_path, 350)
    with pytest.raises(FormatError, match=r"a gap is 350 samples \(0.35 s\) long: expected at most 0.2 s"):
        io.read(path, max_gap_s=0.2)
    assert io.read(path).samples == 750


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("r 1 1000 50\nother.dat 16 200\n", "the signal file is 'other.dat', which is missing"),
        ("r 1 1000 50\nr.dat 99 200\n", "the format is 99: expected one of 8, 16"),
        ("r 3 1000 50\nr.dat 16 200\n", "the number of signals is 3 in the first line, 1 below it"),
        ("r 1 1000 50\nr.dat 16:999999999 200\n", "the skew is 999999999"),
        ("# nothing\n", "not readable as WFDB|the header is blank"),
    ],
)
def test_a_header_that_cannot_be_is_refused(tmp_path: Path, header: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        io.read(_raw(tmp_path, header, np.arange(50)))


def test_a_part_of_a_record_is_refused_by_name(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    with pytest.raises(FormatError, match="annotations without signals"):
        io.read(tmp_path / "rec.atr")
    (tmp_path / "rec.hea").rename(tmp_path / "rec.txt")
    with pytest.raises(FormatError, match=r"the header is missing \(rec.hea\)"):
        io.read(tmp_path / "rec.dat")


def test_annotations_that_are_damaged_do_not_keep_the_signals(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    (tmp_path / "rec.atr").write_bytes(b"\xec\x01\x00")
    recording = io.read(tmp_path / "rec.hea")
    assert recording.annotations == [] and any("the annotations are not read" in text for text in recording.remarks)


def test_annotations_of_a_record_without_a_rate_are_at_the_rate_that_is_given(tmp_path: Path) -> None:
    # wfdb fills in 250 Hz, which nobody stated.
    path = _raw(tmp_path, "r 1\nr.dat 16 200/uV 16 0 0 0 0 EMG\n", np.arange(4000))
    with extras.quiet():
        wfdb.wrann("r", "atr", np.array([1000, 2000]), ["N", "N"], write_dir=str(tmp_path))
    recording = io.read(path, fs=1000)
    assert recording.duration_s == 4 and [note.onset_s for note in recording.annotations] == [1.0, 2.0]
    with pytest.raises(FormatError, match="the sampling rate is not stated"):
        io.read(path)


@pytest.mark.parametrize(("name", "form"), [("physionet_emgdb/emg_healthy", "16"), ("physionet_ecg/100", "212")])
def test_the_real_records_are_what_wfdb_reads(real_data: Path, name: str, form: str) -> None:
    truth = wfdb.rdrecord(str(real_data / name))
    recording = io.read(real_data / f"{name}.dat")
    assert truth.fmt[0] == form
    assert np.array_equal(recording.data, truth.p_signal * 1000)
    assert recording.fs == truth.fs and recording.names == truth.sig_name


def test_the_beats_of_the_real_record_are_annotations(real_data: Path) -> None:
    with extras.quiet():
        truth = wfdb.rdann(str(real_data / "physionet_ecg/100"), "atr")
    notes = io.read(real_data / "physionet_ecg/100.hea").annotations
    assert len(notes) == 2274 and [a.onset_s for a in notes] == pytest.approx(list(truth.sample / 360))
    assert notes[0].text == "+ (N" and [a.text for a in notes[1:]] == truth.symbol[1:]
