"""Tables that are measured in parts. Truth: the rows that were put in."""

from pathlib import Path

import pytest

from bench.evidence import detect, table
from bench.evidence.table import Evidence


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    monkeypatch.setattr(table, "commit", lambda: "old")
    monkeypatch.setattr(table, "is_as_of", lambda measured: measured == table.commit())
    return tmp_path


def test_a_section_is_kept_for_its_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Evidence.kept("made up", "speed") is None
    e = Evidence("made up", section="speed")
    e.add("one", "1", "2", "truth", False)
    e.add("two", "1", "1", "truth", True)
    e.picture("speed", "how fast")
    e.keep()
    kept = Evidence.kept("made up", "speed")
    assert kept is not None and (kept.rows, kept.pictures) == (e.rows, e.pictures)
    assert [r.quantity for r in kept.failed()] == ["one"]
    for other in ("new", "old-dirty"):
        monkeypatch.setattr(table, "commit", lambda other=other: other)
        assert Evidence.kept("made up", "speed") is None
        assert Evidence.kept("made up", "speed", of_any_commit=True) == kept


def test_what_was_measured_before_the_docs_changed_is_of_now() -> None:
    assert table.is_as_of("HEAD") == (not table.commit().endswith("-dirty"))
    assert not table.is_as_of("HEAD-dirty") and not table.is_as_of("no such commit")


def test_a_table_says_of_which_commits_its_sections_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    e = Evidence("made up")
    for section, commit in (("speed", "new"), ("limb", "old"), ("trunk", "old")):
        monkeypatch.setattr(table, "commit", lambda commit=commit: commit)
        part = Evidence("made up", section=section)
        part.add(section, "1", "1", "truth", True)
        assert part.measured_at() == f"commit {commit}"
        e.take(part)
    assert "commits new (speed), old (limb; trunk)" in e.write().read_text()


def test_a_run_that_was_stopped_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = []

    def measure(e: Evidence) -> None:
        measured.append(e.section)
        e.add(e.section, "1", str(len(measured)), "truth", True)

    monkeypatch.setattr(detect, "TIMED", {"speed": measure, "real": measure})
    monkeypatch.setattr(detect, "UNTIMED", {})
    monkeypatch.setattr(detect, "SECTIONS", {"speed": measure, "real": measure})
    with pytest.raises(SystemExit, match="nothing is kept of real"):
        detect.measure("speed")
    detect.section("speed")
    assert [r.quantity for r in detect.measure().rows] == measured == ["speed", "real"]
    assert "kept  speed, of old" in capsys.readouterr().out
    monkeypatch.setattr(table, "commit", lambda: "new")
    assert [(r.measured, r.commit) for r in detect.measure("real").rows] == [("1", "old"), ("3", "new")]
    detect.measure()
    assert measured == ["speed", "real", "real", "speed"]
