"""The results of one recording on the disk: two small tables, and a status that is written last and says what of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unguard.bids.find import BidsFile
from unguard.bids.names import ENTITIES, taken_apart
from unguard.dataset.atomic import write_bytes, write_parquet
from unguard.dataset.columns import SCHEMA_VERSION, arrow_table
from unguard.errors import spelled
from unguard.extras import module

DONE, FAILED, NOT_RUN = "done", "failed", "not run"
#: In the metadata of both tables of a recording, as in its status: files of two runs never pass for one result.
_KEY = "key"


@dataclass(frozen=True)
class Part:
    """Where the results of one recording are; beside each other, as BIDS names derivatives.

    Attributes
    ----------
    measures, events: tables of Parquet. status: JSON. Each bears the key of what it is of.
    """

    measures: Path
    events: Path
    status: Path

    @classmethod
    def of(cls, file: BidsFile, out: Path) -> Part:
        """Return where the results of a recording are in a folder of results."""
        stem, _, extension = file.path.name.partition(".")
        folder = out / file.path.relative_to(file.root).parent
        # By its ending, too: where .edf and .bdf of one name are there, nobody knows which is meant, and both are told.
        base = f"{stem.removesuffix('_emg')}_desc-{extension}"
        return cls(folder / f"{base}_measures.parquet", folder / f"{base}_events.parquet", folder / f"{base}_emg.json")


def labels_of(file: BidsFile) -> dict[str, str | None]:
    """Return the columns that say which recording it is."""
    name = taken_apart(file.path.name)
    entities = {} if name is None else name.entities
    return {"file": spelled(file.where), **{entity: entities.get(entity) for entity in ENTITIES}}


def read_status(part: Part, key: str) -> dict[str, Any] | None:
    """Return the status of results if they are of this key and all there; None where the recording is to be done."""
    try:
        found = json.loads(part.status.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("schema_version") != SCHEMA_VERSION or found.get("key") != key:
        return None
    tables = (part.measures, part.events)
    if found.get("status") == DONE and any(said_in(path).get(_KEY) != key for path in tables):
        return None
    return found


def write_results(
    part: Part, measures: list[dict[str, Any]], events: list[dict[str, Any]], status: dict[str, Any]
) -> None:
    """Write all of a recording; whoever reads finds the old results, or none, until the last file is there."""
    part.status.unlink(missing_ok=True)
    of = {_KEY: status["key"]}
    write_parquet(part.measures, arrow_table("group", measures, of))
    write_parquet(part.events, arrow_table("events", events, of))
    write_status(part, status)


def write_failure(part: Part, status: dict[str, Any]) -> None:
    """Write that a recording failed; results of an earlier run are removed, for they would pass for its own."""
    part.measures.unlink(missing_ok=True)
    part.events.unlink(missing_ok=True)
    write_status(part, status)


def write_status(part: Part, status: dict[str, Any]) -> None:
    """Write the status of a recording."""
    said = {"schema": "unguard-dataset-recording", "schema_version": SCHEMA_VERSION, **status}
    text = json.dumps(said, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    write_bytes(part.status, text.encode("ascii"))


def said_in(path: Path) -> Mapping[str, str]:
    """Return the metadata of a table of Parquet; empty where there is no such file, or none that can be read."""
    parquet = module("pyarrow.parquet", "pyarrow", "datasets")
    try:
        found = parquet.read_metadata(path).metadata or {}
    except (OSError, ValueError):
        return {}
    return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in found.items()}


def read_table(path: Path) -> Any:
    """Return a table of Arrow from a file of Parquet."""
    return module("pyarrow.parquet", "pyarrow", "datasets").read_table(path)
