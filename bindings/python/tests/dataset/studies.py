"""BIDS datasets of short simulated recordings, and what runs over them wrote."""

from __future__ import annotations

import json
from pathlib import Path

import unguard
import unguard.io
from unguard.recording import Recording
from unguard.simulated_recording import to_recording

FS = 1000.0
SECONDS = 5
MUSCLES = ("longissimus L", "longissimus R", "multifidus L", "multifidus R")


def make_study(root: Path, subjects: int = 5) -> Path:
    """Write a dataset: one recording a subject, with events and a table of channels that hold for all."""
    root.mkdir(parents=True)
    (root / "dataset_description.json").write_text(json.dumps({"Name": "short", "BIDSVersion": "1.11.0"}))
    said = {"TaskName": "bend", "SamplingFrequency": FS, "PowerLineFrequency": 50, "SoftwareFilters": "n/a"}
    (root / "task-bend_emg.json").write_text(json.dumps(said))
    rows = "".join(f"{name}\tEMG\tuV\tgood\t{name[:-2]}\n" for name in MUSCLES)
    (root / "task-bend_channels.tsv").write_text(f"name\ttype\tunits\tstatus\ttarget_muscle\n{rows}")
    events = "onset\tduration\ttrial_type\n0.0\t3.0\trest\n3.0\t1.5\tlift\n"
    (root / "task-bend_events.tsv").write_text(events)
    whole = to_recording(unguard.simulate("guarded", seconds=max(40, 26 + 2 * subjects), seed=7, fs=FS)).select(MUSCLES)
    for number in range(1, subjects + 1):
        first = round((18 + 2 * number) * FS)
        folder = root / f"sub-{number:02d}" / "emg"
        folder.mkdir(parents=True)
        piece = Recording(whole.data[first : first + round(SECONDS * FS)].copy(), FS, whole.channels)
        unguard.io.write_bdf(folder / f"sub-{number:02d}_task-bend_emg.bdf", piece)
    return root


def tables(out: Path) -> dict[str, bytes]:
    """Return the bytes of all tables and parts of a run, by their place in it."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*.parquet"))}
