"""XDF: the truth is what was written chunk by chunk by the specification, pyxdf for real files, and the README of
these."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import pyxdf
from format_files import Stream, chunk, xdf_bytes
from unguard import io
from unguard.errors import ConfigError, FormatError


def _samples(rows: int = 3000, columns: int = 2) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 50, (rows, columns)).astype(np.float32)


def _emg(rows: int = 3000, fs: float = 1000.0, start: float = 100.0, **more: object) -> Stream:
    values = _samples(rows)
    described = [{"label": "TA", "unit": "millivolts", "type": "EMG"}, {"label": "GM", "unit": "uV", "type": "EMG"}]
    fields = {"values": values, "stamps": start + np.arange(rows) / fs, "described": described} | more
    return Stream(fs=fs, **fields)  # type: ignore[arg-type]


def _imu(rows: int = 300) -> Stream:
    return Stream("imu", "Accelerometer", 100.0, values=_samples(rows, 3), stamps=100.0 + np.arange(rows) / 100)


def _write(tmp_path: Path, *streams: Stream, name: str = "a.xdf") -> Path:
    path = tmp_path / name
    path.write_bytes(xdf_bytes(streams))
    return path


def test_labels_units_and_types_come_from_the_header_of_the_stream(tmp_path: Path) -> None:
    stream = _emg()
    recording = io.read(_write(tmp_path, stream))
    assert recording.names == ["TA", "GM"] and recording.fs == 1000
    assert [(c.kind, c.unit_found) for c in recording.channels] == [("EMG", "millivolts"), ("EMG", "uV")]
    assert np.array_equal(recording.data[:, 0], stream.values[:, 0].astype(float) * 1000)
    assert np.array_equal(recording.data[:, 1], stream.values[:, 1].astype(float))
    assert recording.repairs == [] and recording.gaps == []
    assert any("1000 Hz nominal, 1000 Hz effective" in text for text in recording.remarks)


def test_streams_stay_apart_and_are_chosen_by_device_or_by_channels(tmp_path: Path) -> None:
    path = _write(tmp_path, _emg(), _imu())
    assert io.info(path).devices == ["amp", "imu"]
    with pytest.raises(FormatError, match=r"the device is not one \(amp, imu\): expected device= naming one"):
        io.read(path)
    alone = io.read(path, device="amp")
    assert alone.names == ["TA", "GM"]
    assert "not loaded: the stream 'imu' (100 Hz, 3 channels)" in alone.remarks
    by_name = io.read(path, channels=["imu/channel 3"])
    assert by_name.fs == 100 and by_name.channels[0].kind == "other" and by_name.samples == 300
    with pytest.raises(FormatError, match="the device is not one"):
        io.read(path, channels=["amp/TA", "imu/channel 1"])
    with pytest.raises(ConfigError, match="device is 'emg': expected one of amp, imu"):
        io.read(path, device="emg")


def test_markers_become_annotations_on_the_time_of_the_samples(tmp_path: Path) -> None:
    # The markers' clock is 40 s behind: offsets put them beside the samples that start at 100 s.
    markers = Stream(
        "task", "Markers", 0.0, "string", [["rest"], ["lift"]], [60.5, 61.25], offsets=[(60.0, 40.0), (62.0, 40.0)]
    )
    recording = io.read(_write(tmp_path, _emg(), markers))
    assert [(round(a.onset_s, 6), a.text) for a in recording.annotations] == [(0.5, "rest"), (1.25, "lift")]


def test_markers_do_not_drift_from_samples_that_come_slower_than_the_nominal_rate(tmp_path: Path) -> None:
    # 0.5 % slower: sample 2000 comes at 2000 / 995 s, and the marker with it.
    at = 100.0 + np.arange(3000) / 995
    markers = Stream("task", "Markers", 0.0, "string", [["lift"]], [at[2000]])
    recording = io.read(_write(tmp_path, _emg(stamps=at), markers))
    assert recording.fs == 1000 and recording.annotations[0].onset_s == pytest.approx(2.0, abs=1e-6)


def test_markers_that_are_numbers_are_annotations_too(tmp_path: Path) -> None:
    codes = Stream("codes", "Markers", 0.0, "int32", np.array([[7], [9]]), [100.5, 101.0])
    recording = io.read(_write(tmp_path, _emg(), codes))
    assert [(a.onset_s, a.text) for a in recording.annotations] == [(0.5, "7"), (1.0, "9")]


def test_samples_that_were_lost_are_gaps(tmp_path: Path) -> None:
    stamps = np.delete(100.0 + np.arange(3040) / 1000, slice(600, 640))
    recording = io.read(_write(tmp_path, _emg(stamps=stamps)))
    assert recording.gaps == [(600, 40)] and recording.samples == 3040
    assert recording.valid is not None and np.count_nonzero(~recording.valid[:, 0]) == 40


def test_stamps_that_jitter_hide_no_interruption_and_make_none(tmp_path: Path) -> None:
    # Packets of 50 samples that arrive up to 60 ms late, as over Bluetooth.
    late = np.repeat(np.random.default_rng(1).uniform(0, 0.06, 60), 50)
    sound = io.read(_write(tmp_path, _emg(stamps=100.0 + np.arange(3000) / 1000 + late)))
    assert sound.gaps == []
    assert any("jitter" in text and "losses and steps back shorter than 0.1 s" in text for text in sound.remarks)
    lost = 100.0 + np.arange(3000) / 1000 + late
    lost[1500:] += 0.5
    recording = io.read(_write(tmp_path, _emg(stamps=lost)))
    ((row, missing),) = recording.gaps
    assert row == 1500 and abs(missing - 500) <= 30  # half of the jitter


def _regular() -> np.ndarray:
    return 100.0 + np.arange(3000) / 1000


def _set_back(seconds: float) -> np.ndarray:
    stamps = _regular()
    stamps[1500:] -= seconds
    return stamps


def _with_chunks(order: list[int]) -> np.ndarray:
    return _regular().reshape(60, 50)[order + list(range(len(order), 60))].ravel()


def _late_chunks() -> np.ndarray:
    # A stall of 0.75 s; then four chunks of 0.25 s arrive at once, each with stamps counted back from its arrival.
    stamps = _regular()
    for i in range(4):
        stamps[1000 + 250 * i : 1250 + 250 * i] = 101.75 + np.arange(250) / 1000 + i / 1e4
    return stamps


@pytest.mark.parametrize(
    ("stamps", "words"),
    [
        (_set_back(5.0), "step back by 4.999 s at row 1500"),
        (_set_back(0.2), "step back by 0.199 s at row 1500"),
        (_set_back(0.2) + np.random.default_rng(1).uniform(0, 0.0006, 3000), "step back by 0.1"),
        # Chunks of 50 ms, less than packets may be late: but all stamps lie on the grid.
        (_with_chunks([0, 2, 1]), "step back by 0.099 s at row 100"),
        (_with_chunks([3, 2, 1, 0]), "step back by 0.099 s at row 50, 3 times in all"),
        (_with_chunks([0, 1, 1, 3]), "step back by 0.049 s at row 100"),
        (_late_chunks(), "step back by 0.2489 s at row 1250, 3 times in all"),
        (_regular()[::-1], "step back by 0.001 s at row 1, 2999 times in all"),
    ],
)
def test_stamps_that_step_back_give_no_rate_and_place_no_annotation(
    tmp_path: Path, stamps: np.ndarray, words: str
) -> None:
    markers = Stream("task", "Markers", 0.0, "string", [["rest"], ["lift"]], [100.5, 101.25])
    path = _write(tmp_path, _emg(stamps=stamps), markers)
    with pytest.raises(FormatError) as refusal:
        io.read(path)
    said = str(refusal.value)
    assert f"the sampling rate is not to be told, as the time stamps of amp {words}" in said
    assert said.endswith(": expected fs= in hertz")
    assert io.info(path).channels[0].fs is None
    told = io.read(path, fs=1000)
    assert told.annotations == [] and told.gaps == [] and told.samples == 3000
    (remark,) = [text for text in told.remarks if "step back" in text]
    assert remark.endswith(
        "the samples follow each other as they are stored, at the rate that was given, and gaps are not looked for; "
        "2 annotations are left out"
    )


def test_jitter_that_steps_back_is_jitter(tmp_path: Path) -> None:
    late = np.repeat(np.random.default_rng(1).uniform(0, 0.09, 60), 50)
    path = _write(tmp_path, _emg(stamps=_regular() + late))
    assert np.any(np.diff(_regular() + late) < 0)
    recording = io.read(path)
    assert recording.fs == 1000 and recording.gaps == []
    assert any("losses and steps back shorter than 0.1 s would not be seen" in text for text in recording.remarks)


def test_a_stream_whose_stamps_step_back_leaves_the_others_alone(tmp_path: Path) -> None:
    markers = Stream("task", "Markers", 0.0, "string", [["lift"]], [100.5])
    path = _write(tmp_path, _emg(stamps=_set_back(5.0)), _imu(), markers)
    recording = io.read(path, device="imu")
    assert recording.fs == 100 and [a.text for a in recording.annotations] == ["lift"]
    assert not any("step back" in text for text in recording.remarks)


def test_where_the_stamps_are_no_numbers_annotations_have_no_place(tmp_path: Path) -> None:
    stamps = _regular()
    stamps[0] = np.nan
    markers = Stream("task", "Markers", 0.0, "string", [["lift"]], [100.5])
    path = _write(tmp_path, _emg(stamps=stamps), markers)
    with pytest.raises(FormatError, match="as the time stamps of amp are no numbers: expected fs="):
        io.read(path)
    recording = io.read(path, fs=1000)
    assert recording.annotations == []
    assert any(
        "time stamps of amp are no numbers" in t and "1 annotations are left out" in t for t in recording.remarks
    )


def test_a_rate_that_the_stamps_deny_has_to_be_given(tmp_path: Path) -> None:
    path = _write(tmp_path, _emg(stamps=100.0 + np.arange(3000) / 500))
    with pytest.raises(FormatError, match=r"not one: 1000 Hz nominal, 500 Hz by the time stamps of amp: expected fs="):
        io.read(path)
    assert io.read(path, fs=500).fs == 500


def test_an_irregular_stream_is_read_only_when_asked_for_and_at_a_rate_that_is_given(tmp_path: Path) -> None:
    gaze = Stream(
        "gaze", "Gaze", 0.0, values=_samples(9, 1), stamps=100 + np.sort(np.random.default_rng(2).uniform(0, 3, 9))
    )
    path = _write(tmp_path, _emg(), gaze)
    assert io.read(path).names == ["amp/TA", "amp/GM"]
    with pytest.raises(
        FormatError, match=r"irregular by the header of the stream 'gaze' \(nominal_srate 0\): expected fs="
    ):
        io.read(path, device="gaze")
    assert io.read(path, channels=["gaze/channel 1"], fs=3).samples == 9


def test_clock_offsets_are_told(tmp_path: Path) -> None:
    path = _write(tmp_path, _emg(offsets=[(100.0, 2.5), (102.0, 2.5)]))
    assert any("2 measured clock offsets (2.5 to 2.5 s)" in text for text in io.read(path).remarks)


def test_a_packed_file_is_the_same_and_a_cut_one_is_mended(tmp_path: Path) -> None:
    plain = io.read(_write(tmp_path, _emg()))
    raw = xdf_bytes([_emg()])
    packed = tmp_path / "a.xdfz"
    packed.write_bytes(gzip.compress(raw))
    assert np.array_equal(io.read(packed).data, plain.data)
    packed.write_bytes(gzip.compress(raw)[:12000])
    cut = io.read(packed)
    assert np.array_equal(cut.data, plain.data[: cut.samples]) and 0 < cut.samples < 3000
    assert any("packed file was cut off" in text for text in cut.repairs)


def test_a_file_that_was_cut_off_gives_all_whole_chunks(tmp_path: Path) -> None:
    raw = xdf_bytes([_emg()])
    path = tmp_path / "a.xdf"
    path.write_bytes(raw[: len(raw) * 2 // 3])
    recording = io.read(path)
    assert recording.samples % 50 == 0 and 0 < recording.samples < 3000
    assert np.array_equal(recording.data[:, 1], _samples()[: recording.samples, 1].astype(float))
    assert any("cut off inside a chunk" in text for text in recording.repairs)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: raw.replace(b"<channel_count>2<", b"<channel_count>9<"), "a chunk of samples is"),
        (lambda raw: raw.replace(b"<channel_count>2<", b"<channel_count>0<"), "the channel_count is 0"),
        (lambda raw: raw.replace(b">float32<", b">float16<"), "the channel_format is 'float16'"),
        (lambda raw: raw.replace(b"<nominal_srate>1000.0<", b"<nominal_srate>nan   <"), "the nominal_srate is nan"),
        (lambda raw: raw.replace(b"</info>", b"</inf0>"), "a chunk is damaged"),
        (lambda raw: raw[:4] + chunk(9, b"what") + raw[4:], "a chunk is of tag 9"),
        (lambda raw: raw[:4] + b"\x03" + raw[4:], "a length is of 3 bytes"),
    ],
)
def test_damage_is_named_with_its_place(tmp_path: Path, damage: object, words: str) -> None:
    path = tmp_path / "a.xdf"
    path.write_bytes(damage(xdf_bytes([_emg()])))  # type: ignore[operator]
    with pytest.raises(FormatError, match=words) as refusal:
        io.read(path)
    assert "byte " in refusal.value.where


def test_the_real_file_has_the_values_of_its_readme_and_of_pyxdf(real_data: Path) -> None:
    path = real_data / "formats/minimal.xdf"
    recording = io.read(path, unit="uV")
    assert recording.data[:, 0].tolist() == [192, 12, 13, 14, 15, 12, 13, 14, 15]
    streams, _ = pyxdf.load_xdf(path, verbose=False)
    samples, markers = streams
    assert np.array_equal(recording.data, samples["time_series"])
    onsets = [at - samples["time_stamps"][0] for at in markers["time_stamps"]]
    assert [a.onset_s for a in recording.annotations] == pytest.approx(onsets)
    assert [a.text for a in recording.annotations][1] == "Hello"


def test_the_real_file_that_was_cut_has_the_whole_chunks_of_the_sound_one(real_data: Path) -> None:
    sound = io.read(real_data / "formats/minimal.xdf", unit="uV")
    cut = io.read(real_data / "malformed/xdf_truncated.xdf", unit="uV")
    assert np.array_equal(cut.data, sound.data[: cut.samples])
    assert any("cut off inside a chunk: its last 114 bytes are dropped" in text for text in cut.repairs)
