"""A simulation as a recording on disk: BDF+ with what an operator would have marked, and its truth as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from unguard.arguments import path_of
from unguard.errors import ConfigError, FormatError, spelled
from unguard.io import write_bdf
from unguard.recording import Annotation, Channel, Recording
from unguard.simulation import Simulation
from unguard.whole_file import write_whole

#: Memory one moment takes while a record is made and written: the simulation, the recording and its bytes.
BYTES_PER_SAMPLE_WRITTEN = 170
TRUTH_SCHEMA = "unguard-simulation-truth"
TRUTH_SCHEMA_VERSION = "1.0"
ANGLE_CHANNEL = "trunk angle"
#: What an operator writes for a phase of the protocol; the others are written as they are called.
_WRITTEN = {"rest": "declared rest"}
#: Digits of numbers that are not whole: far below anything that matters, and the same text wherever it is made.
_DIGITS = 9


def to_recording(simulation: Simulation) -> Recording:
    """Return a simulation as a device would have delivered it: four EMG channels in uV, the trunk angle in degrees,
    and the phases of the protocol as annotations with durations.
    """
    channels = [Channel(name, "uV", "uV", "EMG") for name in simulation.channels]
    channels.append(Channel(ANGLE_CHANNEL, "deg", "deg", "other"))
    return Recording(
        data=np.column_stack([simulation.data, simulation.angle]),
        fs=simulation.fs,
        channels=channels,
        annotations=marked_phases(simulation),
    )


def marked_phases(simulation: Simulation) -> list[Annotation]:
    """Return the phases of the protocol as an operator marks them: "declared rest", "standing", "bending", ..."""
    fs = simulation.fs
    return [
        Annotation(p["begin"] / fs, (p["end"] - p["begin"]) / fs, _WRITTEN.get(p["phase"], p["phase"]))
        for p in simulation.truth["phases"]
    ]


def truth(simulation: Simulation, *, recording: str = "") -> dict[str, Any]:
    """Return the truth of a simulation as plain values; see docs/analysis.md for the keys.

    Parameters
    ----------
    recording: name of the file the truth belongs to.
    """
    values = {
        "schema": TRUTH_SCHEMA,
        "schema_version": TRUTH_SCHEMA_VERSION,
        "recording": recording,
        "fs_hz": simulation.fs,
        "samples": len(simulation.data),
        "indices": "samples from the start of the recording; an offset or end is one past the last sample",
        "channels": [{"index": i, "name": name, "unit": "uV"} for i, name in enumerate(simulation.channels)],
        "angle_channel": {"name": ANGLE_CHANNEL, "unit": "deg"},
        "spec": _spec(simulation.spec),
        **_with_units(simulation.truth),
    }
    return _rounded(values)  # type: ignore[no-any-return]


def write_simulation(path: str | os.PathLike[str], simulation: Simulation) -> Path:
    """Write a simulation as BDF+ and its truth beside it; return the path of the truth.

    The bytes depend on the simulation and on the names of the files only. Existing files are replaced.

    Parameters
    ----------
    path: the recording, ending in .bdf; the truth has the same name ending in .json.

    Raises
    ------
    ConfigError: the name does not end in .bdf. FormatError: a file cannot be written.
    """
    file = path_of("path", path)
    if file.suffix.lower() != ".bdf":
        raise ConfigError("out", repr(str(path)), "a name that ends in .bdf")
    beside = file.with_suffix(".json")
    text = (
        json.dumps(truth(simulation, recording=spelled(file.name)), indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    )
    write_bdf(file, to_recording(simulation))
    try:
        write_whole(beside, text)
    except OSError as cause:
        found = f"not writable ({cause.strerror})"
        raise FormatError(beside, "the file", found, "a place that can be written") from cause
    return beside


def _with_units(found: dict[str, Any]) -> dict[str, Any]:
    """Return the generator's truth with the unit of every index in its name."""
    names = {key: f"{key}_sample" for key in ("onset", "offset", "begin", "end", "at")}

    def named(row: dict[str, Any]) -> dict[str, Any]:
        return {names.get(key, key): value for key, value in row.items()}

    rows = {
        key: [named(row) for row in found[key]] for key in ("events", "phases", "silences", "disturbances", "markers")
    }
    # Named where there are any: a record without them stays the bytes that it was.
    if found["trains"]:
        rows["trains"] = [named(row) for row in found["trains"]]
    # Heartbeats fall between samples: the time as it is, and the nearest sample.
    return {**rows, "r_peak_times_in_samples": found["r_peak_times"], "r_peak_samples": found["r_peaks"]}


#: Parts of a spec that came later, and are named where they are given.
_LATER = ("resting_units", "level_drift")


def _spec(spec: Any) -> dict[str, Any]:
    """Return a spec as plain values, with the unit of every field in its name."""
    values: dict[str, Any] = {"type": type(spec).__name__}
    for described in type(spec)._fields:
        name, unit = described["name"], described["unit"]
        value = getattr(spec, name)
        if value is None and name in _LATER:
            continue
        key = f"{name}_{unit}" if unit and not name.endswith(f"_{unit}") else name
        values[key] = _spec(value) if hasattr(type(value), "_fields") else value
    return values


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return value
