"""Records cut into windows with labels. Truth: the rule of the docstring, by hand; and how well gestures are told apart
(UCI "EMG data for gestures", a label in every row).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from unguard import io
from unguard.errors import ConfigError
from unguard.recording import Channel, Recording
from unguard.sklearn import ChainTransformer, WindowFeatures, windows


def test_windows_labels_and_stretches() -> None:
    x = np.arange(20.0).reshape(10, 2)
    y = ["rest"] * 4 + ["fist"] * 4 + ["rest"] * 2
    cut = windows(x, y, fs=10, window=0.3, step=0.1)
    assert cut.X.shape == (4, 3, 2) and cut.start.tolist() == [0.0, 0.1, 0.4, 0.5]
    assert cut.X[2].tolist() == x[4:7].tolist()
    assert cut.y is not None and cut.y.tolist() == ["rest", "rest", "fist", "fist"]
    assert cut.stretch.tolist() == [0, 0, 1, 1]
    assert cut.left_out == {"not valid": 0, "labels": 4} and "4 left out for labels" in repr(cut)
    assert not cut.mixed.any() and not windows(x, fs=10, window=0.3, step=0.1).mixed.any()
    all_of_them = windows(x, y, fs=10, window=0.3, step=0.1, mixed="majority")
    assert all_of_them.y is not None
    assert all_of_them.y.tolist() == ["rest", "rest", "rest", "fist", "fist", "fist", "fist", "rest"]
    assert all_of_them.stretch.tolist() == [0, 0, 0, 1, 1, 1, 1, 2]
    assert all_of_them.mixed.tolist() == [False, False, True, True, False, False, True, True]


@given(st.lists(st.integers(0, 2), min_size=5, max_size=60), st.integers(1, 12), st.integers(1, 12))
def test_windows_of_two_stretches_share_no_sample_unless_mixed(labels: list[int], long: int, apart: int) -> None:
    cut = windows(np.zeros(len(labels)), labels, fs=10, window=long / 10, step=apart / 10, mixed="majority")
    held = [set(range(round(s * 10), round(s * 10) + long)) for s in cut.start]
    for samples, stretch, mixed in zip(held, cut.stretch, cut.mixed, strict=True):
        assert mixed or len({labels[i] for i in samples}) == 1
        if not mixed:
            others = [h for h, s, m in zip(held, cut.stretch, cut.mixed, strict=True) if s != stretch and not m]
            assert all(samples.isdisjoint(other) for other in others)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_every_whole_window_is_there_or_counted(samples: int, long: int, apart: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, valid = rng.normal(size=(samples, 2)), rng.integers(0, 2, samples), rng.random((samples, 2)) > 0.05
    recording = Recording(x, 10.0, [Channel("a"), Channel("b")], valid=valid)
    cut = windows(recording, y, window=long / 10, step=apart / 10)
    expected = []
    dropped = {"not valid": 0, "labels": 0}
    for start in range(0, samples - long + 1, apart):
        part = slice(start, start + long)
        if not valid[part].all():
            dropped["not valid"] += 1
        elif len(set(y[part].tolist())) > 1:
            dropped["labels"] += 1
        else:
            expected.append((x[part], y[start]))
    assert cut.left_out == dropped and len(cut.X) == len(expected) and cut.channels == ["a", "b"]
    assert cut.y is not None
    for found, label, (values, was) in zip(cut.X, cut.y, expected, strict=True):
        assert np.array_equal(found, values) and label == was


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fs": None}, "fs is None"),
        ({"fs": 0}, "fs is 0"),
        ({"window": 0.01}, "window is 0.01 s: expected at least one sample"),
        ({"step": 0}, "step is 0 s"),
        ({"y": [1, 2]}, "y is of shape (2,): expected a label for every sample, (10,)"),
        ({"y": [np.nan] * 10}, "y is not finite everywhere"),
        ({"mixed": "first"}, "mixed is 'first': expected one of drop, majority"),
        ({"channels": ["a"]}, "channels is 1 names: expected one for each of 2 columns"),
        ({"x": np.zeros((2, 2, 2))}, "x is of shape (2, 2, 2)"),
        ({"x": np.full((10, 2), np.nan)}, "x is not finite everywhere"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"x": np.zeros((10, 2)), "y": None, "fs": 10, "window": 0.3, "step": 0.1}
    given |= changes
    with pytest.raises(ConfigError) as refused:
        windows(given.pop("x"), given.pop("y"), **given)
    assert words in str(refused.value)


def test_gestures_are_told_apart_far_beyond_chance(real_data: Path, record_property: Any) -> None:
    names = [f"channel{i}" for i in range(1, 9)]
    recording = io.read(real_data / "uci_gestures/s10_series1.txt", unit="V", fs=1000, channels=[*names, "class"])
    # Rows are stamped to a millisecond and repeat what the armband sends 200 times a second.
    at_200_hz = recording.data[::5]
    filtered = ChainTransformer([unguard.Highpass(cutoff=20)], fs=200).fit_transform(at_200_hz[:, :8])
    cut = windows(filtered, at_200_hz[:, 8].astype(int), fs=200, window=0.2, step=0.1, channels=names)
    assert cut.y is not None
    marked = cut.y > 0  # 0 is not marked
    model = make_pipeline(WindowFeatures(["MAV", "WL", "VAR"]), StandardScaler(), LinearDiscriminantAnalysis())
    # Of every gesture one whole repetition is learned and the other one told: no window of it was ever seen.
    score = cross_val_score(model, cut.X[marked], cut.y[marked], groups=cut.stretch[marked], cv=StratifiedGroupKFold(2))
    chance = np.unique(cut.y[marked], return_counts=True)[1].max() / marked.sum()
    record_property("gestures", f"{score.tolist()}, chance {chance:.3f}")
    assert len(np.unique(cut.y[marked])) == 6 and score.min() > 0.9 and chance < 0.25
