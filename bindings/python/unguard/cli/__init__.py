"""The command `unguard`: look into a recording, analyse it, measure bends and sessions, learn a person's good bends,
simulate a recording; show what a filter does; compare detectors; write and judge BIDS datasets;
analyse whole datasets.

Exit codes: 0 done, 2 bad usage (an option that cannot be, a place that cannot be written), 3 bad input (a file that
cannot be read or analysed).
"""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

import unguard
from unguard.cli.analyse import analyse
from unguard.cli.benchmark import benchmark
from unguard.cli.bend import bend
from unguard.cli.bids import commands as bids_commands
from unguard.cli.dataset import app as dataset
from unguard.cli.info import info
from unguard.cli.profile import profile
from unguard.cli.refusal import refuse_output
from unguard.cli.response import response
from unguard.cli.session import progress, session
from unguard.cli.simulate import simulate

app = typer.Typer(
    name="unguard",
    help="Surface EMG of the back: levels and events that can be trusted. Training and research, not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"unguard {unguard.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


app.command()(info)
app.command()(analyse)
app.command()(bend)
app.command()(profile)
app.command()(session)
app.command()(progress)
app.command()(simulate)
app.command()(response)
app.command()(benchmark)
app.add_typer(bids_commands)
app.add_typer(dataset)


def main() -> None:
    """Run the command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character of a file's name or unit must not stop the analysis.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:  # of --version and --help, which are no command
        refuse_output(error)
