"""How a text table is written: its encoding, comments, separator, decimal sign, header and first row of numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unguard.errors import FormatError
from unguard.io.units import split_unit

#: What stands for "no value" in a cell, compared in lower case.
MISSING = ("", "nan", "-nan", "+nan", "null", "na", "n/a", "#n/a", "none", "nil", "--")
#: Infinite values parse as numbers and are quarantined later.
_INFINITE = ("inf", "-inf", "+inf", "infinity", "-infinity", "+infinity")
_HEAD_BYTES = 1 << 18
_ROWS_LOOKED_AT = 40
_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?")
_SEPARATORS = (";", "\t", ",", " ")


@dataclass(frozen=True)
class TextLayout:
    """How one text file is to be read.

    Attributes
    ----------
    encoding: as Python names it.
    comments: comment lines before the data, without their sign.
    comment_sign: "#", "%" or "".
    preamble: lines before the header that are no comments.
    header: the columns' labels, or None when the file has none.
    columns: columns per row (an empty one after a trailing separator is not counted).
    ends_with_separator: whether every row has such a trailing separator.
    first_line: index of the first line of numbers, counted from 0.
    separator: one of ; tab , or a space standing for any white space.
    decimal: "." or ",".
    text_columns: columns whose cells are text, such as a clock time.
    """

    encoding: str
    comments: tuple[str, ...]
    comment_sign: str
    preamble: tuple[str, ...]
    header: tuple[str, ...] | None
    columns: int
    ends_with_separator: bool
    first_line: int
    separator: str
    decimal: str
    text_columns: tuple[int, ...]


def split_line(line: str, separator: str) -> list[str]:
    """Split a line into stripped cells, quotes respected; a space stands for any run of white space."""
    if separator == " ":
        return line.split()
    try:
        return [cell.strip() for cell in next(csv.reader([line.strip("\r\n")], delimiter=separator), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(separator)]


def is_number(cell: str, decimal: str) -> bool:
    """Return whether a cell is written as a number with this decimal sign."""
    pattern = _POINT if decimal == "." else _COMMA
    return pattern.fullmatch(cell) is not None or cell.lower() in _INFINITE


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no value."""
    return cell.lower() in MISSING


def head_lines(path: Path) -> tuple[list[str], str, bool]:
    """Return the first lines of a file (whole lines, at most 256 KiB), their encoding, and whether they are all there
    is.

    Raises FormatError for a file that is not text.
    """
    with path.open("rb") as file:
        raw = file.read(_HEAD_BYTES)
        whole = not file.read(1)
    encoding = "utf-8"
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            encoding = name
            break
    else:
        if b"\x00" in raw:
            where = f"byte {raw.index(0)}"
            raise FormatError(
                path, "the file", "binary of an unknown kind", "a recording in a known format", where=where
            )
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as cause:
            # A character cut at the end of the piece is no sign of another encoding.
            if whole or cause.start < len(raw) - 4:
                encoding = "latin-1"
    text = raw.decode(encoding, errors="replace")
    lines = re.split(r"\r\n|\n|\r", text)
    if not whole and len(lines) > 1:
        lines.pop()
    return lines, encoding, whole


def sniff(path: Path, decimal: str | None) -> TextLayout:
    """Find out how a text table is written; `decimal` is the caller's statement, if any.

    Raises FormatError when there is no row of numbers, or the header names another number of columns than the rows
    have.
    """
    lines, encoding, _ = head_lines(path)
    comments, sign, body = _comments(lines)
    best: tuple[tuple[int, int, int], str, str, int] | None = None
    # Only quotes can keep a decimal comma apart from a separating one.
    quoted = any('"' in lines[i] for i in body)
    for rank, separator in enumerate(_SEPARATORS):
        for sign_of_decimal in (".", ",") if decimal is None else (decimal,):
            if separator == "," and sign_of_decimal == "," and not quoted:
                continue
            found = _first_row(lines, body, separator, sign_of_decimal)
            if found is None:
                continue
            first, numeric, agreeing = found
            score = (agreeing, numeric, -rank)
            if best is None or score > best[0]:
                best = (score, separator, sign_of_decimal, first)
    if best is None:
        raise FormatError(path, "the file", "text without a row of numbers", "a table of samples")
    _, separator, sign_of_decimal, first = best
    return _layout(path, lines, encoding, comments, sign, body, separator, sign_of_decimal, first)


