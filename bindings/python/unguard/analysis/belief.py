"""How much of a recording a live session would have believed, and why not the rest: the engine's own checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import BELIEF_INTERVAL_S, Method
from unguard.recording import Channel, Recording
from unguard.runs import runs_of

_BLOCK = 1 << 15
#: The engine takes no wider range; of a converter with one nothing is known.
_WIDEST_UV = 1e12
#: The step the engine presumes where none is known; a finer one changes nothing.
_FINEST_UV = 0.01
#: One code and the rails of a stream, microvolts, None where not known.
Converter = tuple[float | None, tuple[float, float] | None]
_BELIEVED = (unguard.TRUST["OK"], unguard.TRUST["DEGRADED"])
#: What accompanies a reason, and is one only where nothing else says why.
_BESIDE = np.uint32(
    unguard.MARKS["settling"] | unguard.MARKS["gated"] | unguard.MARKS["missing"] | unguard.MARKS["gap"]
)
_GATED = np.uint32(unguard.MARKS["gated"])
#: What says that an electrode, or the cable behind it, gives no muscle.
ELECTRODES = sum(
    unguard.MARKS[name]
    for name in ("non_finite", "out_of_range", "clipped", "lead_off", "jump", "motion", "hum", "flat")
)
#: The slowest check has found out after so long (docs/quality.md).
FOUND_LATE_S = 0.3
#: Said of a level that has a value; no reason to withhold one.
_OF_LEVEL = np.uint32(unguard.MARKS["noise"] | unguard.MARKS["low_snr"])
#: So many readings behind the last that said why, 1 s, what still has no value has none for the same reason.
_CARRIED = round(1 / BELIEF_INTERVAL_S)
_STARTING = np.uint32(unguard.MARKS["settling"] | unguard.MARKS["gated"])


@dataclass(frozen=True, eq=False)
class Belief:
    """What a live session would have believed of one channel, by its readings.

    Attributes
    ----------
    share: of the time behind the start-up, in which there is a value; from 0 to 1, None where all is start-up.
    start_up_s: seconds at the beginning in which the session itself had to warm up; no fault of the recording.
    reasons: share of that time without a value, by the name of the mark, the warm-up behind it included; several may
        hold at once. "missing", "gap" and "settling" stand only where nothing else says why.
    less_sure: share of that time with a value that is less sure, by the name of the mark: "gated" where samples were
        left out of it, "noise" and "low_snr" where it is noisy, "heart" where events come as regularly as a heart beats
        or, where none do, where a good part of it is heart.
    withheld: bool, True for a reading without a value behind the start-up, shape (readings,).
    why: uint32, the marks that say why there is none, 0 where there is one, of the same shape.
    period: samples from one reading to the next. interval_s: the same in seconds.
    """

    share: float | None
    start_up_s: float
    reasons: dict[str, float]
    less_sure: dict[str, float]
    withheld: NDArray[np.bool_]
    why: NDArray[np.uint32]
    period: int
    interval_s: float

    def withheld_columns(self, samples: int, width: int) -> NDArray[np.bool_]:
        """Return for each stretch of `width` of so many samples whether a reading that stands for part of it has none.

        Shape (stretches,); the last stretch may be shorter.
        """
        count = -(-samples // width)
        at = np.flatnonzero(self.withheld)
        change = np.zeros(count + 1, dtype=np.int64)
        np.add.at(change, np.minimum(at * self.period // width, count), 1)
        np.add.at(change, np.minimum(-(-(at + 1) * self.period // width), count), -1)
        return np.cumsum(change)[:count] > 0

    def share_between(self, start_s: float, end_s: float) -> float | None:
        """Return the share of the readings between two moments that have a value; None where all are start-up."""
        first, last = (min(round(t / self.interval_s), len(self.withheld)) for t in (start_s, end_s))
        first = max(first, round(self.start_up_s / self.interval_s))
        return 1.0 - float(self.withheld[first:last].mean()) if last > first else None

    def marks(self, samples: int, before_s: float, asked: int) -> NDArray[np.uint32]:
        """Return for each of so many samples why there is no value, of the marks that are asked for; 0 where there is
        one, or none for another reason.

        before_s: what lies so far before such a reading is marked with it, for it takes as long to find out.
        """
        marks = np.zeros(samples, dtype=np.uint32)
        before = round(before_s * self.period / self.interval_s)
        for bit in unguard.MARKS.values():
            # By runs: an array of changes would take twice the memory of the record.
            for first, last in runs_of((self.why & np.uint32(bit & asked)) != 0):
                marks[max(0, first * self.period - before) : last * self.period] |= np.uint32(bit)
        return marks

    def with_heart(self, seconds: float) -> Belief:
        """Return the belief with so many seconds of heartbeats in the signal."""
        judged = len(self.withheld) * self.interval_s - self.start_up_s
        if not (seconds > 0 and judged > 0):
            return self
        return replace(self, less_sure=_by_share({**self.less_sure, "heart": min(1.0, seconds / judged)}))


def believe(
    recording: Recording,
    columns: Sequence[int],
    method: Method,
    progress: Callable[[float], None],
    converters: Sequence[Converter] | None = None,
) -> list[Belief]:
    """Return the belief in each of these channels.

    The record goes through :class:`unguard.Pipeline` in blocks, as it would have come in, with the checks as they are
    by themselves, the filters of the method, and what the file says of each channel's converter.

    Parameters
    ----------
    columns: of `recording.data`. progress: told the share that is done, 0 to 1.
    converters: of these columns, where others are analysed together with them; None asks the recording.
    """
    plan = unguard.Pipeline(method.cleaning, readings=unguard.Levels(interval=BELIEF_INTERVAL_S))
    return believe_by(plan, recording, columns, progress, converters)


def believe_by(
    plan: unguard.Pipeline,
    recording: Recording,
    columns: Sequence[int],
    progress: Callable[[float], None],
    converters: Sequence[Converter] | None = None,
) -> list[Belief]:
    """Return the belief of a session by this plan in each of these channels; else as `believe`."""
    found: dict[int, Belief] = {}
    for converter, group in _streams(recording, columns, converters):
        done = len(found)

        def told(share: float, done: int = done, count: int = len(group)) -> None:
            progress((done + share * count) / len(columns))

        found |= zip(group, _of_stream(plan, recording, group, converter, told), strict=True)
    return [found[column] for column in columns]


def converters_of(channels: Sequence[Channel], lowest: Sequence[float], highest: Sequence[float]) -> list[Converter]:
    """Return what a stream is told of the converter of each of these channels, which are analysed together.

    Files often state for every channel the range of its own values and not the converter's: for channels that never
    reach their rails these are rails that hold all of them, and the finest steps are all alike.

    Parameters
    ----------
    lowest, highest: value of each channel, microvolts.
    """
    groups: dict[tuple[float | None, object], list[int]] = {}
    for i, channel in enumerate(channels):
        step = None if channel.step_uV is None else max(channel.step_uV, _FINEST_UV)
        rails = channel.rails_uV
        if rails is None or max(map(abs, rails)) > _WIDEST_UV:
            groups.setdefault((step, None), []).append(i)
            continue
        inside = 0.0 if step is None else step / 2  # as the engine's own check has it
        is_free = rails[0] + inside < lowest[i] and highest[i] < rails[1] - inside
        groups.setdefault((step, "not reached" if is_free else rails), []).append(i)
    found: dict[int, Converter] = {}
    for (step, _), group in groups.items():
        both = [rails for i in group if (rails := channels[i].rails_uV) is not None]
        every = len(both) == len(group) and max(abs(end) for rails in both for end in rails) <= _WIDEST_UV
        ends = (min(low for low, _ in both), max(high for _, high in both)) if every else None
        found |= dict.fromkeys(group, (step, ends))
    return [found[i] for i in range(len(channels))]


def extremes_of(recording: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and the highest value of every column, in blocks that stay in the cache."""
    known = any(channel.rails_uV is not None for channel in recording.channels)
    data = recording.data if known else recording.data[:1]  # without rails nobody asks
    edges = [(part.min(axis=0), part.max(axis=0)) for part in np.split(data, range(_BLOCK, len(data), _BLOCK))]
    return np.min([low for low, _ in edges], axis=0), np.max([high for _, high in edges], axis=0)


