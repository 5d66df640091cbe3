"""The programs of bench/, built for x86-64-v3, and the compiler that built them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
#: As a person calls it, by CMake's name.
COMPILERS = {"GNU": "g++", "Clang": "clang++"}


def build(*names: str) -> None:
    """Build programs."""
    quiet = {"check": True, "cwd": ROOT, "stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", "--preset", "bench"], **quiet)
    subprocess.run(["cmake", "--build", "--preset", "bench", "--target", *names], **quiet)


def command(name: str, *arguments: object) -> list[str]:
    """Return the command line of a program."""
    return [str(BUILD / "bench" / name), *map(str, arguments)]


def said(name: str, *arguments: object) -> str:
    """Run a program and return what it prints."""
    return subprocess.run(command(name, *arguments), capture_output=True, text=True, check=True).stdout


def compiler() -> str:
    """Return the compiler and its version, such as `g++ 12.2.0`."""
    # One a version of CMake that has been here; the last to write is the one that builds.
    written = max((BUILD / "CMakeFiles").glob("*/CMakeCXXCompiler.cmake"), key=lambda file: file.stat().st_mtime)
    text = written.read_text()
    name, version = (re.search(rf'set\(CMAKE_CXX_COMPILER_{what} "(.*)"\)', text)[1] for what in ("ID", "VERSION"))
    return f"{COMPILERS.get(name, name)} {version}"
