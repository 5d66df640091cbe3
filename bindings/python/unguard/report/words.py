"""What an analysis says in words and with how many digits: for the command line and the report alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from unguard.analysis import Analysis, ChannelAnalysis, DetectedEvent
from unguard.analysis.heartbeat import heartbeat
from unguard.analysis.method import Method
from unguard.analysis.remarks import percent, why_not
from unguard.analysis.result import ARTEFACT, SPASM_LIKE
from unguard.analysis.spans import LEAST_BELIEVED_S

#: Events of less confidence are not counted in the headline.
SURE = 0.95
#: From this share of believed time on a channel is believed as a whole.
_WHOLE = 0.995
#: What the names of marks say to a person.
_REASONS = {
    "flat": "nothing moves, or less than on any skin",
    "lead_off": "the hum of an open input",
    "clipped": "at the converter's rail",
    "jump": "a leap no muscle makes",
    "motion": "mostly movement of electrode or cable, or a loud heart that is not known yet",
    "hum": "mostly mains hum",
    "missing": "no samples, or too few since something was left out",
    "gap": "lost samples that were bridged",
    "non_finite": "no number",
    "out_of_range": "beyond the converter's range",
    "settling": "warming up again after one of these",
    "heart": "levels with much of the heart in them, or events as regular as a heartbeat",
    "gated": "from fewer samples than usual",
    "noise": "more noise of amplifier or electrode than there should be",
    "low_snr": "mostly such noise",
}
#: Kinds in the order in which they are named, one and several.
_CALLED = {
    "ACTIVITY": ("stretch of activity", "stretches of activity"),
    "SPIKE": ("spike", "spikes"),
    "PHASIC BURST": ("phasic burst", "phasic bursts"),
    "TONIC": ("tonic stretch", "tonic stretches"),
    "ARTEFACT": ("artefact", "artefacts"),
}


def level(microvolts: float | None) -> str:
    """Return a level with about three digits, or a dash where there is none."""
    if microvolts is None:
        return "-"
    digits = 0 if microvolts >= 99.95 else 1 if microvolts >= 9.995 else 2
    return f"{microvolts:.{digits}f}"


def short(value: float) -> str:
    """Return a ratio or an estimate with about three digits; a dash where there is none."""
    if not math.isfinite(value):
        return "-" if math.isnan(value) else "∞" if value > 0 else "-∞"
    size = abs(value)
    return f"{value:.0f}" if size >= 99.5 else f"{value:#.3g}" if size >= 1 else f"{value:.2f}"


def first_of(names: Sequence[str], most: int = 3) -> str:
    """Return the first of some names, and that there are others."""
    return ", ".join(names[:most]) + (" and others" if len(names) > most else "")


def tiny(microvolts: float | None) -> str:
    """Return a level that may be far below any other, without claiming that it is nothing."""
    return "< 0.01" if microvolts is not None and 0 < microvolts < 0.005 else level(microvolts)


def levels(values: Iterable[float | None]) -> str:
    """Return the span of several levels in microvolts."""
    known = sorted(v for v in values if v is not None)
    if not known:
        return "-"
    low, high = level(known[0]), level(known[-1])
    return f"{low} µV" if low == high else f"{low} to {high} µV"


def seconds(value: float) -> str:
    """Return a length of time: seconds up to two minutes, then minutes and hours."""
    if value < 120:
        return f"{value:.3g} s" if value < 10 else f"{value:.1f}".removesuffix(".0") + " s"
    whole = round(value)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours} h {minutes} min {whole % 60} s" if hours else f"{minutes} min {whole % 60} s"


def moment(value: float, length: float) -> str:
    """Return a time of the recording: seconds in a short one, minutes:seconds in one of ten minutes or more."""
    if length < 600:
        return f"{value:.2f}"
    hundredths = round(100 * value)
    return f"{hundredths // 6000}:{hundredths % 6000 / 100:05.2f}"


def confidence(value: float) -> str:
    """Return a confidence without claiming certainty."""
    return "> 0.999" if value > 0.999 else f"{value:.2f}" if value < 0.995 else f"{value:.3f}"


def believed(channel: ChannelAnalysis) -> str:
    """Return the share of the time that can be believed; a dash where the record is too short to tell."""
    share = channel.belief.share
    # Never "100 %" of what is not whole.
    return "-" if share is None else percent(share) if not _WHOLE <= share < 1 else "> 99.5 %"


def reasons_meant(made: Analysis) -> list[tuple[str, str]]:
    """Return (reason, meaning) of what kept any channel from being believed, or made it less sure."""
    there = {name for c in made.channels for name in [*c.belief.reasons, *c.belief.less_sure]}
    return [(name.replace("_", " "), meaning) for name, meaning in _REASONS.items() if name in there]


def called(kind: str, count: int) -> str:
    """Return a number of events of one kind, in words."""
    one, several = _CALLED.get(kind, (kind.lower(), kind.lower()))
    return f"{count} {one if count == 1 else several}"


def sure(events: Iterable[DetectedEvent]) -> list[DetectedEvent]:
    """Return the events that are counted in the headline, by their confidence."""
    return [e for e in events if e.confidence >= SURE]


def event_counts(events: Sequence[DetectedEvent]) -> str:
    """Return how many events there are, and of which kinds."""
    if not events:
        return "none"
    counts = Counter(e.kind for e in events)
    order = [k for k in _CALLED if k in counts] + sorted(k for k in counts if k not in _CALLED)
    return ", ".join(called(kind, counts[kind]) for kind in order)


def band_words(method: Method) -> str:
    """Return the band and the rule behind it."""
    text = f"{method.band.low:g} to {method.band.high:g} Hz ({method.band_rule})"
    text += f", Butterworth order {method.band.order} at each edge, causal"
    if method.notches:
        text += f"; {method.mains_hz:g} Hz hum taken out by {len(method.notches)} notches"
    return text


def rest_words(made: Analysis) -> str:
    """Return how the rest was found."""
    method = made.method
    if method.rests_s:
        spans = [f"{start:g} to {end:g} s" for start, end in method.rests_s[:3]]
        more = f" and {len(method.rests_s) - 3} more" if len(method.rests_s) > 3 else ""
        by = "in the recording" if method.rest_declared_by == "annotation" else "by --rest or rest="
        return f"declared {by}, {', '.join(spans)}{more}"
    return "not declared: the quietest windows of the whole recording stand for it (found offline)"


def in_short(made: Analysis) -> list[str]:
    """Return what was found in a few sentences a clinician reads first; no diagnosis, no judgement."""
    found = [_rest(made), _spasm_like(made), _activity(made), _full_flexion(made), *_belief(made)]
    return [text for text in found if text]


def _rest(made: Analysis) -> str:
    rests = [c.levels.rest_uV for c in made.channels]
    if all(r is None for r in rests):
        return "The level of rest could not be found in any channel."
    where = "In declared rest" if made.method.rests_s else "In the quietest parts of the recording"
    unknown = [c.name for c in made.channels if c.levels.rest_uV is None]
    who = "the muscle reads" if len(rests) - len(unknown) == 1 else "the muscles read"
    text = f"{where} {who} {levels(rests)}."
    return text + (f" Not known for {_listed(unknown)}." if unknown else "")


def _spasm_like(made: Analysis) -> str:
    if not made.method.rests_s:
        return "No rest was declared, so no activity is called spasm-like."
    looked_at = [c for c in made.channels if c.rest is not None]
    if not looked_at:
        return "Spasm-like activity could not be looked for."
    resting = sum(end - start for start, end in made.method.rests_s)
    everything = [e for e in made.events if e.is_spasm_like]
    if not everything:
        return f"No spasm-like activity was found in {seconds(resting)} of declared rest."
    beats = {c.name: [e for e in _beats(c) if e.is_spasm_like] for c in made.channels}
    regular = {e.id for events in beats.values() for e in events}
    others = [e for e in everything if e.id not in regular]
    found = sure(others)
    if found:
        most = Counter(e.channel for e in found).most_common()
        text = f"Spasm-like activity in {seconds(resting)} of declared rest: {event_counts(found)}"
        text += f" (confidence {SURE:g} or more)"
        if len(most) > 1 and most[0][1] > most[1][1]:
            text += f"; {most[0][1]} of these {len(found)} in {most[0][0]}, more than in any other channel"
    else:
        text = (
            f"No spasm-like activity of confidence {SURE:g} or more was counted in {seconds(resting)} of declared rest"
        )
    unsure = len(others) - len(found)
    if unsure:
        text += f"; {unsure} {'more ' if found else ''}{'is' if unsure == 1 else 'are'} less sure"
    return text + "." + _regular(beats, len(everything))


def _regular(beats: dict[str, list[DetectedEvent]], of: int) -> str:
    """Return what is said of events that are as regular as a heartbeat, which are counted apart."""
    counts = [f"{len(events)} in {name}" for name, events in beats.items() if events]
    if not counts:
        return ""
    return (
        f" Of all {of} events in declared rest {_listed(counts)} are as regular as a heartbeat: probably not muscle, "
        "and counted apart."
    )


def _beats(channel: ChannelAnalysis) -> list[DetectedEvent]:
    found = heartbeat(channel.events)
    return found.events if found else []


def _activity(made: Analysis) -> str:
    known = [c for c in made.channels if c.rest is not None]
    if not known:
        return ""
    shares = [s for s in (_active_share_outside_rest(c, made) for c in known) if s is not None]
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    when = "Outside declared rest" if made.method.rests_s else "In the recording"
    who = "the muscle was" if len(known) == 1 else "the muscles were"
    span = low if low == high else f"{low.removesuffix(' %')} to {high}"
    return f"{when} {who} active for {span} of the time."


def _active_share_outside_rest(channel: ChannelAnalysis, made: Analysis) -> float | None:
    """Return the share of the envelope's believable values inside events, or None for less than a second of them."""
    time = channel.envelope_time_s
    outside = np.isfinite(channel.envelope_uV)
    for start, end in made.method.rests_s:
        outside &= (time < start) | (time >= end)
    count = int(np.count_nonzero(outside))
    if count < LEAST_BELIEVED_S * made.fs / made.method.envelope_step:
        return None
    active = np.zeros(len(time), dtype=bool)
    for e in channel.events:
        if e.context != "rest" and e.kind != ARTEFACT:
            first, last = np.searchsorted(time, [e.onset_s, e.offset_s])
            active[first:last] = True
    return float(np.count_nonzero(active & outside)) / count