def _streams(
    recording: Recording, columns: Sequence[int], converters: Sequence[Converter] | None
) -> list[tuple[Converter, list[int]]]:
    """Return the channels by converter, of which a stream has one: four go through the engine in the time of two."""
    if converters is None:
        lowest, highest = extremes_of(recording)
        channels = [recording.channels[column] for column in columns]
        converters = converters_of(channels, [lowest[c] for c in columns], [highest[c] for c in columns])
    streams: dict[Converter, list[int]] = {}
    for column, converter in zip(columns, converters, strict=True):
        streams.setdefault(converter, []).append(column)
    return list(streams.items())


@dataclass
class _Tally:
    """The readings of one channel so far."""

    starting: int = 0
    has_begun: bool = False
    count: Counter[tuple[bool, int]] = field(default_factory=Counter)
    withheld: list[NDArray[np.bool_]] = field(default_factory=list)
    why: list[NDArray[np.uint32]] = field(default_factory=list)
    #: The last readings: what a reason is carried on from.
    before: tuple[NDArray[np.bool_], NDArray[np.uint32]] = field(
        default_factory=lambda: (np.zeros(0, dtype=bool), np.zeros(0, dtype=np.uint32))
    )

    def add(self, trust: NDArray[np.uint8], reasons: NDArray[np.uint32]) -> None:
        """Take the next readings, all of shape (readings,)."""
        believed = np.isin(trust, _BELIEVED)
        withheld = ~believed
        start = 0
        if not self.has_begun:
            own = (trust == unguard.TRUST["WARMUP"]) & ((reasons & ~_STARTING) == 0)
            start = len(own) if own.all() else int(np.argmin(own))
            self.has_begun = start < len(own)
            self.starting += start
            withheld[:start] = False
        self.withheld.append(withheld)
        known = len(self.before[0])
        believed = np.concatenate([self.before[0], believed[start:]])
        reasons = np.concatenate([self.before[1], reasons[start:]])
        self.before = believed[-_CARRIED:], reasons[-_CARRIED:]
        told = _carried_on(believed, reasons)[known:]
        self.why.append(np.concatenate([np.zeros(start, np.uint32), np.where(believed[known:], np.uint32(0), told)]))
        both = believed[known:].astype(np.uint64) << np.uint64(32) | told
        for one, number in zip(*np.unique(both, return_counts=True), strict=True):
            self.count[bool(int(one) >> 32), int(one) & 0xFFFFFFFF] += int(number)

    def belief(self, period: int, interval_s: float) -> Belief:
        """Return what all readings come to."""
        total = self.count.total()
        shares: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for (believed, marks), number in self.count.items():
            for name, bit in unguard.MARKS.items():
                if marks & bit:
                    shares[believed][name] += number
        good = sum(number for (believed, _), number in self.count.items() if believed)
        return Belief(
            share=good / total if total else None,
            start_up_s=self.starting * interval_s,
            reasons=_by_share({name: number / total for name, number in shares[False].items()}),
            less_sure=_by_share({name: number / total for name, number in shares[True].items()}),
            withheld=np.concatenate(self.withheld) if self.withheld else np.zeros(0, dtype=bool),
            why=np.concatenate(self.why) if self.why else np.zeros(0, dtype=np.uint32),
            period=period,
            interval_s=interval_s,
        )


