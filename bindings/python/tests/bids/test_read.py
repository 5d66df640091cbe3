"""What sidecars say, held against the file. Truth: the files are written by hand, so that what they hold is known."""

from __future__ import annotations

from typing import Any

import edfio
import numpy as np
import pytest
import unguard
from unguard import bids
from unguard.recording import Annotation

_CHANNELS = "sub-01/emg/sub-01_task-lift_channels.tsv"
_EVENTS = "sub-01/emg/sub-01_task-lift_events.tsv"
_SIDECAR = "task-lift_emg.json"
_HEADER = "name\ttype\tunits\tstatus\ttarget_muscle\tlow_cutoff\thigh_cutoff\n"


def test_a_recording_without_sidecars_is_the_file_and_says_so(one: Any) -> None:
    path = one()
    made, plain = bids.read(path), unguard.io.read(path)
    assert np.array_equal(made.data, plain.data) and made.names == plain.names
    assert "no *_emg.json says how it was recorded" in made.remarks
    assert any("no *_channels.tsv" in text for text in made.remarks)


def test_types_filters_and_muscles_come_from_the_table_of_channels(study: Any, one: Any) -> None:
    path = one()
    study.write(
        _CHANNELS,
        _HEADER + "left\tEMG\tuV\tgood\tlongissimus\t20\t450\nright\tMISC\tuV\tbad\tn/a\tn/a\tn/a\n"
        "heart\tECG\tuV\tn/a\tn/a\tn/a\tn/a\n",
    )
    made = bids.read(path)
    assert [c.kind for c in made.channels] == ["EMG", "other", "ECG"]
    assert made.filters["left"] == "HP:20Hz LP:450Hz"
    assert any("calls 'right' bad" in text for text in made.remarks)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("name\ttype\nleft\tEMG\n", r"the first line is name, type: expected a column units"),
        ("name\ttype\tunits\nnobody\tEMG\tuV\n", r"line 2: name is 'nobody': expected one of left, right, heart"),
        ("name\ttype\tunits\nleft\tEMG\tuV\nleft\tEMG\tuV\n", r"line 3: name is 'left' twice"),
        ("name\ttype\tunits\nleft\tEMG\tdeg\n", r"line 2: units is 'deg': expected uV"),
        (_HEADER + "left\tEMG\tuV\tpoor\tx\t1\t2\n", r"line 2: status is 'poor': expected"),
        (_HEADER + "left\tEMG\tuV\tbad\tx\tlow\t2\n", r"line 2: low_cutoff is 'low': expected"),
        ("name\ttype\tunits\tsampling_frequency\nleft\tEMG\tuV\t500\n", r"sampling_frequency is 500: expected 1000 Hz"),
    ],
)
def test_a_table_of_channels_that_contradicts_the_file_is_refused(
    study: Any, one: Any, table: str, message: str
) -> None:
    path = one()
    study.write(_CHANNELS, table)
    with pytest.raises(unguard.FormatError, match=message):
        bids.read(path)


def test_another_scale_of_volts_is_said_and_the_files_counts(study: Any, one: Any) -> None:
    path = one()
    study.write(_CHANNELS, "name\ttype\tunits\nleft\tEMG\tV\nright\tEMG\tµV\n")
    made = bids.read(path)
    assert np.array_equal(made.data, unguard.io.read(path).data)
    assert any("gives 'left' in V, the file in uV: the file's unit counts" in text for text in made.remarks)
    assert any("says nothing of 'heart'" in text for text in made.remarks)


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        (
            {"SamplingFrequency": 2000},
            r"SamplingFrequency is 2000: expected 1000 Hz, as sub-01_task-lift_emg.bdf states",
        ),
        ({"SamplingFrequency": "fast"}, r'SamplingFrequency is "fast": expected'),
        ({"SamplingFrequency": -1}, r"SamplingFrequency is -1: expected"),
        ({"PowerLineFrequency": 0}, r"PowerLineFrequency is 0: expected"),
        ("[1]", r"the text is a JSON list: expected a JSON object"),
        ("{", r"the text is no JSON"),
    ],
)
def test_a_sidecar_that_contradicts_the_file_is_refused(study: Any, one: Any, sidecar: Any, message: str) -> None:
    path = one()
    study.write(_SIDECAR, sidecar)
    with pytest.raises(unguard.FormatError, match=message):
        bids.read(path)


