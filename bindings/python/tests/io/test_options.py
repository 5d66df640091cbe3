"""Every statement of the caller that cannot be is refused by name, before or after the file was opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unguard import io
from unguard.errors import ConfigError, FormatError

_TABLE = "time (s),left (mV),right (mV)\n" + "".join(f"{i / 1000},{i},{-i}\n" for i in range(20))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fs": 0}, "fs is 0.0: expected a positive number of hertz"),
        ({"fs": -1.0}, "fs is -1.0: expected a positive number of hertz"),
        ({"fs": float("nan")}, "fs is nan"),
        ({"fs": "fast"}, "fs is 'fast'"),
        ({"fs": 500.0}, "fs is 500: expected 1000 Hz as table.csv states, or nothing"),
        ({"unit": "uV"}, "unit is 'uV': expected mV as table.csv states, or nothing"),
        ({"unit": ""}, "unit is '': expected a unit"),
        ({"unit": {"middle": "uV"}}, "unit is given for 'middle': expected names of channels"),
        ({"gain": 2.0}, "gain is 2.0: expected nothing, as table.csv states the unit"),
        ({"gain": 0}, "gain is 0: expected a number other than zero"),
        ({"gain": 1.0, "unit": "uV"}, "expected either gain="),
        ({"offset": 3.0}, "offset is 3.0 without gain"),
        ({"offset": None}, "offset is None"),
        ({"channels": []}, "channels is empty"),
        ({"channels": ["up"]}, "channels is 'up': expected one of left, right"),
        ({"channels": ["left", "left"]}, "twice"),
        ({"channels": [1]}, "channels is 1: expected channel names"),
        ({"channels": ["left", "left (mV)"]}, "twice"),
        ({"decimal": ";"}, "decimal is ';'"),
        ({"sensor": "EOG"}, "sensor is 'EOG': expected one of EMG, ECG"),
        ({"sensor": "EMG"}, "only OpenSignals files"),
        ({"device": "hub"}, "device is 'hub': expected nothing, as the file names no device"),
        ({"device": 3}, "device is 3"),
        ({"max_gap_s": 0}, "max_gap_s is 0.0: expected a positive number of seconds"),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    text_file: Callable[..., Path], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        io.read(text_file(_TABLE), **options)
    assert words in str(refusal.value)


def test_a_statement_the_file_agrees_with_is_accepted(text_file: Callable[..., Path]) -> None:
    recording = io.read(text_file(_TABLE), fs=1000, unit="mV", channels=["right"])
    assert recording.fs == 1000 and recording.data[3, 0] == -3000


@pytest.mark.parametrize("path", [None, 3.5, "a\x00b"])
def test_a_path_that_is_none_is_refused(path: Any) -> None:
    with pytest.raises(ConfigError, match="path is"):
        io.read(path)
    with pytest.raises(ConfigError, match="path is"):
        io.info(path)


def test_missing_file_folder_and_empty_file_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.edf"
    empty.write_bytes(b"")
    for path, words in ((tmp_path / "none.edf", "missing"), (tmp_path, "a folder"), (empty, "empty .0 bytes.")):
        for ask in (io.read, io.info):
            with pytest.raises(FormatError, match=f"the file is {words}"):
                ask(path)
