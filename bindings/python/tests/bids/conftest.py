"""A small BIDS dataset, made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import unguard.io
from unguard.recording import Annotation, Channel, Recording

FS = 1000.0
NAMES = ("left", "right", "heart")


@dataclass(frozen=True)
class Study:
    """A dataset: its folder, and files by their place in it."""

    root: Path

    def write(self, place: str, text: str | dict[str, object]) -> Path:
        """Write a file of text or JSON."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    def record(self, place: str, notes: list[Annotation] | None = None, names: tuple[str, ...] = NAMES) -> Path:
        """Write a recording of 4 s."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        data = np.random.default_rng(len(place)).normal(0, 20, (4000, len(names)))
        channels = [Channel(name, "uV", "uV", "voltage") for name in names]
        unguard.io.write_bdf(path, Recording(data, FS, channels, annotations=notes or []))
        return path


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A dataset without a recording."""
    made = Study(tmp_path / "study")
    made.write("dataset_description.json", {"Name": "by hand", "BIDSVersion": "1.11.0"})
    return made


@pytest.fixture
def one(study: Study) -> Callable[[], Path]:
    """Write the only recording of the dataset; it is left to the test when."""
    return lambda: study.record("sub-01/emg/sub-01_task-lift_emg.bdf")
