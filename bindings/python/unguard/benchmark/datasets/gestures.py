"""UCI "EMG data for gestures" (Lobov 2018): a Myo armband of 8 channels, a class in every row."""

from __future__ import annotations

import itertools
import math
import os
import re
from pathlib import Path

import numpy as np
import pandas  # type: ignore[import-untyped]
from numpy.typing import NDArray

from unguard.arguments import number, path_of
from unguard.benchmark.band import band_passed
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles, folder_of
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.matching import Tolerance
from unguard.benchmark.scored_time import Span
from unguard.benchmark.trial import Trial, first_share
from unguard.errors import ConfigError, FormatError

SOURCE = "archive.ics.uci.edu, EMG data for gestures; Lobov 2018, doi:10.3390/s18041122"
_COLUMNS = ["time", *(f"channel{i}" for i in range(1, 9)), "class"]
_SUBJECTS = 36
_FILE = re.compile(r"[12]_raw_data_.*\.txt")
_UNMARKED, _REST = 0, 1
_STAMPS_HZ = 1000
_UV_PER_V = 1e6
_TUNING_SHARE = 0.4


def uci_gestures(path: str | os.PathLike[str], *, fs: float | None = None, channel: str | None = None) -> Dataset:
    """Load one file of it, or a folder with the 36 of subjects (`01` to `36`, each with `1_raw_data_*.txt` and
    `2_raw_data_*.txt`).

    Rows have time stamps of whole milliseconds, with repeats: the armband sends 200 values a second at most. So the
    rate is to be given; at each of its instants the last row stands, which leaves the repeated rows out, and how many
    those were is among the remarks. Classes 2 to 7 are gestures, 1 is rest, 0 is not marked and not scored. The
    classes follow
    the cue, not the muscle: onsets are not to be judged by them. One channel is heard: by default the one whose power
    over the whole record most exceeds that over the longest rest.
    The layout of a single file is checked against one of subject 10; that of the whole folder was taken from the
    description, unverified.

    Parameters
    ----------
    path: the file, the folder of the subjects, or one that holds `s10_series1.txt`. fs: 200, in hertz; has no default.
    channel: "channel1" to "channel8"; None follows the rule above.

    Raises
    ------
    ConfigError: fs is not given, or above the 1000 Hz of the stamps. FormatError: a file is missing or has another
    shape.
    """
    expected = f"the nominal rate of the armband, fs=200; at most {_STAMPS_HZ} Hz, the resolution of the time stamps"
    if fs is None:
        raise ConfigError("fs", "not given", expected)
    if not 0 < number("fs", fs, expected) <= _STAMPS_HZ:
        raise ConfigError("fs", fs, expected)
    if channel is not None and channel not in _COLUMNS[1:-1]:
        raise ConfigError("channel", repr(channel), "channel1 to channel8")
    files = _files(path_of("path", path))
    trials, remarks = [], []
    for name, file in files:
        trial, remark = _trial(name, file, float(fs), channel)
        trials.append(trial)
        remarks.append(remark)
    cue = "classes follow the cue and not the muscle: times of onsets are not to be judged by them"
    return Dataset("uci_gestures", tuple(trials), SOURCE, (cue, *remarks), edges=False)


def _files(path: Path) -> list[tuple[str, Path]]:
    if path.is_file():
        return [(path.stem, path)]
    folder = folder_of(path)
    if (folder / "s10_series1.txt").is_file():
        return [("s10_series1", folder / "s10_series1.txt")]
    found, missing = [], []
    for subject in range(1, _SUBJECTS + 1):
        place = folder / f"{subject:02d}"
        there = sorted(f for f in place.glob("*.txt") if _FILE.fullmatch(f.name)) if place.is_dir() else []
        for series in ("1", "2"):
            of = [f for f in there if f.name.startswith(series)]
            if of:
                found.append((f"s{subject:02d}_series{series}", of[0]))
            else:
                missing.append(f"{subject:02d}/{series}_raw_data_*.txt")
    if missing:
        raise MissingFiles(folder, "uci_gestures", missing, SOURCE)
    return found


def _trial(name: str, file: Path, fs: float, channel: str | None) -> tuple[Trial, str]:
    table = pandas.read_csv(file, sep="\t")
    if list(table.columns) != _COLUMNS:
        raise FormatError(file, "the columns", ", ".join(map(str, table.columns)), ", ".join(_COLUMNS))
    table = table.dropna()
    stamps = table["time"].to_numpy(dtype=np.float64)
    if len(stamps) < 2 or np.any(np.diff(stamps) <= 0):
        raise FormatError(file, "the time stamps", "not rising everywhere", "milliseconds that rise from row to row")
    values = table[_COLUMNS[1:-1]].to_numpy(dtype=np.float64) * _UV_PER_V
    at = np.arange(stamps[0], stamps[-1] + 1e-6, _STAMPS_HZ / fs)
    row = np.searchsorted(stamps, at, side="right") - 1
    label = table["class"].to_numpy(dtype=np.int64)[row]
    spans = _spans(label)
    truth = tuple(ScoredEvent(a, b) for what, (a, b) in spans if what > _REST)
    rests = [s for what, s in spans if what == _REST]
    if not truth or not rests:
        raise FormatError(file, "the classes", sorted(set(label.tolist())), "rest (1) and gestures (2 to 7)")
    rest = max(rests, key=lambda s: s[1] - s[0])
    chosen = channel or _most_active(values[row], fs, rest)
    x = np.ascontiguousarray(values[row, _COLUMNS.index(chosen) - 1])
    fresh = 1 + int(np.count_nonzero(np.any(np.diff(values, axis=0) != 0, axis=1)))
    seconds = (stamps[-1] - stamps[0]) / _STAMPS_HZ
    remark = (
        f"{name}: {len(stamps)} rows in {seconds:.1f} s became {len(row)} at {fs:g} Hz; only {fresh} rows differ from "
        f"the one before, {fresh / seconds:.0f} a second; {chosen} is heard"
    )
    unmarked = tuple(s for what, s in spans if what == _UNMARKED)
    tuning = first_share(truth, _TUNING_SHARE)
    by_cue = Tolerance(early=math.inf)
    return Trial(name, x, fs, rest, truth, unscored=unmarked, tolerance=by_cue, tuning=tuning), remark


def _most_active(values: NDArray[np.float64], fs: float, rest: Span) -> str:
    ratio = []
    for x in values.T:
        y = band_passed(x, fs) ** 2
        ratio.append(float(y.mean() / y[rest[0] : rest[1]].mean()))
    return _COLUMNS[1 + int(np.argmax(ratio))]


def _spans(label: NDArray[np.int64]) -> list[tuple[int, Span]]:
    edges = [0, *(int(i) + 1 for i in np.flatnonzero(np.diff(label))), len(label)]
    return [(int(label[a]), (a, b)) for a, b in itertools.pairwise(edges)]
