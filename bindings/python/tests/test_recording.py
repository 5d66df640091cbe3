"""Truth: the shapes and refusals the class states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from unguard.errors import ConfigError
from unguard.recording import Annotation, Channel, Recording


def _recording(**changes: Any) -> Recording:
    fields: dict[str, Any] = {
        "data": np.arange(12.0).reshape(4, 3),
        "fs": 2.0,
        "channels": [Channel("left"), Channel("right", kind="EMG"), Channel("angle", "deg", "deg", "other")],
    }
    return Recording(**(fields | changes))


def test_length_names_and_repr() -> None:
    recording = _recording()
    assert (recording.samples, recording.duration_s, recording.names) == (4, 2.0, ["left", "right", "angle"])
    assert "4 samples x 3 channels" in repr(recording) and "left [uV]" in repr(recording)
    assert [c.may_be_emg for c in recording.channels] == [True, True, False]


def test_repr_tells_what_was_flagged() -> None:
    valid = np.ones((4, 3), dtype=bool)
    valid[1, 2] = False
    text = repr(_recording(valid=valid, repairs=["held"], annotations=[Annotation(0, 0, "a")]))
    assert "1 values held" in text and "1 remarks" in text and "1 annotations" in text


def test_select_takes_columns_in_the_order_asked() -> None:
    valid = np.ones((4, 3), dtype=bool)
    valid[2, 2] = False
    chosen = _recording(valid=valid, annotations=[Annotation(0, 0, "a", "left"), Annotation(1, 0, "b")]).select(
        ["angle", "right"]
    )
    assert chosen.names == ["angle", "right"]
    assert np.array_equal(chosen.data, np.arange(12.0).reshape(4, 3)[:, [2, 1]])
    assert chosen.valid is not None and not chosen.valid[2, 0] and chosen.data.flags.c_contiguous
    assert [a.text for a in chosen.annotations] == ["b"]


def test_long_form_has_a_row_per_sample_and_channel() -> None:
    frame = _recording().to_dataframe()
    assert list(frame.columns) == ["time_s", "channel", "value", "unit", "valid"]
    assert len(frame) == 12 and frame["time_s"].iloc[-1] == 1.5
    assert frame.loc[frame["channel"] == "right", "value"].tolist() == [1, 4, 7, 10]


def test_a_single_sample_is_a_recording() -> None:
    assert _recording(data=np.zeros((1, 3))).duration_s == 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((123, 5), "name is 123: expected the name of a channel as text"),
        ((None,), "name is None"),
        (([],), "name is []"),
        (("half \udcff",), "name is 'half \\udcff'"),
        (("a", 5), "unit is 5: expected a unit as text"),
        (("a", "uV", None), "unit_found is None"),
        (("a", "uV", "", 1), "kind is 1: expected a kind as text"),
    ],
)
def test_a_channel_that_is_none_is_refused_by_name(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Channel(*arguments)
    assert str(refusal.value).startswith(words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("50", 0, "a"), "onset_s is '50': expected a number of seconds"),
        ((True, 0, "a"), "onset_s is True"),
        ((0, None, "a"), "duration_s is None: expected a number of seconds"),
        ((0, 0, 5), "text is 5: expected the text of an annotation"),
        ((0, 0, "a", 5), "channel is 5: expected the name of a channel as text, or None"),
    ],
)
def test_an_annotation_that_is_none_is_refused_by_name(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Annotation(*arguments)
    assert str(refusal.value).startswith(words)


def test_numbers_of_numpy_are_numbers_of_an_annotation() -> None:
    note = Annotation(np.float32(0.5), np.int64(2), "a")  # type: ignore[arg-type]
    assert (note.onset_s, note.duration_s) == (0.5, 2.0) and type(note.onset_s) is float


@pytest.mark.parametrize("annotations", [5, "ab", ["x"], [None], None])
def test_annotations_that_are_none_are_refused_by_name(annotations: Any) -> None:
    with pytest.raises(ConfigError, match=r"^annotations is .*: expected a list of Annotation"):
        _recording(annotations=annotations)


@pytest.mark.parametrize("fs", [0, -1.0, float("nan"), float("inf"), "1000", None, True])
def test_a_rate_that_is_none_is_refused(fs: Any) -> None:
    with pytest.raises(ConfigError, match=r"fs is .*: expected a positive number of hertz"):
        _recording(fs=fs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": np.zeros(4)}, "data is an array of 1 dimensions: expected shape"),
        ({"data": np.zeros((3, 4))}, "channels is 3 channels: expected one per column of data, which has 4"),
        ({"data": np.zeros((0, 3))}, "data is of shape .0, 3.: expected at least one sample"),
        ({"data": [[1.0, 2.0, 3.0]]}, "data is list: expected a numeric array"),
        ({"data": np.array([["a", "b", "c"]])}, "expected a numeric array"),
        ({"data": np.array([[0.0, np.nan, 0.0]])}, "data is nan at sample 0 of right"),
        ({"data": np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -np.inf]])}, "data is -inf at sample 1 of angle"),
        ({"channels": [Channel("a"), Channel("b"), Channel("a")]}, "channels is the name 'a' twice"),
        ({"data": np.ma.zeros((4, 3))}, "data is a masked array of shape .4, 3.: expected an array without a mask"),
        ({"data": np.zeros((4, 3), complex)}, "expected a numeric array"),
        ({"data": np.zeros((4, 3), object)}, "expected a numeric array"),
        ({"fs": "1000"}, "fs is '1000': expected a positive number of hertz"),
        ({"fs": None}, "fs is None: expected a positive number of hertz"),
        ({"fs": np.True_}, "fs is np.True_: expected a positive number of hertz"),
        ({"fs": 2**2000}, "expected a positive number of hertz"),
        ({"channels": ["a", "b", "c"]}, "channels is .'a', 'b', 'c'.: expected a list of Channel"),
        ({"channels": 3}, "channels is 3: expected a list of Channel"),
        ({"valid": [[True] * 3] * 4}, "valid is list: expected None, or an array of bool of shape .4, 3."),
        ({"valid": np.ma.ones((4, 3), dtype=bool)}, "valid is MaskedArray: expected None, or an array of bool"),
        ({"valid": np.ones((4, 2), dtype=bool)}, "valid is bool of shape"),
        ({"valid": np.ones((4, 3))}, "valid is float64"),
    ],
)
def test_bad_input_is_refused_by_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _recording(**changes)


def test_finite_values_whose_sum_overflows_are_accepted() -> None:
    assert _recording(data=np.full((4, 3), 1.7e308)).samples == 4


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "names is empty"),
        (["up"], "names is 'up': expected one of left"),
        (["left"] * 2, "twice"),
        (5, "names is 5"),
        ([5], "names is 5"),
        (None, "names is None"),
    ],
)
def test_select_refuses_names_that_are_not_there(names: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _recording().select(names)
