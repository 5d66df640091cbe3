"""Pictures of recordings and envelopes. Truth: the recording that was drawn."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import unguard
from matplotlib.figure import Figure
from unguard import ConfigError
from unguard.recording import Annotation, Channel, Recording

FS = 1000.0


@pytest.fixture(scope="module")
def recording() -> Recording:
    rng = np.random.default_rng(3)
    data = np.column_stack([rng.normal(size=20_000) * 10, np.linspace(0, 90, 20_000)])
    valid = np.ones(data.shape, dtype=bool)
    valid[5000:6000, 0] = False
    notes = [Annotation(2.0, 5.0, "bending"), Annotation(12.0, 0.0, "cough"), Annotation(15.0, 0, "lead", "trunk")]
    return Recording(data, FS, [Channel("multifidus L"), Channel("trunk", unit="deg")], notes, valid=valid)


def drawn_values(axes: Any) -> tuple[Any, Any]:
    line = max(axes.get_lines(), key=lambda one: len(one.get_xdata()))
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def test_every_channel_has_a_row_with_its_unit_and_its_extremes(recording: Recording) -> None:
    rows = recording.plot()
    assert [r.get_ylabel() for r in rows] == ["multifidus L [µV]", "trunk [deg]"]
    assert rows[-1].get_xlabel() == "time [s]" and rows[0].get_xlim() == (0, 20)
    for row, column in zip(rows, recording.data.T, strict=True):
        _, y = drawn_values(row)
        assert y.min() == column.min() and y.max() == column.max()
    rows[0].figure.canvas.draw()


def test_a_stretch_is_drawn_sample_by_sample(recording: Recording) -> None:
    (row,) = recording.plot(["multifidus L"], begin=3, end=3.5)
    x, y = drawn_values(row)
    assert np.allclose(x, np.arange(3000, 3500) / FS) and np.array_equal(y, recording.data[3000:3500, 0])


def test_what_is_held_and_what_was_written_down_is_seen(recording: Recording) -> None:
    first, second = recording.plot()
    assert any(p.get_hatch() for p in first.get_children() if hasattr(p, "get_hatch"))
    assert not any(getattr(p, "get_hatch", lambda: None)() for p in second.get_children())
    assert [t.get_text() for t in first.texts] == ["bending", "cough"]
    assert [t.get_text() for t in second.texts] == ["lead"]
    elsewhere, _ = recording.plot(begin=8, end=10)
    assert not elsewhere.texts


def test_it_draws_into_the_axes_it_is_given(recording: Recording) -> None:
    axes = Figure().subplots(2, 1)
    assert list(recording.plot(axes=axes)) == list(axes)
    for wrong in (axes[0], [1, 2]):
        with pytest.raises(ConfigError, match=r"^axes is .* of them: expected one Axes for each of 2 channels"):
            recording.plot(axes=wrong)


def test_refusals_of_a_picture_name_the_argument(recording: Recording) -> None:
    for call, said in (
        ({"channels": ["heart"]}, "channels is 'heart'"),
        ({"channels": []}, "channels is 0 names"),
        ({"begin": 20}, "begin is 20 s"),
        ({"begin": 5, "end": 5}, "end is 5 s"),
        ({"end": 21}, "end is 21 s"),
    ):
        with pytest.raises(ConfigError, match=f"^{said}: expected "):
            recording.plot(**call)  # type: ignore[arg-type]
    many = Recording(np.zeros((10, 40)), FS, [Channel(f"c{i}") for i in range(40)])
    with pytest.raises(ConfigError, match=r"^channels is None, of 40: expected at most 32"):
        many.plot()
    assert len(many.plot([f"c{i}" for i in range(32)])) == 32


def test_a_long_recording_is_drawn_in_minutes_and_a_short_one_sample_by_sample(recording: Recording) -> None:
    long = dataclasses.replace(recording, fs=10.0, annotations=[])
    rows = long.plot()
    assert rows[-1].get_xlabel() == "time [min]" and rows[0].get_xlim()[1] == pytest.approx(20_000 / 10 / 60)
    one = Recording(np.ones((1, 1)), FS, [Channel("one")])
    assert len(one.plot()) == 1


def test_an_envelope_is_drawn_over_its_emg_at_the_time_it_is_of() -> None:
    x = np.random.default_rng(1).normal(size=1500)
    chain = unguard.Chain(unguard.Rms(window=0.1))
    level, marks = chain(x, fs=FS, marks=True)
    delay = 0.05
    axes = unguard.plot_envelope(level, fs=FS, x=x, marks=marks, delay=delay, rest=0.5)
    emg, envelope, rest = axes.get_lines()
    assert np.array_equal(emg.get_ydata(), x) and np.array_equal(envelope.get_ydata(), level)
    assert np.allclose(envelope.get_xdata(), np.arange(1500) / FS - delay)
    assert rest.get_ydata()[0] == 0.5
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["EMG", "envelope", "rest"]
    hatched = [p for p in axes.patches if p.get_hatch()] + [p for p in axes.artists if p.get_hatch()]  # type: ignore[attr-defined]
    assert bool(hatched) == bool(marks.any())


def test_refusals_of_an_envelope_name_the_argument() -> None:
    level = np.ones(100)
    for call, said in (
        ({"level": np.ones((3, 2))}, "level is float64 of shape"),
        ({"fs": 0}, "fs is 0"),
        ({"x": np.ones(99)}, "x is 99 samples"),
        ({"marks": np.ones(100)}, "marks is float64"),
        ({"delay": -1}, "delay is -1 s"),
    ):
        arguments: dict[str, Any] = {"level": level, "fs": FS, **call}
        with pytest.raises(ConfigError, match=f"^{said}"):
            unguard.plot_envelope(**arguments)
