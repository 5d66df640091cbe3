"""C3D, as Vicon, Qualisys, Noraxon and other movement laboratories write it, by ezc3d.

Specification: "The C3D File Format: A Technical User Guide", https://www.c3d.org. Analog channels are read; the
coordinates of markers, of another rate, when they are asked for by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import FormatError
from unguard.io.c3d_layout import Layout, checked_layout
from unguard.io.foreign import reads
from unguard.io.source import Source, Track, distinct_names
from unguard.io.units import kind_of, microvolts_per
from unguard.recording import Annotation


def open_c3d(path: Path) -> Source:
    """Open a C3D file: analog channels in their units, markers when asked for, events as annotations.

    Raises FormatError for a file whose header, parameters or data are not what they state.
    """
    layout = checked_layout(path)
    with reads(path, "C3D"):
        file = extras.module("ezc3d", "ezc3d", "formats").c3d(str(path))
        parameters = file["parameters"]
        analogs = np.asarray(file["data"]["analogs"])[0]
        points = np.asarray(file["data"]["points"])[:3]
        if analogs.shape != (layout.channels, layout.frames * layout.per_frame):
            found = f"{analogs.shape[0]} x {analogs.shape[1]} as ezc3d reads them"
            expected = f"{layout.channels} x {layout.frames * layout.per_frame} as the header says"
            raise FormatError(path, "the analog samples", found, expected)
        source = Source(path, "C3D", [], lambda indices, out: None)
        rows: list[NDArray[np.float64]] = []
        _analog(source, rows, parameters, analogs, layout)
        _markers(source, rows, parameters, points, layout)
        source.annotations = _events(file, parameters, layout, source.remarks)
    source.starts[""] = layout.first_s

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            out[:, j] = rows[index][: out.shape[0]]

    source.load = load
    return source


def _analog(
    source: Source, rows: list[NDArray[np.float64]], parameters: Any, analogs: NDArray[np.float64], layout: Layout
) -> None:
    count, samples = analogs.shape
    labels = _texts(parameters, "ANALOG", "LABELS")
    units = _texts(parameters, "ANALOG", "UNITS")
    names = distinct_names([labels[i] if i < len(labels) else "" for i in range(count)], source.remarks)
    fs = layout.rate * layout.per_frame
    for i, name in enumerate(names):
        unit = units[i] if i < len(units) and units[i] else None
        kind = kind_of(name, unit is None or microvolts_per(unit) is not None)
        label = labels[i] if i < len(labels) else name
        source.tracks.append(Track(name, label or name, samples, fs, unit=unit, kind=kind))
        rows.append(analogs[i])


def _markers(
    source: Source, rows: list[NDArray[np.float64]], parameters: Any, points: NDArray[np.float64], layout: Layout
) -> None:
    _, count, frames = points.shape
    labels = _texts(parameters, "POINT", "LABELS")
    unit = next(iter(_texts(parameters, "POINT", "UNITS")), "")
    names = distinct_names([labels[i] if i < len(labels) else f"marker {i + 1}" for i in range(count)], source.remarks)
    taken = {track.name for track in source.tracks}
    for i, name in enumerate(names):
        for axis, letter in enumerate("xyz"):
            label = f"{name}.{letter}"
            label = f"marker {label}" if label in taken else label
            source.tracks.append(
                Track(label, label, frames, layout.rate, unit, unit_needed=False, kind="other", asked_only=True)
            )
            rows.append(points[axis, i])


def _texts(parameters: Any, group: str, name: str) -> list[str]:
    """Return a parameter of texts, which goes on in NAME2, NAME3 ... beyond 255 of them."""
    found: list[str] = []
    for number in ("", *range(2, 10)):
        value = parameters.get(group, {}).get(f"{name}{number}", {}).get("value", [])
        found += [_text(one) for one in value]
    return found


def _text(found: object) -> str:
    """Return a text without blanks at its ends; bytes that are no UTF-8 are Latin-1."""
    raw = str(found).encode("utf-8", "surrogateescape")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("latin-1")
    return " ".join(decoded.replace("\0", " ").split())


def _events(file: Any, parameters: Any, layout: Layout, remarks: list[str]) -> list[Annotation]:
    """Return the events, from the group EVENT, or where there is none from the header; in seconds of the trial."""
    group = parameters.get("EVENT", {})
    if "TIMES" in group:
        times = np.asarray(group["TIMES"]["value"], dtype=np.float64)
        used = int(layout.first("EVENT:USED"))
        if times.ndim != 2 or times.shape[0] != 2 or not 0 <= used <= times.shape[1]:
            remarks.append(f"EVENT:TIMES has shape {times.shape} for {used} events: they are not read")
            return []
        seconds = (60 * times[0] + times[1])[:used]
        labels = _texts(parameters, "EVENT", "LABELS")
        contexts = _texts(parameters, "EVENT", "CONTEXTS")
        texts = [" ".join(part[i] for part in (contexts, labels) if i < len(part) and part[i]) for i in range(used)]
    else:
        about = file["header"]["events"]
        seconds = np.asarray(about["events_time"], dtype=np.float64)[: layout.events]
        texts = [_text(text) for text in about["events_label"]][: layout.events]
    good = [(float(at), text) for at, text in zip(seconds, texts, strict=False) if np.isfinite(at)]
    return sorted((Annotation(at, 0.0, text) for at, text in good), key=lambda note: note.onset_s)
