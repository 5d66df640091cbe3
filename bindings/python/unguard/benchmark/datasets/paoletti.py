"""Paoletti 2020: flexion and extension of the trunk, 25 people with and without low back pain, sEMG and inertia."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas  # type: ignore[import-untyped]

from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles, folder_of
from unguard.benchmark.trial import Trial
from unguard.errors import FormatError
from unguard.samples import samples_in

SOURCE = "data.mendeley.com/datasets/g7pdm5prvp; Paoletti 2020, doi:10.1016/j.dib.2020.105957"
MUSCLES = ("longissimus L", "longissimus R", "multifidus L", "multifidus R")
_SUBJECTS = 25
_FS = 2000.0
#: Standing, before the first cycle; nobody says how long.
_STANDING_S = 3.0


def paoletti(path: str | os.PathLike[str]) -> Dataset:
    """Load `Raw Data/IDx/IDx - sEMG.txt` of all 25 subjects: four muscles at 2 kHz, microvolts.

    The layout was taken from the description of the data set, unverified: names of folders and files, and a table of
    five columns (time in seconds, left and right longissimus, left and right multifidus). What does not fit is
    refused. The
    phases of the movement are not in these files, so that there is no truth: events are counted, not scored. The first
    3 s are taken for standing, as the protocol begins.

    Raises
    ------
    MissingFiles: naming the first file that is missing, with all of them. FormatError: a file has another shape.
    """
    folder = folder_of(path)
    found, missing = [], []
    for subject in range(1, _SUBJECTS + 1):
        stem = f"Raw Data/ID{subject}/ID{subject} - sEMG"
        there = [folder / (stem + end) for end in (".txt", ".csv", "") if (folder / (stem + end)).is_file()]
        if there:
            found.append((f"ID{subject}", there[0]))
        else:
            missing.append(stem + ".txt")
    if missing:
        raise MissingFiles(folder, "paoletti", missing, SOURCE)
    trials = tuple(t for subject, file in found for t in _trials(subject, file))
    return Dataset("paoletti", trials, SOURCE, ("no truth: phases of movement are not in the files of the sEMG",))


def _trials(subject: str, file: Path) -> list[Trial]:
    table = pandas.read_csv(file, sep=None, engine="python", comment="#")
    if table.shape[1] != 1 + len(MUSCLES):
        raise FormatError(file, "the number of columns", table.shape[1], "5: time and four sEMG channels")
    try:
        values = table.to_numpy(dtype=np.float64)
    except ValueError as cause:
        raise FormatError(file, "the values", f"no numbers ({cause})", "numbers in every row") from cause
    step = float(np.median(np.diff(values[:, 0]))) if len(values) > 1 else 0.0
    if not 0.99 / _FS < step < 1.01 / _FS:
        raise FormatError(file, "the step of the time column", f"{step:g} s", f"{1 / _FS:g} s, for {_FS:g} Hz")
    rest = (0, min(samples_in(_STANDING_S, _FS), len(values)))
    return [
        Trial(f"{subject} {muscle}", np.ascontiguousarray(values[:, i]), _FS, rest, None)
        for i, muscle in enumerate(MUSCLES, 1)
    ]
