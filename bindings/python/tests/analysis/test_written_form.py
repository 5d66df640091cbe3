"""The JSON of an analysis obeys docs/analysis-schema.json and is the same every time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import unguard
from unguard.analysis import SCHEMA_VERSION, analyse
from unguard.analysis.result import EVENT_COLUMNS
from unguard.recording import Channel, Recording
from unguard.simulated_recording import TRUTH_SCHEMA, TRUTH_SCHEMA_VERSION, to_recording

_SCHEMA = Path(__file__).resolve().parents[4] / "docs/analysis-schema.json"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


#: The layout of every version, as `_layout` gives it; the test below tells a new one. One that was released is never
#: changed here: another layout gets another version, see docs/analysis.md.
_LAYOUTS = {"1.0": "98a5cf31ad79f469"}
#: Versions that somebody may rely on, from the table in docs/analysis.md.
_RELEASED: set[str] = set()


def _without_words(schema: Any) -> Any:
    """Return a schema without what does not change what is valid."""
    if isinstance(schema, dict):
        # Below `properties` the keys are names of the file's own, of which one may be "description".
        return {
            key: {name: _without_words(one) for name, one in value.items()}
            if key in ("properties", "$defs")
            else _without_words(value)
            for key, value in schema.items()
            if key not in ("description", "title", "$schema")
        }
    return [_without_words(one) for one in schema] if isinstance(schema, list) else schema


def _layout(schema: dict[str, Any]) -> str:
    text = json.dumps(_without_words(schema), sort_keys=True)
    return hashlib.sha256(text.replace(SCHEMA_VERSION, "VERSION").encode()).hexdigest()[:16]


def test_file_schema_and_documentation_are_of_one_version() -> None:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    words = (_SCHEMA.parent / "analysis.md").read_text(encoding="utf-8")
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert f"version {SCHEMA_VERSION};" in schema["description"]
    assert f"[schema](analysis-schema.json), version {SCHEMA_VERSION} |" in words
    assert json.loads(analyse(_flat()).to_json())["schema_version"] == SCHEMA_VERSION
    table = dict(re.findall(r"(?m)^\| (\d+\.\d+) \| ([^|]+) \|", words))
    assert list(table)[-1] == SCHEMA_VERSION and set(table) == set(_LAYOUTS)
    assert {version for version, released in table.items() if released != "not yet released"} == _RELEASED
    assert f"schema `{TRUTH_SCHEMA}` {TRUTH_SCHEMA_VERSION}." in words


def test_another_layout_has_another_version() -> None:
    # Truth: the rule in docs/analysis.md.
    found = _layout(json.loads(_SCHEMA.read_text(encoding="utf-8")))
    told = "change SCHEMA_VERSION" if SCHEMA_VERSION in _RELEASED else "not yet released: write it into _LAYOUTS"
    assert found == _LAYOUTS[SCHEMA_VERSION], f"the layout of {SCHEMA_VERSION} is now {found}; {told}"


@pytest.mark.parametrize(
    ("change", "another"),
    [
        (lambda s: s["properties"]["events"].update(description="other words"), False),
        (lambda s: s["properties"].update(description={"type": "string"}), True),
        (lambda s: s["required"].remove("events"), True),
        (lambda s: s["properties"]["made_at"].update(type=["string", "null"]), True),
    ],
)
def test_a_layout_is_more_than_its_words(change: Callable[[Any], Any], another: bool) -> None:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    before = _layout(schema)
    change(schema)
    assert (_layout(schema) != before) == another


def _noisy() -> Recording:
    white = np.random.default_rng(4).normal(0, 12, (20000, 1))
    return Recording(data=white, fs=2000.0, channels=[Channel("noise")])


def _flat() -> Recording:
    noise = np.random.default_rng(2).normal(0, 2, 5000)
    return Recording(
        data=np.column_stack([noise, np.zeros(5000)]), fs=1000.0, channels=[Channel("a"), Channel('b"\n<é>')]
    )


@pytest.mark.parametrize("name", ["rest", "healthy", "guarded", "contaminated", "flat", "noisy"])
def test_real_outputs_obey_the_schema(name: str, validator: Any) -> None:
    made_here = {"flat": _flat, "noisy": _noisy}
    recording = (
        made_here[name]() if name in made_here else to_recording(unguard.simulate(name, seconds=60, seed=3, fs=1000))
    )
    made = json.loads(analyse(recording).to_json())
    validator.validate(made)
    assert made["schema_version"] == SCHEMA_VERSION


def test_the_schema_refuses_what_is_not_stated(validator: Any) -> None:
    made = json.loads(analyse(_flat()).to_json())
    for spoil in ({"extra": 1}, {"schema_version": "0.9"}, {"events": [{}]}, {"channels": []}):
        assert list(validator.iter_errors(made | spoil)), spoil


def test_the_same_recording_gives_the_same_json(monkeypatch: pytest.MonkeyPatch) -> None:
    # Truth: SOURCE_DATE_EPOCH is the only clock.
    recording = to_recording(unguard.simulate("guarded", seconds=60, seed=3, fs=1000))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    first, second = analyse(recording).to_json(), analyse(recording).to_json()
    assert first == second
    assert json.loads(first)["made_at"] == "1970-01-02T00:00:00Z"


def test_tables_have_the_documented_columns() -> None:
    # Truth: docs/analysis.md.
    made = analyse(to_recording(unguard.simulate("rest", seconds=60, seed=3, fs=1000)))
    events = made.events_dataframe()
    assert tuple(events.columns) == EVENT_COLUMNS
    assert list(EVENT_COLUMNS)[:8] == [
        "kind", "channel", "onset_s", "offset_s", "decided_s", "peak_uV", "area", "confidence",
    ]  # fmt: skip
    assert len(events) == len(made.events) and events["onset_s"].is_monotonic_increasing
    assert (events["decided_s"] > events["onset_s"]).mean() > 0.95
    envelope = made.envelope_dataframe()
    assert list(envelope.columns) == ["time_s", *(c.name for c in made.channels)]
    assert np.allclose(np.diff(envelope["time_s"]), 0.02)


def test_no_events_give_an_empty_table_with_its_columns() -> None:
    events = analyse(_flat()).events_dataframe()
    assert len(events) == 0 and tuple(events.columns) == EVENT_COLUMNS
