"""Sections of `detect` run to their end. Truth: a minute or two of the same; the bars need more and may fail."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bench.evidence import detect_artefacts, detect_bending, detect_rates, detect_rest, detect_timing
from bench.evidence.table import Evidence

DRIFT = 1
SMALL: list[tuple[Any, Callable[[Evidence], None], dict[str, Any], int]] = [
    (detect_bending, detect_bending.measure, {"RECORDS": 1, "SECONDS": 120.0}, 4),
    (detect_artefacts, detect_artefacts.measure, {"RECORDS": 1, "EACH": 2}, len(detect_artefacts.CASES)),
    (detect_timing, detect_timing.measure, {"RECORDINGS": 2}, 4),
    (detect_rates, detect_rates.measure, {"OTHER_RATES": (10000.0,), "TRIALS": 3, "CALIBRATIONS": 1}, 2),
    (
        detect_rest,
        partial(detect_rest.measure, number=DRIFT),
        {"RECORDS": 1, "SECONDS": 60.0, "RECORDS_OF_EVENTS": 1, "EVENTS_S": 60.0, "RECORDS_OF_PUBLISHED": 1}
        | {"FASTER": (2,), "RECORDS_OF_FASTER": 1, "RECORDS_OF_EVENT_DETECTOR": 1, "RECORDS_OF_ELSEWHERE": 1}
        | {"SPECS": detect_rest.SPECS[:1]},
        6,
    ),
]


@pytest.mark.parametrize(("module", "measure", "small", "rows"), SMALL, ids=[m.__name__ for m, *_ in SMALL])
def test_a_section_runs_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    measure: Callable[[Evidence], None],
    small: dict[str, Any],
    rows: int,
) -> None:
    for name, value in small.items():
        monkeypatch.setattr(module, name, value)
    e = Evidence("detect")
    measure(e)
    assert len(e.rows) == rows
    assert all(r.measured and "nan" not in r.measured for r in e.rows)
