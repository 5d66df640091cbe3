"""`unguard session FILE --plan PLAN` and `unguard progress FOLDER`: a person's sessions by their plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unguard.cli.page import bullets, page, table
from unguard.cli.person import Day, NoiseOfRatios, PlanFile, day
from unguard.cli.progress import progress as progress_bar
from unguard.cli.reading import File
from unguard.cli.refusal import refuses_by_name
from unguard.cli.results import Out, results_folder
from unguard.cli.statements import Statements, takes_statements
from unguard.errors import spelled


@refuses_by_name
@takes_statements
def session(
    file: File,
    *,
    plan: PlanFile,
    date: Day = None,
    noise: NoiseOfRatios = None,
    said: Statements,
    out: Out = None,
) -> None:
    """Analyse a session by a plan: writes ID_DATE_session.json, .csv and .html into a folder named by the id.

    The id is that of the plan. A file's name that does not begin with it is not written; annotations are, as they are.
    """
    from unguard.plan import read_plan
    from unguard.report.folder import ready_folder
    from unguard.report.session_folder import write_session
    from unguard.report.session_page import session_in_short
    from unguard.report.session_rows import with_interval
    from unguard.session import analyse_session

    of = read_plan(plan)
    when = day(date)
    with progress_bar() as told:
        told("reading", 0.0)
        recording = said.read(file)
        made = analyse_session(
            recording, of, date=when, noise=noise, progress=lambda text, share: told(text, 0.1 + 0.7 * share)
        )
        del recording
        told("report", 0.8)
        folder = ready_folder(results_folder(of.id if out is None else out))
        report = write_session(made, folder)
        told("done", 1.0)
    screen = page()
    screen.print(f"{made.name}: {len(made.measures)} measures")
    screen.print()
    shown = table("measure", "muscle", "when", "value", "unit", numbers=["value"])
    for m in made.measures:
        if m.when != "end":
            shown.add_row(m.name, m.muscle, m.when, with_interval(m), m.unit)
    screen.print(shown)
    screen.print()
    bullets(screen, "In short", session_in_short(made))
    screen.print()
    bullets(screen, "What to know before trusting this", made.remarks)
    screen.print()
    screen.print("Training and research tool, not a medical device.")
    typer.echo(spelled(report))


@refuses_by_name
def progress(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="With the sessions of one person.", show_default=False)
    ],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="PLAN", help="The person's plan, for goals.", show_default=False),
    ] = None,
    planned: Annotated[
        int | None,
        typer.Option(
            "--planned",
            show_default=False,
            help="Sessions that are planned, fixed before the first look. Default: 12, or all there are.",
        ),
    ] = None,
    out: Out = None,
) -> None:
    """Say what changed over sessions: writes ID_progress.json, .csv and .html; by default into FOLDER."""
    from unguard.plan import read_plan
    from unguard.report.folder import ready_folder
    from unguard.report.session_folder import write_course
    from unguard.report.session_page import course_in_short
    from unguard.report.words import short
    from unguard.session import course, read_sessions

    of = None if plan is None else read_plan(plan)
    made = course(read_sessions(folder), plan=of, planned=planned)
    report = write_course(made, ready_folder(results_folder(str(folder) if out is None else out)))
    screen = page()
    numbers = ["sessions", "first", "last", "change", "from", "to"]
    shown = table("measure", *numbers, "verdict", numbers=numbers)
    for row in made.to_dataframe().to_dict(orient="records"):
        told = (short(row[name]) for name in ("first", "last", "change", "change_low", "change_high"))
        shown.add_row(row["measure"], str(row["sessions"]), *told, row["verdict"])
    screen.print(shown)
    screen.print()
    bullets(screen, "In short", course_in_short(made))
    screen.print()
    bullets(screen, "What to know before trusting this", made.remarks)
    bullets(screen, "Not told", [f"{name}: {why}" for name, why in made.left_out.items()])
    screen.print()
    screen.print("Training and research tool, not a medical device.")
    typer.echo(spelled(report))
