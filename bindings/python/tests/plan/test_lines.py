"""In which line a field begins. Truth: files whose every statement says its own line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unguard.plan.lines import line_of

TEXT = '''# line 1

a = 3
b = [
  5,
  6,
]

[t]  # line 9
c = """
11
"""
d = 13

[[u]]
e = 16
[[u]]

# line 19
e = 20
[t.v]
f = { g = 22, h = [1, 22] }'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 3), (("b",), 4), (("b", 1), 4), (("t",), 9), (("t", "c"), 10), (("t", "d"), 13), (("u",), 15),
        (("u", 0), 15), (("u", 0, "e"), 16), (("u", 1), 17), (("u", 1, "e"), 20), (("t", "v"), 21),
        (("t", "v", "f"), 22), (("t", "v", "f", "h", 1), 22),
        # what is not there is where it would be
        (("u", 1, "x"), 17), (("t", "x"), 9), (("t", "v", "f", "x"), 22),
    ],
)  # fmt: skip
def test_a_field_is_found_where_it_begins(place: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, place) == line


def test_where_nothing_is_there_there_is_no_line() -> None:
    assert line_of(TEXT, ("x",)) is None
    assert line_of(TEXT, ()) is None
    assert line_of("no TOML", ("a",)) is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["value", "table", "blank", "long"]), min_size=1, max_size=40))
def test_every_statement_of_any_file_is_found(kinds: list[str]) -> None:
    lines: list[str] = []
    places: list[tuple[tuple[str, ...], int]] = []
    table: tuple[str, ...] = ()
    for i, kind in enumerate(kinds):
        if kind == "table":
            table = (f"t{i}",)
            places.append((table, len(lines) + 1))
            lines.append(f"[t{i}]")
        elif kind == "blank":
            lines += ["", "# nothing"]
        else:
            places.append(((*table, f"k{i}"), len(lines) + 1))
            lines += [f"k{i} = ["] + ["  1,"] * 3 + ["]"] if kind == "long" else [f"k{i} = {i}"]
    for place, line in places:
        assert line_of("\n".join(lines), place) == line