def _comments(lines: Sequence[str]) -> tuple[list[str], str, list[int]]:
    """Return the comment lines without sign, the sign, and the indices of the other lines that are not blank."""
    comments: list[str] = []
    sign = ""
    body = []
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped[:1] in ("#", "%") and stripped[:1]:
            sign = sign or stripped[0]
            comments.append(stripped[1:].strip())
        elif stripped:
            body.append(index)
    return comments, sign, body


def _first_row(lines: Sequence[str], body: Sequence[int], separator: str, decimal: str) -> tuple[int, int, int] | None:
    """Return (position in `body` of the first row of numbers, numeric columns, rows that agree), or None.

    A row of numbers is one in which at least half of the cells are numbers and the line after it, if any, is alike.
    """
    cells = [split_line(lines[i], separator) for i in body[: _ROWS_LOOKED_AT * 4]]
    counts = [sum(is_number(cell, decimal) for cell in row) for row in cells]
    missing = [sum(is_missing(cell) for cell in row) for row in cells]
    for first, row in enumerate(cells):
        if counts[first] == 0 or 2 * counts[first] < len(row) - missing[first]:
            continue
        following = range(first + 1, min(first + _ROWS_LOOKED_AT, len(cells)))
        same = sum(1 for i in following if len(cells[i]) == len(row) and counts[i] + missing[i] >= counts[first])
        if following and same == 0:
            continue
        # A header of another width speaks against this separator: "EMG" above "0,35" is one column, not two.
        before = cells[first - 1] if first else None
        if before is not None and len(before) == 1 and len(row) == 2 and separator == "," and len(body) == len(cells):
            joined = split_line(lines[body[first]], " ")
            if len(joined) == 1 and _COMMA.fullmatch(joined[0]):
                continue
        return first, counts[first], same + 1
    return None


def _is_unit(cell: str) -> bool:
    return split_unit(f"x ({cell.strip('[]()')})")[1] is not None


def _layout(
    path: Path,
    lines: Sequence[str],
    encoding: str,
    comments: Sequence[str],
    sign: str,
    body: Sequence[int],
    separator: str,
    decimal: str,
    first: int,
) -> TextLayout:
    rows = [split_line(lines[i], separator) for i in body[first : first + _ROWS_LOOKED_AT]]
    width = len(rows[0])
    header = split_line(lines[body[first - 1]], separator) if first else None
    ends_with_separator = width > 1 and all(len(row) == width and row[-1] == "" for row in rows)
    if ends_with_separator and header is not None and len(header) == width and header[-1] != "":
        ends_with_separator = False
    columns = width - 1 if ends_with_separator else width
    if header is not None and len(header) == columns + 1 and header[-1] == "":
        header = header[:-1]
    before = first - 1 if header is not None else first
    if header is not None and first > 1 and len(header) == columns:
        above = split_line(lines[body[first - 2]], separator)[:columns]
        if len(above) == columns and all(_is_unit(cell) for cell in header):
            # Labels in one row, units in the next: they belong together.
            header = [f"{label} ({unit.strip('[]()')})" for label, unit in zip(above, header, strict=True)]
            before = first - 2
    preamble = [lines[i] for i in body[:before]]
    if header is not None and len(header) != columns:
        # One cell above several is a title or a sentence, and so part of the preamble; several of another number is a
        # fault.
        if len(header) > 1 and separator != " " and not any(len(cell) > 40 for cell in header) and first == 1:
            raise FormatError(
                path,
                "the header",
                f"{len(header)} columns wide above rows of {columns}",
                'as many labels as the rows have cells (is the decimal sign a comma? then decimal=",")',
                where=f"line {body[first - 1] + 1}",
            )
        preamble.append(lines[body[first - 1]])
        header = None
    text = [
        column
        for column in range(columns)
        if all(column < len(row) and not is_number(row[column], decimal) and row[column] != "" for row in rows)
        and not all(is_missing(row[column]) for row in rows)
    ]
    return TextLayout(
        encoding=encoding,
        comments=tuple(comments),
        comment_sign=sign,
        preamble=tuple(preamble),
        header=None if header is None else tuple(header),
        columns=columns,
        ends_with_separator=ends_with_separator,
        first_line=body[first],
        separator=separator,
        decimal=decimal,
        text_columns=tuple(text),
    )
