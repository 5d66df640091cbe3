"""Tables that are measured in parts. Truth: the rows that were put in."""

from pathlib import Path

import pytest

from bench.evidence import table
from bench.evidence.table import Evidence


def part(section: str, *rows: tuple[str, bool]) -> Evidence:
    e = Evidence("made up", section=section)
    for quantity, enough in rows:
        e.add(quantity, "1", "1", "truth", enough)
    return e


def test_a_section_is_measured_anew_and_the_others_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    monkeypatch.setattr(table, "commit", lambda: "old")
    first = Evidence("made up")
    for name in ("speed", "limb"):
        first.take(part(name, (f"{name} one", False), (f"{name} two", True)))
    (tmp_path / "made up-limb.png").touch()
    first.picture("limb", "a limb")
    first.write()
    assert first.measured_at() == "commit old"

    monkeypatch.setattr(table, "commit", lambda: "new")
    again = Evidence.written("made up")
    assert again.rows == first.rows and again.pictures == first.pictures
    again.replace(part("speed", ("speed three", True)))
    assert [r.quantity for r in again.rows] == ["speed three", "limb one", "limb two"]
    assert again.measured_at() == "commits new (speed), old (limb)"
    assert [r.quantity for r in again.failed()] == ["limb one"]
    page = again.write().read_text()
    assert "commits new (speed), old (limb)" in page and "made up-limb.png" in page


def test_a_part_needs_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    monkeypatch.setattr(table, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match="measure all of it"):
        Evidence.written("made up")
