"""From the schema a plan was written in to the one that is read: one step a version, each a function of plain values.

The number of a schema goes up when a plan of the old one could not be read, or would be misread. A schema that was
never released is not counted, so there is no step yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unguard.errors import ConfigError

#: Turns the plain values of a plan of one schema into those of the next; is given a copy that it may change.
Step = Callable[[dict[str, Any]], dict[str, Any]]

#: The first leads from schema 1 to 2, the second from 2 to 3, and so on.
STEPS: tuple[Step, ...] = ()


def current(steps: Sequence[Step] = STEPS) -> int:
    """Return the number of the schema that the last step leads to."""
    return len(steps) + 1


SCHEMA = current()


def migrate(values: Mapping[str, Any], steps: Sequence[Step] = STEPS) -> dict[str, Any]:
    """Return the values of a plan in the current schema; what they were is left as it is.

    Raises ConfigError about `schema` where it is missing, no whole number from 1, or of a later unguard.
    """
    if "schema" not in values:
        raise ConfigError("schema", "missing", f"the number of the schema the plan is written in, {current(steps)}")
    schema = values["schema"]
    newest = current(steps)
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        raise ConfigError("schema", repr(schema), f"a whole number from 1 to {newest}")
    if schema > newest:
        raise ConfigError("schema", schema, f"at most {newest}: the plan is of a later unguard")
    migrated: dict[str, Any] = _copied(values)
    for number, step in enumerate(steps[schema - 1 :], start=schema + 1):
        migrated = step(migrated)
        migrated["schema"] = number
    return migrated


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return value
