"""What a detector reported, as a table of events.

>>> found = unguard.Events(unguard.detect(unguard.HodgesBui(), x, fs=2000), fs=2000)
>>> found.to_dataframe()
>>> found.cancelled_dataframe()  # what was an alarm and no event
>>> found.to_bids_events("sub-01_task-flexion_events.tsv")
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unguard._core import Event
from unguard.arguments import names, number
from unguard.channel_name import channel_name
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

#: Those that an analysis has too are called as there.
COLUMNS = (
    "channel",
    "kind",
    "context",
    "onset_s",
    "offset_s",
    "duration_s",
    "decided_s",
    "latency_s",
    "peak_uV",
    "area",
    "confidence",
    "rhythm_Hz",
    "regularity",
    "reasons",
)
#: Of what was taken back; an end, a peak and an area are measures of events only.
CANCELLED_COLUMNS = ("channel", "kind", "context", "onset_s", "decided_s", "latency_s", "single_unit", "reasons")


@dataclass(frozen=True, init=False, repr=False)
class Events:
    """The reports of one detector over one stream, in order, and what is needed to read them.

    Attributes
    ----------
    reports: as the detector gave them: OPEN, UPDATE, CLOSE, CANCEL.
    fs: sampling rate, Hz.
    channels: a name each; None counts them.
    delay: s, of the filters in front of the detector; taken off onsets and offsets, not off when it was decided.
    """

    reports: tuple[Event, ...]
    fs: float
    channels: tuple[str, ...] | None
    delay: float

    def __init__(
        self, reports: Iterable[Event], *, fs: float, channels: Sequence[str] | None = None, delay: float = 0.0
    ) -> None:
        if not isinstance(reports, Iterable) or isinstance(reports, (str, bytes)):
            raise ConfigError("reports", repr(reports), "the reports of a detector, as detect() returns them")
        told = tuple(reports)
        for one in told:
            if not isinstance(one, Event):
                raise ConfigError("reports", repr(one), "reports of a detector, as detect() returns them")
        expected = "a sampling rate above 0 Hz, at most 1000000 Hz"
        rate = number("fs", fs, expected)
        if not 0 < rate <= 1e6:
            raise ConfigError("fs", f"{rate:g} Hz", expected)
        late = number("delay", delay, "a delay of 0 s or more")
        if late < 0:
            raise ConfigError("delay", f"{late:g} s", "a delay of 0 s or more")
        named = None if channels is None else tuple(names("channels", channels, "names of channels, or None"))
        seen: set[str] = set()
        for name in named or ():
            if name in seen:
                raise ConfigError("channels", f"{name!r} twice", "every name once")
            seen.add(name)
        most = max((e.channel for e in told), default=-1)
        if named is not None and most >= len(named):
            raise ConfigError("channels", f"{len(named)} names", f"one for each of at least {most + 1} channels")
        for field, value in (("reports", told), ("fs", rate), ("channels", named), ("delay", late)):
            object.__setattr__(self, field, value)

    @property
    def closed(self) -> list[Event]:
        """The last report of every event that closed, by onset; cancelled ones were none."""
        return sorted((e for e in self.reports if e.report == "CLOSE"), key=lambda e: (e.onset, e.channel))

    @property
    def cancelled(self) -> list[Event]:
        """The CANCEL of every event that was taken back, by onset: an alarm was raised, and it was none."""
        return sorted((e for e in self.reports if e.report == "CANCEL"), key=lambda e: (e.onset, e.channel))

    def channel_name(self, channel: int) -> str:
        """Return the name of a channel by its index."""
        return channel_name(self.channels, channel)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """The name of every channel; where none were given, of as many as there are reports of."""
        if self.channels is not None:
            return self.channels
        return tuple(self.channel_name(i) for i in range(1 + max((e.channel for e in self.reports), default=-1)))

    def plot(
        self,
        x: ArrayLike,
        *,
        channel: str | None = None,
        markers: Sequence[tuple[str, int]] = (),
        begin: float = 0.0,
        end: float | None = None,
        axes: Axes | None = None,
    ) -> Axes:
        """Draw the EMG that they were found in, what was declared, and the events; return the Axes.

        See :func:`unguard.plot_events`, whose arguments these are.
        """
        from unguard.event_figure import plot_events

        return plot_events(self, x, channel=channel, markers=markers, begin=begin, end=end, axes=axes)

    def seconds(self, sample: int) -> float:
        """Return when a sample of the detector was in the recording, s from its first sample.

        The delay of the filters is taken off, as far as the recording goes: nothing was before its first sample.

        Parameters
        ----------
        sample: an onset or an offset, from 0 on.
        """
        return max(0.0, sample / self.fs - self.delay)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per event that closed, by onset: channel, kind, context, onset_s, offset_s, duration_s,
        decided_s, latency_s, peak_uV, area, confidence, rhythm_Hz, regularity, reasons.

        `latency_s` is from the onset to when the detector said so, filters in front included; `area` is in microvolt
        seconds; `rhythm_Hz` and `regularity` are NaN of an event that does not beat as a clonus does, and of detectors
        that do not look for it (all but EventDetector); several reasons are separated by "; ".
        """
        import pandas as pd

        rows = []
        for e in self.closed:
            onset, offset = self.seconds(e.onset), self.seconds(e.offset)
            decided = e.decided / self.fs
            beats = e.rhythm_Hz > 0
            rows.append(
                (
                    self.channel_name(e.channel),
                    e.kind,
                    e.context,
                    onset,
                    offset,
                    offset - onset,
                    decided,
                    decided - onset,
                    e.peak_uV,
                    e.area_uV_s,
                    e.confidence,
                    e.rhythm_Hz if beats else math.nan,
                    e.regularity if beats else math.nan,
                    "; ".join(e.reasons),
                )
            )
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def cancelled_dataframe(self) -> pd.DataFrame:
        """Return one row per event that was taken back, by onset: channel, kind, context, onset_s, decided_s,
        latency_s, single_unit, reasons.

        They are in a table of their own, for they were alarms and no events: whoever counts or measures the rows of
        `to_dataframe` must not meet them there. `decided_s` is when the alarm was raised. `single_unit` says that it is
        one of a row that a single motor unit fires, as `EventDetector` finds them; of other detectors it is False.
        """
        import pandas as pd

        rows = []
        for e in self.cancelled:
            onset, decided = self.seconds(e.onset), e.decided / self.fs
            rows.append(
                (
                    self.channel_name(e.channel),
                    e.kind,
                    e.context,
                    onset,
                    decided,
                    decided - onset,
                    e.single_unit,
                    "; ".join(e.reasons),
                )
            )
        return pd.DataFrame(rows, columns=list(CANCELLED_COLUMNS))

    def to_bids_events(self, path: str | os.PathLike[str]) -> None:
        """Write a BIDS 1.11 events.tsv, and beside it the .json that says what its columns are.

        `onset` and `duration` are in seconds, the onset from the first sample; `trial_type` is the kind; `channel` the
        channel's name. `context`, `decided`, `latency`, `peak`, `area`, `confidence`, `rhythm`, `regularity` and
        `reasons` are our own; n/a stands where there is none. What is detected is a derivative: it belongs under
        derivatives/, not beside the raw data.

        Parameters
        ----------
        path: ending in events.tsv, such as "sub-01_task-flexion_events.tsv". What stands there is replaced.

        Raises
        ------
        ConfigError: another name of the file, or names of channels that a table cannot hold.
        """
        from unguard.bids_events import write_events

        write_events(path, self.to_dataframe())

    def __len__(self) -> int:
        return sum(e.report == "CLOSE" for e in self.reports)

    def __repr__(self) -> str:
        taken_back = self.cancelled
        units = sum(e.single_unit for e in taken_back)
        said = f"{len(taken_back)} cancelled" + (f" ({units} of single motor units)" if units else "")
        return f"<{len(self)} events at {self.fs:g} Hz, {said}, {len(self.reports)} reports>"
