"""Truth: a value held is the last one that was there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from unguard.io.missing import hold_missing, spread_over_gaps


@given(st.lists(st.one_of(st.none(), st.floats(-1e3, 1e3)), min_size=1, max_size=40))
def test_every_missing_value_is_held_and_marked(values: list[float | None]) -> None:
    data = np.array([[np.nan if v is None else v] for v in values])
    repairs: list[str] = []
    held, valid = hold_missing(data, ["a"], repairs)
    there = [v is not None for v in values]
    if all(there):
        assert valid is None and repairs == []
        return
    assert valid is not None and valid[:, 0].tolist() == there and len(repairs) == 1
    last = next((v for v in values if v is not None), 0.0)
    for row, value in enumerate(values):
        last = last if value is None else value
        assert held[row, 0] == last


def test_infinite_values_are_missing_and_named() -> None:
    repairs: list[str] = []
    held, valid = hold_missing(np.array([[1.0, 2.0], [np.inf, 3.0]]), ["a", "b"], repairs)
    assert held.tolist() == [[1, 2], [1, 3]] and valid is not None and valid.tolist() == [[True, True], [False, True]]
    assert repairs == ["a: 1 values missing, 1 of them infinite, first at row 1: the last value is held and marked"]


def test_gaps_are_spread_where_they_are() -> None:
    data = np.arange(8.0).reshape(4, 2)
    spread, valid = spread_over_gaps(data, None, [(1, 2), (3, 1)])
    assert spread[:, 0].tolist() == [0, 0, 0, 2, 4, 4, 6]
    assert valid[:, 1].tolist() == [True, False, False, True, True, False, True]
