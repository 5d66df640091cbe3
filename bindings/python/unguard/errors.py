"""The two errors unguard raises for what a person gave it: a parameter that cannot be, a file that is not as it
should be.

One function builds every message, so that they all read alike: what it is about, what was found, what is expected.
"""

from __future__ import annotations

import os
import re


def sentence(subject: str, found: object, expected: str, *, place: str = "") -> str:
    """Build the one sentence every unguard error speaks.

    Parameters
    ----------
    subject: what the sentence is about (a parameter, a header field, a column).
    found: what was found there; shown by ``str``, on one line, and shortened when very long.
    expected: what is allowed, beginning after the word "expected".
    place: where it was found (file and line), put in front; empty for a parameter.
    """
    shown = str(found)
    if "\n" in shown:
        shown = " ".join(shown.split())
    if len(shown) > 400:
        shown = shown[:400] + "..."
    front = f"{place}: " if place else ""
    return f"{front}{subject} is {shown}: expected {expected}"


def spelled(name: str | os.PathLike[str]) -> str:
    """Return the name of a file for people and files: what in it is no text, as Linux allows, is shown as such.

    With the bytes as Python holds them, no report could be written and no message printed.
    """
    return re.sub("[\ud800-\udfff]", "\ufffd", str(name))


class ConfigError(ValueError):
    """A parameter given by the caller is not allowed.

    Attributes
    ----------
    parameter: name of the parameter.
    found: the value given.
    expected: what is allowed, in words.
    """

    def __init__(self, parameter: str, found: object, expected: str) -> None:
        self.parameter = parameter
        self.found = found
        self.expected = expected
        super().__init__(sentence(parameter, found, expected))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, object, str]]:
        return type(self), (self.parameter, self.found, self.expected)


class FormatError(ValueError):
    """A file cannot be read as a recording.

    Attributes
    ----------
    file: the file, as the caller named it.
    where: byte, line or channel inside the file; empty when the whole file is meant.
    field: what the error is about (a header field, a column, the file itself).
    found: what stands there.
    expected: what should stand there, or what the caller can give instead.
    """

    def __init__(
        self, file: str | os.PathLike[str], field: str, found: object, expected: str, *, where: str = ""
    ) -> None:
        self.file = os.fspath(file)
        self.where = where
        self.field = field
        self.found = found
        self.expected = expected
        name = spelled(self.file)
        place = f"{name}, {where}" if where else name
        super().__init__(sentence(field, found, expected, place=place))

    def __reduce__(self) -> tuple[object, ...]:
        return _format_error, (self.file, self.field, self.found, self.expected, self.where)


def _format_error(file: str, field: str, found: object, expected: str, where: str) -> FormatError:
    # Pickle passes positional arguments only; `where` is keyword-only in the class.
    return FormatError(file, field, found, expected, where=where)
