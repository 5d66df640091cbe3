"""Activity in whole records, by published methods that need all of a record before they say anything.

>>> x = unguard.zero_phase(unguard.Bandpass(low=20, high=450), raw, fs=2000)
>>> found = unguard.active_stretches(unguard.Abbink(), x, fs=2000, rest=x[:4000])
>>> found.to_dataframe()
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import Abbink, BayesianChangePoint, IntegratedProfile, _active_stretches
from unguard.arguments import names
from unguard.channel_name import channel_name

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class ActiveStretch:
    """One stretch of activity in one channel.

    Attributes
    ----------
    channel: its index. onset, offset: the first sample and one past the last.
    """

    channel: int
    onset: int
    offset: int


@dataclass(frozen=True, repr=False)
class ActiveStretches:
    """What was found in a record, by channel and then by onset; it iterates over its stretches.

    Attributes
    ----------
    stretches: that were found. fs: sampling rate, Hz. spec: how they were found.
    channels: a name each; None counts them.
    """

    stretches: tuple[ActiveStretch, ...]
    fs: float
    spec: Abbink | IntegratedProfile | BayesianChangePoint
    channels: tuple[str, ...] | None = None

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a stretch: channel (its name), onset_s, offset_s, duration_s; s from the first sample."""
        import pandas as pd

        rows = [
            (
                channel_name(self.channels, s.channel),
                s.onset / self.fs,
                s.offset / self.fs,
                (s.offset - s.onset) / self.fs,
            )
            for s in self.stretches
        ]
        return pd.DataFrame(rows, columns=["channel", "onset_s", "offset_s", "duration_s"])

    def __iter__(self) -> Iterator[ActiveStretch]:
        return iter(self.stretches)

    def __len__(self) -> int:
        return len(self.stretches)

    def __repr__(self) -> str:
        return f"<{len(self)} active stretches at {self.fs:g} Hz by {self.spec!r}>"


def active_stretches(
    spec: Abbink | IntegratedProfile | BayesianChangePoint,
    x: ArrayLike,
    *,
    fs: float,
    rest: ArrayLike | None = None,
    channels: Sequence[str] | None = None,
    marks: NDArray[np.uint32] | None = None,
    rest_marks: NDArray[np.uint32] | None = None,
) -> ActiveStretches:
    """Find the activity in every channel of a whole record.

    A batch: it needs the whole record and has no decision latency; onsets and offsets are as late as the filters in
    front, which `zero_phase` does without. The GIL is released meanwhile; Ctrl-C and timers are heard between two
    channels, and not within one. IntegratedProfile finds one stretch a channel at most.

    Parameters
    ----------
    spec: Abbink, IntegratedProfile or BayesianChangePoint. The time of BayesianChangePoint grows with the square of its
        bins, of which a record may have 20,000, and in proportion to the channels. On one core it was 0.13 s a channel
        for 2000 bins, 0.5 s for 4000 and 14 s for 20,000: 10, 20 and 100 s of record at the default bin.
    x: (samples,) or (samples, channels), uV, band-passed; at least two samples, for BayesianChangePoint two bins.
    fs: Hz, above 0, at most 1,000,000.
    rest: for Abbink, which compares with it: at least 20 samples, shaped and filtered as x; None for the others.
    channels: their names, or None.
    marks: reason bits of x, uint32 of its shape, or None: a record with a sample that must not count is refused.
    rest_marks: those of rest, likewise; a rest that is cut out of x has that part of its marks. None without a rest.

    Raises
    ------
    ConfigError: naming the argument or the field, the value found and what is expected.

    Source: Abbink et al. 1998, doi:10.1046/j.1365-2842.1998.00242.x; Liu & Liu 2016, doi:10.1016/j.bspc.2015.09.004;
    Tenan et al. 2017, doi:10.1371/journal.pone.0177312.
    """
    named = None if channels is None else names("channels", channels, "names of channels, or None")
    found = _active_stretches(spec, x, fs=fs, rest=rest, channels=named, marks=marks, rest_marks=rest_marks)
    stretches = tuple(ActiveStretch(*one) for one in found)
    return ActiveStretches(stretches, float(fs), spec, None if named is None else tuple(named))
