"""Numbers in words. Truth: how a person would write them."""

from __future__ import annotations

import math

import pytest
from unguard.benchmark import EdgeError
from unguard.benchmark.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.4, "0"), (-0.4, "0"), (12.6, "+13"), (-3.2, "\N{MINUS SIGN}3"), (math.inf, "never"), (math.nan, "-")],
)
def test_milliseconds_are_whole_and_signed(value: float, text: str) -> None:
    assert words.milliseconds(value) == text


def test_an_edge_has_a_spread_where_it_is_known() -> None:
    assert words.edge(EdgeError(10.2, 3.4, 9, 5)) == "+10 ± 3"
    assert words.edge(EdgeError(10.2, math.nan, 9, 1)) == "+10"
    assert words.edge(EdgeError(math.nan, math.nan, math.nan, 0)) == "-"


def test_settings_are_one_line() -> None:
    assert words.settings({"size": 0.05, "filter": "own", "spreads": None}) == "size 0.05, filter own, spreads its own"
    assert words.settings({}) == "defaults"
