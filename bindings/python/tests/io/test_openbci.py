"""OpenBCI GUI text of several versions: the truth is what its writer puts into header and columns.

https://github.com/OpenBCI/OpenBCI_GUI, DataLogging.pde (up to 4), DataWriterODF.pde (from 5 on).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from unguard import io

_V5 = (
    "%OpenBCI Raw {kind} Data\n%Number of channels = 4\n%Sample Rate = 200 Hz\n%Board = OpenBCI_GUI$BoardGanglionBLE\n"
    "Sample Index, EXG Channel 0, EXG Channel 1, EXG Channel 2, EXG Channel 3, Accel Channel 0, Accel Channel 1, "
    "Accel Channel 2, Other, Other, Timestamp,{more} Timestamp (Formatted)\n"
)


@pytest.mark.parametrize(
    ("header", "last"),
    [(_V5.format(kind="EEG", more=""), ""), (_V5.format(kind="EXG", more=" Marker Channel,"), " 0.0,")],
)
def test_versions_5_and_6_name_their_columns(text_file: Callable[..., Path], header: str, last: str) -> None:
    rows = "".join(
        f"{i % 256}, {i}.5, -{i}.25, 3.0, 4.0, 0.1, 0.2, 0.9, 0.0, 0.0, {1.6e9 + i / 200:.3f},{last} "
        "2024-01-02 10:00:00.000\n"
        for i in range(300)
    )
    recording = io.read(text_file(header + rows, "OpenBCI-RAW.txt"))
    assert recording.fs == 200 and [c.unit for c in recording.channels] == ["uV"] * 4 + ["g"] * 3
    assert np.array_equal(recording.data[:, 0], np.arange(300) + 0.5) and recording.gaps == []


def test_version_4_has_no_row_of_labels(text_file: Callable[..., Path]) -> None:
    header = (
        "%OpenBCI Raw EEG Data\n%Number of channels = 8\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n"
        "%Last Column = Timestamp \n%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved "
        "with Aux Data\n"
    )
    rows = "".join(
        f"{i % 256}, "
        + ", ".join(f"{10 * c + i}.25" for c in range(8))
        + f", 0.00, 0.10, 0.98, 10:00:00.{i:03d}, {1.6e12 + 4 * i:.0f}\n"
        for i in range(60)
    )
    recording = io.read(text_file(header + rows, "OpenBCI-RAW.txt"))
    assert recording.fs == 250 and [c.unit for c in recording.channels] == ["uV"] * 8 + ["g"] * 3
    assert np.array_equal(recording.data[:, 7], np.arange(60) + 70.25)


def test_the_first_versions_had_nothing_but_microvolts(text_file: Callable[..., Path]) -> None:
    header = (
        "%OpenBCI Raw EEG Data\n%\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n"
        "%Other Columns = EEG data in microvolts\n"
    )
    rows = "".join(f"{i}, " + ", ".join(f"{c}.5" for c in range(8)) + "\n" for i in range(60))
    recording = io.read(text_file(header + rows, "OpenBCI-RAW.txt"))
    assert recording.data.shape == (60, 8) and {c.unit for c in recording.channels} == {"uV"}


def test_a_daisy_counts_in_twos_and_loses_nothing(text_file: Callable[..., Path]) -> None:
    header = "%OpenBCI Raw EXG Data\n%Number of channels = 1\n%Sample Rate = 125 Hz\nSample Index, EXG Channel 0\n"
    index = (2 * np.arange(300)) % 256
    sound = "".join(f"{n}, {i}.5\n" for i, n in enumerate(index))
    assert io.read(text_file(header + sound, "OpenBCI-RAW.txt")).gaps == []
    lost = "".join(f"{n}, {i}.5\n" for i, n in enumerate(index) if i not in (200, 201))
    assert io.read(text_file(header + lost, "OpenBCI-RAW.txt")).gaps == [(200, 2)]
