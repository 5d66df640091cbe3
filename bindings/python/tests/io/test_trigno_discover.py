"""Trigno Discover CSV: the truth is the rows that were written, laid out as the exports of versions 1 and 2 are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from unguard import io
from unguard.errors import FormatError

_EMG, _ACC = 1259.2593, 148.1481


def _export(rows: int = 400, rate: str = f"{_EMG} Hz", lost: int = 0, markers: bool = False) -> str:
    slow = round(rows * _ACC / _EMG)
    right = ",Type,Name,Label,Time (s)" if markers else ""
    lines = [
        "Application:,Trigno Discover (1.7.0)",
        "Date/Time:,1/2/2024 10:00:00 AM",
        "Collection Length (seconds):,0.3",
        "Avanti Sensor 1 (75923),,,",
        "sensor mode: 65,,,",
        "EMG 1 Time Series (s),EMG 1 (mV),ACC X Time Series (s),ACC X (G)",
        f",{rate},,{_ACC} Hz",
        f",{1 / _EMG:.6f} s,,{1 / _ACC:.6f} s{right}",
    ]
    for i in range(rows):
        place = i if i < 100 else i + lost
        cells = [f"{place / _EMG:.6f}", f"{i * 0.001:.4f}"]
        cells += [f"{i / _ACC:.6f}", f"{-i * 0.5}"] if i < slow else ["", ""]
        cells += ["General", "M", "lift", "0.25"] if markers and i == 0 else []
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def test_both_rates_are_reached_by_name_and_are_exact(text_file: Callable[..., Path]) -> None:
    path = text_file(_export(), "trial.csv")
    found = [(c.name, c.fs, c.samples) for c in io.info(path).channels]
    emg, acc = "Avanti Sensor 1 (75923): EMG 1", "Avanti Sensor 1 (75923): ACC X"
    assert found == [(emg, _EMG, 400), (acc, _ACC, 47)]
    with pytest.raises(FormatError, match="the sampling rate is not one"):
        io.read(path)
    muscle, moved = io.read(path, channels=[emg]), io.read(path, channels=[acc])
    assert muscle.fs == _EMG and np.allclose(muscle.data[:, 0], np.arange(400), rtol=0, atol=1e-9)
    assert moved.fs == _ACC and np.array_equal(moved.data[:, 0], -0.5 * np.arange(47))
    assert (muscle.channels[0].kind, moved.channels[0].unit, moved.channels[0].kind) == ("EMG", "G", "other")
    assert muscle.gaps == [] and muscle.repairs == []


def test_times_that_jump_are_gaps(text_file: Callable[..., Path]) -> None:
    path = text_file(_export(lost=25), "trial.csv")
    assert io.read(path, channels=["Avanti Sensor 1 (75923): EMG 1"]).gaps == [(100, 25)]


def test_markers_beside_the_channels_are_annotations(text_file: Callable[..., Path]) -> None:
    path = text_file(_export(markers=True), "trial.csv")
    notes = io.read(path, channels=["Avanti Sensor 1 (75923): EMG 1"]).annotations
    assert [(a.onset_s, a.text) for a in notes] == [(0.25, "M lift")]


def test_a_channel_without_a_rate_is_refused(text_file: Callable[..., Path]) -> None:
    with pytest.raises(FormatError, match="line 7, column 2: the sampling rate is 'unknown'"):
        io.read(text_file(_export(rate="unknown"), "trial.csv"))


def test_a_cell_that_is_no_number_is_refused(text_file: Callable[..., Path]) -> None:
    with pytest.raises(FormatError, match=r"not readable as a table of Trigno Discover \(.*what"):
        io.read(text_file(_export().replace("0.0120", "what"), "trial.csv"))


def test_the_older_export_keeps_the_rates_of_its_header(real_data: Path) -> None:
    path = real_data / "delsys_csv/truncated_trigno_sample.csv"
    header = [line for line in path.read_text(encoding="latin-1").splitlines() if line.startswith("Label:")]
    stated = [float(line.split("Sampling frequency:")[1].split()[0]) for line in header]
    assert [c.fs for c in io.info(path).channels] == stated and set(stated) == {1259.259, 148.1481}
