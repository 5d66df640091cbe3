"""Files that take their places together. Truth: the bytes on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from unguard.whole_files import put_together


@pytest.fixture
def new(tmp_path: Path) -> list[Path]:
    """Two files that are to take their places, in a folder of their own."""
    (tmp_path / "made").mkdir()
    files = [tmp_path / "made" / name for name in ("a", "b")]
    for file in files:
        file.write_text(f"new {file.name}")
    return files


def _in(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_they_take_their_places_in_new_folders_too_and_what_is_to_go_goes(tmp_path: Path, new: list[Path]) -> None:
    to = tmp_path / "to"
    to.mkdir()
    (to / "gone").write_text("old")
    put_together([(to / "x/y/a", new[0]), (to / "b", new[1]), (to / "gone", None), (to / "never", None)])
    assert _in(to) == {"x/y/a": "new a", "b": "new b"}


@pytest.mark.parametrize("links", [True, False], ids=["by a second name", "by a copy"])
def test_where_one_cannot_all_are_as_before(
    tmp_path: Path, new: list[Path], monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    to = tmp_path / "to"
    (to / "b").mkdir(parents=True)  # no file can take the place of a folder
    (to / "a").write_text("old")
    (to / "gone").write_text("old")
    (to / "a").chmod(0o640)
    if not links:
        monkeypatch.setattr(os, "link", _refuse)
    before = (to / "a").stat()
    with pytest.raises(OSError) as refused:
        put_together([(to / "a", new[0]), (to / "gone", None), (to / "c/d", new[0]), (to / "b", new[1])])
    assert refused.value.filename == str(to / "b")
    assert _in(to) == {"a": "old", "gone": "old"} and sorted(p.name for p in to.iterdir()) == ["a", "b", "gone"]
    after = (to / "a").stat()
    assert (after.st_mtime_ns, after.st_mode) == (before.st_mtime_ns, before.st_mode)


def test_what_cannot_be_put_back_is_not_cleared_away(
    tmp_path: Path, new: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "to"
    to.mkdir()
    (to / "a").write_text("old a")
    (to / "b").write_text("old b")
    real, moves = Path.replace, []

    def once(part: Path, place: Path) -> Path:
        moves.append(place)
        if len(moves) > 1:
            _refuse()
        return real(part, place)

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(OSError):
        put_together([(to / "a", new[0]), (to / "b", new[1])])
    assert "old a" in _in(to).values() and "old b" in _in(to).values()


def _refuse(*_: Any, **__: Any) -> None:
    raise OSError(5, "Input/output error")
