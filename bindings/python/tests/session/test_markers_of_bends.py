"""Which bend a marker belongs to. Truth: bends and markers that were written by hand."""

from __future__ import annotations

import pytest
from unguard.recording import Annotation
from unguard.session.markers_of_bends import NEAR_S, markers_of_bends

BENDS = [(10.0, 22.0), (25.0, 37.0), (40.0, 52.0), (80.0, 92.0)]


@pytest.mark.parametrize(
    ("at", "lasts", "numbers"),
    [
        (15.0, 0.0, [0]),  # within it
        (22.5, 0.0, [0]),  # it has just ended
        (24.0, 0.0, [1]),  # nearer to the one that begins
        (23.5, 0.0, [0]),  # of two as near, the one that has ended
        (51.0, 0.0, [2]),  # while coming up
        (61.9, 0.0, [2]),
        (66.0, 0.0, []),  # too far from both
        (70.1, 0.0, [3]),
        (92.0 + NEAR_S + 0.1, 0.0, []),
        (24.0, 30.0, [1, 2]),  # covers them
        (19.0, 20.0, [1]),  # less than half of the first
        (50.0, 3.0, [2]),  # covers none, and begins in it
    ],
)
def test_a_marker_belongs_to_the_bend_around_which_it_was_made(at: float, lasts: float, numbers: list[int]) -> None:
    found, alone = markers_of_bends(BENDS, [Annotation(at, lasts, "Thought = it will break")])
    assert [i for i, row in enumerate(found) if row] == numbers
    assert all(row in ({}, {"thought": "it will break"}) for row in found) and bool(alone) == (not numbers)


def test_several_of_a_kind_are_a_list_and_other_texts_are_no_markers() -> None:
    notes = [Annotation(12, 0, "thought: a"), Annotation(13, 0, "thought: b"), Annotation(14, 0, "thought: a"),
             Annotation(12, 0, "action: lift"), Annotation(12, 0, "bending"), Annotation(500, 0, "pain 4")]  # fmt: skip
    found, alone = markers_of_bends(BENDS, notes)
    assert found == [{"thought": ["a", "b"], "action": "lift"}, {}, {}, {}] and not alone
    assert markers_of_bends([], notes)[0] == []
