"""A recording with everything in it that a dataset has to keep."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from unguard.recording import Annotation, Channel, Recording

# MNE-BIDS needs Python 3.11, as the extra says.
collect_ignore_glob = ["test_*.py"] if sys.version_info < (3, 11) else []


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
