"""The structure of a C3D file, checked before ezc3d reads it: what is stated must lie within the bytes that are there.

ezc3d trusts counts and offsets, and a wrong one ends the process. Header, parameter records and size of the data are
those of "The C3D File Format: A Technical User Guide" (https://www.c3d.org).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path

from unguard.errors import FormatError

_BLOCK = 512
_INTEL, _DEC, _MIPS = 84, 85, 86
_BYTES = {-1: 1, 1: 1, 2: 2, 4: 4}


@dataclass
class Layout:
    """What a C3D file states of itself, found to be possible.

    Attributes
    ----------
    frames: of points, in the data section. rate: of these, in hertz.
    points, channels: in each frame. per_frame: samples of every analog channel in a frame of points.
    first_s: when the first frame was, on the clock of the trial.
    events: number of events in the header.
    numbers: the numeric parameters, by "GROUP:NAME".
    """

    frames: int = 0
    rate: float = 0.0
    points: int = 0
    channels: int = 0
    per_frame: int = 0
    first_s: float = 0.0
    events: int = 0
    numbers: dict[str, list[float]] = field(default_factory=dict)

    def first(self, name: str) -> float:
        """Return the first value of a numeric parameter, 0 where there is none."""
        return next(iter(self.numbers.get(name, [])), 0.0)


def checked_layout(path: Path) -> Layout:
    """Return the layout of a C3D file; raise FormatError naming what cannot be."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_BLOCK)
        if len(head) < _BLOCK or head[1] != 0x50:
            raise FormatError(
                path, "the signature", repr(head[:2]), "byte 80 behind the number of a block", where="byte 0"
            )
        start = (head[0] - 1) * _BLOCK
        file.seek(max(0, start))
        section = file.read(4)
        if head[0] < 2 or len(section) < 4:
            raise FormatError(
                path, "the parameter section", f"at block {head[0]}", "a block of the file", where="byte 0"
            )
        section += file.read(max(0, section[2] * _BLOCK - 4))
    if section[2] < 1 or len(section) != section[2] * _BLOCK:
        found = f"{section[2]} blocks long"
        raise FormatError(path, "the parameter section", found, "what the file holds", where=f"byte {start + 2}")
    processor = section[3]
    if processor not in (_INTEL, _MIPS):
        named = "DEC" if processor == _DEC else str(processor)
        expected = "Intel (84) or MIPS (86): convert the file"
        raise FormatError(path, "the processor type", named, expected, where=f"byte {start + 3}")
    order = "<" if processor == _INTEL else ">"
    layout = Layout(numbers=_parameters(path, section, start, order))
    _frames(path, head, order, layout)
    _data(path, head, order, size, layout)
    return layout


def _parameters(path: Path, section: bytes, start: int, order: str) -> dict[str, list[float]]:
    """Go through the records of the parameter section; return the numeric ones."""
    groups: dict[int, str] = {}
    found: list[tuple[int, str, list[float]]] = []
    at = 4
    while True:
        record = at
        where = f"byte {start + record}"
        wrong = FormatError(path, "a parameter record", "not within its section", "a sound record", where=where)
        if at + 2 > len(section):
            raise wrong
        length, group = struct.unpack_from("bb", section, at)
        if length == 0:
            break
        name_end = at + 2 + abs(length)
        if group == 0 or name_end + 2 > len(section):
            raise wrong
        name = section[at + 2 : name_end].decode("latin-1")
        (step,) = struct.unpack_from(order + "h", section, name_end)
        end = len(section) if step == 0 else name_end + step
        if step < 0 or end > len(section):
            raise wrong
        if group < 0:
            used = name_end + 3 + section[name_end + 2] if name_end + 2 < end else end + 1
            groups[-group] = name
        else:
            used, numbers = _values(section, name_end + 2, end, order)
            if numbers is not None:
                found.append((group, name, numbers))
        if used > end or (step != 0 and used != end):
            raise wrong
        if step == 0:
            break
        at = end
    if any(group not in groups for group, _, _ in found):
        raise FormatError(path, "a parameter", "of no group", "a group for every parameter", where=f"byte {start}")
    return {f"{groups[group]}:{name}": numbers for group, name, numbers in found}


