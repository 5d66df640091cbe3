"""A record with a label for every sample, cut into windows with a label each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.given import given
from unguard.recording import Recording
from unguard.samples import samples_in

#: What may be done with a window over several labels.
MIXED = ("drop", "majority")


@dataclass(frozen=True, eq=False, repr=False)
class Windows:
    """Windows of a record, for scikit-learn.

    Attributes
    ----------
    X: (windows, samples, channels), microvolts.
    y: label of each window, (windows,); None where no labels were given.
    stretch: which stretch of one label each window lies in, counted from 0: as `groups` it keeps windows that overlap,
        or are of one repetition, out of both sides of a split, as long as none is `mixed`.
    mixed: whether a window lies over several labels, which happens with ``mixed="majority"`` alone. Such a window
        shares samples with windows of two stretches or more: ``~mixed`` before a split, all of them to be judged on.
    start: of each window, s. channels: names, or None.
    left_out: how many whole windows are not in X, by reason: "labels" or "not valid".
    """

    X: NDArray[np.float64]
    y: NDArray[Any] | None
    stretch: NDArray[np.int64]
    mixed: NDArray[np.bool_]
    start: NDArray[np.float64]
    channels: list[str] | None
    left_out: dict[str, int]

    def __repr__(self) -> str:
        windows, samples, channels = self.X.shape
        left = ", ".join(f"{count} left out for {why}" for why, count in self.left_out.items() if count)
        return f"<{windows} windows of {samples} samples, {channels} channels{'; ' + left if left else ''}>"


def windows(
    x: ArrayLike | Recording,
    y: ArrayLike | None = None,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    channels: Sequence[str] | None = None,
    mixed: str = "drop",
) -> Windows:
    """Cut a record into whole windows; filter it first, as a whole, for a filter remembers.

    Parameters
    ----------
    x: (samples,) or (samples, channels), uV; or a Recording. fs: Hz, of an array. window, step: s.
    y: a label for every sample, (samples,), or None.
    channels: names; of a Recording those to take, by default those that may be EMG.
    mixed: of a window over several labels: "drop" it, or give it the label that "majority" of its samples have (of
        equals the first in sorted order), in the stretch its middle lies in, and say so by `Windows.mixed`.

    Windows with a sample that is not valid in the Recording are left out, and counted.

    Raises
    ------
    ConfigError: naming the argument.
    """
    of = given(x, fs, channels, None)
    data = np.asarray(of.data)
    if data.ndim not in (1, 2) or data.dtype.kind not in "fiu":
        raise ConfigError(
            "x", f"of shape {data.shape} and {data.dtype}", "(samples,) or (samples, channels) of numbers"
        )
    data = np.ascontiguousarray(data.reshape(len(data), -1), dtype=np.float64)
    if not np.isfinite(data).all():
        raise ConfigError("x", "not finite everywhere", "finite values; a Recording tells by `valid` what was missing")
    rate = number("fs", of.fs, "a sampling rate above 0 Hz")
    if rate <= 0:
        raise ConfigError("fs", f"{rate:g}", "a sampling rate above 0 Hz")
    long, apart = (_samples(name, value, rate) for name, value in (("window", window), ("step", step)))
    if mixed not in MIXED:
        raise ConfigError("mixed", repr(mixed), f"one of {', '.join(MIXED)}")
    labels = None if y is None else _labels(y, len(data))
    if of.names is not None and len(of.names) != data.shape[1]:
        raise ConfigError("channels", f"{len(of.names)} names", f"one for each of {data.shape[1]} columns")
    starts = np.arange(0, len(data) - long + 1, apart)
    bad = np.zeros(len(data), dtype=bool) if of.marks is None else (of.marks != 0).any(axis=1)
    valid = _count(bad, starts, long) == 0
    keep, label, runs, whole = valid, None, np.zeros(len(starts), dtype=np.int64), np.ones(len(starts), dtype=bool)
    if labels is not None:
        changes = np.concatenate([[False], labels[1:] != labels[:-1]])
        run = np.cumsum(changes)
        whole = run[starts] == run[starts + long - 1] if len(starts) else valid
        if mixed == "drop":
            keep, label, runs = valid & whole, labels[starts], run[starts]
        else:
            label = np.array([_majority(labels[s : s + long]) for s in starts], dtype=labels.dtype)
            runs = run[np.minimum(starts + long // 2, len(data) - 1)]
    left = {"not valid": int((~valid).sum()), "labels": int((valid & ~keep).sum())}
    cut = np.lib.stride_tricks.sliding_window_view(data, long, axis=0)[starts[keep]] if len(starts) else None
    return Windows(
        X=np.empty((0, long, data.shape[1])) if cut is None else np.ascontiguousarray(cut.transpose(0, 2, 1)),
        y=None if label is None else label[keep],
        stretch=runs[keep].astype(np.int64),
        mixed=~whole[keep],
        start=starts[keep] / rate,
        channels=of.names,
        left_out=left,
    )


def _samples(name: str, value: Any, rate: float) -> int:
    seconds = number(name, value, "seconds, at least one sample")
    found = samples_in(seconds, rate)
    if found < 1:
        raise ConfigError(name, f"{seconds:g} s", f"at least one sample, {1 / rate:g} s")
    return found


def _labels(y: Any, samples: int) -> NDArray[Any]:
    labels = np.asarray(y)
    if labels.ndim != 1 or len(labels) != samples:
        raise ConfigError("y", f"of shape {labels.shape}", f"a label for every sample, ({samples},)")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ConfigError("y", "not finite everywhere", "a label for every sample")
    return labels


def _count(flags: NDArray[np.bool_], starts: NDArray[np.int64], long: int) -> NDArray[np.int64]:
    so_far = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(so_far[starts + long] - so_far[starts], dtype=np.int64)


def _majority(labels: NDArray[Any]) -> Any:
    values, counts = np.unique(labels, return_counts=True)
    return values[np.argmax(counts)]
