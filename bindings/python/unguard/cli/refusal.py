"""What a person sees when something cannot be done: one sentence, and an exit code that says whose turn it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import typer

from unguard.errors import ConfigError, FormatError

BAD_USAGE = 2
BAD_INPUT = 3

#: Parameters of the Python functions that are options here, as they are called here.
_OPTIONS = {
    "fs": "--fs",
    "unit": "--unit",
    "gain": "--gain",
    "offset": "--offset",
    "channels": "--channels",
    "decimal": "--decimal",
    "sensor": "--sensor",
    "device": "--device",
    "max_gap_s": "--max-gap",
    "band": "--band",
    "mains": "--mains",
    "rest": "--rest",
    "out": "--out",
    "seconds": "--seconds",
    "seed": "--seed",
}
_BEHIND_EQUALS = re.compile(r"\b(" + "|".join(_OPTIONS) + r")=\s?")


def refuses_by_name(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command end with one sentence on standard error instead of a traceback for what a person gave it."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except ConfigError as error:
            say(f"{_spoken(error)}")
            raise typer.Exit(BAD_USAGE) from None
        except FormatError as error:
            say(as_options(str(error)))
            raise typer.Exit(BAD_INPUT) from None
        except MemoryError:
            say("the recording does not fit into memory: analyse fewer channels by --channels, or simulate less")
            raise typer.Exit(BAD_INPUT) from None

    return run


def say(text: str) -> None:
    """Print one line to standard error."""
    typer.echo(f"unguard: {text}", err=True)


def as_options(text: str) -> str:
    """Return a sentence with parameters of the Python functions written as options of the command."""
    return _BEHIND_EQUALS.sub(lambda found: _OPTIONS[found[1]] + " ", text).rstrip()


def _spoken(error: ConfigError) -> str:
    text = str(error)
    option = _OPTIONS.get(error.parameter)
    if option and text.startswith(error.parameter + " "):
        text = option + text[len(error.parameter) :]
    return as_options(text)
