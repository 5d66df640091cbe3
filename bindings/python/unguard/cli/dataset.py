"""`unguard dataset run BIDS_DIR OUT`: every recording of a BIDS dataset, resumably, on one machine or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from unguard.cli.method import Band, Mains
from unguard.cli.page import bullets, page
from unguard.cli.refusal import BAD_INPUT, refuses_by_name
from unguard.cli.results import results_folder
from unguard.counted import counted
from unguard.errors import ConfigError, spelled

#: So many lines about progress where there is no terminal to draw a bar on.
_LINES = 10
#: So many failures are printed; all are in the table and on the page.
_MOST_FAILURES = 20

app = typer.Typer(
    name="dataset",
    help="Whole datasets of EMG, as BIDS has them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    pass


@app.command()
@refuses_by_name
def run(
    bids_dir: Annotated[Path, typer.Argument(metavar="BIDS_DIR", help="The dataset.", show_default=False)],
    out: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help="Folder for the results, made when missing: inside BIDS_DIR only below its derivatives/.",
            show_default=False,
        ),
    ],
    *,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="PLAN",
            show_default=False,
            help="A plan, whose band of levels, mains and channels hold for all recordings.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", help="Processes. Default: one a processor.", show_default=False),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            show_default=False,
            help="A Dask scheduler, such as tcp://127.0.0.1:8786, whose workers see the same folders.",
        ),
    ] = None,
    participants: Annotated[
        list[str] | None,
        typer.Option("--participant-label", help="Only this subject; may be repeated.", show_default=False),
    ] = None,
    tasks: Annotated[
        list[str] | None, typer.Option("--task", help="Only this task; may be repeated.", show_default=False)
    ] = None,
    channels: Annotated[
        list[str] | None, typer.Option("--channel", help="Only this channel; may be repeated.", show_default=False)
    ] = None,
    band: Band = None,
    mains: Mains = None,
) -> None:
    """Analyse every recording of a dataset: writes group, events and recordings as Parquet, and report.html.

    What is done already, of the same files, plan, options and software, is kept; what failed is tried again.
    """
    from unguard import dataset

    folder = results_folder(out)
    with _told() as told, _by_its_place():
        made = dataset.run(
            bids_dir,
            folder,
            plan=plan,
            participants=participants or None,
            tasks=tasks or None,
            channels=channels or None,
            band=band,
            mains=mains,
            workers=workers,
            scheduler=scheduler,
            progress=told,
        )
    screen = page()
    if made.done or made.failures:
        screen.print(f"{len(made.done)} recordings analysed, {len(made.kept)} as they were")
    else:
        every = "" if made.failed_before or made.not_run else "all "
        screen.print(f"nothing to do: the results of {every}{len(made.kept)} recordings hold")
    if made.failed_before:
        stand = "stands" if len(made.failed_before) == 1 else "stand"
        of_before = f"{counted(len(made.failed_before), 'recording')} of earlier runs {stand} as failed"
        screen.print(f"{of_before}, not asked for in this one")
    if made.not_run:
        screen.print(f"{len(made.not_run)} were not asked for and have no results that hold")
    screen.print()
    _failures(screen, "Failed ({}); the next run tries again", [why for _, why in made.failures])
    before = "Failed in earlier runs ({}); a run that asks for them tries again"
    _failures(screen, before, [why for _, why in made.failed_before])
    bullets(screen, "Done by another worker, as the first died", list(made.retried)[:_MOST_FAILURES])
    typer.echo(spelled(made.report))
    if made.failures:
        raise typer.Exit(BAD_INPUT)


def _failures(screen: Console, title: str, sentences: list[str]) -> None:
    bullets(screen, title.format(len(sentences)), sentences[:_MOST_FAILURES])
    if len(sentences) > _MOST_FAILURES:
        screen.print(f"and {len(sentences) - _MOST_FAILURES} more, in recordings.parquet and the report")


@contextmanager
def _by_its_place() -> Iterator[None]:
    """Name the folder of results as it is named here: by its place, and by no option."""
    try:
        yield
    except ConfigError as error:
        if error.parameter == "out":
            raise ConfigError("OUT", error.found, error.expected) from None
        raise


@contextmanager
def _told() -> Iterator[Callable[[int, int, str], None]]:
    """Show how many recordings are done and how long it takes; some lines where standard error is no terminal."""
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        said: set[int] = set()

        def line(done: int, total: int, _: str) -> None:
            tenth = _LINES * done // total
            if tenth not in said:
                said.add(tenth)
                console.print(f"{done} of {total} recordings")

        yield line
        return
    columns = (
        BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, where: bar.update(task, completed=done, total=total, description=spelled(where))
