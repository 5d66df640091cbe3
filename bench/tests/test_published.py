"""The tables in the pages of docs/. Truth: what `Evidence.write` puts between the marks, and pages spoilt by hand."""

import re
from pathlib import Path

import pytest

from bench.evidence import table
from bench.evidence.table import DOCS, Evidence

_MARK = re.compile(r"^<!-- (begin|end) scripts/evidence (\S+) -->$", re.MULTILINE)
_MADE = r"Made by `scripts/evidence {name}`; commits? [0-9a-f]{{7,40}}\b[^\n]*, \S+, CPython \d+\.\d+\.\d+\.\n\n"
_HEAD = re.escape("| quantity | bar | measured | reference | |\n|---|---|---|---|---|\n")
_ROWS = r"(?:\| \S.*\| (?:pass|FAIL|-) \|\n)+"
#: Of changes that no commit holds, so that nobody can measure it again: put there before `--publish` refused that.
_NOT_COMMITTED = {"quality"}


def wrong(page: str) -> list[str]:
    """Return what is wrong with the tables of a page: marks that do not belong together, tables that are not filled."""
    found = []
    marks = list(_MARK.finditer(page))
    if len(marks) % 2:
        return ["a mark without its fellow"]
    for begin, end in zip(marks[::2], marks[1::2], strict=True):
        name = begin[2]
        if (begin[1], end[1], end[2]) != ("begin", "end", name):
            found.append(f"the marks of {name} do not belong together")
        elif not re.match(_MADE.format(name=re.escape(name)) + _HEAD + _ROWS, page[begin.end() + 1 : end.start()]):
            found.append(f"{name} is not filled")
    return found


def test_every_table_that_has_a_place_is_filled_and_says_which_commit_was_measured() -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    named = [mark[2] for page in pages.values() for mark in _MARK.finditer(page) if mark[1] == "begin"]
    assert {"scale", "validity", "speed", "detect"} <= set(named) and len(named) == len(set(named))
    assert {name: wrong(page) for name, page in pages.items() if wrong(page)} == {}
    lines = re.findall(r"Made by `scripts/evidence (\S+)`; (.*)", "\n".join(pages.values()))
    assert {name for name, made in lines if "-dirty" in made} <= _NOT_COMMITTED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: "",
        lambda body: "\n",
        lambda body: body.partition("\n")[2],
        lambda body: body.partition("\n")[0] + "\n",
        lambda body: body[: body.index("| one")],
        lambda body: body.replace("commit abc1234, ", ""),
    ],
    ids=["emptied", "a blank line", "no commit line", "no table", "no rows", "no commit"],
)
def test_a_table_that_is_not_filled_is_found(spoil, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(table, "FOLDER", tmp_path / "build")
    monkeypatch.setattr(table, "DOCS", tmp_path)
    monkeypatch.setattr(table, "commit", lambda: "abc1234")
    page = tmp_path / "made up.md"
    page.write_text(
        "# Page\n\n<!-- begin scripts/evidence made-up -->\n<!-- end scripts/evidence made-up -->\n\nMore.\n"
    )
    assert wrong(page.read_text()) == ["made-up is not filled"]
    e = Evidence("made-up")
    e.add("one", "<= 1", "2 | 3", "truth", False)
    e.write()
    e.publish()
    assert wrong(page.read_text()) == []
    assert e.body in page.read_text() and spoil(e.body) != e.body
    assert wrong(page.read_text().replace(e.body, spoil(e.body))) == ["made-up is not filled"]


def test_marks_that_do_not_belong_together_are_found() -> None:
    begin, end = "<!-- begin scripts/evidence a -->\n", "<!-- end scripts/evidence a -->\n"
    assert wrong(begin) == ["a mark without its fellow"]
    assert wrong(begin + end.replace(" a ", " b ")) == wrong(begin + begin) == ["the marks of a do not belong together"]
