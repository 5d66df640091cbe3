"""What a result is of: a hash of everything that decides it, by which a later run knows whether it still holds."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from unguard.bids.find import BidsFile
from unguard.dataset.columns import SCHEMA_VERSION
from unguard.dataset.settings import Settings, sha256_of
from unguard.dataset.software import Software
from unguard.errors import FormatError

#: Sidecars that say something of a recording, by suffix and extension.
_SIDECARS = (("emg", ".json"), ("channels", ".tsv"), ("events", ".tsv"), ("events", ".json"))


def key_of(file: BidsFile, settings: Settings, software: Software) -> str:
    """Return SHA-256 of the recording's place and bytes, those of its sidecars, settings with plan, and software.

    What cannot be read counts as such: the analysis says why.
    """
    of: dict[str, object] = {
        "software": asdict(software),
        "schema": SCHEMA_VERSION,
        "settings": settings.to_dict(),
        "file": file.where,
        "bytes": _or_why(file),
        "sidecars": _sidecars(file),
    }
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode("utf-8", "surrogateescape")).hexdigest()


def _or_why(file: BidsFile) -> str:
    try:
        return sha256_of(file.path)
    except OSError as cause:
        return f"not readable ({cause.strerror})"


def _sidecars(file: BidsFile) -> object:
    try:
        found = [path for suffix, extension in _SIDECARS for path in file.sidecars(suffix, extension)]
        return {path.relative_to(file.root).as_posix(): sha256_of(path) for path in found}
    except (FormatError, OSError) as cause:
        return f"not to be told ({type(cause).__name__})"
