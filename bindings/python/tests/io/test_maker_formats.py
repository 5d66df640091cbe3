"""DataLOG, OpenBCI, Delsys and Simple Text variants that the real files do not show. Truth: files written here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from unguard import io
from unguard.errors import FormatError

Write = Callable[..., Path]


def _datalog(values: int = 5, channels: int = 2) -> str:
    lines = [f"Channel {i}: 'M{i}', {values} values, engineering units: mV, no filters." for i in range(channels)]
    rows = [f"{i * 0.1:.1f}\t{-i * 0.1:.1f}" for i in range(5)]
    return "\r\n".join(["File Name: a.log", *lines, "", *rows, "\t"]) + "\r\n"


def test_datalog_lengths_that_differ_from_the_header_are_said(text_file: Write) -> None:
    recording = io.read(text_file(_datalog(values=7), "a.txt"), fs=1000)
    assert recording.samples == 5 and recording.data[3].tolist() == pytest.approx([300, -300])
    assert "M0: the header states 7 values, the file holds 5" in recording.remarks


def test_datalog_header_of_another_width_is_refused(text_file: Write) -> None:
    with pytest.raises(
        FormatError, match="the header is 3 channels above 2 columns: expected one channel line per column"
    ):
        io.read(text_file(_datalog(channels=3), "a.txt"), fs=1000)


def _delsys(padding: str) -> str:
    head = "".join(
        f"Label: S: {name} Sampling frequency: {fs:e} Number of points: {n} start: 0.0 Unit: {unit} Domain Unit: s\n"
        for name, fs, n, unit in (("EMG 1", 1000, 8, "V"), ("ACC.X 1", 250, 2, "g"))
    )
    rows = []
    for i in range(8):
        slow = f"{i / 250},{i + 1}" if i < 2 else padding
        rows.append(f"{i / 1000},{i * 1e-6},{slow}")
    return head + "\n" + 'X[s],"S: EMG 1",X[s],"S: ACC.X 1"\n' + "\n".join(rows) + "\n"


@pytest.mark.parametrize("padding", [",", "0,0", "0.0,0.0"])
def test_delsys_padding_of_the_slower_channel_is_left_out(text_file: Write, padding: str) -> None:
    path = text_file(_delsys(padding))
    slow = io.read(path, channels=["S: ACC.X 1"])
    assert slow.fs == 250 and slow.data[:, 0].tolist() == [1, 2] and slow.channels[0].unit == "g"
    fast = io.read(path, channels=["S: EMG 1"])
    assert np.allclose(fast.data[:, 0], np.arange(8)) and fast.repairs == []
    with pytest.raises(FormatError, match=r"1000 Hz: S: EMG 1; 250 Hz: S: ACC\.X 1"):
        io.read(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1.000000e+03", "often", "the sampling frequency is 'often'"),
        ("Unit: V", "Dimension: V", "a channel line is"),
        ('"S: ACC.X 1"', '"S: ACC.Y 1"', "without a column 'S: ACC.X 1'"),
    ],
)
def test_delsys_headers_that_cannot_be_are_refused(text_file: Write, old: str, new: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        io.read(text_file(_delsys(",").replace(old, new)))


def _openbci(index: list[int], header: bool) -> str:
    lines = ["%OpenBCI Raw EXG Data", "%Number of channels = 2", "%Sample Rate = 250 Hz"]
    if header:
        lines.append("Sample Index, EXG Channel 0, EXG Channel 1, Accel Channel 0, Accel Channel 1, Accel Channel 2")
    lines += [f"{n}, {i}.5, {-i}.5, 0.1, 0.2, 0.3" for i, n in enumerate(index)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("header", [True, False])
def test_openbci_sample_index_shows_losses(text_file: Write, header: bool) -> None:
    index = [n % 256 for n in range(200, 300) if n not in (220, 221, 270)]
    recording = io.read(text_file(_openbci(index, header), "a.txt"))
    assert recording.gaps == [(20, 2), (70, 1)] and recording.samples == 100
    assert recording.names[:3] == ["EXG Channel 0", "EXG Channel 1", "Accel Channel 0"]
    assert recording.fs == 250 and recording.data[0, 0] == 0.5


def test_openbci_without_a_rate_demands_it(text_file: Write) -> None:
    path = text_file(_openbci(list(range(20)), True).replace("%Sample Rate = 250 Hz\n", ""), "a.txt")
    with pytest.raises(FormatError, match="the sampling rate is not stated"):
        io.read(path)
    assert io.read(path, fs=250).fs == 250


def test_simple_text_with_labels_and_gains(text_file: Write) -> None:
    head = "# Simple Text Format\n# Sampling Rate (Hz):= 500.00\n# Resolution:= 10\n# Labels:= EMG\tECG\n"
    path = text_file(head + "512.0\t512.0\n513.0\t514.0\n", "a.txt")
    recording = io.read(path, gain={"EMG": 3.0, "ECG": 2.0}, offset=512)
    assert recording.fs == 500 and recording.data.tolist() == [[0, 0], [3, 4]]
    assert [c.kind for c in recording.channels] == ["EMG", "ECG"]
