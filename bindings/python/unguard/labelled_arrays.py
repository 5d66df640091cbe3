"""Recordings, spectra and features as arrays of xarray: every axis has its name, every value where it belongs."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import number, real, several, text
from unguard.errors import ConfigError
from unguard.extras import module
from unguard.recording import Annotation, Channel, Recording

if TYPE_CHECKING:
    import xarray

_DIMENSIONS = ("time", "channel")
#: Of a recording, beside its samples; as text, which files take that hold no lists.
_TOLD = ("annotations", "repairs", "remarks", "gaps", "filters")
#: Coordinates of the channels.
_OF_CHANNEL = ("channel", "unit", "unit_found", "kind", "step_uV", "lowest_uV", "highest_uV")


def labelled(
    values: NDArray[Any], dims: tuple[str, ...], coords: dict[str, Any], attrs: dict[str, Any], name: str
) -> xarray.DataArray:
    """Return an array of xarray; raise MissingExtra where that is not installed."""
    made: xarray.DataArray = module("xarray", "xarray", "xarray").DataArray(
        values, dims=dims, coords=coords, attrs=attrs, name=name
    )
    return made


def recording_to_xarray(recording: Recording) -> xarray.DataArray:
    """Return a recording; see `Recording.to_xarray`."""
    channels = recording.channels
    rails = [(math.nan, math.nan) if c.rails_uV is None else c.rails_uV for c in channels]
    of_channel: dict[str, list[Any]] = {
        "unit": [c.unit for c in channels],
        "unit_found": [c.unit_found for c in channels],
        "kind": [c.kind for c in channels],
        "step_uV": [math.nan if c.step_uV is None else c.step_uV for c in channels],
        "lowest_uV": [low for low, _ in rails],
        "highest_uV": [high for _, high in rails],
    }
    coords: dict[str, Any] = {
        "time": ("time", np.arange(recording.samples) / recording.fs, {"units": "s"}),
        "channel": ("channel", recording.names),
        **{name: ("channel", values) for name, values in of_channel.items()},
    }
    if recording.valid is not None:
        coords["valid"] = (_DIMENSIONS, recording.valid.copy())
    told = {
        "annotations": [dataclasses.astuple(note) for note in recording.annotations],
        **{name: getattr(recording, name) for name in _TOLD[1:]},
    }
    attrs = {
        "fs": recording.fs,
        "source": "" if recording.source is None else str(recording.source),
        **{name: json.dumps(value) for name, value in told.items()},
    }
    return labelled(recording.data.copy(), _DIMENSIONS, coords, attrs, "signal")


def recording_from_xarray(array: Any, fs: float | None) -> Recording:
    """Return a recording of an array; see `Recording.from_xarray`."""
    library = module("xarray", "xarray", "xarray")
    if not isinstance(array, library.DataArray):
        raise ConfigError("array", f"{type(array).__name__}", "a DataArray of xarray")
    if set(array.dims) != set(_DIMENSIONS):
        found = f"with the dimensions {', '.join(map(str, array.dims))}"
        raise ConfigError("array", found, f"the dimensions {' and '.join(_DIMENSIONS)}")
    for dimension, what in zip(_DIMENSIONS, ("sample", "channel"), strict=True):
        if array.sizes[dimension] == 0:
            raise ConfigError("array", f"without a {what}", "at least one sample and one channel")
    lacking = [name for name in ("channel", "unit") if name not in array.coords]
    if lacking:
        raise ConfigError("array", f"without the coordinate {lacking[0]}", "coordinates channel and unit")
    if array.dtype.kind not in "fiu":
        raise ConfigError("array", f"of {array.dtype}", "real numbers")
    for name in set(array.coords) & set(_OF_CHANNEL):
        if array[name].dims != ("channel",):
            raise ConfigError("array", f"with a coordinate {name} of {array[name].dims}", "one value for each channel")
    ordered = array.transpose(*_DIMENSIONS)
    rate = number("fs", ordered.attrs.get("fs") if fs is None else fs, "hertz, for the array has none in attrs")
    if rate <= 0:
        raise ConfigError("fs", f"{rate:g}", "a sampling rate above 0 Hz")
    _check_time(ordered, rate)
    told = {name: _told(name, ordered.attrs[name]) for name in _TOLD if name in ordered.attrs}
    # Annotations and gaps count from the first sample of what was a recording: a part of it may begin later.
    first = float(ordered["time"][0]) if "time" in ordered.coords else 0.0
    skipped, samples = round(first * rate), ordered.sizes["time"]
    names = [str(name) for name in ordered["channel"].values]
    valid = ordered["valid"].values if "valid" in ordered.coords else None
    return Recording(
        data=np.array(ordered.values, dtype=np.float64, order="C"),
        fs=rate,
        channels=[_channel(ordered, i, name) for i, name in enumerate(names)],
        annotations=[
            dataclasses.replace(note, onset_s=note.onset_s - first)
            for note in told.get("annotations", [])
            if note.channel is None or note.channel in names
        ],
        repairs=told.get("repairs", []),
        remarks=told.get("remarks", []),
        source=Path(ordered.attrs["source"]) if ordered.attrs.get("source") else None,
        gaps=[(at - skipped, count) for at, count in told.get("gaps", []) if 0 <= at - skipped < samples],
        valid=None if valid is None else np.array(valid, dtype=np.bool_, order="C"),
        filters={name: said for name, said in told.get("filters", {}).items() if name in names},
    )


def _told(name: str, stored: Any) -> Any:
    """Return what `recording_to_xarray` stored as JSON text; raise ConfigError where somebody changed it."""
    try:
        value = json.loads(stored)
        if name == "annotations":
            return [Annotation(*note) for note in value]
        if name == "gaps":
            return [(int(at), int(count)) for at, count in value]
        if name == "filters":
            return {text("filters", key, "a name"): text("filters", said, "text") for key, said in value.items()}
        return [text(name, one, "text") for one in several(name, value, "texts")]
    except (TypeError, ValueError, AttributeError) as cause:  # a ConfigError is a ValueError
        found = f"with attrs[{name!r}] changed to {stored!r}"
        raise ConfigError("array", found, "what to_xarray() stores there, or nothing") from cause


def _check_time(array: Any, rate: float) -> None:
    if "time" not in array.coords:
        return
    if array["time"].dtype.kind not in "fiu":
        raise ConfigError("array", f"with a coordinate time of {array['time'].dtype}", "seconds as numbers")
    times = np.asarray(array["time"].values, dtype=np.float64)
    off = np.abs(times - times[:1] - np.arange(len(times)) / rate)
    if not (off <= 0.5 / rate).all():
        raise ConfigError("fs", f"{rate:g}", "the rate that the coordinate time has, in seconds and without jumps")


def _channel(array: Any, index: int, name: str) -> Channel:
    def told(coordinate: str, otherwise: Any) -> Any:
        if coordinate not in array.coords:
            return otherwise
        return array[coordinate].values.reshape(-1)[index]

    unit = str(told("unit", ""))
    expected = "microvolts as a number, NaN where they are not known"
    step, low, high = (real(which, told(which, math.nan), expected) for which in _OF_CHANNEL[-3:])
    return Channel(
        name,
        unit,
        str(told("unit_found", unit)),
        str(told("kind", "voltage" if unit == "uV" else "other")),
        None if math.isnan(step) else step,
        None if math.isnan(low) or math.isnan(high) else (low, high),
    )