def test_what_differs_by_little_or_may_be_is_said(study: Any, one: Any) -> None:
    path = one()
    study.write(_SIDECAR, {"SamplingFrequency": 1000.5, "RecordingDuration": 60, "SoftwareFilters": {"HP": {"Hz": 20}}})
    remarks = "\n".join(bids.read(path).remarks)
    assert "rounds the rate to 1000.5 Hz: it is 1000 Hz" in remarks
    assert "says that the recording lasts 60 s: the file holds 4 s" in remarks
    assert 'filtered before by software, as *_emg.json says: {"HP": {"Hz": 20}}' in remarks


def test_events_become_annotations_and_those_of_the_file_are_not_told_twice(study: Any) -> None:
    notes = [Annotation(0.5, 1.0, "standing"), Annotation(3.0, 0.0, "cough")]
    path = study.record("sub-01/emg/sub-01_task-lift_emg.bdf", notes)
    study.write(
        _EVENTS,
        "onset\tduration\ttrial_type\tchannel\n"
        "2.0\tn/a\tknock\tn/a\n0.5\t1.0\tstanding\tn/a\n1.5\t2.0\trest\tn/a\n2.5\t0.1\ttwitch\tleft\n",
    )
    made = bids.read(path)
    assert made.annotations == [
        Annotation(0.5, 1.0, "standing"),
        Annotation(1.5, 2.0, "declared rest"),
        Annotation(2.0, 0.0, "knock"),
        Annotation(2.5, 0.1, "twitch", "left"),
        Annotation(3.0, 0.0, "cough"),
    ]
    assert any('"rest" with a duration: taken for declared rest' in text for text in made.remarks)
    assert any("1 annotation of the file that events.tsv does not have" in text for text in made.remarks)
    assert [n.text for n in bids.read(path, channels=["right"]).annotations] == [
        "standing", "declared rest", "knock", "cough",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("soon\t1\tx", r"line 2: onset is 'soon': expected"),
        ("1\t-1\tx", r"line 2: duration is '-1': expected seconds, 0 or more, or n/a"),
        ("1\t1", r"line 2: the row is 2 values: expected one for each of 3 columns"),
    ],
)
def test_an_event_that_cannot_be_is_refused(study: Any, one: Any, row: str, message: str) -> None:
    path = one()
    study.write(_EVENTS, f"onset\tduration\ttrial_type\n{row}\n")
    with pytest.raises(unguard.FormatError, match=message):
        bids.read(path)


def test_a_missing_recording_is_refused(study: Any) -> None:
    with pytest.raises(unguard.FormatError, match="the file is missing"):
        bids.read(study.root / "sub-01/emg/sub-01_task-lift_emg.bdf")
    with pytest.raises(unguard.ConfigError, match="file is 3: expected"):
        bids.read(3)  # type: ignore[arg-type]


def test_of_several_rates_the_stated_one_is_read_and_the_others_are_named(study: Any) -> None:
    path = study.root / "sub-01/emg/sub-01_task-lift_emg.edf"
    path.parent.mkdir(parents=True)
    rng = np.random.default_rng(3)
    signals = [
        edfio.EdfSignal(rng.normal(0, 20, 4 * rate), rate, label=name, physical_dimension=unit)
        for name, rate, unit in (("left", 1000, "uV"), ("acc", 100, "g"), ("right", 1000, "uV"))
    ]
    edfio.Edf(signals).write(path)
    with pytest.raises(unguard.FormatError, match="the sampling rate is not one"):
        bids.read(path)
    study.write(_SIDECAR, {"SamplingFrequency": 1000})
    made = bids.read(path)
    assert made.names == ["left", "right"] and made.fs == 1000
    assert any(
        "not loaded, as of another rate than the 1000 Hz that are stated: acc (100 Hz)" in t for t in made.remarks
    )
    with pytest.raises(unguard.FormatError, match="SamplingFrequency is 1000: expected 100 Hz"):
        bids.read(path, channels=["acc"])


def test_units_of_the_table_are_used_where_the_file_has_none(study: Any) -> None:
    path = study.root / "sub-01/emg/sub-01_task-lift_emg.edf"
    path.parent.mkdir(parents=True)
    values = np.random.default_rng(3).normal(0, 0.02, 4000)
    edfio.Edf([edfio.EdfSignal(values, 1000, label="EMG left")]).write(path)
    with pytest.raises(unguard.FormatError, match="the unit is not stated"):
        bids.read(path)
    study.write(_CHANNELS, "name\ttype\tunits\nEMG left\tEMG\tmV\n")
    assert bids.read(path).data[:, 0] == pytest.approx(1000 * values, abs=0.01)
