"""One channel through the engine, in blocks: level, envelope, trace for drawing, rest and events."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.beats import Beats
from unguard.analysis.belief import ELECTRODES, FOUND_LATE_S, Belief
from unguard.analysis.budget import noise_budget
from unguard.analysis.declared import SHORTEST_REST_S
from unguard.analysis.heartbeat import heartbeat, with_heart
from unguard.analysis.hum import without_hum
from unguard.analysis.method import Method
from unguard.analysis.phases import phase_levels
from unguard.analysis.result import ARTEFACT, RECORD_ENDS, ChannelAnalysis, DetectedEvent, Levels
from unguard.analysis.spans import BLOCK, OneChannel, Span, active_share, span_levels, sums
from unguard.analysis.spectrum import Spectrum, spectrum_of
from unguard.analysis.usable import Usable, judge
from unguard.analysis.weak import weak_stretches
from unguard.errors import ConfigError
from unguard.recording import Channel
from unguard.runs import runs_of
from unguard.samples import samples_in

_MARKERS_AT_ONCE = 128
#: A declared rest is context here, too: the events and heartbeats in it are what the analysis finds and names. Median
#: and MAD stand them; only who calibrates by hand is held to a stretch without.
_REST_WITH_EVENTS = unguard.RestCalibrator(most_by_peaks=1000, most_trend=1000)
#: Of a declared rest: with more of it lost, a level is no longer that of the whole.
_MUCH_LOST = 0.1
#: Columns of the picture of a signal: more than a page can show.
TRACE_COLUMNS = 1800


@dataclass
class _Filtered:
    """What the engine made of one channel; arrays of shape (samples,)."""

    signal: NDArray[np.float64]
    marks: NDArray[np.uint32]
    envelope: list[NDArray[np.float64]] = field(default_factory=list)
    envelope_marks: list[NDArray[np.uint32]] = field(default_factory=list)

    @property
    def good(self) -> NDArray[np.bool_]:
        """True where a sample can be believed."""
        return np.equal(self.marks, 0)


def analyse_channel(
    x: NDArray[np.float64],
    valid: NDArray[np.bool_] | None,
    channel: Channel,
    method: Method,
    belief: Belief,
    beats: Beats | None,
    progress: Callable[[float], None],
    spans: Sequence[Span] = (),
) -> ChannelAnalysis:
    """Analyse one channel.

    Parameters
    ----------
    x: microvolts, shape (samples,), C order; used as working memory and spoilt.
    valid: False where a value is held, shape (samples,), or None.
    belief: what a live session would have believed of it. beats: of the record's heart, or None.
    progress: told the share of this channel that is done, 0 to 1.
    spans: stretches, (start, end) in seconds, whose levels are wanted beside those of the whole.
    """
    usable = judge(x, valid, method.fs)
    x[usable.bad] = np.nan  # the engine replaces, marks and lets the marks spread
    weak = np.zeros(len(x), dtype=bool)
    for first, last in weak_stretches(x, method):
        weak[first:last] = True
    weak &= ~usable.bad
    x[weak] = np.nan
    usable.bad[weak] = True
    # A record that begins with what is no signal: the filters start on the first value that is one, as they would with
    # the electrode on, and not on a jump of its whole offset.
    late = int(np.argmin(usable.bad)) if not usable.bad.all() else 0
    x[:late] = x[late]
    filtered = _filter(x, channel.name, method, progress)
    filtered.marks[:late] |= np.uint32(unguard.MARKS["gap"])
    calibration, events, why_none = _events(filtered, channel.name, method, belief)
    events, humming = without_hum(events, filtered.signal, method)
    for first, last in humming:
        filtered.marks[first:last] |= np.uint32(unguard.MARKS["hum"])
        usable.bad[first:last] = True
    progress(0.9)
    spectrum = spectrum_of(x, usable.bad, method, spans)
    # The start-up of the filters is no fault of the recording.
    spoilt = (filtered.marks & ~np.uint32(unguard.MARKS["settling"])) != 0
    time, envelope = _kept_envelope(filtered, method)
    beating = heartbeat(events)
    if beating:
        belief = belief.with_heart(sum(e.duration_s for e in beating.events))
    events = with_heart(events, beating)
    active = _active(len(x), events, method)
    levels = _levels(filtered, spoilt, active, usable, calibration, spectrum, envelope, weak, belief, method)
    known = OneChannel(filtered.signal, filtered.good, spoilt, active, spectrum, time, envelope)
    in_spans = span_levels(known, belief, spans, method)
    lowest, highest, bad = _trace(filtered, spoilt, belief)
    result = ChannelAnalysis(
        name=channel.name,
        levels=levels,
        rest=calibration,
        spectrum=spectrum,
        events=events,
        no_events_because=why_none,
        envelope_time_s=time,
        envelope_uV=envelope,
        belief=belief,
        budget=noise_budget(x, usable.bad, spectrum, beats, channel, method),
        phases=phase_levels(time, envelope, method),
        trace_low_uV=lowest,
        trace_high_uV=highest,
        trace_bad=bad,
        spans=in_spans,
    )
    progress(1.0)
    return result


def _filter(x: NDArray[np.float64], name: str, method: Method, progress: Callable[[float], None]) -> _Filtered:
    n, step = len(x), method.envelope_step
    cleaning = method.cleaning.start(fs=method.fs, channels=[name])
    envelope = method.envelope.start(fs=method.fs, channels=[name])
    made = _Filtered(np.empty(n), np.empty(n, dtype=np.uint32))
    for first in range(0, n, BLOCK):
        last = min(n, first + BLOCK)
        made.signal[first:last], made.marks[first:last] = cleaning.process(x[first:last], marks=True)
        level, marks = envelope.process(x[first:last], marks=True)
        at = slice((step - 1 - first) % step, None, step)
        made.envelope.append(level[at].copy())
        made.envelope_marks.append(marks[at].copy())
        progress(0.7 * last / n)
    return made


def _events(
    made: _Filtered, name: str, method: Method, belief: Belief
) -> tuple[unguard.RestCalibration | None, list[DetectedEvent], str]:
    good = made.good
    if not good.any():
        return None, [], "nothing in this channel can be believed"
    if not np.any(made.signal[good]):
        return None, [], "there is no signal in this channel"
    n, fs = len(made.signal), method.fs
    stretches = [r for r in method.rests(n) if r[1] > r[0]]
    in_rest = made.marks
    # A lead that was off for part of the rest is no part of how this muscle rests; one that was never on is all there
    # is. Where much is lost the longest part counts, else the marks do.
    lost = belief.marks(n, FOUND_LATE_S, ELECTRODES)
    with_contact = [
        (first + begins, first + ends)
        for first, last in stretches or [(0, n)]
        for begins, ends in runs_of(lost[first:last] == 0)
    ]
    longest = max((last - first for first, last in with_contact), default=0)
    if longest >= SHORTEST_REST_S * fs:
        if any(np.mean(lost[first:last] != 0) > _MUCH_LOST for first, last in stretches):
            stretches = with_contact
        in_rest = np.bitwise_or(made.marks, lost, out=lost)
    del lost  # or the same memory: an hour has millions of samples
    if np.count_nonzero(good) < SHORTEST_REST_S * fs:
        found = np.count_nonzero(good) / fs
        return None, [], f"only {found:.2g} s can be believed, and {SHORTEST_REST_S:g} s are needed to know the rest"
    try:
        if stretches:
            first, last = max(stretches, key=lambda r: r[1] - r[0])
            rest = unguard.calibrate_rest(
                made.signal[first:last],
                fs=fs,
                channels=[name],
                band=method.band_text,
                marks=in_rest[first:last],
                spec=_REST_WITH_EVENTS,
            )
        else:
            rest = unguard.calibrate_quietest(made.signal, fs=fs, channels=[name], band=method.band_text, marks=in_rest)
        # A rest without spread (a signal that repeats itself) is refused here.
        live = unguard.SpasmDetector(rest=rest).start(fs=fs, channels=[name])
    except ConfigError as cause:
        return None, [], f"no rest could be found ({plain(cause)})"
    markers = method.markers(n)
    reports = []
    first = 0
    while first < n:
        last = min(n, first + BLOCK)
        # The detector keeps a limited number of markers waiting: the block ends before there are more.
        waiting = [m for m in markers[: _MARKERS_AT_ONCE + 1] if m[0] < last]
        if len(waiting) > _MARKERS_AT_ONCE:
            last = waiting.pop()[0]
        for at, what in waiting:
            live.declare(what, at=at)
        markers = markers[len(waiting) :]
        reports += live.process(made.signal[first:last], marks=made.marks[first:last])
        first = last
    reports += live.finish()
    return rest, [_event(e, name, n, method) for e in reports if e.report == "CLOSE"], ""


def _event(e: unguard.Event, name: str, samples: int, method: Method) -> DetectedEvent:
    late, fs = method.delay_samples, method.fs
    return DetectedEvent(
        id=0,
        kind=e.kind,
        channel=name,
        onset_s=max(0, e.onset - late) / fs,
        offset_s=max(0, e.offset - late) / fs,
        decided_s=e.decided / fs,
        peak_uV=e.peak_uV,
        area_uV_s=e.area_uV_s,
        confidence=e.confidence,
        context=e.context,
        reasons=[*e.reasons, *([RECORD_ENDS] if e.offset >= samples else [])],
    )


def _kept_envelope(made: _Filtered, method: Method) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds of the recording and envelope, NaN where it cannot be believed."""
    step = method.envelope_step
    envelope = np.concatenate(made.envelope)
    at = np.arange(len(envelope), dtype=np.int64) * step + step - 1
    time = np.asarray((at - method.envelope_delay_samples) / method.fs, dtype=np.float64)
    # Marks of the signal that were set after filtering count too.
    believable = (np.concatenate(made.envelope_marks) == 0) & made.good[at]
    kept = time >= 0
    return time[kept], np.where(believable, envelope, np.nan)[kept]


