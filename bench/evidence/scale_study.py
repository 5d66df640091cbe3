"""A BIDS dataset of simulated recordings with eight channels each, every file of its own, made in seconds.

Four records are simulated; a recording is two of them beside each other, from a beginning of its own, every channel
with a gain of its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import unguard
import unguard.io
from unguard.recording import Annotation, Channel, Recording
from unguard.simulated_recording import marked_phases

FS = 2000.0
CHANNELS = 8
_SCENARIOS = (("guarded", 1), ("healthy", 2), ("guarded", 3), ("contaminated", 4))
#: So far recordings begin behind each other, s.
_LATER_S = 0.25


def make(root: Path, recordings: int, seconds: float) -> None:
    """Write the dataset."""
    root.mkdir(parents=True)
    said = {"Name": "simulated", "BIDSVersion": "1.11.0"}
    (root / "dataset_description.json").write_text(json.dumps(said))
    of_all = {"TaskName": "bend", "SamplingFrequency": FS, "PowerLineFrequency": 50, "SoftwareFilters": "n/a"}
    (root / "task-bend_emg.json").write_text(json.dumps(of_all))
    longest = max(seconds + _LATER_S * recordings, 80.0)
    records = [unguard.simulate(name, seconds=longest, seed=seed, fs=FS) for name, seed in _SCENARIOS]
    rng = np.random.default_rng(20261130)
    for number in range(recordings):
        first = round(_LATER_S * number * FS)
        rows = slice(first, first + round(seconds * FS))
        a, b = records[number % 4], records[(number + 1 + number // 4) % 4]
        data = np.concatenate([a.data[rows], b.data[rows]], axis=1) * rng.uniform(0.5, 2.0, CHANNELS)
        channels = [Channel(f"{name} {site}", "uV", "uV", "EMG") for site in "ab" for name in a.channels]
        folder = root / f"sub-{number + 1:03d}" / "emg"
        folder.mkdir(parents=True)
        base = f"sub-{number + 1:03d}_task-bend"
        unguard.io.write_bdf(folder / f"{base}_emg.bdf", Recording(data, FS, channels))
        notes = (_within(note, first / FS, seconds) for note in marked_phases(a))
        lines = [f"{n.onset_s:.4f}\t{n.duration_s:.4f}\t{n.text}\n" for n in notes if n is not None]
        (folder / f"{base}_events.tsv").write_text("onset\tduration\ttrial_type\n" + "".join(lines))
        rows_of = "".join(f"{c.name}\tEMG\tuV\tgood\t{c.name[:-2]}\n" for c in channels)
        (folder / f"{base}_channels.tsv").write_text("name\ttype\tunits\tstatus\ttarget_muscle\n" + rows_of)


def _within(note: Annotation, first_s: float, seconds: float) -> Annotation | None:
    """Return a mark as it lies in a recording that begins at a time, or None where nothing of it does."""
    start, end = max(0.0, note.onset_s - first_s), min(seconds, note.onset_s + note.duration_s - first_s)
    return Annotation(start, end - start, note.text) if end > start else None
