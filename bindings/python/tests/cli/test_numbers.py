"""Numbers no person means end with a sentence and exit code 2. Truth: the documented exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_NUMBERS = ("inf", "-inf", "nan", "1e400", "-1", str(2**64), "")
_ANALYSE = (["--fs"], ["--gain"], ["--offset"], ["--max-gap"], ["--mains"], ["--band", "20"], ["--rest", "1"])
_SIMULATE = ("--seconds", "--seed", "--fs")
#: Any longest gap that is a number and above 0 can be.
_ALLOWED = {("--max-gap", str(2**64))}


@pytest.mark.parametrize("number", _NUMBERS)
@pytest.mark.parametrize("option", _ANALYSE, ids=lambda o: o[0])
def test_analyse(run: Callable[..., Any], guarded: Path, option: list[str], number: str) -> None:
    ran = run("analyse", guarded, "--out", "o", *option, number)
    assert ran.code == (0 if (option[0], number) in _ALLOWED else 2)
    assert (ran.code == 0) == (ran.err == "") and Path("o").exists() == (ran.code == 0)


@pytest.mark.parametrize("number", ["inf", "nan", "1e400", "1e308"])
@pytest.mark.parametrize("option", ["--gain", "--offset"])
def test_converter_counts(run: Callable[..., Any], table: Path, option: str, number: str) -> None:
    options = {"--gain": "1", "--offset": "0"} | {option: number}
    ran = run("analyse", table, "--fs", 1000, "--out", "o", *(word for pair in options.items() for word in pair))
    assert ran.code == (2 if number != "1e308" else ran.code) and ran.code in (0, 2, 3)


@pytest.mark.parametrize("number", [*_NUMBERS, "99999999999999999999999"])
@pytest.mark.parametrize("option", _SIMULATE)
def test_simulate(run: Callable[..., Any], option: str, number: str) -> None:
    ran = run("simulate", "healthy", "--out", "x.bdf", option, number)
    assert ran.code == 2 and ran.err and not Path("x.bdf").exists()


@pytest.mark.parametrize("option", ["--out", "--channels", "--unit", "--device", "--sensor", "--decimal"])
def test_empty_text(run: Callable[..., Any], guarded: Path, option: str) -> None:
    ran = run("analyse", guarded, *([] if option == "--out" else ["--out", "o"]), option, "")
    assert ran.code == 2 and ran.err.startswith(f"unguard: {option} is ''")
    assert not list(Path().iterdir())


def test_an_empty_name_for_a_simulation(run: Callable[..., Any]) -> None:
    assert run("simulate", "healthy", "--out", "").code == 2
    assert not list(Path().iterdir())
