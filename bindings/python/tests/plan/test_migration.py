"""From one schema to the next. Truth: steps written here. There is no step in the package, for no schema but the first
was ever released; so the machinery is tried with steps of the test's own."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from unguard.errors import ConfigError, FormatError
from unguard.plan import SCHEMA, Plan, example_text, read_plan
from unguard.plan import migrate as migration
from unguard.plan.migrate import STEPS, current, migrate


def _to_2(values: dict[str, Any]) -> dict[str, Any]:
    """A draft's distance in centimetres becomes one in millimetres, with its unit in the key."""
    for muscle in values["montage"]["muscles"]:
        muscle["electrode_distance_mm"] = 10 * muscle.pop("electrode_distance")
    return values


def _to_3(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "id": values["id"].lower()}


STEPS_OF_THE_TEST = (_to_2, _to_3)
OLD: dict[str, Any] = {"schema": 1, "id": "P-1", "montage": {"muscles": [{"electrode_distance": 2.0}]}}


def test_the_schema_is_as_many_as_there_are_steps() -> None:
    assert SCHEMA == len(STEPS) + 1 == current()
    assert current(STEPS_OF_THE_TEST) == 3


def test_a_plan_goes_through_every_step_from_its_own_on() -> None:
    before = copy.deepcopy(OLD)
    new = {"schema": 3, "id": "p-1", "montage": {"muscles": [{"electrode_distance_mm": 20.0}]}}
    assert migrate(OLD, STEPS_OF_THE_TEST) == new
    assert before == OLD  # what was given stays as it is
    assert migrate({**new, "schema": 2, "id": "P-1"}, STEPS_OF_THE_TEST) == new
    assert migrate(new, STEPS_OF_THE_TEST) == new


@pytest.mark.parametrize("schema", [0, -1, 1.0, "1", True, None])
def test_a_number_that_is_none_is_refused(schema: object) -> None:
    with pytest.raises(ConfigError, match=r"^schema is .*: expected a whole number from 1 to 3$"):
        migrate({"schema": schema}, STEPS_OF_THE_TEST)


def test_a_plan_of_a_later_unguard_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^schema is 4: expected at most 3: the plan is of a later unguard$"):
        migrate({"schema": 4}, STEPS_OF_THE_TEST)
    with pytest.raises(ConfigError, match=r"^schema is missing: expected the number of the schema"):
        migrate({}, STEPS_OF_THE_TEST)


def test_what_a_step_makes_is_checked_like_any_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read through the steps: one that was fine in the old schema, and one that still is not in the new."""
    file = tmp_path / "plan.toml"
    old = example_text().replace("electrode_distance_mm = 20", "electrode_distance = 2")
    # The package's own schema stays the first, so the step leads from a schema before it.
    monkeypatch.setattr("unguard.plan.read.migrate", lambda values: {**migrate(values, (_to_2,)), "schema": SCHEMA})
    file.write_text(old, encoding="utf-8")
    plan = read_plan(file)
    assert [muscle.electrode_distance_mm for muscle in plan.montage.muscles] == [20] * 4
    file.write_text(old.replace("electrode_distance = 2\n", "electrode_distance = -2\n", 1), encoding="utf-8")
    with pytest.raises(
        FormatError, match=r"montage\.muscles\[0\]\.electrode_distance_mm is -20: expected a number of mil"
    ):
        read_plan(file)


def test_reading_goes_through_the_steps_of_the_package(example: Plan) -> None:
    assert migration.migrate(example.to_dict()) == example.to_dict()
