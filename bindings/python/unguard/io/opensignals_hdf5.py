"""OpenSignals HDF5 recordings through h5py: per device raw/channel_N (converter counts) and raw/nSeq."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from unguard.errors import ConfigError, FormatError
from unguard.io.hdf5_storage import check_storage
from unguard.io.opensignals import Scale, count_track
from unguard.io.options import Options
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.timebase import counter_gaps


def open_opensignals_hdf5(path: Path, options: Options) -> Source:
    """Open an OpenSignals HDF5 file; raise FormatError when it is damaged or has another layout."""
    remarks: list[str] = []
    tracks: list[Track] = []
    places: list[str] = []
    scales: list[Scale] = []
    try:
        with h5py.File(path, "r") as file:
            devices = [name for name in file if isinstance(file[name], h5py.Group) and "raw" in file[name]]
            if not devices:
                raise FormatError(path, "the file", "HDF5 of another layout", "an OpenSignals group /<device>/raw")
            for name in devices:
                if options.device not in (None, name):
                    continue
                for track, place, scale in _device_tracks(path, file[name], name, options, remarks):
                    several = len(devices) > 1 and options.device is None
                    track.name = f"{name}/{track.name}" if several else track.name
                    track.device = name
                    tracks.append(track)
                    places.append(place)
                    scales.append(scale)
    except (FormatError, ConfigError):
        raise
    except Exception as cause:  # h5py raises OSError, RuntimeError, KeyError ... on damaged files
        raise _damaged(path, cause) from cause

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        try:
            with h5py.File(path, "r") as file:
                for j, index in enumerate(indices):
                    gain, offset = scales[index]
                    out[:, j] = (_values(path, file[places[index]])[: out.shape[0]] - offset) * gain
        except FormatError:
            raise
        except Exception as cause:  # as above
            raise _damaged(path, cause) from cause

    return Source(
        path=path, format="OpenSignals HDF5", tracks=tracks, load=load, remarks=remarks, devices=list(devices)
    )


def _damaged(path: Path, cause: Exception) -> FormatError:
    text = " ".join(str(cause).split())[:120]
    return FormatError(path, "the file", f"not readable as HDF5 ({text})", "an undamaged OpenSignals HDF5 file")


def _device_tracks(
    path: Path, group: h5py.Group, name: str, options: Options, remarks: list[str]
) -> list[tuple[Track, str, Scale]]:
    fs = _scalar(group.attrs.get("sampling rate"))
    if fs is None or not 0 < fs < 1e9:
        raise FormatError(path, "the attribute 'sampling rate'", fs, "a positive number of hertz", where=f"/{name}")
    raw = group["raw"]
    # The attribute lists the channels in the order of their resolutions.
    numbers = [int(n) for n in np.atleast_1d(group.attrs.get("channels", []))]
    bits = [int(n) for n in np.atleast_1d(group.attrs.get("resolution", []))]
    gaps = _gaps(path, raw, name, remarks)
    keys = [key for key in raw if key.startswith("channel_")]
    names = distinct_names([str(raw[key].attrs.get("label", key)) for key in keys], remarks)
    stated = _scalar(group.attrs.get("nsamples"))
    result = []
    for key, channel in zip(keys, names, strict=True):
        dataset = raw[key]
        samples = _checked_length(path, dataset)
        if stated is not None and samples != int(stated):
            remarks.append(f"{name}/{channel}: the header states {int(stated)} samples, the file holds {samples}")
        number = key.removeprefix("channel_")
        position = numbers.index(int(number)) if number.isdigit() and int(number) in numbers else -1
        known = bits[position] if 0 <= position < len(bits) and 0 < bits[position] <= 32 else None
        track, scale = count_track(
            name=channel,
            label=str(dataset.attrs.get("label", key)),
            sensor=str(dataset.attrs.get("sensor", "")),
            device=str(group.attrs.get("device", "")),
            bits=known,
            converted=np.issubdtype(dataset.dtype, np.floating),
            samples=samples,
            fs=fs,
            gaps=gaps,
            options=options,
        )
        result.append((track, f"{name}/raw/{key}", scale))
    if not result:
        raise FormatError(path, "the group", "without a channel", "at least one raw/channel_N", where=f"/{name}/raw")
    return result


def _gaps(path: Path, raw: h5py.Group, name: str, remarks: list[str]) -> tuple[Gap, ...]:
    if "nSeq" not in raw:
        return ()
    dataset = raw["nSeq"]
    _checked_length(path, dataset)
    largest = int(np.iinfo(dataset.dtype).max) if dataset.dtype.kind in "ui" else None
    return counter_gaps(_values(path, dataset), f"nSeq of {name}", largest, remarks)


def _checked_length(path: Path, dataset: Any) -> int:
    """Return the number of samples of a data set after checking that the file really holds them."""
    shape = dataset.shape
    if dataset.dtype.kind not in "uif" or len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] != 1):
        found = f"{dataset.dtype} of shape {shape}"
        raise FormatError(path, "the data set", found, "numbers of shape (n, 1)", where=str(dataset.name))
    check_storage(path, dataset, "the data set")
    return int(shape[0])


def _values(path: Path, dataset: Any) -> NDArray[np.float64]:
    _checked_length(path, dataset)
    return np.asarray(dataset[()], dtype=np.float64).reshape(-1)


def _scalar(value: Any) -> float | None:
    try:
        return None if value is None else float(np.asarray(value).reshape(-1)[0])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
