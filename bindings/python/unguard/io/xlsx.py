"""Excel workbooks (.xlsx) by openpyxl: every sheet with a table of numbers is a device, read as a text table is.

Format: ECMA-376, Office Open XML. Formulas count by the values that were saved with them.
"""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import FormatError
from unguard.io.foreign import reads
from unguard.io.layout_sniff import TextLayout, is_missing
from unguard.io.options import Options
from unguard.io.plain_table import plain_source
from unguard.io.source import Source
from unguard.io.text_table import TextTable
from unguard.io.units import split_unit

#: The limits of the format.
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
#: Sheets of numbers pack tenfold; what packs more tightly than this is no table.
_MOST_PACKED, _ALWAYS_ALLOWED = 300, 1 << 24
_ROWS_OF_HEADER = 100


def open_xlsx(path: Path, options: Options) -> Source:
    """Open a workbook: the sheets that hold samples; one that does not is named in the remarks.

    Raises FormatError for a damaged file, a cell of text among numbers, and a workbook without a table of samples.
    """
    with reads(path, "Excel"):
        size = _unpacked_size(path)
        openpyxl = extras.module("openpyxl", "openpyxl", "formats")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return _open_book(path, book, size, options)
        finally:
            book.close()


def _unpacked_size(path: Path) -> int:
    """Return the bytes that a workbook takes unpacked; raise FormatError for more than a table can."""
    with zipfile.ZipFile(path) as packed:
        size = sum(one.file_size for one in packed.infolist())
    if size > max(_ALWAYS_ALLOWED, _MOST_PACKED * path.stat().st_size):
        found = f"{size} bytes packed into {path.stat().st_size}"
        raise FormatError(path, "the workbook", found, f"tables packed at most {_MOST_PACKED} times")
    return size


def _open_book(path: Path, book: Any, size: int, options: Options) -> Source:
    found: dict[str, Source] = {}
    refusals: list[FormatError] = []
    source = Source(path, "Excel", [], lambda indices, out: None)
    for sheet in book.worksheets:
        if options.device not in (None, sheet.title):
            source.devices.append(sheet.title)
            continue
        try:
            table = _table(path, sheet, size)
            if table is None:
                source.remarks.append(f"the sheet {sheet.title!r} is empty")
                continue
            found[sheet.title] = plain_source(table, options)
            source.devices.append(sheet.title)
        except FormatError as refusal:
            refusals.append(refusal)
            source.remarks.append(f"the sheet {sheet.title!r} is not read: {refusal.field} is {refusal.found}")
    if not found and refusals:
        raise refusals[0]
    if not found and options.device is None:
        raise FormatError(path, "the workbook", "without a table", "a sheet with samples")
    places: list[tuple[Source, int]] = []
    for title, one in found.items():
        for i, track in enumerate(one.tracks):
            track.device = title
            track.name = f"{title}/{track.name}" if len(found) > 1 else track.name
            track.fs_missing = one.fs_missing
            source.tracks.append(track)
            places.append((one, i))
        source.remarks += [f"{title}: {text}" for text in one.remarks]
        source.repairs += [f"{title}: {text}" for text in one.repairs]

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            one, i = places[index]
            one.load([i], out[:, j : j + 1])

    source.load = load
    return source


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the rows that are not blank with their numbers, without blank cells at their ends."""
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=_MOST_ROWS), start=1):
        end = min(len(row), _MOST_COLUMNS)
        while end and row[end - 1] is None:
            end -= 1
        if end:
            yield number, row[:end]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _table(path: Path, sheet: Any, most_cells: int) -> TextTable | None:
    """Return the table of a sheet: what stands above the first row of numbers is header and preamble.

    A cell takes several bytes in the file: of more cells than bytes nearly all are blank, and it is no table.
    """
    above: list[tuple[Any, ...]] = []
    columns: list[array[float]] = []
    texts: dict[int, str] = {}
    filled: set[int] = set()
    for number, row in _rows(sheet):
        if not columns:
            numbers = sum(map(_is_number, row))
            if not numbers or 2 * numbers < sum(cell is not None for cell in row):
                above.append(row)
                if len(above) > _ROWS_OF_HEADER:
                    break
                continue
            columns = [array("d") for _ in range(max(len(row), len(above[-1]) if above else 0))]
        if len(row) > len(columns):
            found = f"{len(row)} cells long"
            raise FormatError(
                path, "the row", found, f"{len(columns)} cells", where=f"sheet {sheet.title!r}, row {number}"
            )
        if number * len(columns) > most_cells:
            found = f"of {number} rows and {len(columns)} columns in {most_cells} bytes"
            raise FormatError(path, "the sheet", found, "a table without long blanks", where=f"sheet {sheet.title!r}")
        for i, column in enumerate(columns):
            cell = row[i] if i < len(row) else None
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                if i in texts:
                    raise _odd(path, sheet, number, i, texts[i])
                column.append(cell)
                filled.add(i)
                continue
            if cell is not None and not (isinstance(cell, str) and is_missing(cell.strip())):
                if i in filled:
                    raise _odd(path, sheet, number, i, cell)
                texts.setdefault(i, str(cell))
            column.append(np.nan)
    if not columns:
        if above:
            where = f"sheet {sheet.title!r}"
            raise FormatError(path, "the sheet", "text without a row of numbers", "a table of samples", where=where)
        return None
    header = _header(above, len(columns))
    labels = list(header) if header else [f"column {i + 1}" for i in range(len(columns))]
    layout = TextLayout(
        encoding="",
        comments=(),
        comment_sign="",
        preamble=tuple(
            " ".join(str(cell) for cell in row if cell is not None) for row in above[: -1 if header else None]
        ),
        header=header,
        columns=len(columns),
        ends_with_separator=False,
        first_line=0,
        separator="",
        decimal=".",
        text_columns=tuple(texts),
    )
    remarks = [f"column {labels[i]!r} holds text: it is not loaded" for i in texts]
    values = [None if i in texts else np.frombuffer(column, dtype=np.float64) for i, column in enumerate(columns)]
    if all(column is None for column in values):
        raise FormatError(
            path, "the sheet", "text only", "at least one column of numbers", where=f"sheet {sheet.title!r}"
        )
    return TextTable(path, layout, labels, values, [], remarks)


def _odd(path: Path, sheet: Any, row: int, column: int, cell: object) -> FormatError:
    where = f"sheet {sheet.title!r}, row {row}"
    return FormatError(path, f"column {column + 1}", repr(cell)[:60], "a number or an empty cell", where=where)


def _header(above: Sequence[tuple[Any, ...]], columns: int) -> tuple[str, ...] | None:
    """Return the labels from the row above the numbers; units in that row belong to the labels above it."""
    if not above or len(above[-1]) < 1 or not all(cell is None or isinstance(cell, str) for cell in above[-1]):
        return None
    last = [str(cell or "").strip() for cell in above[-1]] + [""] * columns
    if len(above) > 1 and len(above[-2]) > 1 and all(isinstance(cell, str) or cell is None for cell in above[-2]):
        names = [str(cell or "").strip() for cell in above[-2]] + [""] * columns
        units = [unit.strip("[]()") for unit in last[: len(above[-1])]]
        if all(split_unit(f"x ({unit})")[1] is not None for unit in units if unit) and any(units):
            joined = zip(names[:columns], last[:columns], strict=True)
            return tuple(f"{name} ({unit.strip('[]()')})" if unit else name for name, unit in joined)
    if len(above[-1]) == 1 and columns > 1:
        return None  # a title, not labels
    return tuple(last[:columns])
