"""Recordings into datasets. Truth: what was put in; the schema of BIDS 1.11.1; MNE-BIDS, which reads it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unguard import bids, io
from unguard.errors import ConfigError, FormatError
from unguard.extras import module, quiet
from unguard.recording import Annotation, Channel, Recording

Make = Callable[..., Recording]
Told = dict[str, Any]
pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")


def _table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def _json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _step(values: np.ndarray[Any, np.dtype[np.float64]], codes: int) -> float:
    """Return one step of the converter, as the docstring states it."""
    return float(max(1.0, np.ceil(values.max())) - min(-1.0, np.floor(values.min()))) / (codes - 1)


@pytest.mark.parametrize(("format", "codes"), [("BDF", 2**24), ("EDF", 2**16)])
def test_samples_names_units_annotations_and_what_was_held_come_back(
    tmp_path: Path, recording: Make, told: Told, format: str, codes: int
) -> None:
    made = recording()
    file = bids.write(made, tmp_path, **told, format=format)
    assert file == tmp_path / f"sub-01/emg/sub-01_task-bend_emg.{format.lower()}"
    back = io.read(file)
    assert back.names == made.names and back.fs == made.fs and back.samples == made.samples
    for column in range(4):
        error = np.abs(back.data[:, column] - made.data[:, column]).max()
        assert error <= _step(made.data[:, column], codes)
    assert [c.unit for c in back.channels] == ["uV", "uV", "deg", ""]
    assert [(n.onset_s, n.duration_s, n.text) for n in back.annotations] == [
        (n.onset_s, n.duration_s, n.text) for n in made.annotations
    ]
    assert back.valid is not None and made.valid is not None and np.array_equal(back.valid, made.valid)
    assert back.filters == made.filters and back.repairs == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    samples=st.integers(1, 3000),
    fs=st.sampled_from([100.0, 1000.0, 2048.0, 1925.926]),
    scale=st.sampled_from([1e-3, 1.0, 1e5]),
    format=st.sampled_from([("BDF", 2**24), ("EDF", 2**16)]),
)
def test_any_length_rate_and_size_comes_back_within_a_step(
    tmp_path: Path, told: Told, samples: int, fs: float, scale: float, format: tuple[str, int]
) -> None:
    data = np.random.default_rng(samples).normal(0, scale, (samples, 2))
    made = Recording(data, fs, [Channel("a", kind="EMG"), Channel("b", kind="EMG")])
    back = io.read(bids.write(made, tmp_path, **told, format=format[0], overwrite=True))
    assert back.samples == samples and back.fs == pytest.approx(fs, rel=1e-9)
    for column in range(2):
        assert np.abs(back.data[:, column] - data[:, column]).max() <= _step(data[:, column], format[1])


def test_the_sidecar_has_what_the_schema_requires_and_nothing_made_up(
    tmp_path: Path, recording: Make, told: Told
) -> None:
    file = bids.write(
        recording(),
        tmp_path,
        **told,
        software_filters={"Anti-aliasing": {"cutoff (Hz)": 450}},
        more={"Manufacturer": "Delsys", "SkinPreparation": "shaved"},
    )
    assert _json(file.with_suffix(".json")) == {
        "TaskName": "bend",
        "EMGPlacementScheme": "Other",
        "EMGPlacementSchemeDescription": "SENIAM",
        "EMGReference": "Bipolar",
        "PowerLineFrequency": 50,
        "SoftwareFilters": {"Anti-aliasing": {"cutoff (Hz)": 450}},
        "SamplingFrequency": 1000,
        "RecordingDuration": 2.5,
        "RecordingType": "continuous",
        "EMGChannelCount": 1,
        "ECGChannelCount": 1,
        "EOGChannelCount": 0,
        "MiscChannelCount": 1,
        "TriggerChannelCount": 1,
        "Manufacturer": "Delsys",
        "SkinPreparation": "shaved",
    }
    described = _json(tmp_path / "dataset_description.json")
    assert described["BIDSVersion"] == "1.11.1" and described["Name"] == tmp_path.name and "Authors" not in described


def test_channels_and_events_are_tables_of_the_schema(tmp_path: Path, recording: Make, told: Told) -> None:
    muscle = {"target_muscle": "longissimus", "interelectrode_distance": 20, "status": "good"}
    file = bids.write(recording(), tmp_path, **told, channels={"longissimus L": muscle})
    stem = str(file).removesuffix("_emg.bdf")
    first, heart, angle, label = _table(Path(stem + "_channels.tsv"))
    assert list(first)[:3] == ["name", "type", "units"]
    assert first == {
        "name": "longissimus L",
        "type": "EMG",
        "units": "uV",
        "description": "prefiltering: HP:20Hz LP:450Hz N:50Hz",
        "sampling_frequency": "1000",
        "signal_electrode": "n/a",
        "reference": "bipolar",
        "group": "n/a",
        "target_muscle": "longissimus",
        "placement_scheme": "n/a",
        "placement_description": "n/a",
        "interelectrode_distance": "20",
        "low_cutoff": "20",
        "high_cutoff": "450",
        "notch": "50",
        "status": "good",
        "status_description": "60 values were missing and are held; annotations say where",
    }
    assert [(row["type"], row["units"], row["reference"]) for row in (heart, angle, label)] == [
        ("ECG", "uV", "n/a"),
        ("MISC", "deg", "n/a"),
        ("TRIG", "n/a", "n/a"),
    ]
    assert heart["status_description"].startswith("80 values") and heart["low_cutoff"] == "n/a"
    assert _table(Path(stem + "_events.tsv")) == [
        {"onset": "0.5", "duration": "0.25", "trial_type": "rest", "channel": "n/a"},
        {"onset": "1", "duration": "0", "trial_type": "a touch, at L3", "channel": "longissimus L"},
    ]


def test_mne_bids_reads_it(tmp_path: Path, recording: Make, told: Told) -> None:
    mne_bids = module("mne_bids", "mne-bids", "bids")
    made = recording()
    bids.write(made, tmp_path, **told, session="a", run=2)
    path = mne_bids.BIDSPath(
        subject="01", session="a", task="bend", run="02", datatype="emg", suffix="emg", extension=".bdf", root=tmp_path
    )
    with quiet():
        raw = mne_bids.read_raw_bids(path, verbose="ERROR")
        volts = raw.get_data(["longissimus L"])[0]
    assert raw.get_channel_types()[:2] == ["emg", "ecg"] and raw.info["line_freq"] == 50
    assert np.abs(volts[: made.samples] * 1e6 - made.data[:, 0]).max() <= _step(made.data[:, 0], 2**24)
    assert {"rest", "a touch, at L3"} <= set(raw.annotations.description)


def test_a_filter_of_ours_describes_itself(tmp_path: Path, recording: Make, told: Told) -> None:
    band = unguard.Bandpass(low=30, high=400)
    file = bids.write(recording(), tmp_path, **told, software_filters=band)
    (found,) = _json(file.with_suffix(".json"))["SoftwareFilters"].items()
    assert found == (
        "unguard.Bandpass",
        {"low (Hz)": 30, "high (Hz)": 400, "order": 4, "Version": unguard.__version__},
    )
    chain = unguard.Chain(band, unguard.Notch(frequency=50, width=2))
    file = bids.write(recording(), tmp_path, **told, software_filters=chain, overwrite=True)
    assert _json(file.with_suffix(".json"))["SoftwareFilters"]["unguard.Chain"]["Stages"] == repr(chain)


def test_a_dataset_grows_and_what_people_wrote_in_it_stays(tmp_path: Path, recording: Make, told: Told) -> None:
    bids.write(recording(), tmp_path, **told)
    people = tmp_path / "participants.tsv"
    people.write_text("participant_id\tage\tpain\nsub-01\t41\tyes\n", encoding="utf-8")
    described = tmp_path / "participants.json"
    described.write_text('{"pain": {"Description": "now"}}', encoding="utf-8")
    dataset = tmp_path / "dataset_description.json"
    dataset.write_text('{"Name": "Backs", "BIDSVersion": "1.9.0", "Authors": ["Ada"]}', encoding="utf-8")
    scans = tmp_path / "sub-01/sub-01_scans.tsv"
    scans.write_text("filename\tacq_time\nemg/sub-01_task-bend_emg.bdf\t2026-01-02T03:04:05\n", encoding="utf-8")
    readme = tmp_path / "README"
    readme.write_text("Backs.\n", encoding="utf-8")
    bids.write(recording(), tmp_path, **told, overwrite=True)
    assert people.read_text(encoding="utf-8") == "participant_id\tage\tpain\nsub-01\t41\tyes\n"
    bids.write(recording(), tmp_path, **(told | {"subject": "02"}), run=1)
    bids.write(recording(), tmp_path, **told, run=1)
    rows = _table(people)
    assert [(row["participant_id"], row["age"], row["pain"]) for row in rows] == [
        ("sub-01", "41", "yes"),
        ("sub-02", "n/a", "n/a"),
    ]
    assert _json(described) == {"pain": {"Description": "now"}}
    assert _json(dataset) == {"Name": "Backs", "BIDSVersion": "1.11.1", "Authors": ["Ada"]}
    assert [(row["filename"], row["acq_time"]) for row in _table(scans)] == [
        ("emg/sub-01_task-bend_emg.bdf", "2026-01-02T03:04:05"),
        ("emg/sub-01_task-bend_run-01_emg.bdf", "n/a"),
    ]
    assert readme.read_text(encoding="utf-8") == "Backs.\n"


def test_a_recording_is_replaced_only_when_asked_for(tmp_path: Path, recording: Make, told: Told) -> None:
    first = bids.write(recording(), tmp_path, **told)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with pytest.raises(ConfigError, match=r"overwrite is False: expected True, for the dataset has sub-01_task-bend"):
        bids.write(recording(), tmp_path, **told, format="EDF")
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    second = bids.write(recording(annotations=[]), tmp_path, **told, format="EDF", overwrite=True)
    assert second.suffix == ".edf" and not first.exists()
    assert [row["filename"] for row in _table(tmp_path / "sub-01/sub-01_scans.tsv")] == [f"emg/{second.name}"]
    assert not list(tmp_path.rglob("*_events.*"))


def test_voltages_are_muscle_where_they_are_named(tmp_path: Path, recording: Make, told: Told) -> None:
    made = recording(
        channels=[Channel("a"), Channel("b"), Channel("c"), Channel("d", "deg", "deg", "other")], filters={}
    )
    made = made.select(["a", "b", "d"])
    with pytest.raises(ConfigError, match=r"emg is not given: expected names of channels that are muscle"):
        bids.write(made, tmp_path, **told)
    file = bids.write(made, tmp_path, **told, emg=["b"])
    assert [row["type"] for row in _table(Path(str(file).replace("_emg.bdf", "_channels.tsv")))] == [
        "MISC",
        "EMG",
        "MISC",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "sub-01"}, "subject is 'sub-01': expected a label of letters and digits"),
        ({"task": ""}, "task is ''"),
        ({"session": "a_b"}, "session is 'a_b'"),
        ({"run": 1.5}, "run is 1.5"),
        ({"placement": "Other"}, "placement is 'Other'"),
        ({"placement": " "}, "placement is ''"),
        ({"placement": "ChannelSpecific"}, "placement is ChannelSpecific, and longissimus L has none"),
        ({"reference": "ChannelSpecific"}, "reference is ChannelSpecific, and longissimus L has none"),
        ({"reference": None}, "reference is None"),
        ({"power_line": 0}, "power_line is 0"),
        ({"power_line": "fifty"}, "power_line is 'fifty'"),
        ({"software_filters": "20-450 Hz"}, "software_filters is '20-450 Hz'"),
        ({"software_filters": {"a": 20}}, "software_filters is"),
        ({"format": "FIF"}, "format is 'FIF': expected one of BDF, EDF"),
        ({"emg": ["heart"]}, "emg is 'heart'"),
        ({"channels": {"nobody": {}}}, "channels is 'nobody'"),
        ({"channels": {"heart": {"muscle": "x"}}}, "channels is 'muscle' of heart"),
        ({"channels": {"heart": {"group": "a\tb"}}}, "channels is group"),
        ({"channels": {"heart": {"placement_scheme": "SENIAM"}}}, "channels is placement_scheme 'SENIAM'"),
        ({"more": {"TaskName": "x"}}, "more is 'TaskName'"),
        ({"more": {"Gain": {1, 2}}}, "more is 'Gain': {1, 2}: expected values that JSON can hold"),
        ({"software_filters": {"a": {"b": float("nan")}}}, "expected values that JSON can hold"),
        ({"overwrite": 1}, "overwrite is 1"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(
    tmp_path: Path, recording: Make, told: Told, changes: Told, words: str
) -> None:
    if changes == {"overwrite": 1}:
        bids.write(recording(), tmp_path, **told)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ConfigError) as refused:
        bids.write(recording(), tmp_path, **(told | changes))
    assert words in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_the_file_of_samples_cannot_hold_leaves_no_half_of_a_recording(
    tmp_path: Path, recording: Make, told: Told
) -> None:
    long = [Channel("a name of more than sixteen letters", kind="EMG"), *recording().channels[1:]]
    with pytest.raises(ConfigError, match="names of 1 to 16 printable ASCII characters"):
        bids.write(recording(channels=long, annotations=[], filters={}), tmp_path / "new", **told)
    assert not (tmp_path / "new").exists()


def test_a_description_that_cannot_be_read_is_named(tmp_path: Path, recording: Make, told: Told) -> None:
    (tmp_path / "dataset_description.json").write_text("{", encoding="utf-8")
    with pytest.raises(FormatError, match=r"dataset_description.json: BIDSVersion is not readable"):
        bids.write(recording(), tmp_path, **told)


@pytest.mark.parametrize("text", ['"x"', '""', 'say "x"', "a ", "\u00fc", '"'])
def test_every_text_of_an_annotation_comes_back_once(tmp_path: Path, recording: Make, told: Told, text: str) -> None:
    made = recording(annotations=[Annotation(0.5, 0.25, text)])
    assert bids.read(bids.write(made, tmp_path, **told)).annotations == made.annotations


@pytest.mark.parametrize("text", ["", " ", "n/a"])
def test_an_annotation_that_says_nothing_is_one_that_is_not_called_anything(
    tmp_path: Path, recording: Make, told: Told, text: str
) -> None:
    made = recording(annotations=[Annotation(0.5, 0.25, text)])
    found = bids.read(bids.write(made, tmp_path, **told))
    assert found.annotations == [Annotation(0.5, 0.25, "event without trial_type and value")]
    assert any('1 event (line 2) without trial_type and value: called "event' in said for said in found.remarks)
