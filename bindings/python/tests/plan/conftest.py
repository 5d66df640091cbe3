"""A plan with every part in it, as text, as values and as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from unguard.plan import Plan, example_text, read_plan


@pytest.fixture
def example(tmp_path: Path) -> Plan:
    """The example of the package."""
    file = tmp_path / "example.toml"
    file.write_text(example_text(), encoding="utf-8")
    return read_plan(file)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write the example with one piece of its text changed and return the file."""

    def write(old: str, new: str) -> Path:
        text = example_text()
        assert text.count(old) >= 1, f"the example has no {old!r}"
        file = tmp_path / "plan.toml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return file

    return write
