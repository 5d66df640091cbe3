"""The gallery shows every kind of event, in small pictures. Truth: the kinds that the engine knows, and the page."""

import re
from pathlib import Path

import pytest

from bench import gallery

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"
KINDS = {
    *("ACTIVITY", "SPIKE", "PHASIC BURST", "TONIC", "PHASIC EPISODE", "ARTEFACT", "ECG"),
    *("GUARDING", "SPIKE ON BENDING"),
}
LARGEST_BYTES = 60_000


def test_every_kind_has_a_small_picture_and_the_page_shows_them_all() -> None:
    shown = re.findall(r"\]\(gallery/(.*?)\.png\)", PAGE.read_text())
    assert shown == [p.name for p in gallery.PICTURES]
    assert {p.kind for p in gallery.PICTURES} == KINDS
    assert "CANCEL" in {p.report for p in gallery.PICTURES}
    for name in shown:
        assert 1000 < (gallery.FOLDER / f"{name}.png").stat().st_size <= LARGEST_BYTES, name
    assert sorted(p.stem for p in gallery.FOLDER.glob("*")) == sorted(shown)


def test_a_picture_is_drawn_and_one_that_would_not_show_its_kind_is_refused(tmp_path: Path) -> None:
    (spike,) = (p for p in gallery.PICTURES if p.name == "spike")
    path = gallery.draw(spike, tmp_path)
    assert path.name == "spike.png" and path.stat().st_size <= LARGEST_BYTES
    with pytest.raises(RuntimeError, match="none: 0 TONIC with a CLOSE"):
        gallery.draw(gallery.Picture("none", spike.scene, "TONIC"), tmp_path)
