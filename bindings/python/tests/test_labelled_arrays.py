"""Recordings, spectra and features as arrays of xarray. Truth: what was put in, which comes back bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from unguard import features, io, spectrum
from unguard.errors import ConfigError
from unguard.recording import Annotation, Channel, Recording

_TEXT = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable())


def _same(a: Recording, b: Recording) -> None:
    assert np.array_equal(a.data, b.data) and a.fs == b.fs and a.channels == b.channels
    for name in ("annotations", "repairs", "remarks", "source", "gaps", "filters"):
        assert getattr(a, name) == getattr(b, name), name
    assert (a.valid is None) == (b.valid is None)
    assert a.valid is None or (b.valid is not None and np.array_equal(a.valid, b.valid))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_everything_comes_back(data: st.DataObject) -> None:
    names = data.draw(st.lists(_TEXT, min_size=1, max_size=4, unique=True))
    shape = (data.draw(st.integers(1, 12)), len(names))
    seconds = st.floats(-10, 10, allow_nan=False)
    recording = Recording(
        data=data.draw(arrays(np.float64, shape, elements=st.floats(allow_nan=False, allow_infinity=False))),
        fs=data.draw(st.sampled_from([1.0, 1000.0, 1925.926])),
        channels=[
            Channel(
                name,
                data.draw(st.sampled_from(["uV", "deg", ""])),
                data.draw(st.sampled_from(["mV", ""])),
                data.draw(st.sampled_from(["EMG", "voltage", "other", "label"])),
                data.draw(st.none() | st.floats(1e-6, 10)),
                data.draw(st.none() | st.just((-5000.0, 5000.0))),
            )
            for name in names
        ],
        annotations=data.draw(
            st.lists(st.builds(Annotation, seconds, seconds, _TEXT, st.none() | st.sampled_from(names)), max_size=3)
        ),
        repairs=data.draw(st.lists(_TEXT, max_size=2)),
        remarks=data.draw(st.lists(_TEXT, max_size=2)),
        source=data.draw(st.none() | st.just(Path("somewhere.bdf"))),
        gaps=data.draw(st.just([]) | st.just([(0, 3)])),
        valid=data.draw(st.none() | arrays(np.bool_, shape)),
        filters=data.draw(st.just({}) | st.just({names[0]: "HP:20Hz"})),
    )
    _same(Recording.from_xarray(recording.to_xarray()), recording)
    _same(Recording.from_xarray(recording.to_xarray().transpose("channel", "time")), recording)


def test_a_real_recording_by_names_and_seconds() -> None:
    recording = io.read(Path(__file__).parents[3] / "data/guarded.bdf")
    array = recording.to_xarray()
    assert array.dims == ("time", "channel") and array.attrs["fs"] == recording.fs
    part = array.sel(channel=["multifidus L", "trunk angle"], time=slice(30.0, 31.0))
    assert part["unit"].values.tolist() == ["uV", "deg"]
    back = Recording.from_xarray(part)
    assert back.names == ["multifidus L", "trunk angle"] and back.samples == 1001
    assert np.array_equal(back.data, recording.data[30_000:31_001, [2, 4]])
    assert [round(n.onset_s, 9) for n in back.annotations] == [round(n.onset_s - 30, 9) for n in recording.annotations]
    array[:] = 0
    assert np.any(recording.data != 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a.values, "array is ndarray: expected a DataArray of xarray"),
        (lambda a: a.isel(channel=0), "array is with the dimensions time: expected the dimensions time and channel"),
        (lambda a: a.drop_vars("unit"), "array is without the coordinate unit"),
        (lambda a: a.drop_attrs(), "fs is None: expected hertz, for the array has none in attrs"),
        (lambda a: a[:0], "array is without a sample: expected at least one sample and one channel"),
        (lambda a: a[:, :0], "array is without a channel: expected at least one sample and one channel"),
        (lambda a: a.astype(complex), "array is of complex128: expected real numbers"),
        (lambda a: a.astype(str), "expected real numbers"),
        (lambda a: a.assign_attrs(fs=0), "fs is 0: expected a sampling rate above 0 Hz"),
        (lambda a: a.assign_coords(time=list("abcdefgh")), "expected seconds as numbers"),
        (
            lambda a: a.assign_coords(unit="uV"),
            "array is with a coordinate unit of (): expected one value for each channel",
        ),
        (lambda a: a.assign_coords(step_uV=("channel", ["a", "b"])), "step_uV is "),
        (lambda a: a.assign_attrs(annotations="{"), "array is with attrs['annotations'] changed to '{': expected"),
        (lambda a: a.assign_attrs(annotations="[1]"), "array is with attrs['annotations'] changed to '[1]'"),
        (lambda a: a.assign_attrs(filters="[1]"), "array is with attrs['filters'] changed to '[1]'"),
        (lambda a: a.assign_attrs(gaps="[1]"), "array is with attrs['gaps'] changed to '[1]'"),
        (lambda a: a.assign_attrs(remarks='"x"'), "array is with attrs['remarks'] changed to"),
        (lambda a: a.assign_attrs(repairs=None), "array is with attrs['repairs'] changed to None"),
        (lambda a: a[::2], "fs is 10: expected the rate that the coordinate time has"),
    ],
)
def test_what_is_no_recording_is_refused_by_name(change: Any, words: str) -> None:
    array = Recording(np.ones((8, 2)), 10.0, [Channel("a"), Channel("b")]).to_xarray()
    with pytest.raises(ConfigError) as refused:
        Recording.from_xarray(change(array))
    assert words in str(refused.value)


def test_an_array_of_anybody_is_a_recording() -> None:
    made = xarray.DataArray(
        np.arange(6.0).reshape(2, 3), dims=("channel", "time"), coords={"channel": ["a", "b"], "unit": "uV"}
    )
    made = made.assign_coords(unit=("channel", ["uV", "deg"]))
    recording = Recording.from_xarray(made, fs=100)
    assert recording.data.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "voltage"), ("deg", "other")]


def test_spectra_and_features_have_named_axes() -> None:
    x = np.random.default_rng(4).normal(0, 10, (3000, 2))
    one, two = spectrum.welch(x[:, 0], fs=1000), spectrum.welch(x, fs=1000)
    assert one.to_xarray().dims == ("frequency",) and two.to_xarray().dims == ("frequency", "channel")
    assert np.array_equal(two.to_xarray().sel(frequency=100.0), two.density[np.flatnonzero(two.frequency_hz == 100)[0]])
    over_time = spectrum.spectrogram(x, fs=1000)
    named = over_time.to_xarray()
    assert named.dims == ("frequency", "time", "channel") and np.array_equal(named, over_time.density)
    assert np.array_equal(named["time"], over_time.time_s)
    assert spectrum.spectrogram(x[:, 0], fs=1000).to_xarray().dims == ("frequency", "time")
    made = features.features(x, ["MAV", "AR"], fs=1000, window=0.5, step=0.25, channels=["left", "right"])
    table = made.to_xarray()
    assert table.dims == ("time", "channel", "feature")
    assert np.array_equal(table.sel(channel="right", feature="MAV"), made["MAV"][:, 1])
    assert unguard.Recording is Recording