def _carried_on(believed: NDArray[np.bool_], reasons: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the reasons that are told: what accompanies one, or warms up behind it, is it."""
    at = np.arange(len(reasons))
    specific = np.where(believed, np.uint32(0), reasons & ~(_BESIDE | _OF_LEVEL))
    last = np.maximum.accumulate(np.where(specific != 0, at, -1))
    same = (last > np.maximum.accumulate(np.where(believed, at, -1))) & (at - last < _CARRIED)
    # Where nothing says why: too few samples, or the warm-up; that some were left out is then no reason of its own.
    alone = reasons & _BESIDE
    alone = np.where(alone & ~_GATED, alone & ~_GATED, alone)
    alone = np.where(alone != 0, alone, np.uint32(unguard.MARKS["settling"]))
    return np.where(believed, reasons, np.where(same, specific[last], alone))


def _of_stream(
    plan: unguard.Pipeline,
    recording: Recording,
    group: list[int],
    converter: Converter,
    progress: Callable[[float], None],
) -> list[Belief]:
    step, rails = converter
    names = [recording.channels[column].name for column in group]
    live = plan.start(fs=recording.fs, channels=names, step_uV=step, rails_uV=rails)
    tallies = [_Tally() for _ in group]
    whole = group == list(range(recording.data.shape[1]))
    for first in range(0, recording.samples, _BLOCK):
        rows = slice(first, min(recording.samples, first + _BLOCK))
        block = recording.data[rows] if whole else recording.data[rows, group]
        marks = None
        if recording.valid is not None:
            marks = np.where(recording.valid[rows][:, group], np.uint32(0), np.uint32(unguard.MARKS["missing"]))
        readings = live.process(block, marks=marks)[0].to_array()
        for i, tally in enumerate(tallies):
            of_channel = readings[readings["channel"] == i]
            tally.add(of_channel["trust"], of_channel["reasons"])
        progress(rows.stop / recording.samples)
    return [tally.belief(live.period, live.period / recording.fs) for tally in tallies]


def _by_share(shares: dict[str, float]) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
