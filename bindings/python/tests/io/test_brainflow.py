"""BrainFlow files: the truth is the array of BrainFlow's synthetic board, written to the file by its DataFilter."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from brainflow.board_shim import BoardIds, BoardShim, BrainFlowInputParams
from brainflow.data_filter import DataFilter
from unguard import io
from unguard.errors import ConfigError, FormatError


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    BoardShim.disable_board_logger()
    board = BoardShim(BoardIds.SYNTHETIC_BOARD.value, BrainFlowInputParams())
    board.prepare_session()
    try:
        board.start_stream()
        time.sleep(0.6)
        board.insert_marker(7)
        time.sleep(0.6)
        board.stop_stream()
        data = board.get_board_data()
    finally:
        board.release_session()
    path = tmp_path_factory.mktemp("brainflow") / "a.csv"
    DataFilter.write_file(data, str(path), "w")
    return path, data


def test_a_board_that_is_named_says_what_the_columns_are(written: tuple[Path, np.ndarray]) -> None:
    path, data = written
    recording = io.read(path, device="brainflow:SYNTHETIC_BOARD")
    assert recording.fs == 250 and recording.names == [f"EXG {i}" for i in range(1, 17)]
    assert {(c.unit, c.kind) for c in recording.channels} == {("uV", "voltage")}
    assert np.max(np.abs(recording.data - data[1:17].T)) <= 0.5000001e-6  # six decimals in the file
    assert recording.gaps == [] and recording.repairs == []
    moved = io.read(path, device="brainflow:SYNTHETIC_BOARD", channels=["accel 2", "EXG 3"])
    assert moved.channels[0].kind == "other" and np.max(np.abs(moved.data[:, 0] - data[18])) <= 0.5000001e-6


def test_markers_are_annotations(written: tuple[Path, np.ndarray]) -> None:
    path, data = written
    (note,) = io.read(path, device="brainflow:SYNTHETIC_BOARD").annotations
    assert note.text == "7" and note.onset_s == np.flatnonzero(data[31])[0] / 250


def test_packages_that_were_lost_are_gaps(written: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    lines = written[0].read_text().splitlines(keepends=True)
    path = tmp_path / "lost.csv"
    path.write_text("".join(lines[:50] + lines[60:]))
    recording = io.read(path, device="brainflow:SYNTHETIC_BOARD")
    assert recording.gaps == [(50, 10)] and recording.samples == len(lines)


def test_the_board_is_not_guessed(written: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the table is 32 columns wide: expected 24, which brainflow:CYTON_BOARD has"):
        io.read(written[0], device="brainflow:CYTON_BOARD")
    with pytest.raises(ConfigError, match="one of BrainFlow's BoardIds"):
        io.read(written[0], device="brainflow:NO_SUCH_BOARD")
    with pytest.raises(ConfigError, match="a preset of DEFAULT_PRESET"):
        io.read(written[0], device="brainflow:SYNTHETIC_BOARD:OTHER")
    with pytest.raises(FormatError, match="the sampling rate is not stated"):
        io.read(written[0])
    # As the OpenBCI GUI calls what BrainFlow's streamer writes.
    raw = tmp_path / "BrainFlow-RAW_2024-01-02_0.csv"
    shutil.copy(written[0], raw)
    with pytest.raises(FormatError, match='the board is not stated in a BrainFlow file: expected device="brainflow:'):
        io.read(raw)
    assert io.read(raw, device="brainflow:SYNTHETIC_BOARD").fs == 250
