"""Truth: the transfer functions of the plux README, and files built here to its layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from unguard import io
from unguard.errors import ConfigError, FormatError

_HUB = "00:07:80:00:00:01"


def _hdf5(path: Path, counts: np.ndarray, n_seq: np.ndarray, **changes: Any) -> Path:
    fields: dict[str, Any] = {"sampling rate": 1000, "resolution": [16], "channels": [1], "device": "biosignalsplux"}
    sensor = changes.pop("sensor", "EMG")
    fields |= {"nsamples": len(counts)} | {key.replace("_", " "): value for key, value in changes.items()}
    with h5py.File(path, "w") as file:
        group = file.create_group(_HUB)
        for key, value in fields.items():
            group.attrs[key] = value
        group["raw/channel_1"] = counts.reshape(-1, 1)
        group["raw/channel_1"].attrs["label"] = "CH1"
        if sensor is not None:
            group["raw/channel_1"].attrs["sensor"] = sensor
        group["raw/nSeq"] = n_seq.reshape(-1, 1).astype(np.uint16)
    return path


def _text(counts: list[int], n_seq: list[int] | None = None, **changes: Any) -> str:
    device: dict[str, Any] = {
        "sensor": ["EMG"],
        "column": ["nSeq", "DI", "CH1"],
        "channels": [1],
        "device": "biosignalsplux",
        "sampling rate": 1000,
        "resolution": [16],
    }
    device |= changes
    rows = "".join(f"{n}\t0\t{c}\t\n" for n, c in zip(n_seq or range(len(counts)), counts, strict=True))
    return f"# OpenSignals Text File Format\n# {json.dumps({_HUB: device})}\n# EndOfHeader\n{rows}"


@pytest.mark.parametrize(("sensor", "gain"), [("EMG", 1000), ("ECG", 1019)])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_counts_become_microvolts(tmp_path: Path, sensor: str, gain: float, bits: int) -> None:
    counts = np.arange(0, 2**bits, 2 ** (bits - 8), dtype=np.uint16)
    path = _hdf5(tmp_path / "a.h5", counts, np.arange(counts.size), sensor=sensor, resolution=[bits])
    recording = io.read(path)
    truth = (counts / 2**bits - 0.5) * 3 / gain * 1000 * 1000
    assert np.allclose(recording.data[:, 0], truth, rtol=1e-14, atol=1e-9)
    assert recording.channels[0].kind == sensor and recording.channels[0].unit_found == f"ADC {bits} bit"


@pytest.mark.parametrize("sensor", ["RAW", "", None])
def test_an_unstated_sensor_has_no_unit_until_the_caller_gives_one(tmp_path: Path, sensor: str | None) -> None:
    path = _hdf5(tmp_path / "a.h5", np.array([32768, 32769] * 9), np.arange(18), sensor=sensor)
    with pytest.raises(FormatError, match=r"channel 'CH1': the unit is not stated: expected gain= .* or sensor="):
        io.read(path)
    assert io.read(path, sensor="EMG").data[1, 0] == pytest.approx(3e6 / 1000 / 2**16)
    assert io.read(path, gain=2.0, offset=32768).data[1, 0] == 2
    assert io.read(path, unit="uV").data[1, 0] == 32769
    assert io.info(path).channels[0].samples == 18


def test_another_device_has_no_known_transfer_function(tmp_path: Path) -> None:
    path = _hdf5(tmp_path / "a.h5", np.arange(9), np.arange(9), device="bitalino_rev")
    with pytest.raises(FormatError, match="the unit is not stated"):
        io.read(path)
    assert io.read(path, gain=0.8, offset=512).channels[0].kind == "EMG"


def test_converted_values_are_not_converted_again(text_file: Callable[..., Path]) -> None:
    path = text_file(_text([1, 2, 3], convertedValues=1), "a.txt")
    with pytest.raises(FormatError, match="the unit is not stated"):
        io.read(path)
    assert io.read(path, unit="mV").data[:, 0].tolist() == [1000, 2000, 3000]


def test_lost_samples_are_held_and_marked_in_both_formats(tmp_path: Path, text_file: Callable[..., Path]) -> None:
    n_seq = np.delete((np.arange(65500, 65600)) % 65536, slice(40, 45))  # wraps inside
    counts = 30000 + np.arange(n_seq.size)
    for path in (
        _hdf5(tmp_path / "a.h5", counts, n_seq),
        text_file(_text(counts.tolist(), n_seq.tolist()), "a.txt"),
    ):
        recording = io.read(path)
        assert recording.gaps == [(40, 5)] and recording.samples == 100
        assert recording.valid is not None and np.flatnonzero(~recording.valid[:, 0]).tolist() == list(range(40, 45))
        assert "5 samples missing" in recording.repairs[0]


def test_a_data_set_whose_samples_are_not_stored_is_refused(tmp_path: Path) -> None:
    path = _hdf5(tmp_path / "a.h5", np.arange(9), np.arange(9))
    with h5py.File(path, "a") as file:
        del file[_HUB]["raw/channel_1"]
        file[_HUB]["raw"].create_dataset("channel_1", shape=(10**9, 1), dtype="u4", chunks=(1024, 1))
    with pytest.raises(FormatError, match="the data set is 0 bytes of 4000000000"):
        io.read(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sampling_rate": 0}, "the attribute 'sampling rate' is 0.0: expected a positive number of hertz"),
        ({"sampling_rate": "fast"}, "the attribute 'sampling rate' is None"),
    ],
)
def test_a_header_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        io.read(_hdf5(tmp_path / "a.h5", np.arange(9), np.arange(9), **changes))


def test_hdf5_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(4)
    with pytest.raises(FormatError, match="HDF5 of another layout"):
        io.read(path)


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = _hdf5(tmp_path / "a.h5", np.arange(9), np.arange(9))
    with pytest.raises(ConfigError, match=f"device is 'hub': expected one of {_HUB}"):
        io.read(path, device="hub")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "# OpenSignals Text File Format\n# {broken\n# EndOfHeader\n0\t0\t1\t\n1\t0\t2\t\n",
            "expected one line of JSON",
        ),
        ("# OpenSignals Text File Format\n# []\n# EndOfHeader\n0\t0\t1\t\n1\t0\t2\t\n", "expected one line of JSON"),
        (
            "# OpenSignals Text File Format\n# " + "[" * 5000 + "\n# EndOfHeader\n0\t0\t1\t\n1\t0\t2\t\n",
            "one line of JSON",
        ),
        (_text([1, 2], **{"sampling rate": -1}), "'sampling rate' is -1: expected a positive number of hertz"),
        (_text([1, 2], column="CH1"), "'column' is 'CH1': expected a list"),
        (_text([1, 2], column=["nSeq", "CH1"]), "the header is 2 columns above rows of 3"),
        (_text([1, 2], channels=[1, 2, 3, 4]), "'channels' is 4"),
    ],
)
def test_a_text_header_that_cannot_be_is_refused(text_file: Callable[..., Path], text: str, words: str) -> None:
    with pytest.raises(FormatError) as refusal:
        io.read(text_file(text, "a.txt"))
    assert words in str(refusal.value)
