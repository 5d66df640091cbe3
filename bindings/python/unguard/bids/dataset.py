"""The dataset around a recording: what describes it, its folders, and its lists of participants and scans."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from unguard import __version__
from unguard.arguments import text
from unguard.bids.entities import Entities
from unguard.bids.sidecars import BIDS_VERSION, NOT_KNOWN, write_json
from unguard.errors import FormatError
from unguard.extras import module, quiet, version
from unguard.recording import Recording


def begin_dataset(folder: Path, name: str | None) -> None:
    """Write dataset_description.json where there is none, and raise a version that has no EMG yet."""
    file = folder / "dataset_description.json"
    if file.exists():
        _raise_version(file)
        return
    folder.mkdir(parents=True, exist_ok=True)
    called = folder.resolve().name if name is None else text("dataset", name, "the name of the dataset").strip()
    tools = [("unguard", __version__), ("MNE-BIDS", version("mne-bids") or NOT_KNOWN)]
    write_json(
        file,
        {
            "Name": called or NOT_KNOWN,
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": tool, "Version": of} for tool, of in tools],
        },
    )


def _raise_version(file: Path) -> None:
    try:
        described = json.loads(file.read_text(encoding="utf-8-sig"))
        numbers = [int(part) for part in described["BIDSVersion"].split(".")]
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise FormatError(file, "BIDSVersion", f"not readable ({cause})", "numbers such as 1.11.1") from cause
    if numbers < [int(part) for part in BIDS_VERSION.split(".")]:
        write_json(file, {**described, "BIDSVersion": BIDS_VERSION})


def lay_folders(library: Any, folder: Path, recording: Recording, entities: Entities, format: str) -> None:
    """Let MNE-BIDS make folders, README and the lists of participants and scans.

    It is given one second of zeros, and what it writes of them is replaced at once: its own file of samples would state
    filters that nobody applied and forget units that are no voltage, and not every rate can it write.
    """
    mne = module("mne", "mne", "bids")
    kinds = ["emg" if channel.kind == "EMG" else "misc" for channel in recording.channels]
    with quiet():
        info = mne.create_info(recording.names, 100.0, kinds, verbose="ERROR")
        raw = mne.io.RawArray(np.zeros((len(kinds), 100)), info, verbose="ERROR")
        path = library.BIDSPath(
            root=folder,
            datatype="emg",
            suffix="emg",
            subject=entities.subject,
            session=entities.session,
            task=entities.task,
            acquisition=entities.acquisition,
            run=entities.run_label,
        )
        with _as_they_were(folder, entities, format):
            library.write_raw_bids(
                raw,
                path,
                format=format,
                emg_placement="Other",
                allow_preload=True,
                overwrite=True,
                verbose="ERROR",
            )


@contextlib.contextmanager
def _as_they_were(folder: Path, entities: Entities, format: str) -> Iterator[None]:
    """Keep the lists of participants and scans as they are where they have this subject and this recording already, and
    what describes the dataset: what somebody wrote there of age and date is not to become n/a, nor to get made-up
    authors.
    """
    _follow_the_format(folder, entities, format)
    file_listed = entities.file("emg", f".{format.lower()}").relative_to(entities.folder()).as_posix()
    lists = {
        folder / "participants.tsv": f"sub-{entities.subject}",
        folder / "participants.json": None,
        folder / "dataset_description.json": None,
        folder / entities.scans(): file_listed,
        **dict.fromkeys(folder.glob("README*")),
    }
    before = {
        file: file.read_bytes()
        for file, entry in lists.items()
        if file.is_file() and (entry is None or entry in _first_cells(file))
    }
    try:
        yield
    finally:
        for file, content in before.items():
            file.write_bytes(content)


def _first_cells(file: Path) -> list[str]:
    return [line.split("\t")[0] for line in file.read_text(encoding="utf-8-sig").splitlines()]


def _follow_the_format(folder: Path, entities: Entities, format: str) -> None:
    """Let a row of the list of scans name the file that replaces its own, of the other format."""
    scans = folder / entities.scans()
    if not scans.is_file():
        return
    was, now = (
        entities.file("emg", ending).relative_to(entities.folder()).as_posix().encode()
        for ending in ((".edf", ".bdf") if format == "BDF" else (".bdf", ".edf"))
    )
    scans.write_bytes(scans.read_bytes().replace(was + b"\t", now + b"\t"))
