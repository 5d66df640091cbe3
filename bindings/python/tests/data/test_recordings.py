"""The recordings of data/ are what scripts/data makes. Truth: the bytes made again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import unguard
from unguard import io
from unguard.analysis import analyse
from unguard.simulated_recording import write_simulation

_ROOT = Path(__file__).resolve().parents[4]
_LINE = re.compile(r"simulate (\w+) --seconds (\S+) --seed (\d+) --fs (\S+) --out \"\$folder/(\w+\.bdf)\"")
RECIPES = _LINE.findall((_ROOT / "scripts/data").read_text(encoding="utf-8"))


def test_the_script_makes_every_recording_that_is_there() -> None:
    assert {name for *_, name in RECIPES} == {p.name for p in (_ROOT / "data").glob("*.bdf")}
    assert len(RECIPES) == 3


@pytest.mark.parametrize(("scenario", "seconds", "seed", "fs", "name"), RECIPES)
def test_made_again_it_has_the_same_bytes(
    tmp_path: Path, scenario: str, seconds: str, seed: str, fs: str, name: str
) -> None:
    made = unguard.simulate(scenario, seconds=float(seconds), seed=int(seed), fs=float(fs))
    truth = write_simulation(tmp_path / name, made)
    assert (tmp_path / name).read_bytes() == (_ROOT / "data" / name).read_bytes()
    assert truth.read_bytes() == (_ROOT / "data" / truth.name).read_bytes()


def test_all_of_them_are_small() -> None:
    assert sum(p.stat().st_size for p in (_ROOT / "data").iterdir()) < 4_000_000


def test_the_hum_of_lost_contact_in_contaminated_is_an_artefact() -> None:
    # Truth: contaminated.json, one disturbance with lead_off and hum.
    made = analyse(io.read(_ROOT / "data/contaminated.bdf"))
    artefacts = [e for e in made.events if e.kind == "ARTEFACT"]
    assert len(artefacts) == 1
    assert artefacts[0].channel == "longissimus R" and artefacts[0].onset_s == pytest.approx(57.3, abs=0.2)
