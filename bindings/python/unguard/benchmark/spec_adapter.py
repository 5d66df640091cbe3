"""Any detector of unguard as the benchmark runs it: its spec brought to life, its reports as scored events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.method import PRIMING_S
from unguard.arguments import flag, object_of, several
from unguard.benchmark.band import bandpass
from unguard.benchmark.detector import RAW, Detector, labels
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.live_reports import live_reports
from unguard.benchmark.scored_time import Span, joined
from unguard.errors import ConfigError

#: Kinds that say "this is no muscle": no alarm, and no event to score.
NO_MUSCLE = ("ARTEFACT", "ECG")
#: Kinds that stand beside events of their own, which are scored.
GROUPS = ("PHASIC EPISODE",)

_EXPECTED = "what unguard.detect takes, such as SpasmDetector(), or a function that makes it from the rest and the rate"

#: Makes a spec from rest, in the band, microvolts, shape (samples,), and the sampling rate in hertz.
Calibrated = Callable[[NDArray[np.float64], float], Any]


def from_spec(
    spec: Any | Calibrated,
    *,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    band: unguard.Bandpass | None = None,
    filters: Iterable[Any] = (),
    markers: bool = False,
    hears_rest: bool = False,
) -> Detector:
    """Return a detector that runs a spec live over the raw record.

    The record goes through the causal band-pass; its group delay, at the geometric mean of the band, is taken off
    onsets and offsets, and not off `decided`.

    Parameters
    ----------
    spec: what `unguard.detect` takes, or a function that makes it from the rest in the band and the sampling rate.
    name: for tables; None takes the spec's.
    settings: for tables. band: None takes the benchmark's, of the sampling rate. filters: behind the band-pass.
    markers: whether the detector is told of the rest and of what else is declared to be (`Trial.declared`), so that it
        may name kinds.
    hears_rest: whether it hears the rest first and then the record: for one that learns from what it hears, and can be
        told nothing.

    Raises
    ------
    ConfigError: naming the argument. What a function makes is looked at when it runs.
    """
    if not _is_detector(spec) and (hasattr(spec, "start") or not callable(spec)):
        raise ConfigError("spec", repr(spec), _EXPECTED)
    called, told_settings = labels(spec, name, settings)
    if band is not None:
        object_of("band", band, unguard.Bandpass, "a Bandpass, or None")
    behind = several("filters", filters, "filters such as Rms(), one after the other")
    try:
        unguard.Chain(band or unguard.Bandpass(), *behind)
    except ConfigError as error:  # here, and not in every record
        raise ConfigError("filters", error.found, error.expected) from None
    named, before = flag("markers", markers), flag("hears_rest", hears_rest)

    def detect(
        x: NDArray[np.float64], fs: float, rest: tuple[int, int], declared: Sequence[Span] = ()
    ) -> list[ScoredEvent]:
        chain = [band or bandpass(fs), *behind]
        late = group_delay(chain, fs)
        y, marks = unguard.Chain(unguard.Priming(length=PRIMING_S), *chain)(x, fs=fs, marks=True)
        first, last = (min(t + late, len(x)) for t in rest)
        made: Any = spec if _is_detector(spec) else spec(y[first:last], fs)
        if not _is_detector(made):
            raise ConfigError("spec", f"a function that makes {made!r}", _EXPECTED)
        told = [
            (kind, min(at + late, len(x)))
            for span in (joined("declared", [rest, *declared]) if named else ())
            for kind, at in zip(("rest begins", "rest ends"), span, strict=True)
        ]
        if not before:
            return scored(live_reports(made, y, fs=fs, marks=marks, markers=told), late, len(x))
        learnt = last - first
        y, marks = np.concatenate([y[first:last], y]), np.concatenate([marks[first:last], marks])
        told = [(kind, at + learnt) for kind, at in told]
        found = scored(live_reports(made, y, fs=fs, marks=marks, markers=told), late, len(y))
        return [_earlier(e, learnt) for e in found if e.decided is not None and e.decided >= learnt]

    return Detector(called, detect, told_settings, causal=True, wants=RAW, told=named)


def _earlier(e: ScoredEvent, by: int) -> ScoredEvent:
    """Return an event so many samples earlier, as of a record that was heard behind so much else."""
    onset = max(e.onset - by, 0)
    decided, cancelled = (None if t is None else t - by for t in (e.decided, e.cancelled))
    return ScoredEvent(onset, max(e.offset - by, onset), e.kind, decided, cancelled)


def _is_detector(spec: Any) -> bool:
    # Filters and chains start, too, and can be called, as classes can.
    return hasattr(spec, "start") and not callable(spec)


def group_delay(chain: Iterable[Any], fs: float) -> int:
    """Return the delay of filters in samples, at the geometric mean of the first one's band."""
    filters = list(chain)
    middle = math.sqrt(filters[0].low * filters[0].high)
    return int(unguard.Chain(*filters).start(fs=fs).latency(at=middle)["samples"] + 0.5)


def scored(
    reports: Iterable[tuple[unguard.Event, int]], late: int = 0, samples: int | None = None
) -> list[ScoredEvent]:
    """Return the events of a detector's reports (OPEN, UPDATE, CLOSE, CANCEL), by onset.

    An event is decided at its OPEN, and has edges and kind of its last report. What opens as muscle and ends as
    ARTEFACT or ECG was cancelled when that was first said. One that is still open ends with the record. A PHASIC
    EPISODE is none: its bursts are.

    Parameters
    ----------
    reports: each with the sample at which it was made, as :func:`live_reports` gives them.
    late: samples of filter delay, taken off onsets and offsets. samples: length of the record.
    """
    opened: dict[tuple[int, int], unguard.Event] = {}
    last: dict[tuple[int, int], unguard.Event] = {}
    taken_back: dict[tuple[int, int], int] = {}
    for report, said in reports:
        if report.kind in GROUPS:
            continue
        key = (report.channel, report.id)
        opened.setdefault(key, report)
        last[key] = report
        if report.report == "CANCEL" or report.kind in NO_MUSCLE:
            taken_back.setdefault(key, said)
        else:
            taken_back.pop(key, None)
    made = []
    for key, end in last.items():
        begin, cancelled = opened[key], taken_back.get(key)
        if begin.kind in NO_MUSCLE and end.kind in NO_MUSCLE:
            continue
        onset = max(end.onset - late, 0)
        closed = end.report in ("CLOSE", "CANCEL")
        offset = end.offset - late if closed or samples is None else samples
        kind = begin.kind if cancelled is not None else end.kind
        made.append(ScoredEvent(onset, max(offset, onset), kind, decided=begin.decided, cancelled=cancelled))
    return sorted(made, key=lambda e: (e.onset, e.offset))
