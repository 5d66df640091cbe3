"""What pydantic says about a part, as unguard says it: the field with its place, what was found, what is expected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from unguard.errors import ConfigError

Place = tuple[str | int, ...]

_KINDS = {
    "string_type": "text",
    "string_unicode": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "date_type": "a date without quotes, such as 2026-11-30",
    "date_from_datetime_inexact": "a date without a time, such as 2026-11-30",
}


@dataclass(frozen=True)
class Refused:
    """One thing that is not as it should be.

    Attributes
    ----------
    place: keys and positions that lead there.
    found: in words; expected: in words, beginning after "expected".
    """

    place: Place
    found: str
    expected: str

    @property
    def field(self) -> str:
        """The place as a person writes it: ``montage.muscles[2].side``."""
        return dotted(self.place)


def refused(field: str, found: object, expected: str) -> PydanticCustomError:
    """Return the error by which a validator refuses a field of the part it looks at, or one further down, dotted."""
    # Braces would be taken for places to fill in; what is filled in is not looked at again.
    return PydanticCustomError(
        "refused",
        "{field} is {found}: expected {expected}",
        {"field": field, "found": str(found), "expected": expected},
    )


def dotted(place: Sequence[str | int]) -> str:
    """Return a place as a person writes it."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def first_refusal(error: ValidationError, given: Any) -> Refused:
    """Return the first of what pydantic found wrong with what was given."""
    return _told(error.errors(include_url=False)[0], given)


def config_error(error: ValidationError, given: Any) -> ConfigError:
    """Return the first of what pydantic found wrong, for a caller in Python."""
    first = first_refusal(error, given)
    return ConfigError(first.field, first.found, first.expected)


def shown(value: Any) -> str:
    """Return what was found in words short enough for a sentence."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)) and not all(isinstance(one, (int, float, str)) for one in value):
        return f"a list of {len(value)}"
    if isinstance(value, (int, float, str, list, tuple)):
        return repr(value)
    return f"a {type(value).__name__}"


def _told(error: ErrorDetails, given: Any) -> Refused:
    place = _without_kinds(error["loc"], given)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "refused":
        return Refused((*place, *_steps(context["field"])), context["found"], context["expected"])
    if kind == "union_tag_not_found":
        return Refused((*place, "kind"), "missing", "the kind of task, such as 'rest'")
    if kind == "union_tag_invalid":
        return Refused((*place, "kind"), repr(context["tag"]), f"one of {context['expected_tags']}")
    if kind in ("expected", "literal_error"):
        return Refused(place, shown(error["input"]), context["expected"])
    return Refused(place, shown(error["input"]), _KINDS.get(kind, error["msg"]))


def _steps(field: str) -> Place:
    """Return the steps of a dotted field: the inverse of dotted()."""
    steps: list[str | int] = []
    for part in field.split("."):
        key, *positions = part.replace("]", "").split("[")
        if key:
            steps.append(key)
        steps += [int(position) for position in positions]
    return tuple(steps)


def _without_kinds(place: Place, given: Any) -> Place:
    """Return the place without the kinds of tasks, which pydantic puts among the keys."""
    steps: list[str | int] = []
    at = given
    for step in place:
        if isinstance(at, Mapping) and isinstance(step, str) and step not in at and step == at.get("kind"):
            continue
        steps.append(step)
        at = _inside(at, step)
    return tuple(steps)


def _inside(at: Any, step: str | int) -> Any:
    if isinstance(at, Mapping):
        return at.get(step)
    if isinstance(at, (list, tuple)) and isinstance(step, int):
        return at[step] if step < len(at) else None
    return getattr(at, str(step), None)
