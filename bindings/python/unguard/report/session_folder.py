"""The files of a session and of progress; they begin with the plan's id."""

from __future__ import annotations

import os
from pathlib import Path

from unguard.report.folder import csv_of, ready_folder, write_all
from unguard.report.session_page import course_html, session_html
from unguard.session import Course, SessionAnalysis


def write_session(made: SessionAnalysis, folder: str | os.PathLike[str]) -> Path:
    """Write everything about a session into a folder and return the path of the report.

    Files of an earlier run are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    name = f"{made.name}_session"
    texts = {f"{name}.json": made.to_json(), f"{name}.csv": csv_of(made.to_dataframe(), float_format="%.6g")}
    write_all(place, texts | {f"{name}.html": session_html(made)})
    return place / f"{name}.html"


def write_course(made: Course, folder: str | os.PathLike[str]) -> Path:
    """Write what sessions say together into a folder and return the path of the report.

    Files of an earlier run are replaced. Raises ConfigError when the folder cannot be written.
    """
    place = ready_folder(folder)
    name = f"{made.id}_progress"
    texts = {f"{name}.json": made.to_json(), f"{name}.csv": csv_of(made.to_dataframe(), float_format="%.6g")}
    write_all(place, texts | {f"{name}.html": course_html(made)})
    return place / f"{name}.html"