def _levels(
    made: _Filtered,
    spoilt: NDArray[np.bool_],
    active: NDArray[np.bool_],
    usable: Usable,
    rest: unguard.RestCalibration | None,
    spectrum: Spectrum | None,
    envelope: NDArray[np.float64],
    weak: NDArray[np.bool_],
    belief: Belief,
    method: Method,
) -> Levels:
    count, squares, absolute = sums(made.signal, made.good)
    level = None if rest is None else rest.to_dict()["level"]["per_channel"][0]
    known = envelope[np.isfinite(envelope)]
    return Levels(
        rms_uV=math.sqrt(squares / count) if count else None,
        arv_uV=absolute / count if count else None,
        peak_envelope_uV=float(known.max()) if len(known) else None,
        rest_uV=None if level is None else level["value"],
        rest_low_uV=None if level is None else level["low"],
        rest_high_uV=None if level is None else level["high"],
        active_share=active_share(active, spoilt, method),
        hum_hz=None if spectrum is None else spectrum.hum_hz,
        hum_share=None if spectrum is None else spectrum.hum_share,
        hum_share_at_rest=None if spectrum is None else spectrum.hum_share_at_rest,
        missing_share=usable.missing,
        clipped_share=usable.clipped,
        flat_share=usable.flat,
        out_of_range_share=usable.out_of_range,
        weak_share=float(weak.mean()),
        believable_share=belief.share,
    )


