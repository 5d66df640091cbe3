"""Every statement of the caller that cannot be is refused by name, before or after the file was opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
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
        ({"fs": "1000"}, "fs is '1000': expected a positive number of hertz"),
        ({"fs": True}, "fs is True: expected a positive number of hertz"),
        ({"fs": np.True_}, "fs is np.True_: expected a positive number of hertz"),
        ({"fs": np.complex128(1000)}, "fs is np.complex128(1000+0j): expected a positive number of hertz"),
        ({"fs": np.array([1000.0])}, "fs is array([1000.]): expected a positive number of hertz"),
        ({"fs": np.ma.masked}, "fs is masked: expected a positive number of hertz"),
        ({"fs": np.timedelta64(1000, "s")}, "fs is np.timedelta64(1000,'s'): expected a positive number of hertz"),
        ({"fs": 2**2000}, "expected a positive number of hertz"),
        ({"unit": 5}, "unit is 5: expected a unit"),
        ({"unit": b"mV"}, "unit is b'mV': expected a unit"),
        ({"gain": "2"}, "gain is '2': expected microvolts per number in the file"),
        ({"gain": True}, "gain is True: expected microvolts per number in the file"),
        ({"gain": {"left": None, "right": float("inf")}}, "gain is inf: expected microvolts per number"),
        ({"offset": "3", "gain": 1.0}, "offset is '3': expected the number in the file"),
        ({"channels": 5}, "channels is 5: expected channel names as text"),
        ({"channels": True}, "channels is True: expected channel names as text"),
        ({"channels": b"left"}, "channels is b'left': expected channel names as text"),
        ({"channels": [None]}, "channels is None: expected channel names as text"),
        ({"decimal": np.array([".", ","])}, "decimal is array(['.', ',']"),
        ({"sensor": np.array(["EMG", "ECG"])}, "sensor is array(['EMG', 'ECG']"),
        ({"sensor": True}, "sensor is True: expected one of EMG, ECG"),
        ({"device": True}, "device is True: expected the name of a device"),
        ({"max_gap_s": None}, "max_gap_s is None: expected a positive number of seconds"),
        ({"max_gap_s": float("inf")}, "max_gap_s is inf: expected a positive number of seconds"),
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
    assert (
        io.read(text_file(_TABLE), fs=np.int64(1000)).fs == io.read(text_file(_TABLE), fs=np.float32(1000)).fs == 1000
    )
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
