"""Run the command as a person does, inside a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import unguard
from typer.testing import CliRunner
from unguard import plan
from unguard.cli import app
from unguard.simulated_recording import write_simulation


@dataclass(frozen=True)
class Ran:
    """What came back: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run `unguard` with the arguments given; a traceback fails the test."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Ran:
        result = CliRunner().invoke(app, [str(a) for a in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return command


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short guarded recording, 40 s at 500 Hz."""
    path = tmp_path_factory.mktemp("recordings") / "guarded.bdf"
    write_simulation(path, unguard.simulate("guarded", seconds=40, seed=4, fs=500))
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of two columns without unit and rate."""
    path = tmp_path / "table.csv"
    values = np.random.default_rng(6).integers(-40, 40, (5000, 2))
    path.write_text("left,right\n" + "".join(f"{a},{b}\n" for a, b in values), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def bending(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three bends at 1 kHz, named as a session."""
    path = tmp_path_factory.mktemp("recordings") / "P-014_2026-11-02.bdf"
    write_simulation(path, unguard.simulate("guarded", seconds=74, seed=4, fs=1000))
    return path


@pytest.fixture(scope="session")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with the simulator's muscles."""
    muscles = tuple(
        plan.Muscle(channel=f"{m} {s}", muscle=m, side=side, site=site, landmark="midline, lateral", position_cm=3.0,
                    electrode_distance_mm=20, orientation="cranio-caudal")
        for m, site in (("longissimus", "L1"), ("multifidus", "L5"))
        for s, side in (("L", "left"), ("R", "right"))
    )  # fmt: skip
    montage = plan.Montage(name="both", reference_electrode="C7", angle_channel="trunk angle", muscles=muscles)
    folder = tmp_path_factory.mktemp("plans")
    return Path(plan.write_plan(plan.new_plan("P-014").replace(montage=montage), folder))
