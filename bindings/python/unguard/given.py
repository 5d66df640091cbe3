"""What a function of a whole record is given: samples, or a Recording, which has rate and validity of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard._core import MARKS
from unguard.errors import ConfigError
from unguard.recording import Recording


@dataclass(frozen=True)
class Given:
    """Samples as they came, their rate, names (None: the engine's) and reason bits; what they are the engine checks."""

    data: Any
    fs: Any
    names: list[str] | None
    marks: NDArray[np.uint32] | None


def given(x: Any, fs: Any, channels: Sequence[str] | None, marks: NDArray[np.uint32] | None) -> Given:
    """Return what was given beside each other; of a Recording the channels named, by default those that may be EMG."""
    if not isinstance(x, Recording):
        return Given(x, fs, None if channels is None else list(channels), marks)
    for name, value in (("fs", fs), ("marks", marks)):
        if value is not None:
            raise ConfigError(name, repr(value), "none beside a Recording, which has its own")
    wanted = [c.name for c in x.channels if c.may_be_emg] if channels is None else channels
    if not wanted:
        raise ConfigError("x", "a Recording without EMG", "a channel in microvolts that may be EMG")
    of = x.select(wanted)
    missing = None if of.valid is None else np.where(of.valid, 0, MARKS["missing"]).astype(np.uint32)
    return Given(of.data, of.fs, of.names, missing)