def _full_flexion(made: Analysis) -> str:
    def of(phase: str) -> list[float | None]:
        return [p.median_uV for c in made.channels for p in c.phases if p.phase == phase]

    if not any(v is not None for v in of("full flexion")):
        return ""
    text = f"In full flexion the muscles read {levels(of('full flexion'))}"
    if any(v is not None for v in of("bending")):
        text += f", against {levels(of('bending'))} while bending forward"
    return text + "."


def _belief(made: Analysis) -> list[str]:
    found = []
    known = [(c, c.belief.share) for c in made.channels if c.belief.share is not None]
    nothing = [c.name for c, share in known if share < 0.001 and c.levels.rms_uV is None]
    if nothing:
        found.append(f"{_listed(nothing)}: nothing can be believed, so there is no level. This is not relaxation.")
    partly = [(c, share) for c, share in known if share < _WHOLE and c.name not in nothing]
    if partly:
        worst, least = min(partly, key=lambda one: one[1])
        which = "one channel" if len(partly) == 1 else f"{len(partly)} channels"
        found.append(
            f"In {which} part of the signal cannot be believed; least in {worst.name}: {percent(least)}. Not believed "
            f"there: {why_not(worst.belief.reasons)}."
        )
    with_heart = [(c, c.belief.less_sure["heart"]) for c in made.channels if "heart" in c.belief.less_sure]
    for beating, told in (
        ([one for one in with_heart if _beats(one[0])], "What looks like activity in {} is heartbeats"),
        ([one for one in with_heart if not _beats(one[0])], "The heart makes a good part of the levels in {}"),
    ):
        if not beating:
            continue
        most, share = max(beating, key=lambda one: one[1])
        where = most.name if len(beating) == 1 else f"{len(beating)} channels, most in {most.name}"
        found.append(f"{told.format(where)} for {percent(share)} of the time.")
    humming = sum(e.kind == ARTEFACT for e in made.events)
    if humming:
        what = "1 artefact is" if humming == 1 else f"{humming} artefacts are"
        found.append(f"{what} not counted here: mains hum of lost contact, not muscle.")
    if not found and len(known) == len(made.channels):
        found.append(
            "The whole signal can be believed, as far as lost contact, clipping, gaps, hum, jumps and movement go."
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def kinds_present(events: Iterable[DetectedEvent]) -> list[str]:
    """Return the kinds among the events, the spasm-like ones in order of duration, artefacts last."""
    there = {e.kind for e in events}
    return [k for k in ("ACTIVITY", *SPASM_LIKE, ARTEFACT) if k in there]


def marked(made: Analysis) -> list[tuple[str, float, float]]:
    """Return what was marked, (what, start, end) in seconds, by start."""
    rests = [("declared rest", start, end) for start, end in made.method.rests_s]
    return sorted([*rests, *made.method.phases_s], key=lambda m: m[1])
