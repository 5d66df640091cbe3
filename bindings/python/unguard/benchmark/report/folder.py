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
from unguard.whole_file import whole_file, write_whole

JSON, CSV, REPORT = "results.json", "results.csv", "report.html"
_DPI = 150


def write_comparison(made: Comparison, folder: str | os.PathLike[str]) -> Path:
    """Write everything about a comparison into a folder and return the path of the report.

    Files of an earlier one are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    try:
        write_whole(place / JSON, made.to_json())
        table = made.to_dataframe().to_csv(index=False, lineterminator="\n", float_format="%.6g")
        write_whole(place / CSV, table)
        if any(d.true_events for d in made.datasets):
            with style():
                for draw, name in ((f1_figure, "f1"), (delay_figure, "delay"), (error_figure, "error")):
                    with whole_file(place / f"{name}.png") as part:
                        draw(made).savefig(part, format="png", dpi=_DPI, metadata={"Software": None})
        write_whole(place / REPORT, html(made))
    except OSError as cause:
        raise ConfigError("out", f"{str(folder)!r} ({cause.strerror})", "a folder that can be written") from cause
    return place / REPORT
