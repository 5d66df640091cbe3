"""The options by which a person says whose recording it is, and of which day."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated

import typer

from unguard.errors import ConfigError

PlanFile = Annotated[Path, typer.Option("--plan", metavar="PLAN", help="The person's plan, TOML.", show_default=False)]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        show_default=False,
        help="Of the session. Default: from the plan's diary, or a file's name that begins with the plan's id.",
    ),
]
NoiseOfRatios = Annotated[
    float | None, typer.Option("--noise", help="Noise of electrode and amplifier, uV RMS in the band of ratios.")
]


PersonsId = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="ID",
        show_default=False,
        help="Letters, digits and hyphens that stand for the person: results are named by it, and the recording's own "
        "name is written nowhere.",
    ),
]


def persons_id(text: str | None) -> str | None:
    """Return the id that was given, or None; raise ConfigError for what may be more, and do not repeat it."""
    if text is None or re.fullmatch(r"[A-Za-z0-9-]{1,64}", text):
        return text
    raise ConfigError("id", "something else", "letters, digits and hyphens, at most 64 of them, and no name")


def day(text: str | None) -> datetime.date | None:
    """Return the day that was given, or None; raise ConfigError for what is no date."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ConfigError("date", repr(text), "a date, such as 2026-11-02") from None
