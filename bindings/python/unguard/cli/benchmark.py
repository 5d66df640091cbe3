"""`unguard benchmark`: detectors against each other on recordings with known events, and on simulated ones."""

from __future__ import annotations

import inspect
import math
from typing import Annotated

import typer

from unguard.benchmark import DATASETS, OURS, PEERS, PUBLISHED, Dataset, all_generated, annotated, dataset
from unguard.benchmark.comparison import Comparison, compare
from unguard.benchmark.report import write_comparison
from unguard.benchmark.report.words import edge, milliseconds, rate, share, troubles
from unguard.cli.page import bullets, page, table
from unguard.cli.progress import progress
from unguard.cli.refusal import refuses_by_name
from unguard.cli.results import results_folder
from unguard.errors import ConfigError, spelled
from unguard.report.folder import ready_folder

#: The engine's own limit, over what the generator makes of it.
_MOST_SEED = 1_000_000_000
#: Columns that hold the longest name and every figure.
_WIDTH = 130


@refuses_by_name
def benchmark(
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="FOLDER",
            show_default=False,
            help="Recordings with known events: a folder that holds plux, emggo and uci_gestures.",
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=FOLDER",
            show_default=False,
            help=f"A data set that was fetched before: {', '.join(DATASETS)}; may be repeated.",
        ),
    ] = None,
    fs: Annotated[
        float | None,
        typer.Option(
            "--fs",
            help="Sampling rate in hertz, for data sets that do not state it; in --data uci_gestures, by default 200.",
        ),
    ] = None,
    generator: Annotated[
        bool, typer.Option("--generator", help="Simulated onsets: SNR and shape, carriers, a heart, rates.")
    ] = False,
    published: Annotated[
        bool, typer.Option("--published/--no-published", help="Compare with published detectors that unguard has.")
    ] = True,
    peers: Annotated[
        bool, typer.Option("--peers/--no-peers", help="Compare with BioSPPy, NeuroKit2 and detecta.")
    ] = True,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Search the settings of every method, beside those documented.")
    ] = True,
    limit: Annotated[
        float,
        typer.Option("--limit", help="Seconds of processor time a method may take for a data set, at each setting."),
    ] = 120.0,
    seed: Annotated[int, typer.Option("--seed", help="Chooses the simulated trials.")] = 1,
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Folder for the results.")] = "benchmark-unguard",
) -> None:
    """Compare detectors: writes results.json, results.csv, f1.png, delay.png, error.png and report.html.

    Each method runs as its documentation shows it and, unless --no-search, at the setting of a grid that is best on a
    tuning part. What a method dies of stands in its row.
    """
    folder = results_folder(out)
    if not 0 < limit < math.inf:
        raise ConfigError("limit", f"{limit:g}", "a number of seconds above 0")
    if not 0 <= seed <= _MOST_SEED:
        raise ConfigError("seed", str(seed), f"a whole number from 0 to {_MOST_SEED}")
    chosen = _datasets(data, sets or [], fs, seed if generator else None)
    ready_folder(folder)
    families = [*OURS, *(PUBLISHED if published else ()), *(PEERS if peers else ())]
    with progress() as told:
        made = compare(chosen, families, grid=search, limit_s=limit, seed=seed, progress=told)
        told("report", 1.0)
        report = write_comparison(made, folder)
    _print(made)
    typer.echo(spelled(report))


def _datasets(data: str | None, sets: list[str], fs: float | None, seed: int | None) -> list[Dataset]:
    at = {} if fs is None else {"fs": fs}
    made = [] if data is None else annotated(data, **at)
    asks = data is not None
    for text in sets:
        name, equals, place = text.partition("=")
        if not (equals and name in DATASETS and place):
            raise ConfigError("set", repr(text), f"NAME=FOLDER with one of {', '.join(DATASETS)}")
        if any(d.name == name for d in made):
            raise ConfigError("set", repr(text), f"{name} once, also where it comes with --data")
        takes = "fs" in inspect.signature(DATASETS[name]).parameters
        asks |= takes
        made.append(dataset(name, place, **(at if takes else {})))
    if seed is not None:
        made += all_generated(seed=seed)
    if not made:
        raise ConfigError("data", "not given", "--data FOLDER, --set NAME=FOLDER or --generator")
    if fs is not None and not asks:
        raise ConfigError("fs", f"{fs:g}", "to be left out, for none of these data sets asks for it")
    return made


def _print(made: Comparison) -> None:
    out = page(_WIDTH)
    for data in made.datasets:
        out.print(f"{data.name}: {data.true_events} true events")
        numbers = ["F1", "found", "false", "missed", "onset [ms]", "delay [ms]", "alarms/h (95 %)"]
        shown = table("method", "setting", *numbers, numbers=numbers)
        for r in made.rows():
            o, w = r.outcome, r.outcome.whole
            if o.dataset != data.name:
                continue
            if o.failed:
                shown.add_row(r.family, r.setting, "failed")
            elif not data.true_events:
                shown.add_row(r.family, r.setting, "-", str(o.found))
            else:
                shown.add_row(
                    r.family,
                    r.setting,
                    share(w.f1),
                    str(w.counts.hits),
                    str(w.counts.false),
                    str(w.counts.misses),
                    edge(w.onset) if data.edges else "-",
                    milliseconds(w.delay) if data.edges else "-",
                    rate(o),
                )
        out.print(shown)
        bullets(out, "Failed or refused", troubles(made, data))
        out.print()
    out.print("-: not measured\n")
    bullets(out, "Not run", [f"{name}: {why}" for name, why in made.missing.items()])
