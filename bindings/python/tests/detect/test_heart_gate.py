"""The gate of the heart and the band of the trunk. Truth: the beats that were put in; the engine's own record."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import unguard

FS = 2000
HEART = unguard.MARKS["heart"]


def heart(seconds: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Noise of 1 uV with a beat of 60 uV every 0.8 s, and the R peaks."""
    n = seconds * FS
    r = np.arange(FS // 2, n, int(0.8 * FS))
    t = np.arange(-100, 101) / FS
    x = np.random.default_rng(3).standard_normal(n)
    for i in r:
        x[i - 100 : i + 101][: n - i + 100] += (60 * np.exp(-0.5 * (t / 0.008) ** 2))[: n - i + 100]
    return x, r


def test_samples_come_as_they_were_and_beats_are_marked() -> None:
    x, r = heart()
    gate = unguard.HeartGate()
    y, marks = gate(x, fs=FS, marks=True)
    assert np.array_equal(y[120:], x[:-120]) and not y[:120].any()
    assert (marks[:120] == unguard.MARKS["missing"]).all()
    assert gate(x, fs=FS).tobytes() == y.tobytes()
    known = r[(r > 30 * FS) & (r < 39 * FS)]
    assert (marks[known + 120] == HEART).all()
    share = np.mean(marks[30 * FS :] == HEART)
    assert 0.13 < share <= 0.15 and set(marks[120:]) == {0, HEART}


def test_a_stream_gives_the_same_and_goes_on_from_a_saved_state() -> None:
    x, _ = heart()
    y, marks = unguard.HeartGate()(x, fs=FS, marks=True)
    live = unguard.HeartGate().start(fs=FS)
    told = []
    for k, piece in enumerate(np.array_split(x, 57)):
        told.append(live.process(piece, marks=True))
        if k == 30:
            state, live = live.save(), unguard.HeartGate().start(fs=FS)
            live.load(state)
            live = copy.copy(live)
    assert np.concatenate([a for a, _ in told]).tobytes() == y.tobytes()
    assert np.array_equal(np.concatenate([m for _, m in told]), marks)
    assert live.believable and live.prominence > 4.2 and live.position == len(x) and live.fs == FS
    assert live.latency()["samples"] == 120 and live.channels == ["channel 1"]
    assert "HeartGate" in repr(live)
    live.reset()
    assert not live.believable


def test_a_lead_is_found_by_name_and_marks_travel() -> None:
    x, _ = heart()
    both = np.column_stack([np.random.default_rng(4).standard_normal(len(x)), x])
    given = np.zeros(both.shape, np.uint32)
    given[70000, 0] = unguard.MARKS["jump"]
    _, marks = unguard.HeartGate(lead="ecg")(both, fs=FS, channels=["emg", "ecg"], marks=given)
    assert (marks[30 * FS :, 0] & HEART).any()
    assert marks[70120, 0] & unguard.MARKS["jump"]


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(unguard.ConfigError, match=r"before is 0.1 s: expected no more than look_ahead, 0.06 s"):
        unguard.HeartGate(before=0.1).start(fs=FS)
    with pytest.raises(unguard.ConfigError, match=r"lead is .*: expected the name of a channel, or none"):
        unguard.HeartGate(lead="ecg").start(fs=FS)
    with pytest.raises(unguard.ConfigError, match="block is 2 channels wide: expected 1 channels, as the gate"):
        unguard.HeartGate().start(fs=FS).process(np.zeros((5, 2)))
    with pytest.raises(unguard.ConfigError, match="stages"):
        unguard.Chain(unguard.HeartGate())  # a chain would lose its marks


def test_the_band_of_the_trunk_is_a_band_pass_from_30_hz() -> None:
    assert unguard.trunk_band() == unguard.Bandpass(low=30, high=450, order=4)
