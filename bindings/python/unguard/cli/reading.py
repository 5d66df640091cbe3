"""The options by which a person says what a file does not say itself, and the recording read with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unguard import io
from unguard.errors import ConfigError
from unguard.recording import Recording

File = Annotated[Path, typer.Argument(metavar="FILE", help="The recording.", show_default=False)]
Channels = Annotated[
    list[str] | None,
    typer.Option("--channels", help="Channels to use, separated by commas; may be repeated.", show_default=False),
]
SamplingRate = Annotated[
    float | None, typer.Option("--fs", help="Sampling rate in hertz, where the file does not state it.")
]
Unit = Annotated[
    str | None, typer.Option("--unit", help="Unit of the numbers (uV, mV, V), where the file does not state it.")
]
Gain = Annotated[float | None, typer.Option("--gain", help="Microvolts per number in the file, for converter counts.")]
Offset = Annotated[float, typer.Option("--offset", help="Number in the file that stands for 0 uV; beside --gain.")]
Device = Annotated[str | None, typer.Option("--device", help="Device to read, where the file holds several.")]
Sensor = Annotated[
    str | None, typer.Option("--sensor", help="EMG or ECG, where an OpenSignals file does not state the sensor.")
]
Decimal = Annotated[str | None, typer.Option("--decimal", help='"." or ",", where a table leaves it open.')]
LongestGap = Annotated[float, typer.Option("--max-gap", help="Longest gap in seconds that is bridged and marked.")]


def read(file: Path, channels: list[str] | None, **statements: Any) -> tuple[Recording, list[str] | None]:
    """Return the recording, and the names of the channels that were asked for, or None for all."""
    names = named_channels(file, channels)
    return io.read(file, channels=names, **statements), names


def named_channels(file: Path, given: list[str] | None) -> list[str] | None:
    """Return the channels that were asked for, one name each.

    A value with commas is one name if the file has a channel of that name, else several.
    """
    if given is None or not given:
        return None
    known = {c.name for c in io.info(file).channels} if any("," in value for value in given) else set()
    names: list[str] = []
    for value in given:
        names += [value] if value in known else [part.strip() for part in value.split(",") if part.strip()]
    if not names:
        raise ConfigError("channels", repr(",".join(given)), "one or more names")
    return names
