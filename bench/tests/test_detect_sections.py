"""Sections of `detect` run to their end. Truth: a minute or two of the same; the bars need more and may fail."""

import itertools
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import unguard

from bench.evidence import detect_artefacts, detect_bending, detect_rates, detect_rest, detect_timing
from bench.evidence.table import Evidence

DRIFT = 1
SMALL: list[tuple[Any, Callable[[Evidence], None], dict[str, Any], int]] = [
    (detect_bending, detect_bending.measure, {"RECORDS": 1, "SECONDS": 120.0, "RECORDS_OF_GUARDED": 1}, 6),
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
    # Rates are of one channel, and say so.
    assert not [r for r in e.rows if re.search(r"/ (h|min)\b", f"{r.quantity} {r.bar} {r.measured} {r.reference}")]


def short(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """One record of each, so long, and no detector, which would need a profile."""
    for name, value in {"RECORDS": 1, "RECORDS_OF_GUARDED": 1, "SECONDS": seconds, "profile": lambda *_: None}.items():
        monkeypatch.setattr(detect_bending, name, value)
    monkeypatch.setattr(unguard, "BendingDetector", lambda **_: None)


def test_a_detector_that_says_nothing_of_guarded_holds_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    # Truth: silence; it makes no false alarm either.
    short(monkeypatch, 60.0)
    monkeypatch.setattr(detect_bending, "told", lambda *_: [])
    e = Evidence("detect")
    detect_bending.measure(e)
    assert [r.enough for r in e.rows if "guarded holds" in r.quantity and r.bar != "-"] == [False]
    assert [r.measured[0] for r in e.rows if "GUARDING by a back's own profile" in r.quantity] == ["0"]


def test_guarded_holds_are_louder_than_the_good_ones_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # Truth: levels of the record itself, by phase.
    heard: list[Any] = []
    short(monkeypatch, 120.0)
    monkeypatch.setattr(detect_bending, "told", lambda _, x, markers: heard.append((x, markers)) or [])
    counted = [detect_bending.guarded_holds(times) for times in (1.0, 2.0)]
    (good, markers), (loud, same) = heard
    assert markers == same and counted[0] == counted[1] and counted[0][1] >= 4 * 4
    edges = [(kind, at) for kind, at, *_ in markers]
    for (kind, begin), (_, end) in itertools.pairwise(edges):
        if kind in ("bending", "full flexion"):
            # Half a second off each end, where one level goes over into the next; what rests adds to both.
            ratio = [x[begin + 1000 : end - 1000, :4].std(axis=0) for x in (loud, good)]
            assert ratio[0] / ratio[1] == pytest.approx(2 if kind == "full flexion" else 1, rel=0.05)
