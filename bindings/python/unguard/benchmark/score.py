"""The score of a detector: what it found, how exactly, how soon, and how often it was wrong. Scores add up."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unguard.benchmark.agreement import icc
from unguard.benchmark.alarms import AlarmRate
from unguard.benchmark.counts import Counts

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]


@dataclass(frozen=True)
class TrueEvent:
    """What became of one true event; the measures of an event that was missed are NaN.

    Attributes
    ----------
    kind: what it is. found_as: what the detector called it; None where it was missed.
    onset_ms, offset_ms: found minus true, milliseconds; positive is late.
    latency_ms: when a causal detector said so, minus the true onset; NaN for one that needs the whole record.
    too_early: whether it said so before the event began, by more than the times of the truth are good for
        (`Tolerance.early`): a false alarm, that was still up when the event came.
    snr_dB: power of the event over that of rest, in the band.
    true_s, found_s: durations, seconds. true_uV, found_uV: RMS in the band from onset to offset; NaN without a record.
    """

    kind: str
    found_as: str | None = None
    onset_ms: float = math.nan
    offset_ms: float = math.nan
    latency_ms: float = math.nan
    too_early: bool = False
    snr_dB: float = math.nan
    true_s: float = math.nan
    found_s: float = math.nan
    true_uV: float = math.nan
    found_uV: float = math.nan

    @property
    def was_found(self) -> bool:
        """Whether a found event is its pair."""
        return self.found_as is not None


@dataclass(frozen=True)
class EdgeError:
    """How far found edges lie from the true ones, milliseconds, over the events that were found; NaN where none was.

    Attributes
    ----------
    bias: mean of found minus true. sd: its standard deviation (n - 1). median: of the absolute error. n: edges.
    """

    bias: float
    sd: float
    median: float
    n: int


@dataclass(frozen=True)
class Score:
    """The score over one record or many.

    Attributes
    ----------
    events: one entry a true event.
    counts: events of any kind. kinds: each kind by itself, matched among its own; a late CANCEL is a false one of the
        kind at its OPEN.
    samples: the same sample by sample, over scored time.
    rest, movement: false alarms in either; an alarm is an OPEN that has no true event, or was decided before that
        began (`too_early`), and was not cancelled within 150 ms; or, for a detector of whole records, a found event
        without a true one.
    fragments: such alarms inside a true event: it was found in pieces. They are false in `counts`, and no alarms.
    cancelled: OPENs that were taken back within 150 ms; beside the alarms, not among them.
    hours: scored time.
    """

    events: tuple[TrueEvent, ...] = ()
    counts: Counts = field(default_factory=Counts)
    kinds: Mapping[str, Counts] = field(default_factory=dict)
    samples: Counts = field(default_factory=Counts)
    rest: AlarmRate = field(default_factory=AlarmRate)
    movement: AlarmRate = field(default_factory=AlarmRate)
    fragments: int = 0
    cancelled: int = 0
    hours: float = 0.0

    @property
    def f1(self) -> float:
        """F1 of events whatever their kind, 0 to 1."""
        return self.counts.f1

    @property
    def alarms(self) -> AlarmRate:
        """False alarms in rest and movement together."""
        return self.rest + self.movement

    @property
    def cancelled_per_minute(self) -> float:
        """OPENs taken back in time, per minute of scored time; NaN where there was none."""
        return self.cancelled / (60 * self.hours) if self.hours > 0 else math.nan

    @property
    def onset(self) -> EdgeError:
        """Error of the onsets that were found."""
        return _edge([e.onset_ms for e in self.events if e.was_found])

    @property
    def offset(self) -> EdgeError:
        """Error of the offsets that were found."""
        return _edge([e.offset_ms for e in self.events if e.was_found])

    def latency(self, *quantiles: float) -> tuple[float, ...]:
        """Return quantiles of the decision latency of found events, milliseconds; NaN where no event has one."""
        known = [e.latency_ms for e in self.events if not math.isnan(e.latency_ms)]
        return tuple(float(np.quantile(known, q)) if known else math.nan for q in quantiles)

    @property
    def too_early(self) -> int:
        """True events that a causal detector had decided for before they began."""
        return sum(e.too_early for e in self.events)

    @property
    def delay(self) -> float:
        """Median over all true events of how late each was known, milliseconds; an event that was missed never is.

        The decision latency of a causal detector, or its size where it is below 0 by no more than the times of the
        truth are good for; the absolute onset error of another. Nor is an event ever known that was decided for before
        it began: in quickest detection an alarm before the change is a false one, and delay is counted from the change
        to an alarm behind it (Lorden 1971, Ann. Math. Statist. 42:1897; Basseville & Nikiforov 1993, Detection of
        Abrupt Changes). So nobody is quick by alarming early. inf where half are not known, NaN where nothing was true.
        """
        late = [_known(e) for e in self.events]
        return float(np.median(late)) if late else math.nan

    @property
    def duration_icc(self) -> float:
        """ICC(2,1) of the durations of found events with the true ones (Shrout & Fleiss 1979)."""
        return _agreement([(e.found_s, e.true_s) for e in self.events])

    @property
    def rms_icc(self) -> float:
        """ICC(2,1) of the record's RMS over found events with that over the true ones; what disturbs is in both."""
        return _agreement([(e.found_uV, e.true_uV) for e in self.events])

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        kinds = {k: self.kinds.get(k, Counts()) + other.kinds.get(k, Counts()) for k in {**self.kinds, **other.kinds}}
        return Score(
            events=self.events + other.events,
            counts=self.counts + other.counts,
            kinds=kinds,
            samples=self.samples + other.samples,
            rest=self.rest + other.rest,
            movement=self.movement + other.movement,
            fragments=self.fragments + other.fragments,
            cancelled=self.cancelled + other.cancelled,
            hours=self.hours + other.hours,
        )

    def to_dict(self) -> dict[str, float | int]:
        """Return every figure by name; NaN and inf where there is none."""
        found: dict[str, float | int] = {
            "hits": self.counts.hits,
            "false": self.counts.false,
            "misses": self.counts.misses,
            "f1": self.f1,
        }
        for kind, counts in sorted(self.kinds.items()):
            found[f"f1 {kind}"] = counts.f1
        found |= {"sample_f1": self.samples.f1, "sample_jaccard": self.samples.jaccard}
        for name, edge in (("onset", self.onset), ("offset", self.offset)):
            found |= {f"{name}_bias_ms": edge.bias, f"{name}_sd_ms": edge.sd, f"{name}_median_ms": edge.median}
        for quantile, value in zip((5, 50, 95), self.latency(0.05, 0.5, 0.95), strict=True):
            found[f"latency_p{quantile}_ms"] = value
        found |= {"delay_ms": self.delay, "too_early": self.too_early}
        for where, rate in (("rest", self.rest), ("movement", self.movement)):
            low, high = rate.interval()
            found |= {
                f"{where}_alarms": rate.count,
                f"{where}_hours": rate.hours,
                f"{where}_alarms_per_hour": rate.per_hour,
                f"{where}_alarms_low": low,
                f"{where}_alarms_high": high,
                f"{where}_alarms_upper": rate.upper,
            }
        found |= {"fragments": self.fragments, "cancelled_per_minute": self.cancelled_per_minute}
        return found | {"duration_icc": self.duration_icc, "rms_icc": self.rms_icc}

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row a figure: quantity, value."""
        import pandas

        return pandas.DataFrame(list(self.to_dict().items()), columns=["quantity", "value"])


def pooled(scores: Iterable[Score]) -> Score:
    """Return the score of all records together."""
    return functools.reduce(operator.add, scores, Score())


def _edge(errors: list[float]) -> EdgeError:
    if not errors:
        return EdgeError(math.nan, math.nan, math.nan, 0)
    x: NDArray[np.float64] = np.array(errors)
    sd = float(x.std(ddof=1)) if len(x) > 1 else math.nan
    return EdgeError(float(x.mean()), sd, float(np.median(np.abs(x))), len(x))


def _known(e: TrueEvent) -> float:
    if not e.was_found or e.too_early:
        return math.inf
    return abs(e.onset_ms if math.isnan(e.latency_ms) else e.latency_ms)


def _agreement(pairs: list[tuple[float, float]]) -> float:
    known = [p for p in pairs if np.isfinite(p).all()]
    return icc(known) if known else math.nan
