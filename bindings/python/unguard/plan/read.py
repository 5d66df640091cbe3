"""Read a plan from its file: TOML, one file a person, refused by field and line where something is wrong."""

from __future__ import annotations

import os
import sys
from typing import Any

from pydantic import ValidationError

from unguard.arguments import path_of
from unguard.errors import ConfigError, FormatError
from unguard.plan.lines import line_of
from unguard.plan.migrate import migrate
from unguard.plan.plan import Plan
from unguard.plan.refusal import first_refusal

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

#: A plan is some kilobytes; years of diary and calibrations some hundred.
_LARGEST_BYTES = 16_000_000


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Return the plan in a file, in the current schema.

    Raises FormatError naming file, line, field, what was found and what is expected: where the file is missing or no
    TOML, and for the first field that is missing, unknown or not as it should be. What stands in a field that is
    unknown is not repeated, for it may be about the person.
    """
    text = read_text(path)
    values = parse(path, text)
    try:
        values = migrate(values)
    except ConfigError as error:
        where = _line(text, ("schema",))
        raise FormatError(path, error.parameter, error.found, error.expected, where=where) from None
    try:
        return Plan.model_validate(values)
    except ValidationError as error:
        first = first_refusal(error, values)
        where = _line(text, first.place)
        raise FormatError(path, first.field, first.found, first.expected, where=where) from None


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the text of a file; raise FormatError where it cannot be read or is no UTF-8."""
    file = path_of("path", path)
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST_BYTES + 1)
    except ValueError:  # half of a character that no file system has
        raise ConfigError("path", ascii(path), "the name of a file") from None
    except OSError as cause:
        found = "missing" if isinstance(cause, FileNotFoundError) else f"not readable ({cause.strerror})"
        raise FormatError(path, "the file", found, "a plan that can be opened") from cause
    if len(raw) > _LARGEST_BYTES:
        raise FormatError(path, "the file", f"larger than {_LARGEST_BYTES} bytes", "a plan")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise FormatError(path, "the text", "no UTF-8", "a plan in TOML", where=f"byte {cause.start}") from None


def parse(path: str | os.PathLike[str], text: str) -> dict[str, Any]:
    """Return the plain values of a TOML text; raise FormatError where it is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise FormatError(path, "the text", "nested too deep", "a plan in TOML") from None
    except ValueError as cause:  # also a number of too many digits, which is no error of TOML's
        raise FormatError(path, "the text", f"no TOML ({cause})", "a plan in TOML") from None


def _line(text: str, place: tuple[str | int, ...]) -> str:
    line = line_of(text, place)
    return "" if line is None else f"line {line}"
