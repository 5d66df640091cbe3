"""Recordings of arrays and tables. Truth: the values that were handed in, times the unit; what to_dataframe() wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from unguard.errors import ConfigError
from unguard.recording import Channel, Recording

_VALUES = st.floats(-1e9, 1e9, allow_subnormal=False)


@pytest.mark.parametrize(("unit", "factor"), [("uV", 1.0), ("µV", 1.0), ("mV", 1e3), ("V", 1e6), ("nV", 1e-3)])
def test_volts_become_microvolts_and_the_array_stays(unit: str, factor: float) -> None:
    x = np.arange(12.0).reshape(6, 2)
    recording = Recording.from_array(x, fs=2000, unit=unit, names=["EMG left", "trigger"])
    assert np.array_equal(recording.data, np.arange(12.0).reshape(6, 2) * factor)
    assert np.array_equal(x, np.arange(12.0).reshape(6, 2))
    assert recording.channels == [
        Channel("EMG left", "uV", unit, "EMG"),
        Channel("trigger", "uV", unit, "voltage"),
    ]
    assert recording.fs == 2000.0 and recording.valid is None and recording.repairs == []


def test_units_a_channel_and_what_is_no_voltage() -> None:
    x = np.ones((5, 3))
    by_name = {"a": "mV", "b": "°", "c": "N"}
    for unit in (["mV", "°", "N"], by_name):
        recording = Recording.from_array(x, fs=10, unit=unit, names=["a", "b", "c"])
        assert recording.data[0].tolist() == [1000.0, 1.0, 1.0]
        assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "voltage"), ("deg", "other"), ("N", "other")]


def test_one_channel_lists_and_integers() -> None:
    assert Recording.from_array([1, 2, 3], fs=10, unit="uV").data.tolist() == [[1.0], [2.0], [3.0]]
    assert Recording.from_array(np.array([[7]], dtype=np.int16), fs=10, unit="uV").names == ["channel 1"]


def test_what_is_missing_is_held_and_marked() -> None:
    x = np.array([[1.0, np.nan], [np.inf, 2.0], [3.0, 4.0]])
    recording = Recording.from_array(x, fs=10, unit="uV")
    assert recording.data.tolist() == [[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]]
    assert recording.valid is not None and recording.valid.tolist() == [[True, False], [False, True], [True, True]]
    assert len(recording.repairs) == 2
    masked = np.ma.masked_array([5.0, 6.0, 7.0], [False, True, False])
    again = Recording.from_array(masked, fs=10, unit="uV")
    assert again.data[:, 0].tolist() == [5.0, 5.0, 7.0]
    assert again.valid is not None and again.valid[:, 0].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("data", "told", "words"),
    [
        (np.ones((9, 2)), {"unit": None}, "unit is not given: expected the unit of the numbers"),
        (np.ones((9, 2)), {"fs": None}, "fs is None: expected a sampling rate above 0 Hz; it has no default"),
        (np.ones((9, 2)), {"fs": -1}, "fs is -1"),
        (np.ones((2, 9)), {}, "data is of shape (2, 9), wider than long: expected (samples, channels): hand in data.T"),
        (np.ones((2, 9)), {"names": ["a", "b"]}, "one for each of 9 columns; hand in data.T if its rows are channels"),
        (np.ones((9, 2)), {"names": ["a", "a"]}, "the name 'a' twice"),
        (np.ones((9, 2)), {"names": ["a"]}, "names is 1 names: expected one for each of 2 columns"),
        (np.ones((9, 2)), {"unit": ["mV"]}, "unit is 1 units"),
        (np.ones((9, 2)), {"unit": {"channel 1": "mV"}}, "unit is not given for 'channel 2'"),
        (np.ones((9, 2)), {"unit": {"nobody": "mV"}}, "unit is given for 'nobody'"),
        (np.ones((9, 2)), {"unit": 3}, "unit is 3"),
        (np.ones((9, 2, 2)), {}, "3 dimensions"),
        (np.ones((0, 2)), {}, "data is of shape (0, 2)"),
        (["a", "b"], {}, "data is list"),
        (np.ones((9, 2), dtype=bool), {}, "data is ndarray of bool"),
    ],
)
def test_what_is_not_stated_or_cannot_be_is_refused_by_name(data: Any, told: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Recording.from_array(data, **({"fs": 10.0, "unit": "uV"} | told))
    assert words in str(refused.value)


def test_a_wide_array_passes_where_its_channels_are_named() -> None:
    assert Recording.from_array(np.ones((2, 3)), fs=10, unit="uV", names=["a", "b", "c"]).samples == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_long_form_comes_back_bit_for_bit(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.text("abc EMG0", min_size=1, max_size=6), min_size=1, max_size=4, unique=True))
    shape = (data.draw(st.integers(1, 20)), len(names))
    values = data.draw(arrays(np.float64, shape, elements=_VALUES))
    valid = data.draw(arrays(np.bool_, shape))
    fs = data.draw(st.sampled_from([1.0, 100.0, 2000.0, 1925.926, 2000 / 3]))
    units = [data.draw(st.sampled_from(["uV", "deg", "N", ""])) for _ in names]
    channels = [Channel(name, unit) for name, unit in zip(names, units, strict=True)]
    recording = Recording(values, fs, channels, valid=valid)
    back = Recording.from_dataframe(recording.to_dataframe(), fs=fs)
    assert back.names == names and np.array_equal(back.data, values) and back.fs == fs
    assert [c.unit for c in back.channels] == units
    assert np.array_equal(np.ones(shape, bool) if back.valid is None else back.valid, valid)
    shuffled = recording.to_dataframe().sample(frac=1, random_state=1)
    assert np.array_equal(Recording.from_dataframe(shuffled, fs=fs).select(names).data, values)


def test_a_column_a_channel() -> None:
    frame = pd.DataFrame({"t": np.arange(5) / 100, "left": [1.0, 2, 3, 4, 5], "right": [5, 4, 3, 2, 1], "note": "a"})
    recording = Recording.from_dataframe(frame, fs=100, unit="mV", columns=["right", "left"], time="t")
    assert recording.names == ["right", "left"] and recording.data[0].tolist() == [5000.0, 1000.0]
    assert Recording.from_dataframe(frame[["left"]], fs=100, unit="uV").data[:, 0].tolist() == [1, 2, 3, 4, 5]
    missing = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64")})
    held = Recording.from_dataframe(missing, fs=10, unit="uV")
    assert held.valid is not None and held.valid[:, 0].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"fs": None}, "fs is None"),
        ({"unit": None}, "unit is not given"),
        ({"columns": ["nobody"]}, "columns is 'nobody': expected some of t, left, note"),
        ({"columns": ["note"]}, "columns is 'note', of"),
        ({"time": "nobody"}, "time is 'nobody': expected one of t, left, note"),
        ({"time": "t", "fs": 50}, "time is 0.02 s in row 2: expected times in seconds, 1/50 s apart"),
        ({"time": "note", "columns": ["left"]}, "time is of"),
    ],
)
def test_tables_that_cannot_be_are_refused_by_name(told: dict[str, Any], words: str) -> None:
    frame = pd.DataFrame({"t": np.arange(5) / 100, "left": [1.0, 2, 3, 4, 5], "note": "a"})
    with pytest.raises(ConfigError) as refused:
        Recording.from_dataframe(frame, **({"fs": 100, "unit": "uV", "columns": ["left"]} | told))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("frame", "told", "words"),
    [
        (pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "a"]), {}, "frame is with 2 columns called 'a': expected"),
        (pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "a"]), {"columns": ["a"]}, "2 columns called 'a'"),
        (pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "a"]), {"time": "a"}, "2 columns called 'a'"),
        (pd.DataFrame([[1.0, 2.0]] * 3, columns=["1", 1]), {}, "the name '1' twice"),
        (pd.DataFrame({"t": [], "a": []}), {"time": "t"}, "frame is without a row: expected at least one sample"),
        (pd.DataFrame({"a": [1.0]}), {"time": ["a"]}, "time is ['a']: expected one of a, or None"),
    ],
)
def test_tables_that_are_none_of_a_recording_are_refused_by_name(
    frame: pd.DataFrame, told: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        Recording.from_dataframe(frame, **({"fs": 100, "unit": "uV"} | told))
    assert words in str(refused.value)


def test_long_forms_that_contradict_themselves_are_refused() -> None:
    frame = Recording(np.arange(6.0).reshape(3, 2), 10.0, [Channel("a"), Channel("b")]).to_dataframe()
    with pytest.raises(ConfigError, match="unit is 'uV': expected nothing beside a table in long form"):
        Recording.from_dataframe(frame, fs=10, unit="uV")
    with pytest.raises(ConfigError, match=r"time_s is 0.1 s in row 1: expected times in seconds, 1/20 s apart"):
        Recording.from_dataframe(frame, fs=20)
    with pytest.raises(ConfigError, match="with two values of one channel at one time"):
        Recording.from_dataframe(pd.concat([frame, frame]), fs=10)
    for change, words in (({"value": "x"}, "frame is with values of "), ({"time_s": "x"}, "time_s is of ")):
        spoilt = frame.assign(**change).drop_duplicates(["time_s", "channel"])
        with pytest.raises(ConfigError, match=words):
            Recording.from_dataframe(spoilt, fs=10)
    with pytest.raises(ConfigError, match="frame is without a row"):
        Recording.from_dataframe(frame.iloc[:0], fs=10)
    frame.loc[0, "unit"] = "mV"
    with pytest.raises(ConfigError, match="with several units for one channel"):
        Recording.from_dataframe(frame, fs=10)
    less = Recording(np.arange(6.0).reshape(3, 2), 10.0, [Channel("a"), Channel("b")]).to_dataframe().drop(3)
    held = Recording.from_dataframe(less, fs=10)
    assert held.valid is not None and np.argwhere(~held.valid).tolist() == [[1, 1]] and held.repairs
