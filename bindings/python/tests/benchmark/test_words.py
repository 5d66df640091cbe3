"""Numbers in words. Truth: how a person would write them."""

from __future__ import annotations

import dataclasses
import math

import pytest
from unguard.benchmark import Dataset, EdgeError, Family, compare
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


def test_in_short_ours_all_stand_and_of_peers_the_best(bursts: Dataset, families: list[Family]) -> None:
    peer, dies = families
    ours = dataclasses.replace(peer, name="unguard X, bursts")
    made = compare([bursts], [ours, dataclasses.replace(peer, name="worthy", package="detecta"), dies])
    (line,) = words.in_short(made)
    found, best = (words._found(o, 20) for o in (made.searched[0].documented, made.searched[1].best) if o)
    assert line.startswith(f"bursts & rest, 20 events. As documented: unguard X, bursts: {found}; best peer, worthy: ")
    assert f"Searched: best peer, worthy: {best}." in line
    paper = dataclasses.replace(peer, name="A & B 1990 (C)", published=True)
    (line,) = words.in_short(compare([bursts], [ours, paper]))
    assert (
        f"{found}; best published, A & B 1990 (C): {found}. Searched: best published, A & B 1990 (C): {best}." in line
    )
    nothing = compare([bursts], [dies], grid=False)
    assert words.in_short(nothing) == ["bursts & rest, 20 events. As documented: all failed."]
    two = [bursts, dataclasses.replace(bursts, name="again")]
    for grid, count in ((True, 4), (False, 3)):
        assert len(words.in_short(compare(two, [peer], grid=grid))) == count, "nothing is said of a search without one"


def test_settings_are_one_line() -> None:
    assert words.settings({"size": 0.05, "filter": "own", "spreads": None}) == "size 0.05, filter own, spreads its own"
    assert words.settings({}) == "defaults"
