"""`unguard profile FILE --plan PLAN --good 2,3,4`: a person's good bends, kept in the plan."""

from __future__ import annotations

from typing import Annotated

import typer

from unguard.cli.page import bullets, page, table
from unguard.cli.person import Day, NoiseOfRatios, PlanFile, day
from unguard.cli.progress import progress
from unguard.cli.reading import File
from unguard.cli.refusal import refuses_by_name
from unguard.cli.statements import Statements, takes_statements
from unguard.errors import ConfigError, spelled

_NUMBERS = "numbers of bends, separated by commas, such as 2,3,5"


@refuses_by_name
@takes_statements
def profile(
    file: File,
    *,
    plan: PlanFile,
    good: Annotated[
        list[str],
        typer.Option(
            "--good",
            metavar="NUMBERS",
            show_default=False,
            help="Which bends were good, as `unguard bend` counts them, separated by commas; three and more.",
        ),
    ],
    site_note: Annotated[
        str | None,
        typer.Option(
            "--site-note",
            show_default=False,
            help="Where the electrodes are. Default: from the plan's diary of this recording.",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put them in the place of those that the plan has of these muscles.")
    ] = False,
    date: Day = None,
    noise: NoiseOfRatios = None,
    said: Statements,
) -> None:
    """Learn how a person bends when it goes well, and write that into the plan.

    Makes the profiles of guarding and of bending from good bends with a trunk angle: `unguard session` and `unguard
    bend --plan` tell guarding and spikes on bending against them. Comments in the plan stay.
    """
    from unguard.plan import read_plan, write_plan
    from unguard.session import profile_bends

    of = read_plan(plan)
    numbers, when = _numbers(good), day(date)
    with progress() as told:
        told("reading", 0.0)
        recording = said.read(file)
        made = profile_bends(
            recording, of, good=numbers, date=when, site_note=site_note, noise=noise, replace=replace,
            progress=lambda text, share: told(text, 0.1 + 0.8 * share),
        )  # fmt: skip
        write_plan(made.plan, plan)
        told("done", 1.0)
    screen = page()
    screen.print(f"{of.id}: {len(made.good)} good bends of {made.count} ({', '.join(map(str, made.good))})")
    screen.print()
    shown = table("profile", "id", "made from", "muscles", "band", "")
    for one in made.made:
        holds = f", {made.holds} full flexions" if one.kind == "bending" and made.holds else ""
        shown.add_row(
            one.kind, one.id, f"{len(made.good)} bends{holds}", ", ".join(one.channels), one.band,
            "replaced" if one.id in made.replaced else "new",
        )  # fmt: skip
    screen.print(shown)
    screen.print()
    bullets(screen, "What to know before trusting this", made.remarks)
    screen.print()
    screen.print("Training and research tool, not a medical device.")
    typer.echo(spelled(plan))


def _numbers(given: list[str]) -> list[int]:
    parts = [part.strip() for value in given for part in value.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ConfigError("good", repr(",".join(given)), _NUMBERS)
    return [int(part) for part in parts]
