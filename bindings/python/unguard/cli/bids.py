"""`unguard bids`: a recording into a BIDS dataset, and whether a dataset is one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unguard import bids
from unguard.cli.page import page, table
from unguard.cli.reading import Channels, File, named_channels
from unguard.cli.refusal import BAD_INPUT, refuses_by_name
from unguard.cli.statements import Statements, takes_statements
from unguard.counted import counted
from unguard.errors import ConfigError, spelled

commands = typer.Typer(
    name="bids",
    help="Write recordings into a BIDS dataset, and judge a dataset by the standard's validator.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Root = Annotated[Path, typer.Argument(metavar="ROOT", help="Folder of the dataset.", show_default=False)]


@commands.command()
@refuses_by_name
@takes_statements
def write(
    file: File,
    root: _Root,
    *,
    channels: Channels = None,
    said: Statements,
    subject: Annotated[str, typer.Option("--subject", help="Label: letters and digits.", show_default=False)],
    task: Annotated[str, typer.Option("--task", help="What was done, as a label.", show_default=False)],
    placement: Annotated[
        str,
        typer.Option("--placement", help="How the electrodes were placed, in words; or Measured.", show_default=False),
    ],
    reference: Annotated[
        str, typer.Option("--reference", help="Bipolar, or the electrode all channels share.", show_default=False)
    ],
    power_line: Annotated[
        str, typer.Option("--power-line", help="Hertz of the mains, or n/a if not known.", show_default=False)
    ],
    session: Annotated[str | None, typer.Option("--session", help="Label.", show_default=False)] = None,
    run: Annotated[int | None, typer.Option("--run", help="Which of several.", show_default=False)] = None,
    acquisition: Annotated[str | None, typer.Option("--acquisition", help="Label.", show_default=False)] = None,
    emg: Annotated[
        list[str] | None,
        typer.Option(
            "--emg",
            help="Channels that are muscle where the file does not say so, separated by commas; may be repeated.",
            show_default=False,
        ),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Name of a dataset that is begun.", show_default=False)
    ] = None,
    format: Annotated[str, typer.Option("--format", help="BDF or EDF.")] = "BDF",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace this recording.")] = False,
) -> None:
    """Write a recording into a BIDS dataset, with its sidecars; the dataset is begun where there is none."""
    recording = said.read(file, named_channels(file, channels))
    made = bids.write(
        recording,
        root,
        subject=subject,
        task=task,
        placement=placement,
        reference=reference,
        power_line=_hertz(power_line),
        session=session,
        run=run,
        acquisition=acquisition,
        emg=named_channels(file, emg),
        dataset=dataset,
        format=format.upper(),
        overwrite=overwrite,
    )
    typer.echo(spelled(made))


@commands.command()
@refuses_by_name
def validate(root: _Root) -> None:
    """Judge a dataset by the validator of the standard; ends with 3 where it is not valid."""
    found = bids.validate(root)
    out = page()
    out.print(
        f"{spelled(root)}: {'valid' if found.valid else 'not valid'}, {counted(len(found.errors), 'error')}, "
        f"{counted(len(found.warnings), 'warning')}, schema {found.schema_version}"
    )
    if found.errors or found.warnings:
        issues = table("", "code", "about", "where")
        for one in found.errors + found.warnings:
            issues.add_row(one.severity, one.code, one.about, one.location)
        out.print(issues)
    if not found.valid:
        raise typer.Exit(BAD_INPUT)


def _hertz(given: str) -> float | str:
    if given == "n/a":
        return given
    try:
        return float(given)
    except ValueError:
        raise ConfigError("power_line", repr(given), "hertz above 0, or n/a where it is not known") from None
