"""HAZARDS.md. Truth: the tests that there are, and what a process asks its system for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "HAZARDS.md"

if not PAGE.is_file():
    pytest.skip("not in a clone: HAZARDS.md is not beside the package", allow_module_level=True)


def rows(page: str) -> list[list[str]]:
    """Return the cells of every row of the table."""
    lines = [line for line in page.splitlines() if re.match(r"\| H\d+ ", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def unlinked(page: str) -> list[str]:
    """Return what is wrong with the links of a page: rows without a test, tests that are not there."""
    cpp = set()
    for file in [*ROOT.glob("tests/**/*.cpp"), *ROOT.glob("tests/**/*.hpp")]:
        cpp |= {f"{suite}.{name}" for suite, name in re.findall(r"TEST(?:_F|_P)?\((\w+), (\w+)\)", file.read_text())}
    python = set()
    for file in ROOT.glob("bindings/python/tests/**/test_*.py"):
        python |= set(re.findall(r"(?m)^def (test_\w+)\(", file.read_text()))
    wrong = []
    for row in rows(page):
        named = re.findall(r"`([\w.]+)`", row[4])
        wrong += [f"{row[0]} names no test"] * (not named)
        wrong += [f"{row[0]} names {test}, which is not there" for test in named if test not in cpp | python]
    return wrong


def test_every_hazard_has_a_cause_a_control_and_tests_that_are_there() -> None:
    page = PAGE.read_text()
    table = rows(page)
    assert [row[0] for row in table] == [f"H{i}" for i in range(1, len(table) + 1)] and len(table) >= 19
    assert all(len(row) == 5 and all(row) for row in table)
    assert unlinked(page) == []


def test_a_row_without_a_test_or_with_one_that_is_not_there_is_found() -> None:
    # This check can fail: a row of each kind, and one that is well linked.
    page = (
        "| H1 | a | b | c | nothing yet |\n| H2 | a | b | c | `Reading.IsAlwaysRight`, `test_all_is_well` |\n"
        "| H3 | a | b | c | `Reading.HasNoValueUnlessValid` |\n"
    )
    assert unlinked(page) == [
        "H1 names no test",
        "H2 names Reading.IsAlwaysRight, which is not there",
        "H2 names test_all_is_well, which is not there",
    ]


def test_no_connection_is_opened_and_nothing_listens(tmp_path: Path) -> None:
    # A whole analysis with its report, in a process that stops at the first call for a socket.
    program = """
import sys
def hook(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        sys.stderr.write(f"{event} {arguments}\\n"); sys.exit(9)
sys.addaudithook(hook)
import unguard
from unguard.report import write_results
from unguard.analysis import analyse
write_results(analyse(unguard.io.read(sys.argv[1])), sys.argv[2])
"""
    command = [sys.executable, "-c", program, str(ROOT / "data" / "guarded.bdf"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").is_file()
    # The hook does see a socket.
    seen = program + "\nimport socket; socket.socket().bind(('127.0.0.1', 0))"
    assert subprocess.run([command[0], "-c", seen, *command[3:]], capture_output=True, check=False).returncode == 9
