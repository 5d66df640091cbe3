"""The folder of a comparison: results.json, results.csv, three pictures, report.html."""

from __future__ import annotations

import os
from pathlib import Path

from unguard.benchmark.comparison import Comparison
from unguard.benchmark.report.delay_figure import delay_figure
from unguard.benchmark.report.error_figure import error_figure
from unguard.benchmark.report.f1_figure import f1_figure
from unguard.benchmark.report.page import html
from unguard.errors import ConfigError
from unguard.report.drawing import style
from unguard.report.folder import ready_folder

JSON, CSV, REPORT = "results.json", "results.csv", "report.html"
_DPI = 150


def write_comparison(made: Comparison, folder: str | os.PathLike[str]) -> Path:
    """Write everything about a comparison into a folder and return the path of the report.

    Files of an earlier one are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    try:
        (place / JSON).write_text(made.to_json(), encoding="utf-8", newline="\n")
        table = made.to_dataframe().to_csv(index=False, lineterminator="\n", float_format="%.6g")
        (place / CSV).write_text(table, encoding="utf-8", newline="\n")
        if any(d.true_events for d in made.datasets):
            with style():
                for draw, name in ((f1_figure, "f1"), (delay_figure, "delay"), (error_figure, "error")):
                    draw(made).savefig(place / f"{name}.png", dpi=_DPI, metadata={"Software": None})
        (place / REPORT).write_text(html(made), encoding="utf-8", newline="\n")
    except OSError as cause:
        raise ConfigError("out", f"{str(folder)!r} ({cause.strerror})", "a folder that can be written") from cause
    return place / REPORT
