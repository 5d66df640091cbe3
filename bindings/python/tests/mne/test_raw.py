"""A recording as a Raw of MNE and back. Truth: what was put in, and the units that MNE documents (volts)."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import mne
import numpy as np
import pytest
import unguard
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from unguard.errors import ConfigError
from unguard.mne import from_mne, to_mne
from unguard.mne.library import HELD, SKIPPED
from unguard.mne.touched import touched
from unguard.recording import Annotation, Channel, Recording

mne.set_log_level("ERROR")

#: Microvolts: beyond them nobody measures, and what is smaller than 1e-300 V would lose digits as volts.
_VALUES = st.one_of(
    st.just(0.0),
    st.floats(1e-290, 1e9, allow_subnormal=False),
    st.floats(-1e9, -1e-290, allow_subnormal=False),
)
_KINDS = {"EMG": "emg", "ECG": "ecg", "EEG": "eeg", "EOG": "eog", "voltage": "bio"}


def _recording(**changes: Any) -> Recording:
    rng = np.random.default_rng(3)
    data = rng.normal(0, 50, (400, 5))
    data[:, 4] = rng.integers(0, 3, 400)
    valid = np.ones(data.shape, dtype=bool)
    valid[100:140, 0] = False
    valid[390:, 2] = False
    fields: dict[str, Any] = {
        "data": data,
        "fs": 200.0,
        "channels": [
            Channel("left", kind="EMG", unit_found="mV", step_uV=0.1, rails_uV=(-5000.0, 5000.0)),
            Channel("right", kind="voltage"),
            Channel("heart", kind="ECG"),
            Channel("trunk angle", "deg", "°", "other"),
            Channel("class", "", "", "label"),
        ],
        "annotations": [
            Annotation(-1.0, 2.0, "began before"),
            Annotation(0.25, 0.5, "rest"),
            Annotation(0.5, 0.0, "touched", "left"),
            Annotation(1.5, 3.0, "goes on after the end", "heart"),
            Annotation(9.0, 0.0, "after the end"),
        ],
        "repairs": ["one gap held"],
        "remarks": ["too slow for surface EMG"],
        "valid": valid,
        "filters": {"left": "HP:20Hz LP:90Hz", "trunk angle": "LP:10Hz"},
    }
    return Recording(**(fields | changes))


def test_volts_channels_and_types_are_those_of_mne() -> None:
    recording = _recording()
    raw = to_mne(recording)
    assert isinstance(raw, mne.io.RawArray) and raw.ch_names == recording.names
    assert raw.get_channel_types() == ["emg", "bio", "ecg", "misc", "stim"]
    assert raw.info["sfreq"] == 200.0 and raw.info["meas_date"] is None
    assert np.array_equal(raw.get_data()[:3], recording.data[:, :3].T / 1e6)
    assert np.array_equal(raw.get_data()[3:], recording.data[:, 3:].T)


def test_everything_comes_back_but_the_converter() -> None:
    recording = _recording()
    back = from_mne(to_mne(recording))
    assert np.all(np.abs(back.data - recording.data) <= np.spacing(np.abs(recording.data)))
    assert np.array_equal(back.data[:, 3:], recording.data[:, 3:])
    assert back.channels == [dataclasses.replace(c, step_uV=None, rails_uV=None) for c in recording.channels]
    for name in ("fs", "annotations", "repairs", "remarks", "filters"):
        assert getattr(back, name) == getattr(recording, name), name
    assert back.valid is not None and recording.valid is not None and np.array_equal(back.valid, recording.valid)


def test_and_from_a_fif_file_on_disk(tmp_path: Path) -> None:
    recording = _recording()
    file = tmp_path / "made_raw.fif"
    to_mne(recording).save(file, fmt="double")
    raw = mne.io.read_raw_fif(file, preload=False)
    back = from_mne(raw)
    assert not raw.preload and back.source == file
    assert np.all(np.abs(back.data - recording.data) <= np.spacing(np.abs(recording.data)))
    assert back.annotations == recording.annotations and back.filters == recording.filters
    assert back.valid is not None and recording.valid is not None and np.array_equal(back.valid, recording.valid)
    assert [c.name for c in unguard.io.read(file, reader="mne", channels=["heart", "left"]).channels] == [
        "heart",
        "left",
    ]


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(2, 30), st.integers(1, 4)), elements=_VALUES))
def test_a_voltage_comes_back_within_one_unit_in_the_last_place(data: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    recording = Recording(data, 1000.0, [Channel(f"c{i}") for i in range(data.shape[1])])
    before = data.copy()
    back = from_mne(to_mne(recording))
    assert np.array_equal(data, before)
    assert np.all(np.abs(back.data - data) <= np.spacing(np.abs(data)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_names_kinds_annotations_and_validity_come_back(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.text("abcXYZ 0123µ", min_size=1, max_size=12), min_size=1, max_size=5, unique=True))
    samples = data.draw(st.integers(2, 50))
    channels = [Channel(name, kind=data.draw(st.sampled_from(sorted(_KINDS)))) for name in names]
    seconds = st.integers(-100, 200).map(lambda i: i / 10)
    notes = data.draw(
        st.lists(
            st.builds(
                Annotation,
                seconds,
                st.integers(0, 50).map(lambda i: i / 10),
                st.text("abc def", min_size=1, max_size=8),
                st.sampled_from([None, *names]),
            ),
            max_size=6,
        )
    )
    notes.sort(key=lambda note: note.onset_s)
    valid = data.draw(arrays(np.bool_, (samples, len(names))))
    recording = Recording(np.ones((samples, len(names))), 10.0, channels, notes, valid=valid)
    back = from_mne(to_mne(recording))
    assert back.channels == channels
    key = lambda n: (n.onset_s, n.duration_s, n.text, n.channel or "")  # noqa: E731
    assert sorted(back.annotations, key=key) == sorted(notes, key=key)
    assert np.array_equal(np.ones_like(valid) if back.valid is None else back.valid, valid)


def test_an_annotation_is_not_taken_for_one_of_the_same_text_before_the_samples() -> None:
    notes = [Annotation(-0.1, 0.0, "a"), Annotation(-1.0, 1.0, "a"), Annotation(0.0, 0.0, "a")]
    back = from_mne(to_mne(_recording(annotations=notes)))
    assert sorted(back.annotations, key=lambda n: (n.onset_s, n.duration_s)) == [notes[1], notes[0], notes[2]]


def test_a_cropped_raw_counts_from_its_own_first_sample() -> None:
    recording = _recording(annotations=[Annotation(1.0, 0.5, "rest"), Annotation(9.0, 0.0, "after the end")])
    raw = to_mne(recording).crop(0.6, None)
    assert raw.first_samp == 120
    back = from_mne(raw)
    assert [(round(n.onset_s, 9), n.duration_s, n.text) for n in back.annotations] == [
        (0.4, 0.5, "rest"),
        (8.4, 0.0, "after the end"),
    ]
    assert back.valid is not None and recording.valid is not None
    assert np.array_equal(back.valid, recording.valid[120:])


def test_a_date_of_measurement_moves_no_annotation() -> None:
    raw = to_mne(_recording(annotations=[Annotation(1.0, 0.5, "rest")]))
    raw.set_meas_date(1_700_000_000.0)
    raw.crop(0.5, None)
    assert [(n.onset_s, n.text) for n in from_mne(raw).annotations] == [(0.5, "rest")]


def test_types_set_in_mne_since_are_believed() -> None:
    raw = to_mne(_recording()).set_channel_types({"right": "emg"})
    assert [c.kind for c in from_mne(raw).channels] == ["EMG", "EMG", "ECG", "other", "label"]


def test_channels_that_are_muscle_are_named_where_the_recording_does_not_say_so() -> None:
    assert to_mne(_recording(), emg=["right"]).get_channel_types()[:2] == ["emg", "emg"]
    for name in ("heart", "trunk angle", "nobody"):
        with pytest.raises(ConfigError, match=f"emg is '{name}': expected channels in microvolts that may be EMG"):
            to_mne(_recording(), emg=[name])


def test_filters_of_mne_are_told_of_voltages_only() -> None:
    raw = to_mne(_recording(), emg=["left", "right"])
    with raw.info._unlock():  # as MNE's own filter() does, when all channels that it calls data are filtered
        raw.info["highpass"], raw.info["lowpass"] = 20.0, 90.0
    raw.info["bads"] = ["right"]
    back = from_mne(raw)
    assert back.filters == {
        "left": "HP:20Hz LP:90Hz",
        "right": "HP:20Hz LP:90Hz",
        "heart": "HP:20Hz LP:90Hz",
        "trunk angle": "LP:10Hz",
    }
    assert back.remarks[-1] == "marked as bad in MNE: right"
    assert from_mne(raw, ["left"]).remarks == ["too slow for surface EMG"]


def test_picks_are_those_of_mne() -> None:
    raw = to_mne(_recording())
    assert from_mne(raw, "ecg").names == ["heart"]
    assert from_mne(raw, ["heart", "left"]).names == ["heart", "left"]
    assert from_mne(raw, [2, 0]).names == ["heart", "left"]
    for picks in ("mag", "nobody", [99]):
        with pytest.raises(ConfigError, match=r"picks is .*: expected names or types of channels of this Raw"):
            from_mne(raw, picks)


def test_a_multiplier_of_mne_is_part_of_the_unit() -> None:
    raw = mne.io.RawArray(np.full((2, 3), 5.0), mne.create_info(["emg", "m"], 10.0, ["emg", "misc"]))
    raw.info["chs"][0]["unit_mul"] = mne._fiff.constants.FIFF.FIFF_UNITM_MU
    raw.info["chs"][1]["unit"] = mne._fiff.constants.FIFF.FIFF_UNIT_M
    raw.info["chs"][1]["unit_mul"] = mne._fiff.constants.FIFF.FIFF_UNITM_M
    back = from_mne(raw)
    assert back.data[0].tolist() == [5.0, 0.005]
    assert [c.unit for c in back.channels] == ["uV", "m"]


def test_samples_that_mne_filled_are_not_valid_and_nan_is_held() -> None:
    data = np.arange(1.0, 21.0).reshape(2, 10) / 1e6
    data[1, 8] = np.nan
    raw = mne.io.RawArray(data, mne.create_info(2, 10.0, "emg"))
    raw.set_annotations(mne.Annotations([0.3, 0.6], [0.2, 0.2], ["BAD_ACQ_SKIP", "BAD_movement"]))
    back = from_mne(raw)
    assert back.valid is not None
    assert np.flatnonzero(~back.valid[:, 0]).tolist() == [3, 4]
    assert np.flatnonzero(~back.valid[:, 1]).tolist() == [3, 4, 8]
    assert back.data[:, 0].tolist() == pytest.approx([1, 2, 3, 3, 3, 6, 7, 8, 9, 10])
    assert [n.text for n in back.annotations] == ["BAD_movement"]
    assert len(back.repairs) == 2


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_held_stretches_come_back_to_the_sample_at_every_rate(data: st.DataObject) -> None:
    fs = data.draw(st.sampled_from([250.0, 1000.0, 2000.0, 2148.1481, 1925.926, 2000 / 3, 1 / 3]))
    samples = data.draw(st.integers(2, 5000))
    edges = sorted(data.draw(st.sets(st.integers(0, samples), min_size=2, max_size=8)))
    valid = np.ones((samples, 1), dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=False):
        valid[start:stop] = False
    raw = to_mne(Recording(np.ones((samples, 1)), fs, [Channel("a")], valid=valid))
    first = data.draw(st.integers(0, samples - 2))
    raw.crop(first / fs, None)
    back = from_mne(raw)
    # Cropping shifts MNE's clock, by a number that is rounded too.
    assert raw.first_samp == first
    assert np.array_equal(np.ones((samples - first, 1), bool) if back.valid is None else back.valid, valid[first:])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([250.0, 1000.0, 2000 / 3]), st.floats(-1, 12), st.floats(0, 4), st.sampled_from([HELD, *SKIPPED])
)
def test_every_sample_that_a_held_stretch_touches_is_held(fs: float, onset: float, lasts: float, text: str) -> None:
    raw = mne.io.RawArray(np.ones((1, round(10 * fs))), mne.create_info(1, fs, "emg"))
    raw.set_annotations(mne.Annotations([onset], [lasts], [text]), verbose="ERROR")
    # What MNE has made of it: it leaves out and shortens what is not within the samples.
    stretches = [(note["onset"], note["onset"] + note["duration"]) for note in raw.annotations]
    back = from_mne(raw)
    begins = np.arange(raw.n_times) / fs
    hair = 4e-6  # MNE rounds to microseconds, and below 16 s float32 is as fine
    for begin, end in stretches:
        assert back.valid is not None
        inside = (begins + 1 / fs > begin + hair) & (begins < end - hair)
        assert not back.valid[inside].any()
        beside = (begins + 1 / fs < begin - hair) | (begins > end + hair)
        assert back.valid[beside].all()


def test_a_fif_file_keeps_an_hour_of_held_stretches_to_the_sample(tmp_path: Path) -> None:
    # FIF has seconds as float32: up to 0.24 samples off here.
    fs, samples = 2000.0, 7_200_000
    valid = np.ones((samples, 1), dtype=bool)
    rng = np.random.default_rng(8)
    for start in rng.integers(0, samples - 3000, 60):
        valid[start : start + int(rng.integers(1, 3000))] = False
    recording = Recording(np.ones((samples, 1)), fs, [Channel("a")], valid=valid)
    file = tmp_path / "long_raw.fif"
    to_mne(recording).save(file, fmt="single")
    back = from_mne(mne.io.read_raw_fif(file))
    assert back.valid is not None and np.array_equal(back.valid, valid)


def test_where_a_fif_file_cannot_tell_the_sample_every_one_that_may_be_touched_is_held() -> None:
    # Five hours on, float32 seconds are 2 ms apart: four samples.
    held = Annotation(float(np.float32(18_000.001)), 0.25, HELD)
    for true_onset in (18_000.0005, 18_000.001, 18_000.0015):
        told = touched(dataclasses.replace(held, onset_s=float(np.float32(true_onset))), 2000.0)
        assert told.start <= true_onset * 2000 and told.stop >= (true_onset + 0.25) * 2000
        assert told.stop - told.start <= 500 + 10


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept.pop("channels"),
        lambda kept: kept.update(channels=[["left"]]),
        lambda kept: kept.update(channels=3),
        lambda kept: kept.update(filters=["HP"]),
        lambda kept: kept.update(filters={"left": 3}),
        lambda kept: kept.update(repairs=[1]),
        lambda kept: kept.update(outside=[[0.0]]),
        lambda kept: kept.update(outside=[["soon", 0.0, "rest", None]]),
    ],
)
def test_a_kept_text_that_was_changed_is_refused_by_name(change: Any) -> None:
    raw = to_mne(_recording())
    kept = json.loads(raw.info["description"])
    change(kept)
    raw.info["description"] = json.dumps(kept)
    with pytest.raises(
        ConfigError, match=r'^raw.info\["description"\] is a text of to_mne\(\) that was changed .*: expected'
    ):
        from_mne(raw)
    for other in (None, "a word", "{}", "[1]", '{"unguard recording": 2}'):
        raw.info["description"] = other
        assert from_mne(raw).names == _recording().names


@pytest.mark.parametrize(("call", "found"), [(to_mne, "recording"), (from_mne, "raw")])
def test_what_is_neither_is_refused_by_name(call: Any, found: str) -> None:
    with pytest.raises(ConfigError, match=f"{found} is"):
        call(np.zeros((3, 2)))
