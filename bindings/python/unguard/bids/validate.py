"""Whether a dataset is BIDS, by the validator of the standard: `bids-validator-deno`, which brings its schema with it
and asks nothing of the network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unguard.arguments import path_of
from unguard.errors import ConfigError
from unguard.extras import module

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

#: The console script of the package, also where its folder is not on the PATH.
_COMMAND = "from bids_validator_deno import cli; cli()"


@dataclass(frozen=True)
class Issue:
    """One thing the validator found.

    Attributes
    ----------
    severity: "error" or "warning".
    code: of the validator, such as "SIDECAR_KEY_REQUIRED".
    about: the field or column it is about; empty where there is none.
    location: the file, from the root of the dataset on; empty where the whole dataset is meant.
    message: what the validator says. rule: of the schema.
    """

    severity: str
    code: str
    about: str
    location: str
    message: str
    rule: str


@dataclass(frozen=True, repr=False)
class Validation:
    """What the validator says of a dataset.

    Attributes
    ----------
    root: the folder of the dataset.
    errors: why it is not BIDS; empty if it is. warnings: mostly what the standard recommends and is not there.
    schema_version: of the schema it was judged by.
    """

    root: Path
    errors: list[Issue]
    warnings: list[Issue]
    schema_version: str

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row per issue, errors first: severity, code, about, location, message, rule."""
        import pandas

        columns = ["severity", "code", "about", "location", "message", "rule"]
        rows = [[getattr(issue, name) for name in columns] for issue in self.errors + self.warnings]
        return pandas.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        verdict = "valid BIDS" if self.valid else "not valid BIDS"
        counted = f"{len(self.errors)} errors, {len(self.warnings)} warnings"
        return f"<{self.root}: {verdict}, {counted}, schema {self.schema_version}>"


def validate(root: str | os.PathLike[str]) -> Validation:
    """Judge a dataset by the validator of the standard.

    Raises
    ------
    ConfigError: the root is no folder, or the validator gives no verdict on it. MissingExtra: the validator is not
    installed.
    """
    folder = path_of("root", root)
    if not folder.is_dir():
        raise ConfigError("root", repr(os.fspath(root)), "the folder of a dataset")
    module("bids_validator_deno", "bids-validator-deno", "bids")
    command = [sys.executable, "-c", _COMMAND, str(folder.resolve()), "--format", "json"]
    quiet = {**os.environ, "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}
    ran = subprocess.run(command, capture_output=True, check=False, env=quiet, stdin=subprocess.DEVNULL)
    said = ran.stdout.decode("utf-8", "replace")
    try:
        verdict = json.loads(said)
    except json.JSONDecodeError as cause:
        last = (ran.stderr.decode("utf-8", "replace").strip() or said.strip() or "nothing").splitlines()[-1]
        raise ConfigError("root", f"{os.fspath(root)!r}, of which the validator said: {last}", "a dataset") from cause
    issues = _issues(verdict["issues"])
    return Validation(
        root=folder,
        errors=[issue for issue in issues if issue.severity == "error"],
        warnings=[issue for issue in issues if issue.severity == "warning"],
        schema_version=str(verdict["summary"].get("schemaVersion", "")),
    )


def _issues(found: dict[str, Any]) -> list[Issue]:
    said = found.get("codeMessages", {})
    return [
        Issue(
            severity=str(one.get("severity", "")),
            code=str(one["code"]),
            about=str(one.get("subCode", "")),
            location=str(one.get("location", "")),
            message=str(one.get("issueMessage") or said.get(one["code"], "")).strip(),
            rule=str(one.get("rule", "")),
        )
        for one in found["issues"]
    ]
