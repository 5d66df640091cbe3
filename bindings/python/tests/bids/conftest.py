"""A recording with everything in it that a dataset has to keep; and a small dataset, made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard.io
from unguard.recording import Annotation, Channel, Recording


def _recording(**changes: Any) -> Recording:
    rng = np.random.default_rng(11)
    data = rng.normal(0, 40, (2500, 4))
    data[:, 2] = np.linspace(0, 90, 2500)
    data[:, 3] = 3
    valid = np.ones(data.shape, dtype=bool)
    valid[700:760] = False
    valid[100:120, 1] = False
    fields: dict[str, Any] = {
        "data": data,
        "fs": 1000.0,
        "channels": [
            Channel("longissimus L", kind="EMG"),
            Channel("heart", kind="ECG"),
            Channel("trunk angle", "deg", "deg", "other"),
            Channel("class", "", "", "label"),
        ],
        "annotations": [Annotation(0.5, 0.25, "rest"), Annotation(1.0, 0.0, "a touch, at L3", "longissimus L")],
        "valid": valid,
        "filters": {"longissimus L": "HP:20Hz LP:450Hz N:50Hz"},
    }
    return Recording(**(fields | changes))


@pytest.fixture
def recording() -> Callable[..., Recording]:
    """Return the recording, with some of its fields changed."""
    return _recording


@pytest.fixture
def told() -> dict[str, Any]:
    """What has to be said of a recording that is written."""
    return {"subject": "01", "task": "bend", "placement": "SENIAM", "reference": "Bipolar", "power_line": 50}


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
