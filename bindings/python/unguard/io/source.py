"""What every format reader hands over: the tracks a file holds, before anything is chosen, converted or filled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.recording import Annotation

#: A gap before a row: (index of the first row after it, number of samples missing).
Gap = tuple[int, int]


@dataclass
class Track:
    """One channel as the file holds it.

    Attributes
    ----------
    name: unique name; the second of two equal labels is called "label#2".
    label: as written in the file, unit included.
    samples: how many the file holds (without those lost in gaps).
    fs: hertz, or None when the file does not state it.
    unit: as the file states it, or None.
    unit_needed: whether a missing unit must be stated by the caller; labels and dimensionless channels need none.
    kind: as :class:`unguard.recording.Channel`; refined once the unit is known.
    unit_found: what the file calls the unit where `load` converts to another ("ADC 16 bit"); None when it is `unit`.
    raw_counts: whether the loaded numbers are converter counts, to which a caller's gain applies.
    unit_missing: what the error says is expected when the unit is needed and nobody states it.
    gaps: where samples were lost.
    defect: why this channel cannot be loaded, or None.
    asked_only: loaded only when asked by name (auxiliary columns).
    step: one code of the converter in the track's unit, or None when the file does not state it.
    filters: what the file says the signal was filtered with; empty where it says nothing.
    rails: the lowest and the highest value the converter can give, or None. `load` takes them away where the samples
        show that they are none.
    device: which of the source's devices it is of, where there are several: channels of two never share a recording.
    fs_missing: what was found instead of a rate, where that differs from track to track.
    """

    name: str
    label: str
    samples: int
    fs: float | None = None
    unit: str | None = None
    unit_needed: bool = True
    kind: str = "voltage"
    unit_found: str | None = None
    raw_counts: bool = False
    unit_missing: str = 'unit= ("uV", "mV" or "V") or gain= (microvolts per number in the file)'
    gaps: tuple[Gap, ...] = ()
    defect: FormatError | None = None
    asked_only: bool = False
    step: float | None = None
    rails: tuple[float, float] | None = None
    filters: str = ""
    device: str = ""
    fs_missing: str = ""


@dataclass
class Source:
    """An opened file: its tracks and the function that loads some of them.

    Attributes
    ----------
    load: `load(indices, out)` writes track `indices[j]` to `out[:, j]`, in the track's own unit, NaN where missing.
        `out` has as many rows as the tracks have samples.
    held: over what the file says to be held values of the annotation's channel.
    devices: the devices of the file (streams, sheets, variables), where a file can hold several; their channels stay
        apart.
    ambiguous: why the tracks cannot be read all together, raised unless the caller chooses channels or a device.
    starts: when the first sample of each device was, in seconds on the clock of the annotations; 0 where it is not
        here.
    paces: seconds of each device, its samples over its rate, in a second of that clock; 1 where it is not here.
    unplaced: of devices whose own times do not tell where their samples belong, why, in a sentence. At a rate that the
        caller gives their samples follow each other as they are stored, and annotations have no place among them.
    fs_missing: what was found instead of a rate, for the error when the caller gives none.
    """

    path: Path
    format: str
    tracks: list[Track]
    load: Callable[[Sequence[int], NDArray[np.float64]], None]
    annotations: list[Annotation] = field(default_factory=list)
    held: list[Annotation] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    fs_missing: str = "not stated in the file"
    devices: list[str] = field(default_factory=list)
    ambiguous: FormatError | None = None
    starts: dict[str, float] = field(default_factory=dict)
    paces: dict[str, float] = field(default_factory=dict)
    unplaced: dict[str, str] = field(default_factory=dict)


def distinct_names(labels: Sequence[str], remarks: list[str]) -> list[str]:
    """Return a name of its own for every label; what had to be told apart or named is added to `remarks`."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    names = []
    for position, label in enumerate(labels):
        base = label.strip(" \t\r\n")
        if not base:
            base = f"channel {position + 1}"
            remarks.append(f"channel {position + 1} has no label: it is called {base!r}")
        count = counts.get(base, 0) + 1
        name = base if count == 1 else f"{base}#{count}"
        while name in taken:
            count += 1
            name = f"{base}#{count}"
        counts[base] = count
        if name != base:
            remarks.append(f"the label {base!r} occurs more than once: number {count} is called {name!r}")
        taken.add(name)
        names.append(name)
    return names
