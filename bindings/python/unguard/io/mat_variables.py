"""The variables of a MAT file, flat: arrays of numbers and texts, with structs and cells written as MATLAB writes them.

Levels v5, v6 and v7 by scipy.io, v7.3 (HDF5) by h5py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import scipy.io  # type: ignore[import-untyped]
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.foreign import reads
from unguard.io.hdf5_storage import check_storage
from unguard.io.mat_layout import MOST_MEMBERS, MOST_TEXT, sound_variables

_DEEPEST = 16


@dataclass(frozen=True)
class Variable:
    """One array of numbers, or of texts.

    Attributes
    ----------
    name: as MATLAB writes it: EMG.data, runs(2).emg, list{3}.
    shape: as MATLAB has it; without dimensions of 1 behind the second.
    numbers: gives the array, in the type it is stored in; None for texts.
    texts: rows of a char array or members of a cell of them; None for numbers.
    """

    name: str
    shape: tuple[int, ...]
    numbers: Callable[[], NDArray[Any]] | None = None
    texts: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape, dtype=object))

    @property
    def scope(self) -> str:
        """The struct it is a field of; empty at the top."""
        return self.name.rpartition(".")[0]

    @property
    def word(self) -> str:
        """Its own name in lower case, without underscores and spaces."""
        return self.name.rpartition(".")[2].lower().replace("_", "").replace(" ", "")

    @property
    def spelled(self) -> str:
        """Name and shape, for people."""
        return f"{self.name} ({' x '.join(map(str, self.shape))})"

    def scalar(self) -> float | None:
        """Return its number if it is one, else None."""
        if self.numbers is None or self.size != 1:
            return None
        return float(self.numbers().reshape(-1)[0])


def read_variables(path: Path, left_out: list[str]) -> list[Variable]:
    """Return the variables of a MAT file; names of those that are no numbers and no text go to `left_out`.

    Raises FormatError for a file that is damaged or of level 4.
    """
    found: list[Variable] = []
    with path.open("rb") as file:
        hdf5 = file.read(8) == b"\x89HDF\r\n\x1a\n"
        # v7.3 has a text header of 512 bytes before the signature.
        hdf5 = hdf5 or (file.seek(512) == 512 and file.read(8) == b"\x89HDF\r\n\x1a\n")
    if hdf5:
        with reads(path, "MATLAB v7.3"), h5py.File(path, "r") as opened:
            _collect(path, _Hdf5(path, left_out).in_group(opened, ""), found)
    else:
        with reads(path, "MATLAB"):
            for stream in sound_variables(path):
                loaded = scipy.io.loadmat(stream, struct_as_record=True, squeeze_me=False, chars_as_strings=True)
                for name, value in loaded.items():
                    if not name.startswith("__"):
                        _collect(path, _in_memory(value, name, left_out, 0), found)
    return found


def _collect(path: Path, variables: Iterator[Variable], found: list[Variable]) -> None:
    for variable in variables:
        found.append(variable)
        if len(found) > MOST_MEMBERS:
            raise FormatError(path, "the file", f"of {len(found)} variables or more", f"at most {MOST_MEMBERS}")


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape if len(shape) > 1 else (*shape, *(1,) * (2 - len(shape)))


def _in_memory(value: Any, name: str, left_out: list[str], depth: int) -> Iterator[Variable]:
    if not isinstance(value, np.ndarray) or depth > _DEEPEST:
        left_out.append(name)
    elif value.dtype.names is not None and not isinstance(value, scipy.io.matlab.MatlabOpaque):
        for i, element in enumerate(value.reshape(-1, order="F")):
            place = name if value.size == 1 else f"{name}({i + 1})"
            for field in value.dtype.names:
                yield from _in_memory(element[field], f"{place}.{field}", left_out, depth + 1)
    elif value.dtype.kind == "U":
        yield Variable(name, value.shape, texts=tuple(str(row).strip() for row in value.reshape(-1)))
    elif value.dtype.kind == "O" and value.dtype.names is None:
        members = list(value.reshape(-1, order="F"))
        if members and all(isinstance(m, np.ndarray) and m.dtype.kind == "U" and m.size <= 1 for m in members):
            yield Variable(
                name, value.shape, texts=tuple(str(m.reshape(-1)[0]).strip() if m.size else "" for m in members)
            )
        else:
            for i, member in enumerate(members):
                yield from _in_memory(member, f"{name}{{{i + 1}}}", left_out, depth + 1)
    elif value.dtype.kind in "iuf":
        shape = _trimmed(value.shape)
        yield Variable(name, shape, lambda: value.reshape(shape))
    else:
        left_out.append(name)


class _Hdf5:
    """The variables of a file of v7.3, gone through once: links may lead back to where they came from."""

    def __init__(self, path: Path, left_out: list[str]) -> None:
        self._path, self._left_out = path, left_out
        self._seen: set[object] = set()
        self._text = self._members = 0

    def _charge(self, text: int = 0, members: int = 0) -> None:
        """Count what is read at once, texts and cells; one of them may be referred to any number of times."""
        self._text += text
        self._members += members
        if self._text > MOST_TEXT:
            raise FormatError(self._path, "the text", f"of {self._text} bytes or more", f"at most {MOST_TEXT} bytes")
        if self._members > MOST_MEMBERS:
            found = f"of {self._members} members or more"
            raise FormatError(self._path, "the cells", found, f"at most {MOST_MEMBERS} members")

    def in_group(self, group: Any, prefix: str) -> Iterator[Variable]:
        for key in group:
            if key.startswith("#"):
                continue
            name = f"{prefix}.{key}" if prefix else str(key)
            # Links to other files, or to nowhere, are not followed.
            if isinstance(group.get(key, getlink=True), h5py.HardLink):
                yield from self._in_item(group[key], name)
            else:
                self._left_out.append(name)

    def _first_time(self, item: Any) -> bool:
        place = h5py.h5o.get_info(item.id).addr
        if place in self._seen:
            return False
        self._seen.add(place)
        return True

    def _in_item(self, item: Any, name: str) -> Iterator[Variable]:
        if isinstance(item, h5py.Group):
            if self._first_time(item):
                yield from self.in_group(item, name)
            return
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            return
        kind = item.attrs.get("MATLAB_class", b"")
        kind = kind.decode("ascii", "replace") if isinstance(kind, bytes) else str(kind)
        # MATLAB stores columns first, and so its dimensions are reversed here.
        shape = _trimmed(item.shape[::-1] if kind else item.shape)
        if item.attrs.get("MATLAB_empty") or item.size == 0:
            return
        if item.dtype.kind == "O" and h5py.check_ref_dtype(item.dtype) is h5py.Reference:
            # A cell says that it is one; a field of an array of structs, of which each has one reference, says nothing.
            if kind or "." not in name:
                yield from self._in_cell(item, name, shape)
            else:
                yield from self._in_structs(item, name)
        elif kind == "char" and item.dtype.kind == "u":
            self._charge(text=check_storage(self._path, item))
            codes = np.atleast_2d(np.asarray(item[()]))
            yield Variable(name, shape, texts=tuple("".join(map(chr, row)).strip() for row in codes.T))
        elif item.dtype.kind in "iuf" and kind != "logical":
            path, place = self._path, str(item.name)
            yield Variable(name, shape, lambda: _from_file(path, place, shape, bool(kind)))
        else:
            self._left_out.append(name)

    def _in_cell(self, item: Any, name: str, shape: tuple[int, ...]) -> Iterator[Variable]:
        """Go through a cell: references to what is kept elsewhere in the file."""
        if not self._first_time(item):
            return
        inner = [list(self._in_item(member, f"{name}{{{i}}}")) for i, member in self._members_of(item)]
        texts = [one[0].texts[0] for one in inner if len(one) == 1 and one[0].texts and len(one[0].texts) == 1]
        if inner and len(texts) == len(inner):
            yield Variable(name, shape, texts=tuple(texts))
        else:
            for one in inner:
                yield from one

    def _in_structs(self, item: Any, name: str) -> Iterator[Variable]:
        """Go through one field of an array of structs."""
        if not self._first_time(item):
            return
        array, _, field = name.rpartition(".")
        for i, member in self._members_of(item):
            yield from self._in_item(member, f"{array}({i}).{field}" if item.size > 1 else name)

    def _members_of(self, item: Any) -> list[tuple[int, Any]]:
        """Return what is referred to, with its number, counted from 1."""
        self._charge(members=check_storage(self._path, item) // item.dtype.itemsize)
        references = np.asarray(item[()]).reshape(-1)
        return [(i, item.file[one]) for i, one in enumerate(references, 1) if one]


def _from_file(path: Path, place: str, shape: tuple[int, ...], reversed_axes: bool) -> NDArray[Any]:
    with reads(path, "MATLAB v7.3"), h5py.File(path, "r") as file:
        check_storage(path, file[place])
        values = np.asarray(file[place][()])
    return (values.T if reversed_axes else values).reshape(shape)
