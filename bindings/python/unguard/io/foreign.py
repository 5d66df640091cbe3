"""Other people's readers: whatever they raise on a damaged file is one sentence, and what they print is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from unguard.errors import ConfigError, FormatError
from unguard.extras import MissingExtra, quiet


@contextmanager
def reads(path: Path, kind: str) -> Iterator[None]:
    """Turn what a library raises over a file into FormatError, and keep its warnings from the person who runs unguard.

    Parameters
    ----------
    path: the file. kind: what the library takes it for, as the sentence says it ("XDF").
    """
    try:
        with quiet(), np.errstate(all="ignore"):
            yield
    except (FormatError, ConfigError, MissingExtra):
        raise
    except MemoryError as cause:
        expected = "a file whose header states what it holds"
        raise FormatError(path, "the file", f"not to be held in memory as {kind}", expected) from cause
    except Exception as cause:  # on damaged files libraries raise whatever their own code trips over
        text = " ".join(str(cause).split())[:160] or type(cause).__name__
        raise FormatError(path, "the file", f"not readable as {kind} ({text})", "an undamaged file") from cause


@contextmanager
def listening(logger: str) -> Iterator[list[tuple[int, str]]]:
    """Collect what a library logs, (level, text), from warnings on, instead of letting it reach the terminal."""
    heard: list[tuple[int, str]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append((record.levelno, " ".join(record.getMessage().split())))

    log = logging.getLogger(logger)
    ear = Ear(logging.WARNING)
    before = log.propagate
    log.propagate = False
    log.addHandler(ear)
    try:
        yield heard
    finally:
        log.removeHandler(ear)
        log.propagate = before
