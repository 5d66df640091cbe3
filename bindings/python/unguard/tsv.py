"""Tables as BIDS has them: columns separated by tabs, names in the first line, one row a line."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from unguard.arguments import path_of
from unguard.errors import FormatError

#: A cell that is held by quotation marks, in which there may be tabs; or one that is not.
_CELL = re.compile(r'"(?:[^"]|"")*"(?=\t|$)|[^\t]*')


def read_rows(path: str | os.PathLike[str], needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the number of the line and the values by column of every row; empty lines are passed over.

    Parameters
    ----------
    needed: columns that have to be there.

    Raises
    ------
    FormatError: the file cannot be read or is no UTF-8, a column that is needed is missing or there twice, or a row has
        more or fewer values than there are columns.
    """
    try:
        text = path_of("path", path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            path, "the text", f"no UTF-8 ({error.reason})", "a table of columns separated by tabs"
        ) from error
    # Not the csv module: with its quoting a quotation mark that opens a value takes the lines that follow into it.
    lines = text.split("\n")
    header = _cells(lines[0]) if lines[0] else []
    for column in needed:
        if column not in header:
            found = ", ".join(header) or "empty"
            raise FormatError(path, "the first line", found, f"a column {column} among them", where="line 1")
        if header.count(column) > 1:
            raise FormatError(path, "the first line", f"with {column} twice", "each column once", where="line 1")
    rows = []
    for line, written in enumerate(lines[1:], start=2):
        if not written:
            continue
        row = _cells(written, len(header))
        if len(row) != len(header):
            found = f"{len(row)} values"
            raise FormatError(path, "the row", found, f"one for each of {len(header)} columns", where=f"line {line}")
        rows.append((line, dict(zip(header, row, strict=True))))
    return rows


def _cells(line: str, columns: int | None = None) -> list[str]:
    """Return the values of a line.

    A quotation mark is a letter like others, but where two of them hold a whole value: BIDS writes one with a tab so.

    columns: how many values there should be; with as many, no tab is within a value. None: not known, and none is.
    """
    cells = line.split("\t")
    if columns is not None and len(cells) > columns:
        cells = []
        at = 0
        while at <= len(line):
            cell = _CELL.match(line, at)
            assert cell is not None  # it matches an empty value, too
            cells.append(cell[0])
            at = cell.end() + 1
    return [c[1:-1].replace('""', '"') if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells]
