"""`unguard analyse FILE`: levels, events and a report of one recording."""

from __future__ import annotations

from typing import Annotated

import typer

from unguard.analysis import analyse as analyse_recording
from unguard.cli.method import Band, Mains
from unguard.cli.progress import progress
from unguard.cli.reading import Channels, File, named_channels
from unguard.cli.refusal import refuses_by_name
from unguard.cli.results import OutBesideTheName, results_folder
from unguard.cli.statements import Statements, takes_statements
from unguard.cli.summary import print_summary
from unguard.errors import spelled
from unguard.report import write_results
from unguard.report.folder import ready_folder


@refuses_by_name
@takes_statements
def analyse(
    file: File,
    *,
    channels: Channels = None,
    said: Statements,
    band: Band = None,
    mains: Mains = None,
    rest: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--rest",
            metavar="START END",
            help="Seconds between which the person was told to rest.",
            show_default=False,
        ),
    ] = None,
    out: OutBesideTheName = None,
) -> None:
    """Analyse a recording: writes analysis.json, events.csv, envelope.csv and report.html.

    Results of an earlier analysis in the same folder are replaced.
    """
    folder = results_folder(f"{file.stem}-unguard" if out is None else out)
    with progress() as told:
        told("reading", 0.0)
        recording = said.read(file, named_channels(file, channels, said.device, said.reader))
        names = None if channels is None else recording.names
        made = analyse_recording(
            recording,
            channels=names,
            band=band,
            mains=mains,
            rest=rest,
            progress=lambda text, share: told(text, 0.1 + 0.7 * share),
        )
        del recording  # an hour of eight channels is half a gigabyte, and the report does not need it
        told("report", 0.8)
        ready_folder(folder)
        report = write_results(made, folder)
        told("done", 1.0)
    print_summary(made, folder)
    typer.echo(spelled(report))
