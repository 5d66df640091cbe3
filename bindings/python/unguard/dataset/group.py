"""The tables of a whole run, put together from the results of its recordings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import unguard
from unguard.bids.find import DESCRIPTION, BidsFile
from unguard.dataset.atomic import write_bytes, write_parquet
from unguard.dataset.columns import TABLES, arrow_table
from unguard.dataset.parts import DONE, NOT_RUN, Part, labels_of, read_status, read_table, said_in
from unguard.dataset.settings import Settings
from unguard.errors import ConfigError
from unguard.extras import module

#: BIDS of the layout; 1.11 is the first with EMG.
_BIDS_VERSION = "1.11.0"
_NAME = "unguard"
_MADE_OF = "made_of"
#: What may be in a folder of results before there are any: of the disk, and of those who start jobs.
_OF_NOBODY = ("lost+found", "logs")


def refuse_other_folder(out: Path, root: Path) -> None:
    """Raise ConfigError where results cannot go: into the recordings of a dataset, a dataset of somebody else's, or a
    folder that cannot be written. Inside a dataset BIDS has results in folders of their own below derivatives/.
    """
    place, study = out.resolve(), root.resolve()
    expected = "a folder outside of it, or one below its derivatives/, such as derivatives/unguard"
    if place == study:
        raise ConfigError("out", f"{str(out)!r}, the dataset itself", expected)
    if study in place.parents and study / "derivatives" not in place.parents:
        raise ConfigError("out", f"{str(out)!r}, in the dataset", expected)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        found = "a file" if out.is_file() else f"not to be made ({cause.strerror})"
        raise ConfigError("out", f"{str(out)!r}, {found}", "a folder that can be written") from None
    expected = "an empty folder, or one that an earlier run made"
    description = out / DESCRIPTION
    try:
        said = json.loads(description.read_text(encoding="utf-8"))
        by = [one.get("Name") for one in said.get("GeneratedBy", [])]
    except FileNotFoundError:
        # Hidden ones are those of systems and of version control, which say nothing of whose results they are.
        if any(not path.name.startswith(".") and path.name not in _OF_NOBODY for path in out.iterdir()):
            raise ConfigError("out", f"{str(out)!r}, a folder with other files in it", expected) from None
        return
    except (OSError, ValueError, AttributeError, TypeError):
        by = []
    if _NAME not in by:
        raise ConfigError("out", f"{str(out)!r}, a dataset that unguard did not make", expected)


def write_description(out: Path, root: Path) -> None:
    """Write dataset_description.json of the results, which are a derivative of BIDS."""
    try:
        source = json.loads((root / DESCRIPTION).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        source = {}
    name = source.get("Name", "") if isinstance(source, dict) else ""
    doi = source.get("DatasetDOI") if isinstance(source, dict) else None
    said: dict[str, Any] = {
        "Name": f"unguard: measures of {name or 'a dataset of EMG'}",
        "BIDSVersion": _BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": _NAME, "Version": unguard.__version__, "Description": "unguard dataset run"}],
    }
    if isinstance(doi, str):
        said["SourceDatasets"] = [{"DOI": doi}]
    data = (json.dumps(said, indent=2) + "\n").encode("ascii")
    if not (out / DESCRIPTION).is_file() or (out / DESCRIPTION).read_bytes() != data:
        write_bytes(out / DESCRIPTION, data)


def write_group(out: Path, files: Sequence[BidsFile], keys: Mapping[str, str], settings: Settings) -> bool:
    """Write group, events and recordings as Parquet, and columns.json; return False where they are there already.

    Of every recording of the dataset whose results are of its present bytes, settings and software; all others have a
    row in recordings that says so.
    """
    statuses = {file.where: read_status(Part.of(file, out), keys[file.where]) for file in files}
    made_of = _digest(files, keys, statuses, settings)
    paths = {table: out / f"{table}.parquet" for table in TABLES}
    if all(said_in(path).get(_MADE_OF) == made_of for path in paths.values()):
        return False
    more = {_MADE_OF: made_of, "unguard": unguard.__version__, "settings": json.dumps(settings.to_dict())}
    for table in ("group", "events"):
        parts = [arrow_table(table, [])]
        for file in files:
            said = statuses[file.where]
            if said is not None and said["status"] == DONE:
                part = Part.of(file, out)
                parts.append(read_table(part.measures if table == "group" else part.events))
        write_parquet(paths[table], _joined(parts, more))
    rows = [row_of(file, statuses[file.where], keys[file.where]) for file in files]
    write_parquet(paths["recordings"], arrow_table("recordings", rows, more))
    meanings = {
        table: {c.name: {"Description": c.meaning, "Units": c.unit} for c in columns}
        for table, columns in TABLES.items()
    }
    write_bytes(out / "columns.json", (json.dumps(meanings, indent=1) + "\n").encode("ascii"))
    return True


def row_of(file: BidsFile, said: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
    """Return the row of a recording in the table of recordings."""
    if said is None:
        return {**labels_of(file), "status": NOT_RUN, "key": key}
    return dict(said["recording"])


def _joined(parts: list[Any], more: Mapping[str, str]) -> Any:
    arrow = module("pyarrow", "pyarrow", "datasets")
    joined = arrow.concat_tables(parts)
    # In one piece, so that the file does not depend on how many there were.
    joined = joined.combine_chunks()
    return joined.replace_schema_metadata({**(joined.schema.metadata or {}), **more})


def _digest(
    files: Sequence[BidsFile],
    keys: Mapping[str, str],
    statuses: Mapping[str, Mapping[str, Any] | None],
    settings: Settings,
) -> str:
    of = [
        (f.where, keys[f.where], said and said["status"], said and said.get("failure"))
        for f in files
        for said in [statuses[f.where]]
    ]
    text = json.dumps([of, settings.to_dict(), unguard.__version__], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
