"""What *_emg.json says of a recording, and whether the file says the same."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unguard.bids.find import BidsFile
from unguard.errors import FormatError

#: Two statements of one rate may differ by rounding, not by more (as for `unguard.io.read`).
RATE_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Statements:
    """The fields of all *_emg.json that hold for a recording.

    Attributes
    ----------
    values: by field; what is nearer to the recording goes before what is farther. said_in: the file of each field.
    files: all of them, the farthest first.
    """

    values: dict[str, Any] = field(default_factory=dict)
    said_in: dict[str, Path] = field(default_factory=dict)
    files: Sequence[Path] = ()

    def number(self, name: str, expected: str) -> float | None:
        """Return a number, or None where it is not stated or "n/a"; raise FormatError for anything else."""
        found = self.values.get(name, "n/a")
        if found == "n/a":
            return None
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
            raise FormatError(self.said_in[name], name, json.dumps(found), expected)
        return float(found)


def statements_of(file: BidsFile) -> Statements:
    """Return what the sidecars of a recording state; raise FormatError where one is no JSON object."""
    values: dict[str, Any] = {}
    said_in: dict[str, Path] = {}
    files = file.sidecars("emg", ".json")
    for path in files:
        for name, value in object_in(path).items():
            values[name] = value
            said_in[name] = path
    return Statements(values, said_in, files)


def stated_rate(said: Statements) -> float | None:
    """Return SamplingFrequency, Hz, where it is stated."""
    rate = said.number("SamplingFrequency", "a number of hertz above 0")
    if rate is not None and rate <= 0:
        raise FormatError(said.said_in["SamplingFrequency"], "SamplingFrequency", f"{rate:g}", "a number above 0")
    return rate


def mains_of(said: Statements) -> float | None:
    """Return PowerLineFrequency, Hz, where it is stated."""
    mains = said.number("PowerLineFrequency", 'a number of hertz above 0, or "n/a"')
    if mains is not None and mains <= 0:
        raise FormatError(said.said_in["PowerLineFrequency"], "PowerLineFrequency", f"{mains:g}", "a number above 0")
    return mains


def refuse_other_rate(said: Statements, fs: float, file: BidsFile) -> list[str]:
    """Return what is to be remarked where the file has not exactly the rate that is stated; raise where it is another.

    Raises FormatError.
    """
    rate = stated_rate(said)
    if rate is None or rate == fs:
        return []
    source = said.said_in["SamplingFrequency"]
    if abs(rate - fs) > RATE_TOLERANCE * fs:
        raise FormatError(source, "SamplingFrequency", f"{rate:g}", f"{fs:.7g} Hz, as {file.path.name} states")
    return [f"{source.name} rounds the rate to {rate:.10g} Hz: it is {fs:.10g} Hz, as the file itself states"]


def said_otherwise(said: Statements, duration_s: float, fs: float, record_s: float) -> list[str]:
    """Return what else the sidecar says that the file does not bear out.

    record_s: files hold whole records of so many seconds, so that their end may be later than that of the recording.
    """
    remarks = []
    stated = said.number("RecordingDuration", "a number of seconds")
    if stated is not None and abs(stated - duration_s) > max(record_s, 1.5 / fs):
        source = said.said_in["RecordingDuration"].name
        remarks.append(f"{source} says that the recording lasts {stated:.10g} s: the file holds {duration_s:.10g} s")
    return remarks


def object_in(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as cause:
        raise FormatError(path, "the text", f"no UTF-8 ({cause.reason})", "a JSON object") from None
    except (ValueError, RecursionError) as cause:
        raise FormatError(path, "the text", f"no JSON ({cause})", "a JSON object") from None
    except OSError as cause:
        raise FormatError(path, "the file", f"not readable ({cause.strerror})", "a JSON object") from None
    if not isinstance(found, dict):
        raise FormatError(path, "the text", f"a JSON {type(found).__name__}", "a JSON object")
    return found
