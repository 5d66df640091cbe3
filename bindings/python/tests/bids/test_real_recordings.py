"""Real recordings through MNE and through a BIDS dataset. Truth: the recordings as our own readers have them, and the
validator of the standard.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard import bids, io
from unguard.mne import from_mne, to_mne

_FILES: dict[str, dict[str, Any]] = {
    "plux/emg_bursts.h5": {},
    "pyomeca/trunk_shoulder_emg.csv": {"fs": 2000},
    "musclesynergies/walk_emg.csv": {"unit": "uV"},
    "formats/bids_emg_MultiBodyParts_emg.edf": {},
    "malformed/gaps_nan_null_empty.csv": {"unit": "uV"},
    "malformed/dropped_rows_time_jump.csv": {"unit": "uV"},
}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")
def test_they_come_back_from_mne_and_from_a_valid_dataset(real_data: Path, tmp_path: Path) -> None:
    held = 0
    for number, (file, options) in enumerate(_FILES.items(), start=1):
        recording = io.read(real_data / file, **options)
        muscles = [c.name for c in recording.channels if c.may_be_emg]
        back = from_mne(to_mne(recording, emg=muscles))
        assert np.all(np.abs(back.data - recording.data) <= np.spacing(np.abs(recording.data))), file
        assert back.annotations == recording.annotations and back.filters == recording.filters, file
        assert back.names == recording.names and back.fs == recording.fs, file
        written = bids.write(
            recording,
            tmp_path,
            subject=f"{number:02d}",
            task="real",
            emg=muscles,
            placement="as in the source",
            reference="not stated",
            power_line="n/a",
            format="EDF" if number % 2 else "BDF",
        )
        again = io.read(written)
        steps = (2**16 if number % 2 else 2**24) - 1
        ranges = np.maximum(1, np.ceil(recording.data.max(axis=0))) - np.minimum(
            -1, np.floor(recording.data.min(axis=0))
        )
        assert np.all(np.abs(again.data - recording.data).max(axis=0) <= ranges / steps), file
        assert again.names == recording.names and again.fs == pytest.approx(recording.fs, rel=1e-9), file
        for one in (back, again):
            assert (one.valid is None) == (recording.valid is None), file
            if recording.valid is not None and one.valid is not None:
                assert np.array_equal(one.valid, recording.valid), file
        held += 0 if recording.valid is None else int((~recording.valid).sum())
    assert held > 0
    assert bids.validate(tmp_path).errors == []
