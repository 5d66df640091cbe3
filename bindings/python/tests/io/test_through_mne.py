"""Files that MNE reads. Truth: the same files by our own reader; a BrainVision file written here, byte by byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard import io
from unguard.errors import ConfigError, FormatError

_SAME = [
    "formats/bids_emg_CustomBipolar_emg.edf",
    "formats/bids_emg_MultiBodyParts_emg.edf",
    "formats/duplicate_channel_labels.edf",
    "formats/test_bdf_stim_channel.bdf",
    "formats/test_subsecond.bdf",
    "formats/test_subsecond.edf",
    "malformed/edf_records_minus_one.edf",
    "malformed/edf_truncated_mid_record.edf",
    "plux/supine_1min.edf",
]


@pytest.mark.parametrize("file", _SAME)
def test_mne_reads_the_same_samples_kinds_and_units(real_data: Path, file: str) -> None:
    own, through = io.read(real_data / file), io.read(real_data / file, reader="mne")
    assert through.fs == own.fs and through.data.shape == own.data.shape
    assert [(c.unit, c.kind) for c in through.channels] == [(c.unit, c.kind) for c in own.channels]
    # MNE makes volts of the file's unit: each product rounds once more. Codes of triggers it masks to 16 bits.
    for column, channel in enumerate(own.channels):
        if channel.kind != "label":
            largest = np.abs(own.data[:, column]).max()
            assert np.abs(through.data[:, column] - own.data[:, column]).max() <= 4 * np.spacing(largest)
    assert through.repairs == own.repairs and through.source == real_data / file


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("formats/short_psg.edf", "channel 'Resp oro-nasal': the sampling rate is 1 Hz, which MNE would interpolate"),
        ("formats/test_generator.bdf", "MNE would interpolate to 1000 Hz"),
        ("malformed/edf_physmin_equals_physmax.edf", "physical minimum is 0, equal to the physical maximum"),
        ("biosppy/emg.txt", "the file is not readable by MNE"),
    ],
)
def test_what_mne_passes_over_is_refused(real_data: Path, file: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        io.read(real_data / file, reader="mne")


def test_channels_of_the_fastest_rate_are_read(real_data: Path) -> None:
    names = ["EEG Fpz-Cz", "EOG horizontal"]
    own = io.read(real_data / "formats/short_psg.edf", channels=names)
    through = io.read(real_data / "formats/short_psg.edf", channels=names, reader="mne")
    assert through.names == names and np.allclose(through.data, own.data, rtol=1e-14, atol=1e-12)


def _brainvision(folder: Path) -> Path:
    codes = np.array([[100, -7], [200, -6], [300, -5], [400, -4]], dtype="<i2")
    (folder / "made.eeg").write_bytes(codes.tobytes())
    (folder / "made.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\nDataFile=made.eeg\n"
        "[Marker Infos]\nMk1=Comment,pain,3,1,0\n",
        encoding="utf-8",
    )
    header = folder / "made.vhdr"
    header.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\nDataFile=made.eeg\n"
        "MarkerFile=made.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels=2\n"
        "SamplingInterval=500\n[Binary Infos]\nBinaryFormat=INT_16\n[Channel Infos]\nCh1=EMG left,,0.5,µV\n"
        "Ch2=elbow angle,,2,deg\n",
        encoding="utf-8",
    )
    return header


def test_brainvision_in_microvolts_and_what_is_no_voltage_as_it_stands(tmp_path: Path) -> None:
    recording = io.read(_brainvision(tmp_path), reader="mne")
    assert recording.fs == 2000.0 and recording.names == ["EMG left", "elbow angle"]
    assert recording.data[:, 0].tolist() == pytest.approx([50, 100, 150, 200], rel=1e-14)
    assert recording.data[:, 1].tolist() == pytest.approx([-14, -12, -10, -8])
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "EMG"), ("", "other")]  # MNE forgets "deg"
    assert [(n.onset_s, n.text) for n in recording.annotations] == [(0.001, "Comment/pain")]


@pytest.mark.parametrize("option", [{"fs": 100.0}, {"unit": "uV"}, {"gain": 2.0}, {"decimal": ","}, {"max_gap_s": 3.0}])
def test_statements_that_mne_does_not_take_are_refused(tmp_path: Path, option: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(option))} is .*: expected nothing beside reader="):
        io.read(_brainvision(tmp_path), reader="mne", **option)


def test_readers_and_channels_that_are_not_there_are_refused(tmp_path: Path) -> None:
    file = _brainvision(tmp_path)
    with pytest.raises(ConfigError, match="reader is 'nobody': expected 'biosigio', 'mne', or None for unguard's own"):
        io.read(file, reader="nobody")
    with pytest.raises(ConfigError, match="channels is 'C3': expected one of EMG left, elbow angle"):
        io.read(file, reader="mne", channels=["C3"])