def _values(section: bytes, at: int, end: int, order: str) -> tuple[int, list[float] | None]:
    """Return where a parameter's record ends, and its numbers (None for text); beyond `end` where it cannot be."""
    if at + 2 > end:
        return end + 1, None
    kind, dimensions = struct.unpack_from("bB", section, at)
    sizes = section[at + 2 : at + 2 + dimensions]
    if kind not in _BYTES or dimensions > 7 or at + 2 + dimensions > end:
        return end + 1, None
    count = math.prod(sizes)
    data = at + 2 + dimensions
    used = data + count * _BYTES[kind]
    if used >= end:
        return end + 1, None
    numbers = None
    if kind != -1:
        code = {1: "b", 2: "h", 4: "f"}[kind]
        numbers = [float(value) for value in struct.unpack_from(f"{order}{count}{code}", section, data)]
    return used + 1 + section[used], numbers


def _frames(path: Path, head: bytes, order: str, layout: Layout) -> None:
    """Read counts and rates from the header, and hold the parameters against them."""
    points, analogs, first, last = struct.unpack_from(order + "4H", head, 2)
    (per_frame,) = struct.unpack_from(order + "H", head, 18)
    (rate,) = struct.unpack_from(order + "f", head, 20)
    (layout.events,) = struct.unpack_from(order + "H", head, 300)
    if not (math.isfinite(rate) and 0 < rate <= 1e6):
        raise FormatError(path, "the frame rate", rate, "a positive number of hertz", where="byte 20")
    if analogs and (per_frame < 1 or analogs % per_frame):
        found = f"{analogs} in a frame of {per_frame}"
        raise FormatError(path, "the number of analog samples", found, "a multiple", where="byte 4")
    layout.points, layout.rate = points, rate
    layout.per_frame = per_frame if analogs else 0
    layout.channels = analogs // per_frame if analogs else 0
    layout.first_s = max(0, first - 1) / rate
    layout.frames = last - first + 1
    if layout.frames < 1 and last != 0:
        raise FormatError(path, "the last frame", last, f"one from the first ({first}) on", where="byte 8")
    for name, stated in (("POINT:USED", points), ("ANALOG:USED", layout.channels)):
        value = layout.numbers.get(name)
        if value and value[0] % 65536 != stated:
            raise FormatError(path, name, f"{value[0]:g}", f"{stated} as the header says")
    for name, rates in (("POINT:RATE", rate), ("ANALOG:RATE", rate * layout.per_frame)):
        value = layout.numbers.get(name)
        if value and rates and abs(value[0] - rates) > 1e-3 * rates and (name == "POINT:RATE" or layout.channels):
            raise FormatError(path, name, f"{value[0]:g} Hz", f"{rates:g} Hz as the header says")
    # Without these ezc3d reads beyond its memory.
    for name, least in (("GEN_SCALE", 1), ("SCALE", layout.channels), ("OFFSET", layout.channels)):
        there = len(layout.numbers.get(f"ANALOG:{name}", []))
        if layout.channels and there < least:
            raise FormatError(path, f"ANALOG:{name}", f"{there} values long", f"{least} or more")


def _data(path: Path, head: bytes, order: str, size: int, layout: Layout) -> None:
    """Hold the size of the data section against the bytes there are."""
    (scale,) = struct.unpack_from(order + "f", head, 12)
    (block,) = struct.unpack_from(order + "H", head, 16)
    if not math.isfinite(scale) or scale == 0:
        raise FormatError(path, "the scale factor", scale, "a number other than 0", where="byte 12")
    stated = layout.numbers.get("POINT:DATA_START")
    if block < 2 or (stated and stated[0] % 65536 != block):
        raise FormatError(
            path, "the start of the data", f"block {block}", "the block POINT:DATA_START", where="byte 16"
        )
    width = 4 if scale < 0 else 2
    frame = (4 * layout.points + layout.channels * layout.per_frame) * width
    there = (size - (block - 1) * _BLOCK) // frame if frame else 0
    longer = layout.numbers.get("POINT:FRAMES")
    if longer and longer[0] % 65536 > layout.frames:
        layout.frames = int(longer[0] % 65536)
    trial = [layout.numbers.get(f"TRIAL:ACTUAL_{end}_FIELD", []) for end in ("START", "END")]
    if all(len(words) == 2 for words in trial):
        begin, finish = (low % 65536 + 65536 * (high % 65536) for low, high in trial)
        layout.frames = int(finish - begin + 1)
    turned = [layout.first(f"ROTATION:{name}") for name in ("USED", "RATIO")]
    if min(turned) < 0 or layout.frames * turned[1] * max(1.0, turned[0]) * 4 > size:
        found = f"{turned[0]:g} of {turned[1]:g} samples a frame"
        raise FormatError(path, "the rotations", found, "as many as the file holds")
    if not 0 < layout.frames <= there:
        raise FormatError(path, "the number of frames", layout.frames, f"1 to {there}, which the file holds")
