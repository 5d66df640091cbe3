"""The examples of docs/detect.md and docs/thresholds.md run, in their order. Truth: the pages, as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import unguard

ROOT = Path(__file__).parents[4]


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(), re.S)


def run(code: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Run them where the recordings are and nothing is kept."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in code:
        exec(block, names)
    return names


def test_the_examples_of_detect_run_and_say_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = blocks("detect.md")
    assert len(code) == 7
    # One alarm an hour takes a minute of counting: the last example is run for 200.
    assert "per_hour=1)" in code[5]
    code[5] = code[5].replace("per_hour=1)", "per_hour=200)")
    names = run(code, monkeypatch, tmp_path)
    said = capsys.readouterr().out
    rest = next(a for a in names["recording"].annotations if a.text == "declared rest")
    assert (rest.onset_s, rest.duration_s) == (0, 20) and len(names["rest"]) == 19 * names["fs"]
    for comment in re.findall(r"# (<OPEN.*?>|longissimus R after .*)", "".join(code)):
        assert comment in said
    # It is rest: nothing that was found lies in it.
    assert min(e.onset for e in names["events"].closed) >= 20 * names["fs"]
    assert len(names["found"]) == 3 and (tmp_path / "events.png").stat().st_size > 10_000
    # Three movements behind the rest, each in four channels.
    assert len(names["stretches"]) == 12 and min(s.onset for s in names["stretches"]) >= 20 * names["fs"]
    assert names["quiet"].spec.spreads == names["quiet"].threshold and isinstance(names["told"][0], unguard.Event)


def test_the_example_of_thresholds_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (code,) = blocks("thresholds.md")
    assert "hours=2" in code
    names = run([code.replace("hours=2", "hours=0.1")], monkeypatch, tmp_path)
    assert names["of_samples"].hours == names["of_mean"].hours == 0.1
