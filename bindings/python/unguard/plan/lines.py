"""In which line of a TOML file a field begins, found by the parser itself, which reads shorter beginnings of the file.

Cost: as many parses as the logarithm of the number of lines, and only where something is refused.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """Return the line, from 1, in which the field begins, or what leads to it; None where nothing of that is there.

    Parameters
    ----------
    text: of the whole file, which can be parsed.
    place: keys and positions that lead to the field.
    """
    values = _parsed(text)
    depth = len(place)
    while depth and not _reached(values, place[:depth]):
        depth -= 1
    if depth == 0:
        return None
    lines = [line + "\n" for line in text.split("\n")]
    without, with_it = 0, len(lines)
    while with_it - without > 1:
        middle = _statement_end(lines, (without + with_it) // 2, without, with_it)
        if middle is None:
            break
        if _reached(_parsed("".join(lines[:middle])), place[:depth]):
            with_it = middle
        else:
            without = middle
    return without + 1


def _statement_end(lines: list[str], near: int, least: int, most: int) -> int | None:
    """Return how many lines, between `least` and `most`, can be parsed: the end of a statement; None within one."""
    for count in itertools.chain(range(near, most), range(near - 1, least, -1)):
        if _parsed("".join(lines[:count])) is not None:
            return count
    return None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _reached(values: Any, place: Sequence[str | int]) -> bool:
    for step in place:
        there = range(len(values)) if isinstance(values, list) else values if isinstance(values, dict) else ()
        if step not in there:
            return False
        values = values[step]
    return True
