"""LSTM-MAD (Ghislieri 2021): simulated sEMG at nine signal-to-noise ratios with its true activation, MATLAB files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import number
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles, folder_of
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.trial import Trial, quietest_gap
from unguard.errors import ConfigError, FormatError
from unguard.samples import samples_in

SOURCE = "zenodo.org/record/4391062; Ghislieri 2021, doi:10.1186/s12984-021-00945-w"

#: Rest that is long enough to choose by its power.
_REST_S = 0.5


def lstm_mad(path: str | os.PathLike[str], *, fs: float | None = None) -> Dataset:
    """Load every MATLAB file (up to version 7.2) below the folder that holds signals and their activation.

    The names of files and variables could not be seen and are not assumed: in each file, one numeric array (signals)
    and one of the same shape with no other values than 0 and 1 (activation) are looked for, samples along the longer
    axis. A file with none or several such pairs is refused, with what it holds. The unit is not stated: taken for
    microvolts.

    Parameters
    ----------
    fs: hertz, for files without a number called `fs` or `Fs`.

    Raises
    ------
    MissingFiles: no MATLAB file is there. FormatError: a file has another shape. ConfigError: fs is needed, or cannot
    be.
    """
    expected = "a sampling rate in hertz, above 0"
    if fs is not None and not number("fs", fs, expected) > 0:
        raise ConfigError("fs", fs, expected)
    folder = folder_of(path)
    files = sorted(folder.rglob("*.mat"))
    if not files:
        raise MissingFiles(folder, "lstm_mad", ["*.mat"], SOURCE)
    trials = tuple(t for file in files for t in _trials(file, fs))
    remarks = ("layout found by what the arrays hold, unverified", "unit not stated: taken for microvolts")
    return Dataset("lstm_mad", trials, SOURCE, remarks)


def _trials(file: Path, fs: float | None) -> list[Trial]:
    arrays = _arrays(file)
    rates = [float(v.item()) for name, v in arrays.items() if name in ("fs", "Fs") and v.size == 1]
    if not rates and fs is None:
        raise ConfigError("fs", "not given", f"the sampling rate in hertz, which {file.name} does not state")
    rate = rates[0] if rates else float(fs or 0)
    masks = {n: v for n, v in arrays.items() if v.size > 1 and set(np.unique(v).tolist()) == {0.0, 1.0}}
    pairs = [
        (name, mask)
        for name, v in arrays.items()
        for mask, m in masks.items()
        if name not in masks and v.shape == m.shape
    ]
    if len(pairs) != 1:
        found = ", ".join(f"{n} {v.shape}" for n, v in arrays.items()) or "no numbers"
        raise FormatError(file, "the variables", found, "signals and, of the same shape, their activation of 0 and 1")
    signals, active = (_rows(arrays[name]) for name in pairs[0])
    made = []
    for i, (x, mask) in enumerate(zip(signals, active, strict=True), 1):
        edges = np.flatnonzero(np.diff(mask > 0, prepend=False, append=False)).reshape(-1, 2)
        truth = tuple(ScoredEvent(int(a), int(b)) for a, b in edges)
        rest = quietest_gap(truth, x, 0, samples_in(_REST_S, rate))
        made.append(Trial(f"{file.stem} {i}", np.ascontiguousarray(x), rate, rest, truth, tuning=_halves(i, len(x))))
    return made


def _halves(i: int, samples: int) -> tuple[int, int]:
    """Return every second record whole, for tuning."""
    return (0, samples) if i % 2 else (0, 0)


def _arrays(file: Path) -> dict[str, NDArray[np.float64]]:
    from scipy.io import loadmat  # type: ignore[import-untyped]
    from scipy.io.matlab import MatReadError  # type: ignore[import-untyped]

    try:
        held: dict[str, Any] = loadmat(file)
    except (MatReadError, NotImplementedError, ValueError, OSError) as cause:
        raise FormatError(file, "the file", f"not readable ({cause})", "a MATLAB file up to version 7.2") from cause
    numeric = {n: v for n, v in held.items() if isinstance(v, np.ndarray) and v.dtype.kind in "fiub" and v.size}
    return {n: v.astype(np.float64) for n, v in numeric.items() if not n.startswith("__")}


def _rows(values: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.atleast_2d(np.squeeze(values))
    if flat.ndim != 2:
        raise ConfigError("signals", f"of shape {values.shape}", "one or two dimensions")
    return flat if flat.shape[1] >= flat.shape[0] else flat.T
