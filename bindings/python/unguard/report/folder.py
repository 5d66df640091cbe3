"""The folder of results: of an analysis analysis.json, events.csv, envelope.csv and report.html."""

from __future__ import annotations

import os
from pathlib import Path

import pandas  # type: ignore[import-untyped]

from unguard.analysis import Analysis
from unguard.errors import ConfigError
from unguard.report.page import html
from unguard.whole_file import write_whole

#: What a cell begins with that spreadsheets reckon out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
JSON, EVENTS, ENVELOPE, REPORT = "analysis.json", "events.csv", "envelope.csv", "report.html"


def ready_folder(folder: str | os.PathLike[str]) -> Path:
    """Make the folder for the results if it is missing; raise ConfigError when that cannot be."""
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        found = "a file" if place.exists() else f"not to be made ({cause.strerror})"
        raise ConfigError("out", f"{str(folder)!r}, {found}", "a folder that can be written") from cause
    return place


def write_results(made: Analysis, folder: str | os.PathLike[str]) -> Path:
    """Write everything about an analysis into a folder and return the path of the report.

    Files of an earlier analysis are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    write_all(
        place,
        {
            JSON: made.to_json(),
            EVENTS: csv_of(_short_numbers(made.events_dataframe())),
            ENVELOPE: csv_of(made.envelope_dataframe(), float_format="%.6g"),
            REPORT: html(made),
        },
    )
    return place / REPORT


def write_all(place: Path, texts: dict[str, str]) -> None:
    """Write texts into a folder by the names of their files; raise ConfigError where it cannot be written."""
    try:
        for name, text in texts.items():
            write_whole(place / name, text)
    except OSError as cause:
        raise ConfigError("out", f"{str(place)!r} ({cause.strerror})", "a folder that can be written") from cause


def csv_of(frame: pandas.DataFrame, float_format: str | None = None) -> str:
    """Return a table as CSV, the same bytes on every machine; no text in it is a formula to a spreadsheet.

    A name or a text that begins as one (`=`, `+`, `-`, `@`, tab, carriage return) has an apostrophe before it: names
    of channels and annotations come with the recording, from anybody. Source: OWASP, CSV injection.
    """
    safe = frame.rename(columns=_no_formula)
    for name in safe.columns[[dtype.kind == "O" for dtype in safe.dtypes]]:
        safe[name] = safe[name].map(_no_formula)
    return str(safe.to_csv(index=False, lineterminator="\n", float_format=float_format))


def _no_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _short_numbers(events: pandas.DataFrame) -> pandas.DataFrame:
    # Microseconds for times, six digits for the rest: no more than is known, and the same text on every machine.
    def six_digits(value: float) -> float:
        return float(f"{value:.6g}")

    events = events.round({"onset_s": 6, "offset_s": 6, "decided_s": 6})
    for column in ("peak_uV", "area", "confidence"):
        events[column] = events[column].map(six_digits)
    return events
