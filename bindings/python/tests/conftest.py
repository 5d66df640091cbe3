"""Where the real recordings are, and what happens when they are not there."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real recordings: UNGUARD_REAL_DATA, or ../shared/data beside the repository.

    Where it is absent the test is skipped by name; with UNGUARD_REAL_DATA_REQUIRED=1 it fails instead.
    """
    folder = Path(os.environ.get("UNGUARD_REAL_DATA", _ROOT / "../shared/data"))
    if not (folder / "MANIFEST.csv").is_file():
        reason = f"no real recordings: {folder} has no MANIFEST.csv (set UNGUARD_REAL_DATA)"
        if os.environ.get("UNGUARD_REAL_DATA_REQUIRED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def record_property(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """As text: the numbers of NumPy do not travel between the processes that share the tests."""
    return lambda name, value: record_property(name, str(value))


@pytest.fixture(scope="session")
def manifest(real_data: Path) -> list[dict[str, str]]:
    """Rows of the manifest of the real recordings."""
    with (real_data / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a text file and return its path."""

    def write(text: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write
