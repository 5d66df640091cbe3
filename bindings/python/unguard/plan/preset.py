"""Montages and what goes with them, as data in the package: where a plan begins."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from pydantic import Field

from unguard.arguments import text
from unguard.errors import ConfigError
from unguard.plan.bands import Band, Processing
from unguard.plan.montage import Montage
from unguard.plan.part import Part
from unguard.plan.plan import Plan
from unguard.plan.quantities import Several, Words
from unguard.plan.read import parse
from unguard.plan.references import Reference
from unguard.plan.tasks import Task

_FILES = {
    "lumbar paraspinals": "lumbar_paraspinals.toml",
    "neck-shoulder": "neck_shoulder.toml",
    "knee": "knee.toml",
    "jaw": "jaw.toml",
}
#: Names of the montages that a plan can begin with.
MONTAGES = tuple(_FILES)


class Preset(Part):
    """A montage with the tasks and references that suit it. Sites are to be measured on the person."""

    about: Words = Field(description="what it is for, and what is not certain about it")
    montage: Montage = Field(description="a table [montage]")
    tasks: Several[Task] = Field(description="one table [[tasks]] for each task")
    references: Several[Reference] = Field(default=(), description="one table [[references]] for each reference effort")


class Bands(Part):
    """The bands that every new plan has, and which is for what."""

    processing: Processing = Field(description="a table [processing]")
    bands: Several[Band] = Field(description="one table [[bands]] for each pass band")


def preset(montage: str) -> Preset:
    """Return a montage of the package by name, one of `MONTAGES`; raise ConfigError for another one."""
    expected = f"one of {', '.join(MONTAGES)}"
    name = text("montage", montage, expected)
    if name not in _FILES:
        raise ConfigError("montage", repr(name), expected)
    return Preset(**_values(_FILES[name]))


def bands() -> Bands:
    """Return the bands of the package."""
    return Bands(**_values("bands.toml"))


def new_plan(id: str, montage: str = "lumbar paraspinals") -> Plan:
    """Return a plan to begin with: montage, bands, tasks and references, and no threshold, goal or ladder.

    Parameters
    ----------
    id: letters, digits and hyphens that stand for the person.
    montage: one of `MONTAGES`.

    Raises ConfigError by name.
    """
    start, common = preset(montage), bands()
    return Plan(
        id=id,
        montage=start.montage,
        processing=common.processing,
        bands=common.bands,
        tasks=start.tasks,
        references=start.references,
    )


def example_text() -> str:
    """Return the text of a plan with every part in it and a comment on each."""
    return _text("example_plan.toml")


def _values(file: str) -> dict[str, Any]:
    return parse(file, _text(file))


@functools.cache
def _text(file: str) -> str:
    return (resources.files("unguard.plan") / "presets" / file).read_text(encoding="utf-8")
