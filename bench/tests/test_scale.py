"""Sections of `scale` run to their end. Truth: some seconds of the same; the bars need more and may fail."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.evidence import scale
from bench.evidence.table import Evidence

SMALL: list[tuple[str, dict[str, Any], int]] = [
    ("linear", {"SIZES": (1, 2, 3)}, 2),
    ("survives", {"RECORDINGS": 12}, 4),
]


@pytest.mark.parametrize(("name", "small", "rows"), SMALL, ids=[name for name, *_ in SMALL])
def test_a_section_runs_to_its_end(
    monkeypatch: pytest.MonkeyPatch, name: str, small: dict[str, Any], rows: int
) -> None:
    for constant, value in {"SECONDS": 5.0, **small}.items():
        monkeypatch.setattr(scale, constant, value)
    e = Evidence("scale")
    measure: Callable[[Evidence], None] = scale.SECTIONS[name]
    measure(e)
    assert len(e.rows) == rows
    if name == "survives":
        assert e.failed() == [], "what is survived does not depend on how much there is"
