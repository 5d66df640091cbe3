"""`unguard bend FILE`: flexion-relaxation of one recording of bends."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unguard.cli.page import bullets, page, table
from unguard.cli.person import PersonsId, persons_id
from unguard.cli.progress import progress
from unguard.cli.reading import Channels, File, named_channels
from unguard.cli.refusal import refuses_by_name
from unguard.cli.results import OutBesideTheName, results_folder
from unguard.cli.statements import Statements, takes_statements
from unguard.errors import spelled

if TYPE_CHECKING:
    from unguard.clinical.bend_analysis import BendAnalysis

_RATIOS = ("ERR", "FRR", "FER", "SFR")


@refuses_by_name
@takes_statements
def bend(
    file: File,
    *,
    channels: Channels = None,
    angle: Annotated[
        str | None,
        typer.Option("--angle", help="Channel with the trunk angle. Default: the only one in degrees."),
    ] = None,
    phases: Annotated[
        str | None,
        typer.Option("--phases", help="By angle, cues or activity. Default: the first of these that is there."),
    ] = None,
    noise: Annotated[
        list[float] | None,
        typer.Option(
            "--noise",
            help="Noise of electrode and amplifier, uV RMS in the band; once, or once a muscle.",
            show_default=False,
        ),
    ] = None,
    mains: Annotated[float | None, typer.Option("--mains", help="Take out mains hum of 50 or 60 Hz.")] = None,
    band: Annotated[
        tuple[float, float] | None,
        typer.Option(
            "--band",
            metavar="LOW HIGH",
            help="Pass band in hertz. Default: 30 Hz to min(450 Hz, 0.45 fs).",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="PLAN",
            show_default=False,
            help="The person's plan, TOML: its muscles, angle, band of ratios, hum, ECG and profile of good bends, "
            "where nothing else is said.",
        ),
    ] = None,
    id: PersonsId = None,
    keep_heart: Annotated[bool, typer.Option("--keep-heart", help="Do not look for heartbeats.")] = False,
    said: Statements,
    out: OutBesideTheName = None,
) -> None:
    """Measure bends: writes bend.json, bends.csv and bend.html; with --id, ID_bend.json and so on.

    With a plan that keeps a profile of good bends (`unguard profile`), spikes on bending and guarding in full flexion
    are told as well. Results of an earlier run in the same folder are replaced.
    """
    # Loaded here: other commands need none of it.
    from unguard.clinical.bend_analysis import analyse_bends
    from unguard.plan import read_plan
    from unguard.report.bend_folder import write_bends
    from unguard.report.folder import ready_folder
    from unguard.session import bends_by_plan
    from unguard.session.dated import nameless

    named = persons_id(id)
    of = None if plan is None else read_plan(plan)
    folder = results_folder(f"{named or file.stem}-unguard" if out is None else out)
    with progress() as told:
        told("reading", 0.0)
        recording = said.read(file) if named is None else nameless(said.read(file))
        told("bends", 0.2)
        given: dict[str, Any] = {
            "muscles": named_channels(file, channels),
            "angle": angle,
            "phases_by": phases,
            "noise": noise or None,
            "band": band,
            "mains": mains,
            "heart": not keep_heart,
        }
        made = analyse_bends(recording, **given) if of is None else bends_by_plan(recording, of, **given)
        made = made if named is None else dataclasses.replace(made, file=named)
        del recording
        told("report", 0.8)
        ready_folder(folder)
        report = write_bends(made, folder, id=named or "")
        told("done", 1.0)
    _print(made, report)
    typer.echo(spelled(report))


def _print(made: BendAnalysis, report: Path) -> None:
    from unguard.report.bend_page import bend_in_short, ratio_words

    out = page()
    out.print(f"{made.file or 'recording'}: {made.count} bends, phases by {made.bends.phases_by}")
    out.print()
    shown = table("muscle", *_RATIOS, "silent", "clear", numbers=[*_RATIOS, "silent", "clear"])
    for muscle in made.muscles:
        silent, of = made.bends.silent_share(muscle), made.bends.of(muscle)
        quiet = "-" if silent is None else f"{round(silent[0] * silent[3])} of {silent[3]}"
        shown.add_row(
            muscle,
            *(ratio_words(made.bends.ratio(w, muscle)) for w in _RATIOS),
            quiet,
            f"{made.bends.clear(muscle)} of {len(of)}",
        )
    out.print(shown)
    out.print()
    bullets(out, "In short", bend_in_short(made))
    out.print()
    bullets(out, "What to know before trusting this", made.remarks)
    out.print()
    out.print("Training and research tool, not a medical device.")
    front = report.name.removesuffix("bend.html")
    names = ", ".join(front + name for name in ("bend.json", "bends.csv", "bend.html"))
    out.print(f"Results in {spelled(report.parent)}: {names}", soft_wrap=True)
