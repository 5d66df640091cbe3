"""The folder of results of bends: bend.json, bends.csv and bend.html."""

from __future__ import annotations

import os
from pathlib import Path

from unguard.clinical.bend_analysis import BendAnalysis
from unguard.report.bend_page import bend_html
from unguard.report.folder import csv_of, ready_folder, write_all

BEND_JSON, BENDS, BEND_REPORT = "bend.json", "bends.csv", "bend.html"


def write_bends(made: BendAnalysis, folder: str | os.PathLike[str], *, id: str = "") -> Path:
    """Write everything about bends into a folder and return the path of the report.

    id: letters, digits and hyphens that stand for the person, with which the names of the files begin; "": none.
    Files of an earlier run are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    table = csv_of(made.to_dataframe(), float_format="%.6g")
    front = f"{id}_" if id else ""
    texts = {BEND_JSON: made.to_json(), BENDS: table, BEND_REPORT: bend_html(made)}
    write_all(place, {front + name: text for name, text in texts.items()})
    return place / (front + BEND_REPORT)
