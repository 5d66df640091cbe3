"""The option by which a person says where the results go, and the folder it names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unguard.errors import ConfigError

Out = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", show_default=False, help="Folder for the results, made when missing."),
]
OutBesideTheName = Annotated[
    str | None,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        help="Folder for the results, made when missing. Default: the recording's name with -unguard, here.",
    ),
]


def results_folder(out: str) -> Path:
    """Return the folder of this name; raise ConfigError for an empty one."""
    if not out.strip():
        # As a path this would be the folder one is in.
        raise ConfigError("out", repr(out), "the name of a folder; . for this one")
    return Path(out)
