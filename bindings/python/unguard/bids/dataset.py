"""The dataset around a recording: what describes it, its folders, and its lists of participants and scans."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
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
from unguard.tsv import read_rows

_DESCRIPTION, _PARTICIPANTS = Path("dataset_description.json"), Path("participants.tsv")
#: What a README may end in; of several nobody knows which it is.
_README_ENDINGS = ("", ".md", ".rst", ".txt")


def lay_dataset(
    library: Any, folder: Path, made: Path, recording: Recording, entities: Entities, format: str, name: str | None
) -> list[Path]:
    """Lay out, in an empty folder, what a dataset needs around one recording more; return what is new or changed.

    Parameters
    ----------
    folder: of the dataset; nothing is written there. made: the folder to write to.
    name: of a dataset that is begun; None: that of its folder.

    Returns
    -------
    Places from the root of the dataset on, without those of the recording itself, of which nothing is there yet.

    Raises
    ------
    FormatError: naming what in the dataset cannot be read, or is not known which it is.
    """
    _bring(folder, made, entities)
    _describe(folder, made, name)
    _lay_folders(library, made, recording, entities, format)
    shutil.rmtree(made / entities.file("emg", "").parent)
    (made / entities.file("emg", "").parent).mkdir()
    laid = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    return [place for place in laid if not _same(folder / place, made / place)]


def _bring(folder: Path, made: Path, entities: Entities) -> None:
    """Copy what of a dataset is continued; raise FormatError for what is there and cannot be read."""
    lists = {_PARTICIPANTS: "participant_id", entities.scans(): "filename"}
    for table, column in lists.items():
        if (folder / table).is_file():
            read_rows(folder / table, (column,))  # MNE-BIDS trips over one that is none
    readmes = [path for path in sorted(folder.glob("README*")) if path.suffix in _README_ENDINGS and path.is_file()]
    if len(readmes) > 1:
        both = " and ".join(path.name for path in readmes[:2])
        raise FormatError(folder, "README", both, "one of them, as BIDS has it")
    continued = [_DESCRIPTION, Path("participants.json"), *lists, *(path.relative_to(folder) for path in readmes)]
    for place in continued:
        if os.path.lexists(folder / place) and not (folder / place).is_file():
            found = "a link to what is not there" if (folder / place).is_symlink() else "no file"
            raise FormatError(folder / place, "the file", found, "a file that can be read, for it is to be continued")
    made.mkdir()
    for place in continued:
        if (folder / place).is_file():
            (made / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / place, made / place)


def _describe(folder: Path, made: Path, name: str | None) -> None:
    """Write dataset_description.json where there is none, and raise a version that has no EMG yet."""
    if (folder / _DESCRIPTION).exists():
        _raise_version(folder / _DESCRIPTION, made / _DESCRIPTION)
        return
    called = folder.resolve().name if name is None else text("dataset", name, "the name of the dataset").strip()
    tools = [("unguard", __version__), ("MNE-BIDS", version("mne-bids") or NOT_KNOWN)]
    write_json(
        made / _DESCRIPTION,
        {
            "Name": called or NOT_KNOWN,
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": tool, "Version": of} for tool, of in tools],
        },
    )


def _raise_version(file: Path, raised: Path) -> None:
    try:
        described = json.loads(file.read_text(encoding="utf-8-sig"))
        numbers = [int(part) for part in described["BIDSVersion"].split(".")]
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise FormatError(file, "BIDSVersion", f"not readable ({cause})", "numbers such as 1.11.1") from cause
    if numbers < [int(part) for part in BIDS_VERSION.split(".")]:
        write_json(raised, {**described, "BIDSVersion": BIDS_VERSION})


def _lay_folders(library: Any, made: Path, recording: Recording, entities: Entities, format: str) -> None:
    """Let MNE-BIDS make folders, README and the lists of participants and scans.

    It is given one second of zeros, and what it writes of them is not kept: its own file of samples would state filters
    that nobody applied and forget units that are no voltage, and not every rate can it write.
    """
    mne = module("mne", "mne", "bids")
    kinds = ["emg" if channel.kind == "EMG" else "misc" for channel in recording.channels]
    with quiet():
        info = mne.create_info(recording.names, 100.0, kinds, verbose="ERROR")
        raw = mne.io.RawArray(np.zeros((len(kinds), 100)), info, verbose="ERROR")
        path = library.BIDSPath(
            root=made,
            datatype="emg",
            suffix="emg",
            subject=entities.subject,
            session=entities.session,
            task=entities.task,
            acquisition=entities.acquisition,
            run=entities.run_label,
        )
        with _as_they_were(made, entities, format):
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
def _as_they_were(made: Path, entities: Entities, format: str) -> Iterator[None]:
    """Keep the lists of participants and scans as they are where they have this subject and this recording already, and
    what describes the dataset: what somebody wrote there of age and date is not to become n/a, nor to get made-up
    authors.
    """
    _follow_the_format(made, entities, format)
    file_listed = entities.file("emg", f".{format.lower()}").relative_to(entities.folder()).as_posix()
    lists = {
        made / _PARTICIPANTS: ("participant_id", f"sub-{entities.subject}"),
        made / "participants.json": None,
        made / _DESCRIPTION: None,
        made / entities.scans(): ("filename", file_listed),
        **dict.fromkeys(made.glob("README*")),
    }
    before = {
        file: file.read_bytes()
        for file, entry in lists.items()
        if file.is_file() and (entry is None or _lists(file, *entry))
    }
    yield
    for file, content in before.items():
        file.write_bytes(content)


def _lists(table: Path, column: str, entry: str) -> bool:
    return any(row[column] == entry for _, row in read_rows(table, (column,)))


def _follow_the_format(made: Path, entities: Entities, format: str) -> None:
    """Let a row of the list of scans name the file that replaces its own, of the other format."""
    scans = made / entities.scans()
    if not scans.is_file():
        return
    was, now = (
        entities.file("emg", ending).relative_to(entities.folder()).as_posix().encode()
        for ending in ((".edf", ".bdf") if format == "BDF" else (".bdf", ".edf"))
    )
    scans.write_bytes(re.sub(rb"(?m)^" + re.escape(was) + rb"(?=[\t\r\n]|\Z)", now, scans.read_bytes()))


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()
