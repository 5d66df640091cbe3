"""The page the commands write on: plain text that keeps its form in a terminal, a pipe and a log."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

#: Where the output is no terminal nobody has a width; lines of this length can be read.
_WIDTH = 110


def page(width: int = _WIDTH) -> Console:
    """Return standard output as a console that takes what it is given literally.

    Parameters
    ----------
    width: columns, where the output is no terminal.
    """
    return Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else width)


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """Return an empty table; `numbers` names the columns that are set flush right."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    right = set(numbers)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def bullets(out: Console, title: str, lines: Iterable[str]) -> None:
    """Print a titled list, or nothing when there are no lines."""
    listed = list(lines)
    if not listed:
        return
    out.print(f"{title}:")
    for line in listed:
        out.print(textwrap.fill(line, out.width - 1, initial_indent="  - ", subsequent_indent="    "), soft_wrap=True)
