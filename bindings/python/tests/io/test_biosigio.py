"""biosigIO: the truth is the recording that was built with it, and unguard's own readers on the same files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_files import write_wfdb
from unguard import extras, io
from unguard.errors import ConfigError, FormatError

biosigio = pytest.importorskip("biosigio", reason="biosigIO needs Python 3.11")


def _recording() -> tuple[object, np.ndarray]:
    values = np.random.default_rng(6).normal(0, 1, (400, 2))
    recording = biosigio.Recording()
    recording.add_channel("TA", values[:, 0], 1000.0, "mV", "EMG", prefilter="HP:20Hz")
    recording.add_channel("angle", values[:, 1], 1000.0, "deg", "MISC")
    recording.add_event(0.1, 0.2, "lift")
    return recording, values


def test_units_kinds_filters_and_events_come_along() -> None:
    built, values = _recording()
    recording = io.from_biosigio(built)
    assert recording.fs == 1000 and recording.source is None
    assert [(c.name, c.unit, c.kind) for c in recording.channels] == [("TA", "uV", "EMG"), ("angle", "deg", "other")]
    assert np.array_equal(recording.data, values * [1000, 1])
    assert recording.filters == {"TA": "HP:20Hz"}
    assert [(a.onset_s, a.duration_s, a.text) for a in recording.annotations] == [(0.1, 0.2, "lift")]


def test_what_is_no_recording_of_biosigio_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"recording is int: expected a biosigio\.Recording"):
        io.from_biosigio(3)
    with pytest.raises(FormatError, match="the recording is without a channel"):
        io.from_biosigio(biosigio.Recording())


def test_a_unit_that_is_not_stated_has_to_be_given() -> None:
    built = biosigio.Recording()
    built.add_channel("TA", np.arange(9.0), 1000.0, "n/a", "EMG")
    with pytest.raises(FormatError, match="the unit is not stated"):
        io.from_biosigio(built)
    assert np.array_equal(io.from_biosigio(built, unit="mV").data[:, 0], 1000 * np.arange(9.0))


def test_files_are_handed_to_its_importers(tmp_path: Path) -> None:
    write_wfdb(tmp_path)
    own = io.read(tmp_path / "rec.hea")
    other = io.read(tmp_path / "rec.hea", reader="biosigio")
    assert np.allclose(other.data, own.data, rtol=0, atol=1e-9) and other.fs == own.fs
    assert f"read by biosigIO {extras.version('biosigio')}" in other.remarks
    with pytest.raises(ConfigError, match="reader is 'mine': expected 'biosigio', 'mne', or None"):
        io.read(tmp_path / "rec.hea", reader="mine")


def test_what_it_refuses_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_bytes(b"what")
    with pytest.raises(FormatError, match="not readable as a recording by biosigIO"):
        io.read(tmp_path / "a.xyz", reader="biosigio")


def test_trigno_keeps_both_rates(real_data: Path) -> None:
    path = real_data / "delsys_csv/truncated_trigno_sample.csv"
    for channel, samples in (("Mini sensor 10: EMG 10", 2519), ("Mini sensor 11: GYRO.Z 11", 297)):
        own = io.read(path, channels=[channel])
        other = io.read(path, channels=[channel], reader="biosigio")
        assert other.fs == own.fs and other.samples == own.samples == samples
        assert np.array_equal(other.data, own.data)