def _active(samples: int, events: list[DetectedEvent], method: Method) -> NDArray[np.bool_]:
    """Return for each sample of the filtered signal whether it lies inside an event."""
    active = np.zeros(samples, dtype=bool)
    for e in events:
        if e.kind != ARTEFACT:
            first, last = (samples_in(t, method.fs) + method.delay_samples for t in (e.onset_s, e.offset_s))
            active[first:last] = True
    return active


def _trace(
    made: _Filtered, spoilt: NDArray[np.bool_], belief: Belief
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return least and greatest value of each column of the picture, and whether part of it is not to be believed."""
    signal = made.signal
    width = max(1, math.ceil(len(signal) / TRACE_COLUMNS))
    first = np.arange(0, len(signal), width)
    signal[~made.good] = np.nan
    bad = np.logical_or.reduceat(spoilt, first) | belief.withheld_columns(len(signal), width)
    return np.fmin.reduceat(signal, first), np.fmax.reduceat(signal, first), bad


def plain(cause: ConfigError) -> str:
    """Return what an error of the engine says without the name of the field it says it about."""
    return re.sub(r"\s*\(\w+\.\w+\)", "", str(cause)).rstrip(".")


def numbered(events: list[DetectedEvent]) -> list[DetectedEvent]:
    """Return the events of all channels by onset, numbered from 1."""
    ordered = sorted(events, key=lambda e: (e.onset_s, e.channel, e.offset_s))
    return [dataclasses.replace(e, id=i) for i, e in enumerate(ordered, 1)]
