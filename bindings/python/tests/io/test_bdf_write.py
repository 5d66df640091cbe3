"""Truth: what was written comes back within half a step of 24 bits, read by our reader and by edfio alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unguard import io
from unguard.analysis import analyse
from unguard.errors import ConfigError, FormatError
from unguard.recording import Annotation, Channel, Recording


def _recording(samples: int = 2345, fs: float = 2000.0, **changes: Any) -> Recording:
    data = np.random.default_rng(5).normal(0, 80, (samples, 2))
    fields: dict[str, Any] = {
        "data": data,
        "fs": fs,
        "channels": [Channel("longissimus L", kind="EMG"), Channel("knee", "deg", "deg", "other")],
        "annotations": [Annotation(0.25, 0.5, "bend"), Annotation(1.0, 0.0, "ow")],
    }
    return Recording(**(fields | changes))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    samples=st.integers(1, 5000),
    fs=st.sampled_from(
        [1.0, 128.0, 250.0, 500.0, 1000.0, 1024.0, 2000.0, 2048.0, 4000.0, 2000 / 3, 1925.926, 1259.259]
    ),
)
def test_length_rate_and_values_come_back(tmp_path: Path, samples: int, fs: float) -> None:
    recording = _recording(samples, fs, annotations=[])
    io.write_bdf(tmp_path / "a.bdf", recording)
    back = io.read(tmp_path / "a.bdf")
    assert back.fs == pytest.approx(fs, rel=1e-9) and back.samples == samples
    for column in range(2):
        low, high = recording.data[:, column].min(), recording.data[:, column].max()
        assert (
            np.max(np.abs(back.data[:, column] - recording.data[:, column]))
            <= (max(high, 1) - min(low, -1) + 2) / 2**24
        )


def test_annotations_names_and_units_come_back(tmp_path: Path) -> None:
    recording = _recording()
    io.write_bdf(tmp_path / "a.bdf", recording)
    back = io.read(tmp_path / "a.bdf")
    assert back.annotations == recording.annotations and back.names == recording.names
    assert [c.unit for c in back.channels] == ["uV", "deg"]
    assert "padding" in " ".join(back.remarks) and back.repairs == []
    other = [Annotation(0.0, 1.0, "Schluß")]
    io.write_bdf(tmp_path / "b.bdf", recording, other)
    assert io.read(tmp_path / "b.bdf").annotations == other


def test_nothing_is_said_about_the_person(tmp_path: Path) -> None:
    io.write_bdf(tmp_path / "a.bdf", _recording())
    head = (tmp_path / "a.bdf").read_bytes()[:256]
    assert head[8:88].split() == [b"X"] * 4
    assert head[88:168].split() == [b"Startdate", b"X", b"X", b"X", b"X"]
    file = edfio.read_bdf(tmp_path / "a.bdf")
    assert file.reserved == "BDF+C" and file.labels == ("longissimus L", "knee")


def test_the_largest_values_that_a_header_holds_come_back(tmp_path: Path) -> None:
    data = np.array([[-9_999_999.0, 0.0], [99_999_999.0, 0.0]])
    io.write_bdf(tmp_path / "a.bdf", _recording(data=data, annotations=[]))
    head = (tmp_path / "a.bdf").read_bytes()
    assert head[256 + 3 * 104 :][:8] == b"-9999999" and head[256 + 3 * 112 :][:8] == b"99999999"
    assert np.max(np.abs(io.read(tmp_path / "a.bdf").data - data)) <= 0.5 * 109_999_998 / (2**24 - 1)


def test_held_values_are_annotated_and_come_back_held(tmp_path: Path) -> None:
    valid = np.ones((2345, 2), dtype=bool)
    valid[100:120, 0] = False
    valid[[0, 700, 701, 2344], 1] = False
    io.write_bdf(tmp_path / "a.bdf", _recording(valid=valid, annotations=[]))
    notes = [note for note in edfio.read_bdf(tmp_path / "a.bdf").annotations if "longissimus" in note.text]
    assert notes == [edfio.EdfAnnotation(0.05, 0.01, "held: longissimus L")]
    back = io.read(tmp_path / "a.bdf")
    assert back.valid is not None and np.array_equal(back.valid, valid)
    assert back.annotations == [] and back.repairs == []
    assert "longissimus L: 20 values are held and marked, as the file's own annotations say" in back.remarks
    assert "4 annotations say that values are held" in " ".join(io.info(tmp_path / "a.bdf").remarks)
    knee = io.read(tmp_path / "a.bdf", channels=["knee"])
    assert knee.valid is not None and np.array_equal(knee.valid[:, 0], valid[:, 1]) and knee.annotations == []
    io.write_bdf(tmp_path / "b.bdf", back)
    again = io.read(tmp_path / "b.bdf").valid
    assert again is not None and np.array_equal(again, valid), "and once more"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fs=st.sampled_from([100.0, 1000.0, 2000 / 3, 1925.926, 2048.0, 50_000.0, 1e6]),
    held=st.lists(st.tuples(st.integers(0, 2999), st.integers(1, 50)), max_size=12),
)
def test_whatever_is_held_comes_back_held(tmp_path: Path, fs: float, held: list[tuple[int, int]]) -> None:
    valid = np.ones((3000, 2), dtype=bool)
    for first, count in held:
        valid[first : first + count, first % 2] = False
    io.write_bdf(tmp_path / "a.bdf", _recording(3000, fs, valid=valid, annotations=[]))
    back = io.read(tmp_path / "a.bdf").valid
    assert (back is None and valid.all()) or (back is not None and np.array_equal(back, valid))


def test_a_lost_stretch_of_a_table_is_not_believed_after_writing(tmp_path: Path) -> None:
    data = np.random.default_rng(3).normal(0, 50, (20_000, 1))
    valid = np.ones((20_000, 1), dtype=bool)
    valid[4000:16_000] = False
    data[4000:16_000] = data[3999]
    recording = Recording(data=data, fs=2000.0, channels=[Channel("EMG", kind="EMG")], valid=valid)
    io.write_bdf(tmp_path / "a.bdf", recording)
    before, after = analyse(recording), analyse(io.read(tmp_path / "a.bdf"))
    assert after.channels[0].levels.believable_share == before.channels[0].levels.believable_share < 0.5


@pytest.mark.parametrize(("text", "duration"), [("held: breath", 1.0), ("held: knee", 0.0), ("holding", 1.0)])
def test_a_remark_that_only_sounds_alike_stays_one(tmp_path: Path, text: str, duration: float) -> None:
    path = tmp_path / "a.bdf"
    signal = edfio.BdfSignal(np.zeros(1000), 100, label="knee", physical_dimension="deg", physical_range=(-1, 1))
    edfio.Bdf([signal], annotations=[edfio.EdfAnnotation(1.0, duration or None, text)]).write(path)
    back = io.read(path)
    assert back.valid is None and back.annotations == [Annotation(1.0, duration, text)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channels": [Channel("a name of more than sixteen"), Channel("b")]}, "names of 1 to 16 printable ASCII"),
        ({"channels": [Channel("Glutäus"), Channel("b")]}, "names of 1 to 16 printable ASCII"),
        ({"channels": [Channel("a", "kilogramforce"), Channel("b")]}, "units of up to 8 printable ASCII"),
        (
            {"data": np.full((10, 2), 1e8)},
            "data is longissimus L from -1 to 1e.08 uV: expected values from -9999999 to",
        ),
        ({"data": np.full((10, 2), -1e7)}, "data is longissimus L from -1e.07 to 1 uV"),
        ({"annotations": [Annotation(float("nan"), 0, "a")]}, "annotations is 'a' at nan s"),
        ({"annotations": [Annotation(0, -1, "a")]}, "annotations is 'a' at 0 s for -1 s"),
        ({"annotations": [Annotation(0, 0, "a\x14b")]}, "text without control characters"),
        ({"annotations": [Annotation(0, 1, "unguard: padding")]}, "texts that do not tell of held values or padding"),
        ({"annotations": [Annotation(0, 1, "held: knee")]}, "annotations is 'held: knee': expected texts that do not"),
        ({"channels": [Channel("Status"), Channel("b")]}, "'Status': expected a name that does not mean codes"),
        ({"channels": [Channel("EVENT marker"), Channel("b")]}, "a name that does not mean codes of a trigger"),
        ({"channels": [Channel("BDF Annotations"), Channel("b")]}, "a name that does not mean annotations"),
        ({"channels": [Channel(" EMG "), Channel("b")]}, "no blanks at their ends"),
        ({"channels": [Channel("a", "g "), Channel("b")]}, "units of up to 8 .* no blanks at their ends"),
        ({"fs": 1234.56789012}, "a rate that whole samples per data record of BDF can state"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        io.write_bdf(tmp_path / "a.bdf", _recording(**changes))
    assert not (tmp_path / "a.bdf").exists()


@pytest.mark.parametrize("path", [None, 1.5, "a\0b", b"a.bdf"])
def test_a_path_that_is_none_is_refused_by_name(path: Any) -> None:
    with pytest.raises(ConfigError, match=r"^path is "):
        io.write_bdf(path, _recording())


@pytest.mark.parametrize("annotations", [5, "x", ["x"], [None]])
def test_annotations_that_are_none_are_refused_by_name(tmp_path: Path, annotations: Any) -> None:
    with pytest.raises(ConfigError, match=r"^annotations is "):
        io.write_bdf(tmp_path / "a.bdf", _recording(), annotations)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the file is not writable"):
        io.write_bdf(tmp_path / "none" / "a.bdf", _recording())
