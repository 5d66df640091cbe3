"""Found events against true ones: the score of one record, of anyone's detector."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import number, object_of, whole
from unguard.benchmark.alarms import AlarmRate
from unguard.benchmark.counts import Counts
from unguard.benchmark.event import ScoredEvent, events_of
from unguard.benchmark.matching import Tolerance, match
from unguard.benchmark.score import Score, TrueEvent
from unguard.benchmark.scored_time import ScoredTime, Span, is_in, joined, stretch, stretches
from unguard.errors import ConfigError
from unguard.samples import samples_in

#: An OPEN that is cancelled within so long disturbs nobody.
CANCEL_WITHIN_S = 0.15


def score(
    found: Iterable[Any],
    true: Iterable[Any],
    *,
    fs: float,
    samples: int,
    tolerance: Tolerance | None = None,
    unscored: Iterable[Span] = (),
    moving: Iterable[Span] = (),
    within: Span | None = None,
    x: NDArray[np.float64] | None = None,
    rest: Span | None = None,
) -> Score:
    """Score what a detector found in one record.

    Found and true events are matched one to one with the largest total overlap (:class:`Tolerance`). Found events are
    cut at stretches that are not scored: nobody knows whether an event should have ended there. One that was cancelled
    is not matched: it is one false alarm, however often it is cut, of the kind it opened as, if that took longer than
    150 ms, and counted beside otherwise. One whose pair had not begun when it was decided (`Tolerance.early`) is a hit
    of what was found, and a false alarm that tells nothing of the delay (:attr:`Score.delay`).

    Parameters
    ----------
    found, true: :class:`ScoredEvent`, anything with onset and offset in samples, or (onset, offset) pairs.
    fs: hertz. samples: length of the record.
    unscored: stretches (from, to) in which nobody knows the truth. moving: stretches of declared movement; the rest of
        the time counts as rest.
    within: events that begin outside are left out, and so is time; None takes all.
    x: the record in the band, microvolts, shape (samples,): for RMS and signal-to-noise ratio.
    rest: stretch (from, to), for the latter.

    Raises
    ------
    ConfigError: naming the argument; also for a stretch that lies outside the record.
    """
    if not number("fs", fs, "a sampling rate in hertz, above 0") > 0:
        raise ConfigError("fs", fs, "a sampling rate in hertz, above 0")
    length = whole("samples", samples, "a whole number of samples, 0 or more")
    if length < 0:
        raise ConfigError("samples", length, "a whole number of samples, 0 or more")
    if tolerance is not None:
        object_of("tolerance", tolerance, Tolerance, "a Tolerance, or None")
    allowed = tolerance or Tolerance()
    first, last = (0, length) if within is None else stretch("within", within, length)
    still = None if rest is None else stretch("rest", rest, length)
    early = samples_in(allowed.early, fs)
    level = None if x is None else _level(x, length)
    spans = joined("moving", stretches("moving", moving, length))
    time = ScoredTime(stretches("unscored", unscored, length))
    all_found = events_of("found", found)
    truth = events_of("true", true)
    final = [piece for e in all_found if e.cancelled is None for piece in time.pieces(e)]
    pairs = match(final, truth, fs=fs, tolerance=allowed)
    partner = {j: final[i] for i, j in pairs}

    def counted(e: ScoredEvent) -> bool:
        return first <= e.onset < last

    inside = [j for j, e in enumerate(truth) if counted(e)]
    matched = {i for i, _ in pairs}
    loose = [e for i, e in enumerate(final) if i not in matched and counted(e)]
    # A piece behind a cut is decided no sooner than it begins: how long an alarm was up only all of it tells.
    taken_back = [(e, pieces[0]) for e in all_found if e.cancelled is not None and (pieces := time.pieces(e))]
    taken_back = [(e, piece) for e, piece in taken_back if counted(piece)]
    late = [piece for e, piece in taken_back if not _in_time(e, fs)]
    noise = math.nan if level is None or still is None else _power(level, *still)
    hits = sum(j in partner for j in inside)
    hasty = [e for j, e in partner.items() if counted(e) and _too_early(truth[j], e, early)]
    rest_rate, movement_rate, fragments = _alarms([*loose, *late], hasty, truth, spans, time, fs, first, last)
    return Score(
        events=tuple(_event(truth[j], partner.get(j), fs, early, level, noise) for j in inside),
        counts=Counts(hits, len(loose) + len(late), len(inside) - hits),
        kinds=_by_kind(final, truth, late, fs, allowed, counted),
        samples=_samplewise(final, truth, time, first, last),
        rest=rest_rate,
        movement=movement_rate,
        fragments=fragments,
        cancelled=len(taken_back) - len(late),
        hours=time.between(first, last) / fs / 3600,
    )


def _level(x: Any, samples: int) -> NDArray[np.float64]:
    expected = f"numbers of shape ({samples},), without a mask"
    try:
        found = x if isinstance(x, np.ndarray) else np.asarray(x)
    except ValueError:  # lists of different lengths
        raise ConfigError("x", repr(x), expected) from None
    if found.dtype.kind not in "fiu" or isinstance(found, np.ma.MaskedArray) or found.shape != (samples,):
        what = "masked " if isinstance(found, np.ma.MaskedArray) else ""
        raise ConfigError("x", f"{what}{found.dtype} of shape {found.shape}", expected)
    # As floats: squares of 16-bit samples do not fit into 16 bits.
    return found.astype(np.float64, copy=False)


def _in_time(e: ScoredEvent, fs: float) -> bool:
    opened = e.onset if e.decided is None else e.decided
    return e.cancelled is not None and e.cancelled - opened <= CANCEL_WITHIN_S * fs


def _too_early(true: ScoredEvent, found: ScoredEvent, most: int) -> bool:
    """Return whether a live detector decided more than so many samples before its event began."""
    return found.decided is not None and true.onset - found.decided > most


def _event(
    true: ScoredEvent, found: ScoredEvent | None, fs: float, early: int, x: NDArray[np.float64] | None, noise: float
) -> TrueEvent:
    power = math.nan if x is None else _power(x, true.onset, true.offset)
    known: dict[str, Any] = {
        "snr_dB": _decibels(power - noise, noise),
        "true_s": true.length / fs,
        "true_uV": math.sqrt(power),
    }
    if found is None:
        return TrueEvent(true.kind, **known)
    decided = math.nan if found.decided is None else 1000 * (found.decided - true.onset) / fs
    return TrueEvent(
        true.kind,
        found.kind,
        onset_ms=1000 * (found.onset - true.onset) / fs,
        offset_ms=1000 * (found.offset - true.offset) / fs,
        latency_ms=decided,
        too_early=_too_early(true, found, early),
        found_s=found.length / fs,
        found_uV=math.nan if x is None else math.sqrt(_power(x, found.onset, found.offset)),
        **known,
    )


def _power(x: NDArray[np.float64], first: int, last: int) -> float:
    piece = x[max(first, 0) : max(last, 0)]
    return float(np.mean(piece**2)) if len(piece) else math.nan


def _decibels(signal: float, noise: float) -> float:
    return 10 * math.log10(signal / noise) if signal > 0 and noise > 0 else math.nan


def _alarms(
    loose: Sequence[ScoredEvent],
    hasty: Sequence[ScoredEvent],
    truth: Sequence[ScoredEvent],
    moving: list[Span],
    time: ScoredTime,
    fs: float,
    first: int,
    last: int,
) -> tuple[AlarmRate, AlarmRate, int]:
    """Return false alarms at rest and in movement, and how many without a true event there were inside true ones.

    Of those decided before their event began, alarms are those that came while no other was there. An alarm belongs to
    where it was raised, and not to where its onset was refined to afterwards.
    """
    active = joined("true", [(e.onset, e.offset) for e in truth])
    outside = [e for e in loose if not is_in(e.onset, active)]
    alarms = [*outside, *(e for e in hasty if e.decided is not None and not is_in(e.decided, active))]
    in_movement = sum(is_in(e.onset if e.decided is None else e.decided, moving) for e in alarms)
    quiet = ScoredTime([*time.spans, *active])
    still = ScoredTime([*quiet.spans, *moving])
    hour = 3600 * fs
    whole, resting = quiet.between(first, last) / hour, still.between(first, last) / hour
    rest, movement = AlarmRate(len(alarms) - in_movement, resting), AlarmRate(in_movement, whole - resting)
    return rest, movement, len(loose) - len(outside)


def _by_kind(
    final: Sequence[ScoredEvent],
    truth: Sequence[ScoredEvent],
    late: Sequence[ScoredEvent],
    fs: float,
    tolerance: Tolerance,
    counted: Callable[[ScoredEvent], bool],
) -> dict[str, Counts]:
    """Return the counts of each kind; what was taken back late counts as it opened, for that was what alarmed."""
    made = {}
    for kind in sorted({e.kind for e in [*final, *truth, *late] if counted(e)}):
        found, true = [e for e in final if e.kind == kind], [e for e in truth if e.kind == kind]
        pairs = match(found, true, fs=fs, tolerance=tolerance)
        hits = sum(counted(true[j]) for _, j in pairs)
        matched = {i for i, _ in pairs}
        loose = sum(counted(e) for i, e in enumerate(found) if i not in matched)
        loose += sum(e.kind == kind for e in late)
        made[kind] = Counts(hits, loose, sum(counted(e) for e in true) - hits)
    return made


def _samplewise(
    final: Sequence[ScoredEvent], truth: Sequence[ScoredEvent], time: ScoredTime, first: int, last: int
) -> Counts:
    here, there = _flags(final, first, last), _flags(truth, first, last)
    scored = np.ones(last - first, dtype=bool)
    for a, b in time.spans:
        scored[max(a - first, 0) : max(b - first, 0)] = False
    both, false, missed = here & there & scored, here & ~there & scored, ~here & there & scored
    return Counts(*(int(np.count_nonzero(x)) for x in (both, false, missed)))


def _flags(events: Sequence[ScoredEvent], first: int, last: int) -> NDArray[np.bool_]:
    flags = np.zeros(last - first, dtype=bool)
    for e in events:
        flags[max(e.onset - first, 0) : max(e.offset - first, 0)] = True
    return flags
