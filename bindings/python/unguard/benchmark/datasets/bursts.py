"""Two public recordings of bursts and rest, with the times of their bursts in a table beside them.

The times were made offline and checked by eye, by the maintainers of unguard: references with the tolerance stated, no
expert labels.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas  # type: ignore[import-untyped]

from unguard import io
from unguard.analysis.declared import SHORTEST_REST_S
from unguard.benchmark.band import band_passed
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import demand, folder_of
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.matching import Tolerance
from unguard.benchmark.trial import Trial, first_share, quietest_gap
from unguard.errors import FormatError
from unguard.samples import samples_in

#: What is allowed on top of the tolerance of the times.
_MORE_S = 0.05
#: From a burst to what is taken for rest.
_MARGIN_S = 0.1
_TUNING_SHARE = 0.4


def plux_bursts(path: str | os.PathLike[str]) -> Dataset:
    """Load `emg_bursts.h5` and `emg_bursts_annotations.csv`: biceps brachii at 1 kHz, 9 contractions, 28.5 s.

    The recording is of biosignalsplux/biosignalsnotebooks (MIT). The times are within 100 ms (slow ramps).
    """
    source = "github.com/biosignalsplux/biosignalsnotebooks, _signal_samples/emg_bursts.h5"
    return _bursts("plux_bursts", path, "emg_bursts.h5", "emg_bursts_annotations.csv", {}, 0.1, 9, source)


def emggo(path: str | os.PathLike[str]) -> Dataset:
    """Load `ta_250hz.csv` and `ta_bursts_annotations.csv`: tibialis anterior at 250 Hz, 56 bursts in 550 s, with heart.

    The recording is of GallVp/emgGO (MIT); the unit is not stated there and taken for microvolts. QRS complexes of
    about 250 against bursts of about 2000. The times are within 150 ms.
    """
    source = "github.com/GallVp/emgGO, samples/Sample Data.mat"
    return _bursts("emggo", path, "ta_250hz.csv", "ta_bursts_annotations.csv", {"unit": "uV"}, 0.15, 56, source)


def _bursts(
    name: str,
    path: str | os.PathLike[str],
    recording: str,
    times: str,
    options: dict[str, Any],
    within_s: float,
    bursts: int,
    source: str,
) -> Dataset:
    record, table = demand(folder_of(path), name, (recording, times), source)
    read = io.read(record, **options)
    if read.data.shape[1] != 1:
        raise FormatError(record, "the number of channels", read.data.shape[1], "1")
    x = np.ascontiguousarray(read.data[:, 0])
    truth = _times(table, read.fs, len(x), bursts)
    trial = Trial(
        name,
        x,
        read.fs,
        quietest_gap(truth, band_passed(x, read.fs), *(samples_in(t, read.fs) for t in (_MARGIN_S, SHORTEST_REST_S))),
        truth,
        tolerance=Tolerance(onset=within_s + _MORE_S, early=within_s),
        tuning=first_share(truth, _TUNING_SHARE),
    )
    remark = f"times made offline and checked by eye, within {1000 * within_s:g} ms; onsets may differ by 50 ms more"
    return Dataset(name, (trial,), source, (remark, *read.repairs, *read.remarks))


def _times(table: Path, fs: float, samples: int, bursts: int) -> tuple[ScoredEvent, ...]:
    found = pandas.read_csv(table)
    if list(found.columns) != ["onset_s", "offset_s"]:
        raise FormatError(table, "the columns", ", ".join(map(str, found.columns)), "onset_s, offset_s")
    if len(found) != bursts:
        raise FormatError(table, "the number of bursts", len(found), f"{bursts}")
    at = [(samples_in(float(a), fs), samples_in(float(b), fs)) for a, b in found.to_numpy(dtype=np.float64)]
    edges = np.array(at).ravel()
    if edges[0] < 0 or edges[-1] > samples or np.any(np.diff(edges) < 0):
        raise FormatError(
            table, "the times", "not in order or beyond the recording", f"0 to {samples / fs:g} s, rising"
        )
    return tuple(ScoredEvent(a, b) for a, b in at)
