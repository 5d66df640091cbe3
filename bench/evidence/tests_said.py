"""What the tests measured while they ran: evidence quotes them and measures nothing twice."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "build" / "dev" / "tests"


def build(*stations: str) -> None:
    """Build the C++ tests of these stations."""
    subprocess.run(["cmake", "--preset", "dev"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    targets = [f"test_{station}" for station in stations]
    subprocess.run(
        ["cmake", "--build", "--preset", "dev", "--target", *targets], check=True, cwd=ROOT, stdout=subprocess.DEVNULL
    )


def cpp(station: str, only: str, **environment: str) -> tuple[bool, str]:
    """Run the C++ tests of a station whose names match, and return whether they passed and what they printed."""
    done = subprocess.run(
        [str(TESTS / f"test_{station}"), f"--gtest_filter={only}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    passed = re.search(r"^\[  PASSED  \] (\d+) tests?\.$", done.stdout, re.MULTILINE)
    return done.returncode == 0 and passed is not None and int(passed[1]) > 0, done.stdout


def module(place: str) -> Any:
    """Return a file of Python tests, for the signals and the measures that the evidence shares with it."""
    spec = importlib.util.spec_from_file_location(Path(place).stem, ROOT / place)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def number(text: str, pattern: str) -> float:
    """Return the first group of the pattern in the text as a number."""
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"the tests did not say {pattern!r}")
    return float(found[1])


def numbers(text: str, pattern: str) -> list[float]:
    """Return all first groups of the pattern in the text as numbers."""
    return [float(f) for f in re.findall(pattern, text)]


class Said(dict[str, list[str]]):
    """What tests recorded, by name; each value they said."""

    def one(self, name: str) -> str:
        """Return what was said once; a question mark where it never was."""
        return self.get(name, ["?"])[-1]

    def worst(self, name: str) -> float:
        """Return the largest value said; infinite where none was, so that no bar is met by silence."""
        return max((float(v) for v in self.get(name, ())), default=math.inf)

    def least(self, name: str) -> float:
        """Return the smallest value said; less than anything where none was."""
        return min((float(v) for v in self.get(name, ())), default=-math.inf)


def python(*tests: str) -> tuple[bool, Said, int]:
    """Run Python tests; return whether all passed with none skipped, what they recorded, and how many ran."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests],
            cwd=ROOT,
            capture_output=True,
            check=False,
            env={**os.environ, "UNGUARD_REAL_DATA_REQUIRED": "1"},
        )
        suite = ET.parse(report).getroot().find("testsuite")
    assert suite is not None
    said = Said()
    for p in suite.iter("property"):
        said.setdefault(p.get("name", ""), []).append(p.get("value", ""))
    return done.returncode == 0 and suite.get("skipped") == "0", said, int(suite.get("tests", "0"))
