"""EEGLAB datasets (.set), which are MAT files: the fields of the struct EEG, with its data within or in a .fdt beside.

Fields: https://eeglab.org/tutorials/ConceptsGuide/Data_Structures.html. Data are microvolts by EEGLAB's convention,
channels by points by trials; a latency is a point counted from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.mat_variables import Variable
from unguard.io.options import FASTEST_HZ
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.units import kind_of
from unguard.recording import Annotation

_NEEDED = ("data", "srate", "nbchan", "pnts")


def _fields(variables: Sequence[Variable]) -> dict[str, Variable]:
    """Return the fields of the dataset, from the struct EEG, or from the top, where newer versions keep them."""
    fields = {v.name.removeprefix("EEG."): v for v in variables if v.name.startswith("EEG.")}
    return fields if all(name in fields for name in _NEEDED) else {v.name: v for v in variables}


def is_eeglab(variables: Sequence[Variable]) -> bool:
    """Return whether the variables are those of an EEGLAB dataset."""
    return all(name in _fields(variables) for name in _NEEDED)


def open_eeglab(path: Path, variables: Sequence[Variable]) -> Source:
    """Open a continuous dataset; raise FormatError for epochs, for a missing .fdt and for sizes that disagree."""
    fields = _fields(variables)
    count, points = (_whole(path, fields, name) for name in ("nbchan", "pnts"))
    if "trials" in fields and _whole(path, fields, "trials") != 1:
        found = f"cut into {_whole(path, fields, 'trials')} epochs"
        raise FormatError(path, "the dataset", found, "a continuous one, saved before epochs were cut")
    rate = fields["srate"].scalar()
    if rate is None or not 0 < rate <= FASTEST_HZ:
        raise FormatError(path, "the field srate", rate, f"a positive number of hertz, at most {FASTEST_HZ:g}")
    rows = _data(path, fields["data"], count, points)
    remarks = ["the data are microvolts by the convention of EEGLAB"]
    labels = [_text(fields, f"chanlocs{_of(i, count)}.labels") for i in range(count)]
    kinds = [_text(fields, f"chanlocs{_of(i, count)}.type") for i in range(count)]
    names = distinct_names(labels, remarks)
    notes, gaps = _events(fields, rate, points, remarks)
    tracks = [
        Track(name, label or name, points, rate, "uV", kind=kind_of(kind or name, True), gaps=gaps)
        for name, label, kind in zip(names, labels, kinds, strict=True)
    ]

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            out[:, j] = rows[index, : out.shape[0]]

    return Source(path, "EEGLAB", tracks, load, notes, remarks=remarks)


def _of(index: int, count: int) -> str:
    return "" if count == 1 else f"({index + 1})"


def _text(fields: dict[str, Variable], name: str) -> str:
    found = fields.get(name)
    return found.texts[0] if found is not None and found.texts else ""


def _whole(path: Path, fields: dict[str, Variable], name: str) -> int:
    value = fields[name].scalar()
    if value is None or not (value >= 1 and value == int(value) and value < 2**40):
        raise FormatError(path, f"the field {name}", value, "a whole number from 1 on")
    return int(value)


def _data(path: Path, data: Variable, count: int, points: int) -> NDArray[np.float32] | NDArray[np.float64]:
    """Return the samples, channels by points."""
    if data.numbers is not None:
        if data.shape != (count, points):
            found = " x ".join(map(str, data.shape))
            raise FormatError(path, "the field data", found, f"{count} x {points}, by nbchan and pnts")
        return data.numbers()
    name = data.texts[0] if data.texts else ""
    beside = [path.with_suffix(".fdt"), path.parent / Path(name.replace("\\", "/")).name]
    file = next((one for one in beside if one.suffix == ".fdt" and one.is_file()), None)
    if file is None:
        raise FormatError(path, "the field data", f"in {name!r}, which is missing", "the .fdt beside the .set")
    if file.stat().st_size != 4 * count * points:
        found = f"{file.stat().st_size} bytes long"
        raise FormatError(path, f"the file {file.name}", found, f"{4 * count * points} bytes, by nbchan and pnts")
    return np.fromfile(file, dtype="<f4").reshape(points, count).T


def _events(
    fields: dict[str, Variable], rate: float, points: int, remarks: list[str]
) -> tuple[list[Annotation], tuple[Gap, ...]]:
    """Return the events as annotations, and where a boundary says that data were cut out."""
    told: list[tuple[float, float, str]] = []
    gaps: list[Gap] = []
    places = dict.fromkeys(name.partition(".")[0] for name in fields if name.startswith("event"))
    for place in places:
        at = fields.get(f"{place}.latency")
        latency = at.scalar() if at is not None else None
        if latency is None or not np.isfinite(latency):
            continue
        lasting = fields.get(f"{place}.duration")
        duration = (lasting.scalar() if lasting is not None else None) or 0.0
        code = fields.get(f"{place}.type")
        number = code.scalar() if code is not None else None
        text = f"{number:g}" if number is not None else _text(fields, f"{place}.type")
        if text == "boundary":
            row = int(np.ceil(latency - 1.0))
            if np.isfinite(duration) and 1 <= duration < 2**40 and 0 < row < points:
                gaps.append((row, round(duration)))
            else:
                remarks.append(f"the data are joined at row {row}: how much is missing there is not stated")
            continue
        told.append((latency - 1.0, duration if np.isfinite(duration) and duration > 0 else 0.0, text))
    joined: dict[int, int] = {}
    for row, missing in gaps:
        joined[row] = joined.get(row, 0) + missing
    cut = tuple(sorted(joined.items()))
    notes = []
    for begin, lasting_rows, text in told:
        # Latencies count the rows that are left: what was cut out before an event, or within it, is time all the same.
        end = begin + lasting_rows
        before = sum(missing for row, missing in cut if row <= begin)
        within = sum(missing for row, missing in cut if begin < row < end)
        notes.append(Annotation((begin + before) / rate, (lasting_rows + within) / rate, text))
    return sorted(notes, key=lambda note: note.onset_s), cut
