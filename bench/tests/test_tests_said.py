"""Evidence quotes tests that there are. Truth: the built C++ tests, and the files of Python tests."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.evidence import detect_events, tests_said

FOLDER = Path(tests_said.__file__).parent


def calls(function: str, path: Path) -> Iterator[list[Any]]:
    """Yield the arguments of every call of tests_said.<function> in a file, as its module would pass them.

    A part of a text that only a running function knows is "*".
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"tests_said.{function}":
            names = vars(importlib.import_module(f"bench.evidence.{path.stem}"))
            known = [Known(names).visit(argument) for argument in node.args]
            call = ast.Expression(ast.List(known, ast.Load()))
            yield eval(compile(ast.fix_missing_locations(call), str(path), "eval"), names)


class Known(ast.NodeTransformer):
    """Puts "*" where a text has a name in it that the module does not know."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        return node if used <= set(self.names) else ast.Constant("*")


def all_calls(function: str) -> list[tuple[str, list[Any]]]:
    """Return the calls of all evidence, each with its file."""
    return [(p.name, arguments) for p in sorted(FOLDER.glob("*.py")) for arguments in calls(function, p)]


CPP = [(station, only) for _, (station, only) in all_calls("cpp")]
CPP += [("detect", f"EventDetectorScore.{test}") for test in detect_events.SETTINGS.values()]
PYTHON = [(file, path) for file, paths in all_calls("python") for path in paths]


def selected(station: str, only: str) -> list[str]:
    """Return the tests of a station that a filter selects; skipped where they are not built."""
    program = tests_said.TESTS / f"test_{station}"
    if not program.exists():
        if os.environ.get("UNGUARD_LAWS_REQUIRED"):
            pytest.fail(f"{program} is not built")
        pytest.skip(f"{program.name} is not built (scripts/test builds it)")
    listed = subprocess.run(
        [str(program), "--gtest_list_tests", f"--gtest_filter={only}"], capture_output=True, text=True, check=True
    )
    return [line.strip() for line in listed.stdout.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize(("station", "only"), CPP)
def test_every_part_of_a_filter_selects_a_test(station: str, only: str) -> None:
    wanted, _, unwanted = only.partition("-")
    assert selected(station, only)
    for part in [*wanted.split(":"), *unwanted.split(":")]:
        assert not part or selected(station, part), f"{part} of {only}"


def test_a_filter_that_selects_nothing_would_be_noticed() -> None:
    assert selected("detect", "NoSuchTest.*") == []


@pytest.mark.parametrize(("file", "path"), PYTHON)
def test_every_python_test_that_is_quoted_is_there(file: str, path: str) -> None:
    place = tests_said.ROOT / path.partition("::")[0]
    found = [place] if place.is_file() else list(place.glob("**/test_*.py"))
    assert found, f"{path} in {file}"
    assert all(f"def {name}" in place.read_text() for name in path.split("::")[1:])


def test_calls_of_every_shape_are_found() -> None:
    assert ("detect", "EventDetectorScore.*") in CPP  # part of it is known to a running function alone
    assert ("laws", "-*.IsOneEngine") in CPP
    said = {path for _, path in PYTHON}
    assert "bindings/python/tests/filter/test_fir.py" in said  # by a list that is unpacked
    assert "bindings/python/tests/io" in said  # a folder
