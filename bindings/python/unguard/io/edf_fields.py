"""The fields of an EDF or BDF header: what is blank, what is a number, which letters stand there.

The rules of the C++ reader, to the byte: where they differ, one of the two would read a file that the other refuses.
"""

from __future__ import annotations

import math
import re

#: What from_chars of C++ takes: no underscores, no second sign, no hexadecimal, ASCII digits only.
_NUMBER = re.compile(rb"[+-]?(?P<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(rb"[+-]?[0-9]+")


def stripped(field: bytes) -> bytes:
    """Return a field without blanks at both ends, and without NULs at its end, which fill some writers' fields.

    In front, a NUL is a letter that was lost. Beyond ASCII nothing is blank.
    """
    return field.rstrip(b" \t\r\n\0").lstrip(b" \t\r\n")


def text_in(field: bytes) -> str:
    """Return the text of a field, which should be ASCII: UTF-8 where it is that, Latin-1 where it is not."""
    raw = stripped(field)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def number_in(field: bytes, *, whole: bool) -> float | None:
    """Return the finite number a field holds, or None; a point or an exponent makes no whole number."""
    raw = stripped(field)
    match = (_WHOLE if whole else _NUMBER).fullmatch(raw)
    if match is None:
        return None
    value = float(raw)
    # A number that is not zero, but too small for one, is not held either.
    vanished = value == 0 and not whole and any(digit in match["digits"] for digit in b"123456789")
    return value if math.isfinite(value) and not vanished else None
