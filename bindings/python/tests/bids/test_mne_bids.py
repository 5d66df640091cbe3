"""A dataset that somebody else wrote. Truth: MNE-BIDS, from samples and marks that are known."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from unguard import bids
from unguard.extras import module, quiet

FS = 1000.0
pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A dataset of one recording, and its samples in volts, (channels, samples)."""
    mne = module("mne", "mne", "mne")
    mne_bids = module("mne_bids", "mne-bids", "bids")
    root = tmp_path_factory.mktemp("by-mne-bids") / "study"
    volts = np.random.default_rng(8).normal(0, 2e-5, (2, 6000))
    with quiet():
        raw = mne.io.RawArray(volts, mne.create_info(["left", "right"], FS, "emg"), verbose="error")
        raw.set_annotations(mne.Annotations([1.0, 4.0], [2.0, 0.0], ["standing", "knock"]))
        raw.info["line_freq"] = 50
        path = mne_bids.BIDSPath(subject="01", task="lift", datatype="emg", root=root)
        mne_bids.write_raw_bids(raw, path, format="BDF", emg_placement="Measured", allow_preload=True, verbose="error")
    return root, volts


def test_what_mne_bids_writes_is_read_with_samples_marks_and_mains(written: tuple[Path, np.ndarray]) -> None:
    root, volts = written
    (file,) = bids.find(root)
    assert file.entities == {"sub": "01", "task": "lift"}
    made = bids.read(file)
    assert made.names == ["left", "right"] and made.fs == FS and [c.kind for c in made.channels] == ["EMG", "EMG"]
    assert np.abs(made.data.T - 1e6 * volts).max() < 1e-3  # microvolts
    marks = [(note.text, round(note.onset_s, 3), round(note.duration_s, 3)) for note in made.annotations]
    assert ("standing", 1.0, 2.0) in marks and sum(text == "knock" for text, _, _ in marks) == 1
