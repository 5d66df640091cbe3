"""The app's first lines run, and say the same in both languages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
IN_CPP = ROOT / "build" / "dev" / "examples" / "live_feedback"


def cues(command: list[str]) -> list[str]:
    done = subprocess.run([*command, "20", "--fast"], capture_output=True, text=True, check=True, timeout=60)
    return [re.sub(r" +age .*", "", line) for line in done.stdout.splitlines() if "let go" in line]


def test_the_python_app_cues():
    # Truth: the simulated record tenses, and 20 s hold several events.
    assert len(cues([sys.executable, str(ROOT / "examples" / "live_feedback.py")])) >= 3


def test_both_languages_say_the_same():
    # Truth: one engine.
    if not IN_CPP.exists():
        pytest.skip("the C++ example is not built (cmake --build --preset dev)")
    assert cues([str(IN_CPP)]) == cues([sys.executable, str(ROOT / "examples" / "live_feedback.py")])
