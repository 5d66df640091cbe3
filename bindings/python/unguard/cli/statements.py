"""What a person says of a file beside what it says itself: one option each, alike in every command that reads one."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from unguard import io
from unguard.recording import Recording

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
Reader = Annotated[str | None, typer.Option("--reader", help="biosigio or mne, to let these read the file.")]
LongestGap = Annotated[float, typer.Option("--max-gap", help="Longest gap in seconds that is bridged and marked.")]


@dataclass(frozen=True)
class Statements:
    """What was said of a file, as `unguard.io.read` takes it."""

    fs: SamplingRate = None
    unit: Unit = None
    gain: Gain = None
    offset: Offset = 0.0
    device: Device = None
    sensor: Sensor = None
    decimal: Decimal = None
    max_gap: LongestGap = 1.0
    reader: Reader = None

    def read(self, file: Path, channels: list[str] | None = None) -> Recording:
        """Return the recording; of these channels, or all."""
        return io.read(
            file, channels=channels, fs=self.fs, unit=self.unit, gain=self.gain, offset=self.offset,
            device=self.device, sensor=self.sensor, decimal=self.decimal, max_gap_s=self.max_gap,
            reader=self.reader,
        )  # fmt: skip


def takes_statements(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that takes `said`, Statements, an option for each of them, where `said` stands.

    Typer reads options from a signature, and knows no group of them: so it is shown the signature that is meant.
    """
    kinds = get_type_hints(Statements, include_extras=True)
    options = [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=kinds[f.name])
        for f in dataclasses.fields(Statements)
    ]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        said = Statements(**{option.name: given.pop(option.name) for option in options})
        command(said=said, **given)

    own = inspect.signature(command, eval_str=True)
    shown = [one for p in own.parameters.values() for one in (options if p.name == "said" else [p])]
    run.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in shown}
    return run
