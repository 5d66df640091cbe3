"""Tenan 2017: biceps and vastus lateralis of 18 people, one onset a trial, marked by eye."""

from __future__ import annotations

import os

import numpy as np
import pandas  # type: ignore[import-untyped]

from unguard.arguments import number
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles, demand, folder_of
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.trial import Trial
from unguard.errors import ConfigError, FormatError
from unguard.samples import samples_in

SOURCE = "the supplement of Tenan 2017, doi:10.1371/journal.pone.0177312"
_ONSETS = "onsets.csv"
_COLUMNS = ["trial", "onset_s"]
#: From the onset to what is taken for rest.
_MARGIN_S = 0.3


def tenan(path: str | os.PathLike[str], *, fs: float | None = None) -> Dataset:
    """Load trials and the onsets that were marked by eye.

    The supplement holds lists of R, which Python does not read. In R, write each trial as `NAME.csv` (one column,
    header `emg`, microvolts) and one table `onsets.csv` with the columns trial (NAME) and onset_s (seconds). The
    layout of the lists was not seen; that of the tables is checked. Signals are band-passed 10 to 1000 Hz there, says
    its description.
    No offsets were marked: what follows the onset is one event up to the end of the record, and only onsets are to be
    judged.

    Parameters
    ----------
    fs: hertz; has no default, as the tables do not state it.

    Raises
    ------
    MissingFiles: naming the first file that is missing. FormatError: another shape. ConfigError: fs is needed.
    """
    expected = "the sampling rate in hertz, above 0, which the tables do not state"
    if fs is None or not number("fs", fs, expected) > 0:
        raise ConfigError("fs", "not given" if fs is None else fs, expected)
    folder = folder_of(path)
    (table,) = demand(folder, "tenan", [_ONSETS], SOURCE)
    onsets = pandas.read_csv(table, dtype={"trial": str})
    if list(onsets.columns) != _COLUMNS:
        raise FormatError(table, "the columns", ", ".join(map(str, onsets.columns)), ", ".join(_COLUMNS))
    missing = [f"{name}.csv" for name in onsets["trial"] if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise MissingFiles(folder, "tenan", missing, SOURCE)
    trials = []
    for i, (name, onset_s) in enumerate(onsets.itertuples(index=False)):
        values = pandas.read_csv(folder / f"{name}.csv")
        if list(values.columns) != ["emg"]:
            raise FormatError(folder / f"{name}.csv", "the columns", ", ".join(map(str, values.columns)), "emg")
        x = np.ascontiguousarray(values["emg"].to_numpy(dtype=np.float64))
        onset = samples_in(float(onset_s), fs)
        still = onset - samples_in(_MARGIN_S, fs)
        if not 0 < still <= onset < len(x):
            found = f"{onset_s:g} s in trial {name} of {len(x) / fs:.3g} s"
            raise FormatError(
                table, "the onset", found, f"more than {_MARGIN_S:g} s of rest, then an onset in the record"
            )
        tuning = (0, len(x)) if i % 2 == 0 else (0, 0)
        trials.append(Trial(name, x, float(fs), (0, still), (ScoredEvent(onset, len(x)),), tuning=tuning))
    return Dataset("tenan", tuple(trials), SOURCE, ("offsets were not marked: only onsets are to be judged",))
