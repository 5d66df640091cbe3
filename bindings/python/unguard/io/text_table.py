"""The numbers of a text table, by pandas, with every cell that is no number named by line and column."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas  # type: ignore[import-untyped]
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.layout_sniff import MISSING, TextLayout, is_missing, is_number, sniff, split_line

_TAIL_BYTES = 1 << 16
#: From 3.1 on pandas rounds exactly by itself and deprecates the option; before, its default was one unit off at times.
_EXACT: dict[str, Any] = (
    {"float_precision": "round_trip"} if tuple(int(n) for n in pandas.__version__.split(".")[:2]) < (3, 1) else {}
)


@dataclass
class TextTable:
    """A text table in memory.

    Attributes
    ----------
    layout: how the file is written.
    labels: one per column; "column 1" and so on when the file has no header.
    values: float64 per column, NaN where a cell is missing; None for a column of text.
    repairs, remarks: what was mended or is worth knowing.
    """

    path: Path
    layout: TextLayout
    labels: list[str]
    values: list[NDArray[np.float64] | None]
    repairs: list[str]
    remarks: list[str]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return next(column.size for column in self.values if column is not None)


def read_table(path: Path, decimal: str | None) -> TextTable:
    """Read a text table; raise FormatError naming line, column and cell when a cell is no number.

    A last line without line end that is not a whole row is dropped and listed in `repairs`; rows at the end without
    any value are left out and listed in `remarks`.
    """
    layout = sniff(path, decimal)
    repairs: list[str] = []
    remarks: list[str] = []
    if layout.encoding == "latin-1":
        remarks.append("the text is not UTF-8: it is read as Latin-1")
    kept = _kept_bytes(path, layout, repairs, remarks)
    frame = _parse(path, layout, kept)
    values: list[NDArray[np.float64] | None] = [None] * layout.columns
    for column in frame.columns:
        values[int(column)] = frame[column].to_numpy(dtype=np.float64)
    numeric = [column for column in values if column is not None]
    rows = _rows_with_values(numeric)
    if rows == 0:
        raise FormatError(path, "the table", "without a value", "at least one sample")
    if rows < numeric[0].size:
        remarks.append(f"{numeric[0].size - rows} rows without any value at the end are left out")
        values = [None if column is None else column[:rows] for column in values]
    labels = list(layout.header) if layout.header else [f"column {i + 1}" for i in range(layout.columns)]
    for column in layout.text_columns:
        remarks.append(f"column {labels[column]!r} holds text: it is not loaded")
    return TextTable(path, layout, labels, values, repairs, remarks)


def _rows_with_values(columns: list[NDArray[np.float64]]) -> int:
    rows = columns[0].size
    while rows > 0 and all(np.isnan(column[rows - 1]) for column in columns):
        rows -= 1
    return rows


def _parse(path: Path, layout: TextLayout, kept: int | None) -> pandas.DataFrame:
    """Let pandas parse the numeric columns as float64, exactly rounded."""
    width = layout.columns + (1 if layout.ends_with_separator else 0)
    numeric = [i for i in range(layout.columns) if i not in layout.text_columns]
    if not numeric:
        raise FormatError(path, "the table", "text only", "at least one column of numbers")
    source: Path | io.BytesIO = path
    if kept is not None:
        with path.open("rb") as file:
            source = io.BytesIO(file.read(kept))
    # All columns are parsed, text too: with a choice of columns pandas passes over cells too many in silence.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", pandas.errors.ParserWarning)
            frame = pandas.read_csv(
                source,
                sep=r"\s+" if layout.separator == " " else layout.separator,
                decimal=layout.decimal,
                header=None,
                names=range(width),
                index_col=False,
                skiprows=layout.first_line,
                dtype={i: str if i in layout.text_columns else np.float64 for i in range(width)},
                na_values=_spellings(),
                keep_default_na=False,
                skipinitialspace=True,
                # In a single column a blank line is a sample without a value, not a line without a row.
                skip_blank_lines=width > 1,
                comment=layout.comment_sign or None,
                encoding=layout.encoding,
                encoding_errors="replace",
                engine="c",
                low_memory=False,
                **_EXACT,
            )
    except (
        Exception
    ) as cause:  # pandas raises ValueError, ParserError, OverflowError, Warning ... on bytes it did not foresee
        raise _named_cell(path, layout, kept, cause) from cause
    return frame[numeric]


def _named_cell(path: Path, layout: TextLayout, kept: int | None, cause: Exception) -> FormatError:
    """Return the error for the first cell that is no number, found by reading line by line."""
    raw = path.read_bytes()[:kept]
    width = layout.columns + (1 if layout.ends_with_separator else 0)
    for index, line in enumerate(raw.decode(layout.encoding, errors="replace").splitlines()):
        if index < layout.first_line or not line.strip() or line.strip()[0] == layout.comment_sign:
            continue
        cells = split_line(line, layout.separator)
        where = f"line {index + 1}"
        if len(cells) > width:
            return FormatError(path, "the row", f"{len(cells)} cells long", f"{width} cells", where=where)
        for column, cell in enumerate(cells[: layout.columns]):
            if column in layout.text_columns or is_missing(cell) or is_number(cell, layout.decimal):
                continue
            label = layout.header[column] if layout.header else f"column {column + 1}"
            return FormatError(path, label, repr(cell), "a number or an empty cell", where=where)
    text = " ".join(str(cause).split())[:200]
    return FormatError(path, "the table", f"not readable ({text})", "rows of numbers")


def _kept_bytes(path: Path, layout: TextLayout, repairs: list[str], remarks: list[str]) -> int | None:
    """Return how many bytes to read when the last line is cut off, or None to read all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    if not tail or tail[-1:] in (b"\n", b"\r") or layout.encoding == "utf-16":
        return None
    start = max(tail.rfind(b"\n"), tail.rfind(b"\r")) + 1
    line = tail[start:].decode(layout.encoding, errors="replace")
    cells = split_line(line, layout.separator)
    if start == 0 or not line.strip():
        return None
    numeric = [i for i in range(layout.columns) if i not in layout.text_columns]
    whole = len(cells) >= layout.columns and all(
        is_number(cells[i], layout.decimal) or (is_missing(cells[i]) and i != layout.columns - 1) for i in numeric
    )
    if whole:
        remarks.append("the last line has no line end: if the file was cut off, its last value is not to be trusted")
        return None
    repairs.append(f"the last line is cut off ({line.strip()[-40:]!r}): it is dropped")
    return size - (len(tail) - start)


def _spellings() -> list[str]:
    return sorted({form for word in MISSING for form in (word, word.upper(), word.capitalize(), "NaN", "-NaN", "N/a")})
