"""What a person sees when something cannot be done: one sentence, and an exit code that says whose turn it is."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import typer

from unguard.errors import ConfigError, FormatError, spelled
from unguard.extras import MissingExtra

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
    "reader": "--reader",
    "max_gap_s": "--max-gap",
    "band": "--band",
    "mains": "--mains",
    "rest": "--rest",
    "out": "--out",
    "seconds": "--seconds",
    "seed": "--seed",
    "data": "--data",
    "set": "--set",
    "limit": "--limit",
    "generator": "--generator",
    "angle": "--angle",
    "date": "--date",
    "plan": "--plan",
    "planned": "--planned",
    "phases_by": "--phases",
    "noise": "--noise",
    "muscles": "--channels",
    "good": "--good",
    "site_note": "--site-note",
    "replace": "--replace",
    "subject": "--subject",
    "task": "--task",
    "session": "--session",
    "run": "--run",
    "acquisition": "--acquisition",
    "placement": "--placement",
    "reference": "--reference",
    "power_line": "--power-line",
    "emg": "--emg",
    "dataset": "--dataset",
    "format": "--format",
    "overwrite": "--overwrite",
    "participants": "--participant-label",
    "tasks": "--task",
    "workers": "--workers",
    "scheduler": "--scheduler",
}
_BEHIND_EQUALS = re.compile(r"\b(" + "|".join(_OPTIONS) + r")=\s?")


def refuses_by_name(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command end with one sentence on standard error instead of a traceback for what a person gave it."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()  # what does not fit is to be said here, not by Python on its way out
        except ConfigError as error:
            say(f"{_spoken(error)}")
            raise typer.Exit(BAD_USAGE) from None
        except FormatError as error:
            say(as_options(str(error)))
            raise typer.Exit(BAD_INPUT) from None
        except MissingExtra as error:
            say(str(error))
            raise typer.Exit(BAD_USAGE) from None
        except MemoryError:
            say("the recording does not fit into memory: analyse fewer channels by --channels, or simulate less")
            raise typer.Exit(BAD_INPUT) from None
        except OSError as error:
            refuse_output(error)

    return run


def refuse_output(error: OSError) -> NoReturn:
    """End the command because what it prints cannot be written; files that cannot are refused by name before."""
    if isinstance(error, BrokenPipeError):
        _to_nowhere()
        raise SystemExit(1) from None  # as typer does: who reads has seen enough
    what = "standard output" if error.filename is None else spelled(error.filename)
    _to_nowhere()
    say(f"{what} cannot be written ({error.strerror or error})")
    raise SystemExit(BAD_USAGE) from None


def _to_nowhere() -> None:
    # Of what is still buffered, so that Python does not fail once more on its way out.
    with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def say(text: str) -> None:
    """Print one line to standard error, if that can be written."""
    with contextlib.suppress(OSError):
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
