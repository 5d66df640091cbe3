"""The 38 rows of the methods survey. Truth: their numbers, and closed forms, which are measured here; others run long.

What is measured with people, detectors and hearts is measured by `scripts/evidence validity`.
"""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from bench.evidence import table, validity, validity_filters, validity_load
from bench.evidence.table import Evidence
from bench.evidence.validity_claim import Claim, Found, rows_of, together

ALL = {claim.number: claim for of in validity.CLAIMS.values() for claim in of}
#: Issue 9: what people give, what nobody has here, and what waits for a station that is not built.
NOT_SCORED = {5, 13, 15, 35, 38}
CLOSED_FORMS = (1, 2, 3, 8, 28, 29, 30, 32, 33, 36)


def measured(number: int) -> table.Row:
    e = Evidence("validity")
    validity.add_all(e, [ALL[number]])
    (row,) = e.rows
    return row


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every row is there, and those that are scored say so at once."""
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    at_once = {
        name: tuple(
            claim if claim.measure is None else dataclasses.replace(claim, measure=lambda: Found("at once", True))
            for claim in (dataclasses.replace(c, context=None) for c in claims)
        )
        for name, claims in validity.CLAIMS.items()
    }
    monkeypatch.setattr(validity, "CLAIMS", at_once)


def test_every_row_of_the_survey_is_there_once() -> None:
    numbers = [claim.number for of in validity.CLAIMS.values() for claim in of]
    assert sorted(numbers) == list(range(1, 39))
    assert {n for n, claim in ALL.items() if claim.measure is None} == NOT_SCORED


@pytest.mark.usefixtures("quick")
def test_the_table_has_the_rows_in_order_each_with_a_verdict_or_a_reason() -> None:
    rows = validity.measure().rows
    assert [validity.number(r) for r in rows] == list(range(1, 39))
    for row in rows:
        if validity.number(row) in NOT_SCORED:
            assert row.verdict == "-" and re.match(r"not scored: \w.{20,}", row.measured)
        else:
            assert row.verdict == "pass" and row.measured == "at once" and row.bar not in ("", "-")
        assert row.reference
    assert {r.section for r in rows} == set(validity.SECTIONS)


@pytest.mark.usefixtures("quick")
def test_a_section_can_be_measured_anew_by_itself() -> None:
    validity.measure()
    assert [validity.number(r) for r in validity.measure("load").rows] == list(range(1, 39))


def test_a_tolerance_that_was_changed_and_a_detector_that_was_chosen_are_said_in_the_rows() -> None:
    assert "Changed after a look: at first <= 1 % missed" in ALL[10].tolerance
    assert "ActivityDetector alone" in ALL[12].tolerance


@pytest.mark.parametrize("number", CLOSED_FORMS)
def test_closed_forms_are_met(number: int) -> None:
    row = measured(number)
    assert row.verdict == "pass", row.measured


#: What is put in the way, so that a row is off by more than its tolerance.
SPOILT: dict[int, tuple[Any, str, Any]] = {
    1: (validity_filters.unguard, "response", lambda *_, **__: [10 ** (-3.02 / 20)]),
    2: (validity_filters, "_integrals", lambda low, high: (95.6, 121.0, 205.0)),
    8: (validity_filters.unguard, "Tkeo", lambda: lambda x, fs: x),
    28: (validity_load, "mdc", lambda sem, sessions=1: 1.01 * 2.771807648699193 * sem / sessions**0.5),
    29: (validity_load, "mdc", lambda sem: 2.6 * sem),
    30: (validity_filters, "density", lambda f, low, high: f**2 / (1e3 + f**2) ** 2),
}


@pytest.mark.parametrize("number", SPOILT)
def test_a_row_that_misses_its_tolerance_fails(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*SPOILT[number])
    row = measured(number)
    assert row.verdict == "FAIL"
    e = Evidence("validity", rows=[row])
    assert e.failed() == [row]


def test_rows_of_other_tables_are_taken_with_their_verdict() -> None:
    def others(e: Evidence) -> None:
        e.add("one", "1", "1", "truth", True)
        e.add("two", "1", "2", "truth", False)
        e.add("three", "-", "2", "truth")

    assert together(rows_of(others, "one")) == Found("one: 1", True)
    assert not together(rows_of(others)).within and not together(rows_of(others, "three")).within
    with pytest.raises(ValueError, match="no row begins"):
        rows_of(others, "four")


def test_a_row_is_measured_or_says_why_not() -> None:
    for given in ({}, {"measure": lambda: Found("", True), "not_scored": "why"}):
        with pytest.raises(ValueError, match="row 7"):
            Claim(7, "what", "1", "1", **given)
