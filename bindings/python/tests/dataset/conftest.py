"""A BIDS dataset of short simulated recordings, and runs over it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from studies import make_study
from unguard import dataset


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of five recordings of 5 s that nobody changes."""
    return make_study(tmp_path_factory.mktemp("studies") / "study")


@pytest.fixture
def own_study(study: Path, tmp_path: Path) -> Path:
    """A copy of it that the test may change."""
    return Path(shutil.copytree(study, tmp_path / "study"))


@pytest.fixture(scope="session")
def ran(study: Path, tmp_path_factory: pytest.TempPathFactory) -> dataset.DatasetRun:
    """A run over it by one process; its folder is not to be changed."""
    return dataset.run(study, tmp_path_factory.mktemp("out") / "unguard", workers=1)
