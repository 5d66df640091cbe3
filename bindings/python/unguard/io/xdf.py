"""XDF and XDFZ, as LabRecorder writes streams of the Lab Streaming Layer, by pyxdf.

Specification: https://github.com/sccn/xdf/wiki/Specifications (XDF 1.0); the meta-data of channels as
https://github.com/sccn/xdf/wiki/Meta-Data. Streams keep their own clocks, rates and starts, and so each is a device.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import FormatError
from unguard.io.foreign import listening, reads
from unguard.io.options import Options
from unguard.io.source import Source, Track, distinct_names
from unguard.io.timebase import Timebase
from unguard.io.units import kind_of, microvolts_per
from unguard.io.xdf_layout import Prefix, opened, walk
from unguard.io.xdf_time import StreamTime, stream_time
from unguard.recording import Annotation

#: Content types of streams whose numbers are voltages of a body, by the list of the specification; "" states nothing.
_VOLTAGES = ("", "emg", "exg", "eeg", "ecg", "ekg", "eog", "signal", "biosignal", "biosignals")
_MARKERS = ("marker", "event", "stim", "trigger", "annotation")


def open_xdf(path: Path, options: Options) -> Source:
    """Open an XDF file: every stream of numbers is a device, every stream of text or markers gives annotations.

    Raises FormatError for a file with a chunk that cannot be, or without a stream of samples; of one that was cut off
    what is whole is read.
    """
    repairs: list[str] = []
    remarks: list[str] = []
    with reads(path, "XDF"):
        streams = _streams(path, repairs, remarks)
    names = distinct_names([_text(s["info"].get("name")) or "stream" for s in streams], [])
    signals = [(name, s) for name, s in zip(names, streams, strict=True) if not _is_marker(s)]
    source = Source(path, "XDF", [], lambda indices, out: None, repairs=repairs, remarks=remarks)
    columns: list[tuple[Any, int]] = []
    for name, stream in signals:
        if len(stream["time_stamps"]) == 0:
            remarks.append(f"the stream {name!r} holds no sample")
            continue
        source.devices.append(name)
        with reads(path, "XDF"):
            time = _time(name, stream, remarks)
            tracks = _tracks(name, stream, time.timebase, options, remarks)
        fs = time.timebase.fs or options.fs or time.measured
        if time.lost:
            source.unplaced[name] = f"the time stamps of {name} {time.lost}"
        source.starts[name], source.paces[name] = time.start_s, time.measured / fs if fs > 0 else 1.0
        if options.device in (None, name):
            source.tracks += tracks
            columns += [(stream["time_series"], i) for i in range(len(tracks))]
        else:
            rate = f"{tracks[0].fs:g} Hz" if tracks[0].fs is not None else "irregular"
            remarks.append(f"not loaded: the stream {name!r} ({rate}, {len(tracks)} channels)")
    if not source.tracks and options.device is None:
        raise FormatError(path, "the file", f"without samples ({len(streams)} streams)", "a stream of numbers")
    if len({track.device for track in source.tracks}) > 1:
        for track in source.tracks:
            track.name = f"{track.device}/{track.name}"
    for name, stream in zip(names, streams, strict=True):
        if _is_marker(stream):
            source.annotations += _annotations(name, stream, remarks)

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            series, column = columns[index]
            out[:, j] = series[: out.shape[0], column]

    source.load = load
    return source


def _streams(path: Path, repairs: list[str], remarks: list[str]) -> list[Any]:
    """Let pyxdf read all chunks that are whole, and hold what it does against what the chunks state."""
    pyxdf = extras.module("pyxdf", "pyxdf", "formats")
    with opened(path, repairs) as file, listening("pyxdf") as heard:
        layout = walk(path, file)
        if layout.end < layout.size:
            left = layout.size - layout.end
            repairs.append(f"the file was cut off inside a chunk: its last {left} bytes are dropped")
        ends = iter(layout.chunk_ends)
        whole = io.BufferedReader(Prefix(file, layout.end), 1 << 16)
        misplaced: list[int] = []

        def in_place(values: Any, stamps: Any, info: Any, _: int) -> tuple[Any, Any, Any]:
            end = next(ends, -1)
            if whole.tell() != end and not misplaced:
                misplaced.append(end)
            return values, stamps, info

        streams, _ = pyxdf.load_xdf(whole, on_chunk=in_place, dejitter_timestamps=False)
    if misplaced:
        where = f"byte {misplaced[0]}"
        raise FormatError(path, "a chunk of samples", "not as long as its samples", "a sound chunk", where=where)
    for level, text in heard:
        if level >= logging.ERROR:
            raise FormatError(path, "the file", f"damaged ({text[:160]})", "an undamaged XDF file")
        if "runcating" in text:
            repairs.append(f"pyxdf: {text}")
        elif "segments differ" not in text:
            remarks.append(f"pyxdf: {text}")
    for stream in streams:
        offsets = layout.clock_offsets.get(stream["info"]["stream_id"], [])
        if offsets and not _is_marker(stream):
            name = _text(stream["info"].get("name"))
            remarks.append(
                f"{name}: its time stamps are moved to the recorder's clock by {len(offsets)} measured clock offsets "
                f"({min(offsets):.6g} to {max(offsets):.6g} s)"
            )
    return list(streams)


def _time(device: str, stream: Any, remarks: list[str]) -> StreamTime:
    stamps = np.asarray(stream["time_stamps"], dtype=np.float64)
    nominal = float(stream["info"]["nominal_srate"][0])
    if nominal > 0:
        return stream_time(stamps, nominal, device, remarks)
    problem = f"irregular by the header of the stream {device!r} (nominal_srate 0)"
    lost = "follow no rate" if stamps.size > 1 else ""
    return StreamTime(Timebase(None, problem=problem), float(np.nan_to_num(stamps[0])), 0.0, lost)


def _tracks(device: str, stream: Any, time: Timebase, options: Options, remarks: list[str]) -> list[Track]:
    info = stream["info"]
    content = _text(info.get("type"))
    rows, count = stream["time_series"].shape
    described = _described(info)
    if described and len(described) != count:
        remarks.append(f"{device}: {len(described)} channels are described, {count} are there: none is named")
        described = []
    labels = [_text(channel.get("label")) for channel in described] or [""] * count
    names = distinct_names([label or f"channel {i + 1}" for i, label in enumerate(labels)], remarks)
    tracks = []
    for i, name in enumerate(names):
        about = described[i] if described else {}
        unit = _text(about.get("unit")) or None
        word = _text(about.get("type")) or content
        voltage = microvolts_per(unit) is not None if unit else word.lower() in _VOLTAGES
        tracks.append(
            Track(
                name,
                labels[i] or name,
                rows,
                time.fs,
                unit=unit if unit or voltage else "",
                unit_needed=voltage,
                kind=kind_of(word if kind_of(word, True) != "voltage" else name, voltage),
                gaps=time.gaps,
                # An irregular stream has no rate: it is read when it is asked for, at the rate that is given.
                asked_only=float(info["nominal_srate"][0]) == 0 and options.device is None,
                device=device,
                fs_missing=time.problem,
            )
        )
    return tracks


def _described(info: Any) -> list[Any]:
    """Return what the stream's header says of its channels: desc/channels/channel."""
    level = info.get("desc")
    for key in ("channels", "channel"):
        level = level[0].get(key) if level and isinstance(level[0], dict) else None
    return [channel if isinstance(channel, dict) else {} for channel in level or []]


