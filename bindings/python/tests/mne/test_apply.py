"""Chains and events in MNE. Truth: the chain on the recording that the Raw is, bit for bit, and the table of events."""

from __future__ import annotations

from pathlib import Path

import mne
import numpy as np
import pytest
import unguard
from unguard.errors import ConfigError
from unguard.mne import annotations_of, apply, from_mne, markers_of, to_mne
from unguard.recording import Channel, Recording

mne.set_log_level("ERROR")
FS = 1000.0


def _recording(valid: np.ndarray | None = None) -> Recording:
    rng = np.random.default_rng(8)
    data = rng.normal(0, 3, (6000, 3))
    data[3000:4000, 0] *= 12
    channels = [Channel("left", kind="EMG"), Channel("right", kind="EMG"), Channel("angle", "deg", "deg", "other")]
    return Recording(data, FS, channels, valid=valid)


def _chain() -> unguard.Chain:
    return unguard.Chain(unguard.Priming(), unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125))


def test_a_raw_through_a_chain_is_the_chain_of_its_recording() -> None:
    raw = to_mne(_recording())
    before = raw.get_data().copy()
    made = apply(raw, _chain())
    muscles = from_mne(raw, "emg")
    assert np.array_equal(made.get_data("emg").T, _chain()(muscles.data, fs=FS) / 1e6)
    assert np.array_equal(made.get_data("misc"), before[2:]) and np.array_equal(raw.get_data(), before)
    first = unguard.Bandpass(low=20, high=450)
    assert np.array_equal(apply(raw, first, "left").get_data("left")[0], first(muscles.data[:, 0], fs=FS) / 1e6)


def test_what_is_not_to_be_believed_is_annotated_where_the_marks_are() -> None:
    valid = np.ones((6000, 3), dtype=bool)
    valid[2000:2100, 1] = False
    raw = to_mne(_recording(valid)).crop(1.0, None)
    made = apply(raw, _chain())
    muscles = from_mne(raw, "emg")
    assert muscles.valid is not None
    missing = np.where(muscles.valid, 0, unguard.MARKS["missing"]).astype(np.uint32)
    values, marks = _chain()(muscles.data, fs=FS, marks=missing)
    assert np.array_equal(made.get_data("emg").T, values / 1e6)
    told = np.zeros_like(marks)
    first = raw.first_samp / FS
    new = [n for n in made.annotations if n["description"] != "BAD_held"]
    assert {n["description"] for n in new} >= {"BAD_settling", "BAD_gap"}
    for note in new:
        start = round((note["onset"] - first) * FS)
        column = ["left", "right"].index(*note["ch_names"])
        told[start : start + round(note["duration"] * FS), column] |= unguard.MARKS[note["description"][4:]]
    assert np.array_equal(told, marks)


def test_only_voltages_go_through_a_chain() -> None:
    with pytest.raises(ConfigError, match="picks is with angle, which is no voltage"):
        apply(to_mne(_recording()), _chain(), picks=["left", "angle"])


def test_events_become_annotations_of_their_channel() -> None:
    recording = _recording()
    x = unguard.Bandpass(low=20, high=450)(recording.data[:, :2], fs=FS)
    known = unguard.calibrate_activity(x[200:2500], fs=FS, band="20-450 Hz")
    reports = unguard.detect(unguard.ActivityDetector(calibration=known), x, fs=FS, channels=["left", "right"])
    events = unguard.Events(reports, fs=FS, channels=["left", "right"], delay=0.01)
    table = events.to_dataframe()
    assert len(table) >= 1
    found = annotations_of(events)
    assert found.onset.tolist() == table["onset_s"].tolist()
    assert found.duration.tolist() == pytest.approx(table["duration_s"].tolist(), abs=1e-12)
    assert list(found.description) == table["kind"].tolist()
    assert [names for names in found.ch_names] == [(name,) for name in table["channel"]]
    raw = to_mne(recording)
    raw.set_annotations(raw.annotations + found)
    assert [(n.text, n.channel) for n in from_mne(raw).annotations] == list(
        zip(table["kind"], table["channel"], strict=True)
    )
    with pytest.raises(ConfigError, match="events is"):
        annotations_of(reports)


def test_annotations_declare_what_a_table_of_bids_does(tmp_path: Path) -> None:
    rows = [(2.0, 0.0, "squeeze"), (2.5, 1.0, "rest"), (3.5, 0.0, "stimulus"), (4.0, 2.0, "rest")]
    raw = to_mne(_recording())
    raw.set_annotations(mne.Annotations(*(list(column) for column in zip(*rows, strict=True))))
    table = tmp_path / "events.tsv"
    lines = [f"{onset}\t{lasts}\t{text}" for onset, lasts, text in rows]
    table.write_text("\n".join(["onset\tduration\ttrial_type", *lines]) + "\n", encoding="utf-8")
    for kinds in (None, {"squeeze": "stimulus"}, {"rest": ("rest begins", "rest ends"), "squeeze": "pain"}):
        told = unguard.markers_from_bids(table, fs=FS, kinds=kinds, delay=0.1)
        assert markers_of(raw, kinds=kinds, delay=0.1) == told and len(told) >= 1
    cropped = raw.crop(1.0, None)
    assert markers_of(cropped)[0] == ("rest begins", 1500)
    with pytest.raises(ConfigError, match="kinds is 'lie': expected descriptions of the annotations: rest, squeeze"):
        markers_of(cropped, kinds={"lie": "stimulus"})
    with pytest.raises(ConfigError, match="raw is Annotations"):
        markers_of(cropped.annotations)
