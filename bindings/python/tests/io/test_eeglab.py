"""EEGLAB datasets: the truth is the struct that was written, with the fields that EEGLAB documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
from format_files import write_mat73
from unguard import io
from unguard.errors import FormatError


def _dataset(**changes: Any) -> dict[str, Any]:
    data = np.random.default_rng(8).normal(0, 20, (2, 600)).astype(np.float32)
    labels = np.array([("TA", "EMG"), ("Cz", "EEG")], dtype=[("labels", object), ("type", object)])
    events = np.array(
        [("stim", 101.0, 0.0), (7.0, 301.0, 50.0)],
        dtype=[("type", object), ("latency", object), ("duration", object)],
    )
    fields = {
        "data": data,
        "srate": 500.0,
        "nbchan": 2.0,
        "pnts": 600.0,
        "trials": 1.0,
        "chanlocs": labels,
        "event": events,
    }
    return fields | changes


def _write(tmp_path: Path, fields: dict[str, Any], top: bool = False) -> Path:
    path = tmp_path / "a.set"
    scipy.io.savemat(path, fields if top else {"EEG": fields}, appendmat=False)
    return path


@pytest.mark.parametrize("top", [False, True])
def test_channels_events_and_microvolts(tmp_path: Path, top: bool) -> None:
    fields = _dataset()
    recording = io.read(_write(tmp_path, fields, top))
    assert recording.fs == 500 and [(c.name, c.kind) for c in recording.channels] == [("TA", "EMG"), ("Cz", "EEG")]
    assert np.array_equal(recording.data, fields["data"].T.astype(float))
    assert [(a.onset_s, a.duration_s, a.text) for a in recording.annotations] == [(0.2, 0.0, "stim"), (0.6, 0.1, "7")]


def test_data_beside_the_set_are_read_from_the_fdt(tmp_path: Path) -> None:
    fields = _dataset(data="elsewhere.fdt")
    values = _dataset()["data"]
    path = _write(tmp_path, fields)
    with pytest.raises(FormatError, match=r"the field data is in 'elsewhere.fdt', which is missing"):
        io.read(path)
    (tmp_path / "a.fdt").write_bytes(values.T.astype("<f4").tobytes())
    assert np.array_equal(io.read(path).data, values.T.astype(float))
    (tmp_path / "a.fdt").write_bytes(values.T.astype("<f4").tobytes()[:-4])
    with pytest.raises(FormatError, match=r"the file a\.fdt is 4796 bytes long: expected 4800"):
        io.read(path)


def test_of_version_73_the_same_is_read(tmp_path: Path) -> None:
    # As MATLAB writes them: of an array of structs every field is a list of references, without a class of its own.
    kind = [("type", object), ("latency", object), ("duration", object)]
    events = [("stim", 101.0, 0.0), ("boundary", 200.5, 25.0), (7.0, 301.0, 50.0)]
    fields = _dataset(event=np.array(events, dtype=kind))
    before = io.read(_write(tmp_path, fields))
    structs = {
        name: tuple({f: one[f] for f in one.dtype.names} for one in fields[name]) for name in ("chanlocs", "event")
    }
    path = tmp_path / "b.set"
    write_mat73(path, {"EEG": fields | structs})
    recording = io.read(path)
    assert recording.gaps == before.gaps == [(200, 25)] and recording.channels == before.channels
    assert recording.annotations == before.annotations and len(recording.annotations) == 2
    assert recording.names == ["TA", "Cz"] and np.array_equal(recording.data, before.data, equal_nan=True)


def test_a_thousand_events_of_many_fields_are_read(tmp_path: Path) -> None:
    names = ["latency", "duration", "type", *(f"field{i}" for i in range(12))]
    events = np.empty(1000, dtype=[(name, object) for name in names])
    for i, one in enumerate(events):
        for name in names:
            one[name] = float(i % 500 + 1)
    recording = io.read(_write(tmp_path, _dataset(event=events)))
    assert len(recording.annotations) == 1000


def test_what_was_cut_out_is_a_gap(tmp_path: Path) -> None:
    events = np.array([("boundary", 200.5, 25.0)], dtype=[("type", object), ("latency", object), ("duration", object)])
    recording = io.read(_write(tmp_path, _dataset(event=events)))
    assert recording.gaps == [(200, 25)] and recording.samples == 625


def test_events_behind_what_was_cut_out_are_as_late_as_their_samples(tmp_path: Path) -> None:
    # Truth: the rows that are left, and the time that went by.
    kind = [("type", object), ("latency", object), ("duration", object)]
    told = [("before", 101.0, 0.0), ("over", 191.0, 20.0), ("boundary", 200.5, 25.0), ("behind", 301.0, 10.0)]
    events = np.array(told, dtype=kind)
    fields = _dataset(event=events)
    recording = io.read(_write(tmp_path, fields))
    found = {note.text: (note.onset_s * recording.fs, note.duration_s * recording.fs) for note in recording.annotations}
    assert {text: tuple(np.round(at, 9)) for text, at in found.items()} == {
        "before": (100, 0), "over": (190, 45), "behind": (325, 10),
    }  # fmt: skip
    # The sample that was row 300 is where the event behind says.
    assert recording.data[325, 0] == np.float64(fields["data"][0, 300])


def test_epochs_are_refused(tmp_path: Path) -> None:
    fields = _dataset(data=np.zeros((2, 60, 10)), pnts=60.0, trials=10.0)
    with pytest.raises(FormatError, match="the dataset is cut into 10 epochs: expected a continuous one"):
        io.read(_write(tmp_path, fields))


def test_sizes_that_disagree_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the field data is 2 x 600: expected 3 x 600, by nbchan and pnts"):
        io.read(_write(tmp_path, _dataset(nbchan=3.0)))
