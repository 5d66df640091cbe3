"""The recording that a command is about, and the channels of it that are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unguard import io
from unguard.errors import ConfigError

File = Annotated[Path, typer.Argument(metavar="FILE", help="The recording.", show_default=False)]
Channels = Annotated[
    list[str] | None,
    typer.Option("--channels", help="Channels to use, separated by commas; may be repeated.", show_default=False),
]


def named_channels(
    file: Path, given: list[str] | None, device: str | None = None, reader: str | None = None
) -> list[str] | None:
    """Return the channels that were asked for, one name each.

    A value with commas is one name if the file, read by this reader, has a channel of that name, else several.
    """
    if given is None or not given:
        return None
    known = _known(file, device, reader) if any("," in value for value in given) else set()
    names: list[str] = []
    for value in given:
        names += [value] if value in known else [part.strip() for part in value.split(",") if part.strip()]
    if not names:
        raise ConfigError("channels", repr(",".join(given)), "one or more names")
    return names


def _known(file: Path, device: str | None, reader: str | None) -> set[str]:
    if reader == "mne":
        return set(io.read(file, reader=reader).names)
    return {c.name for c in io.info(file, device=device, reader=reader).channels}
