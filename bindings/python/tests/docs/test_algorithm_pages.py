"""Every algorithm is on a page, and every page has what a page has. Truth: `unguard.list()`, the headers, the pages.

What the pages' pictures draw is run when the site is built (scripts/site), which scripts/test does.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import unguard

ROOT = Path(__file__).parents[4]
if not (ROOT / "docs").is_dir():
    pytest.skip("not in a clone: docs/ is not beside the package", allow_module_level=True)

PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs" / "algorithms").glob("*.md"))}
INDEX = (ROOT / "docs" / "algorithms.md").read_text(encoding="utf-8")
FAMILIES = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "docs" / "families").glob("*.md")))
API = "\n".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs" / "api").glob("*.md")))


def told_by(page: str) -> set[str]:
    """Return the specs and functions that a page documents, as unguard.list() names them."""
    fields = [name for line in re.findall(r"(?m)^```\{fields\} (.+)$", page) for name in line.split()]
    return {*fields, *re.findall(r"(?m)^\.\. auto(?:class|function):: unguard\.([\w.]+)$", page)}


def missing(names: set[str], told: set[str]) -> list[str]:
    return sorted(names - told)


ON_PAGES = set().union(*map(told_by, PAGES.values()))
#: Modules whose members all stand in the reference.
MODULES = set(re.findall(r"(?m)^\.\. automodule:: unguard\.(\w+)$", API))


def test_every_spec_has_a_page() -> None:
    specs = {e.name for e in unguard.list() if e.kind != "function"}
    assert len(specs) > 100
    assert missing(specs, ON_PAGES) == []


def test_a_spec_on_no_page_would_be_seen() -> None:
    assert missing({"Rms", "NoSuchSpec"}, ON_PAGES) == ["NoSuchSpec"]


def test_every_function_is_on_a_page_or_in_the_reference() -> None:
    functions = {e.name for e in unguard.list("function")}
    outside = {name for name in functions if name.partition(".")[0] not in MODULES}
    assert missing(outside, ON_PAGES | told_by(API)) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_formula_source_and_an_example_and_is_in_the_index(name: str) -> None:
    page = PAGES[name]
    assert re.match(r"# \S", page)
    assert "## Formula" in page
    assert "\nSource: " in page or "definition" in page.lower()
    assert re.search(r"(?m)^```\{picture\}$", page)
    assert re.search(rf"(?m)^\.\./algorithms/{name}$", FAMILIES), "in no family of docs/families"
    assert f"(algorithms/{name}.md)" in INDEX or not re.search(r"(?m)^```\{header\} ", page), "in no row of the table"


@pytest.mark.parametrize("name", PAGES)
def test_headers_are_there_and_pictures_are_programs(name: str) -> None:
    for line in re.findall(r"(?m)^```\{header\} (.+)$", PAGES[name]):
        for header in line.split():
            assert (ROOT / "include" / "unguard" / header).is_file()
    for code in re.findall(r"(?m)^```\{picture\}\n((?:.|\n)*?)^```", PAGES[name]):
        ast.parse(re.sub(r"(?m)^:alt:.*\n", "", code))


def test_no_algorithm_of_the_index_is_without_a_page_but_those_that_serve_others() -> None:
    rows = re.findall(r"(?m)^\| (.+?) \| `", INDEX)
    without = [row for row in rows if "](algorithms/" not in row]
    assert len(rows) > 100
    assert all("Fourier transform" in row or "learnt from a stream" in row for row in without), without
