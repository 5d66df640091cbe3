"""Sessions as `unguard session` wrote them, read back: what is damaged is refused by name."""

from __future__ import annotations

import datetime
import itertools
import json
import math
import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from unguard.arguments import path_of
from unguard.errors import ConfigError, FormatError
from unguard.plan.quantities import PersonId
from unguard.session.measure import CONTEXTS, END, START, WHOLE
from unguard.session.result import SCHEMA, SCHEMA_VERSION

_ID: TypeAdapter[str] = TypeAdapter(PersonId)
_WROTE = "as `unguard session` wrote it"
_FIELDS = (("id", str), ("date", str), ("flare", bool), ("measures", list), ("observations", list))


def read_sessions(folder: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return all sessions in a folder and those below it, as `unguard session` wrote them, by date.

    Raises ConfigError where there is none; FormatError where a file is damaged, of a later version, of another person
    than the others, or of a day that is there twice.
    """
    place = path_of("folder", folder)
    if not place.is_dir():
        raise ConfigError("folder", repr(str(folder)), "a folder with sessions, as `unguard session` writes them")
    found: list[tuple[Path, dict[str, Any]]] = []
    for path in sorted(place.rglob("*_session.json")):
        found.append((path, _session(path)))
    if not found:
        raise ConfigError("folder", f"{str(folder)!r}, without a session", "files that end in _session.json")
    found.sort(key=lambda one: one[1]["date"])
    for (_, before), (path, one) in itertools.pairwise(found):
        if one["id"] != before["id"]:
            raise FormatError(path, "id", repr(one["id"]), f"{before['id']!r}, as in the other sessions: one person")
        if one["date"] == before["date"]:
            raise FormatError(path, "date", one["date"], "one session a day")
    return [one for _, one in found]


def _session(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise FormatError(path, "the file", f"not readable ({cause})", "a session") from None
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise FormatError(path, "the text", f"no JSON ({cause})", "a session as `unguard session` wrote it") from None
    if not isinstance(made, dict) or made.get("schema") != SCHEMA:
        raise FormatError(path, "schema", repr(made.get("schema") if isinstance(made, dict) else made), repr(SCHEMA))
    if str(made.get("schema_version", "")).partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise FormatError(path, "schema_version", repr(made.get("schema_version")), f"{SCHEMA_VERSION}, or 1.x")
    checked(made, path)
    return made


def checked(made: dict[str, Any], where: str | os.PathLike[str]) -> None:
    """Refuse a session whose fields are not what they should be; where: its file, for the message."""
    for field, kind in _FIELDS:
        if not isinstance(made.get(field), kind):
            raise FormatError(where, field, repr(made.get(field)), f"a {kind.__name__}, {_WROTE}")
    try:
        _ID.validate_python(made["id"])
    except ValidationError:
        # Not shown: it may be a name.
        raise FormatError(where, "id", "something else", "letters, digits and hyphens, at most 64 of them") from None
    try:
        known = datetime.date.fromisoformat(made["date"]).isoformat() == made["date"]
    except ValueError:
        known = False
    if not known:
        raise FormatError(where, "date", repr(made["date"]), "a date, such as 2026-11-02")
    way = made.get("made_by", {})
    if not (isinstance(way, dict) and all(isinstance(one, dict) for one in way.values())):
        raise FormatError(where, "made_by", repr(way), f"a table of tables, {_WROTE}")
    how = made.get("how", [])
    if not (isinstance(how, list) and all(isinstance(line, str) for line in how)):
        raise FormatError(where, "how", repr(how), f"a list of texts, {_WROTE}")
    for i, one in enumerate(made["measures"]):
        _measure(one, f"measures[{i}]", where)
    for i, one in enumerate(made["observations"]):
        _observation(one, f"observations[{i}]", where)


def _measure(one: Any, name: str, where: str | os.PathLike[str]) -> None:
    if not isinstance(one, dict):
        raise FormatError(where, name, repr(one), f"a table, {_WROTE}")
    for field, kind in (("measure", str), ("muscle", str), ("unit", str), ("log", bool)):
        if not isinstance(one.get(field), kind):
            raise FormatError(where, f"{name}.{field}", repr(one.get(field)), f"a {kind.__name__}, {_WROTE}")
    for field, choices in (("when", (START, END, WHOLE)), ("better", ("higher", "lower", ""))):
        if one.get(field) not in choices:
            expected = "one of " + ", ".join(map(repr, choices))
            raise FormatError(where, f"{name}.{field}", repr(one.get(field)), expected)
    if not _is_finite(one.get("value")):
        raise FormatError(where, f"{name}.value", repr(one.get("value")), "a finite number")


def _observation(one: Any, name: str, where: str | os.PathLike[str]) -> None:
    if not isinstance(one, dict):
        raise FormatError(where, name, repr(one), f"a table, {_WROTE}")
    if not _is_finite(one.get("guarding")):
        raise FormatError(where, f"{name}.guarding", repr(one.get("guarding")), "a finite number")
    if "bend" in one and not _is_finite(one["bend"]):
        raise FormatError(where, f"{name}.bend", repr(one["bend"]), "the number of the bend")
    for field in CONTEXTS:
        said = one.get(field, "")
        if not all(isinstance(text, str) for text in (said if isinstance(said, list) else [said])):
            raise FormatError(where, f"{name}.{field}", repr(said), "what was marked, as text or a list of texts")


def _is_finite(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number of more than 308 digits
        return False
