"""The rows of spasm-like events say what was measured. Truth: the sentences of the C++ test, as its source has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.evidence import detect_events, tests_said
from bench.evidence.table import Evidence

SOURCE = Path(__file__).parents[2] / "tests/detect/event_detector_score_test.cpp"


def said() -> str:
    """Return every sentence of the test with 0.5, 1.5, 2.5 ... for what it measured, anew in each."""
    sentences = []
    for call in re.findall(r"std::printf\(\s*((?:\"[^\n]*\"\s*)+),", SOURCE.read_text(encoding="utf-8")):
        text = "".join(re.findall(r"\"((?:[^\"\\]|\\.)*)\"", call)).replace("%%", "%").replace("\\n", "\n")
        for i, kind in enumerate(re.findall(r"%(?:\.\d)?(lld|f|s)", text)):
            text = re.sub(r"%(?:\.\d)?(?:lld|f|s)", f"{i}.5" if kind == "f" else f"{i}", text, count=1)
        sentences.append(text)
    return "".join(sentences)


def test_each_row_says_of_what_its_agreement_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests_said, "cpp", lambda *_, **__: (True, said()))
    e = Evidence("detect")
    detect_events.measure(e)
    above_rest = "RMS of the record above rest, over found edges, with that of the EMG alone over true ones"
    for setting in detect_events.SETTINGS:
        rows = [
            r for r in e.rows if r.quantity.startswith(f"{setting}: ") and r.measured in ("0.5000", "1.5000", "2.5000")
        ]
        shown = {r.quantity.removeprefix(f"{setting}: "): (r.bar, r.measured, r.enough) for r in rows}
        held = ("-", "2.5000", None) if detect_events.KNOWS_LESS in setting else ("ICC >= 0.99", "2.5000", True)
        assert shown == {
            "durations, found with true": ("ICC >= 0.85", "0.5000", False),
            "RMS of the EMG alone, over found edges with over true ones": ("ICC >= 0.99", "1.5000", True),
            above_rest: held,
        }