def _text(field: Any) -> str:
    """Return the text of an element that pyxdf gives as a list of texts; empty where there is none."""
    found = field[0] if isinstance(field, list) and field else None
    return " ".join(found.split()) if isinstance(found, str) else ""


def _is_marker(stream: Any) -> bool:
    info = stream["info"]
    irregular = float(info["nominal_srate"][0]) == 0
    named = any(word in _text(info.get("type")).lower() for word in _MARKERS)
    return info["channel_format"][0] == "string" or (irregular and named)


def _annotations(name: str, stream: Any, remarks: list[str]) -> list[Annotation]:
    """Return an annotation for every sample of a stream of text or markers; several channels in one text."""
    notes = []
    stamps = np.asarray(stream["time_stamps"], dtype=np.float64)
    timeless = 0
    for stamp, cells in zip(stamps, stream["time_series"], strict=True):
        text = "; ".join(cell if isinstance(cell, str) else f"{cell:g}" for cell in cells if cell != "")
        if np.isfinite(stamp):
            notes.append(Annotation(float(stamp), 0.0, text.replace("\0", "")))
        else:
            timeless += 1
    if timeless:
        remarks.append(f"{name}: {timeless} markers have no time: they are left out")
    return sorted(notes, key=lambda note: note.onset_s)
