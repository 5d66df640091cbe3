"""The JSON Schema of a plan. Truth: jsonschema, which knows nothing of pydantic."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from unguard.plan import MONTAGES, Plan, Preset, new_plan
from unguard.plan.part import Part
from unguard.plan.preset import Bands


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_every_plan_of_the_package_fits_it(example: Plan) -> None:
    schema = Plan.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for plan in (example, *(new_plan("P-014", montage) for montage in MONTAGES)):
        jsonschema.validate(_as_json(plan.to_dict()), schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("id",), "Jane Roe"),
        (("schema",), 2),
        (("name",), "Jane"),
        (("montage", "muscles", 0, "side"), "rechts"),
        (("montage", "muscles", 0, "sied"), "left"),
        (("processing", "window_s"), 0),
        (("exposure", "items", 0, "threat"), 101),
        (("tasks", 0, "kind"), "bent"),
        (("graded_activity", "items", 0, "baseline_s"), [1, 2]),
    ],
)
def test_it_refuses_what_a_plan_refuses(example: Plan, place: tuple[str | int, ...], value: object) -> None:
    values = _as_json(example.to_dict())
    at = values
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, Plan.json_schema(), cls=jsonschema.Draft202012Validator)


def _all_parts(of: type[Part]) -> set[type[Part]]:
    return {of, *(deeper for part in of.__subclasses__() for deeper in _all_parts(part))}


def test_every_field_says_what_it_is() -> None:
    parts = _all_parts(Part)
    assert len(parts) > 25
    for part in parts:
        for name, info in part.model_fields.items():
            assert info.description, f"{part.__name__}.{name} has no description"


def test_the_page_has_a_row_for_every_field() -> None:
    page = (Path(__file__).parents[4] / "docs" / "plan.md").read_text(encoding="utf-8")
    for part in _all_parts(Part) - {Part, Preset, Bands} - {of for of in _all_parts(Part) if of.__name__[0] == "_"}:
        for name, info in part.model_fields.items():
            assert f"| `{info.alias or name}` | {info.description} |" in page
