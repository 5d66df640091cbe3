"""What a person should know about the quality of a recording before trusting its numbers, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from unguard.analysis.heartbeat import heartbeat
from unguard.analysis.method import Method
from unguard.analysis.result import ARTEFACT, RECORD_ENDS, ChannelAnalysis

_HUM_WORTH_SAYING = 0.1
#: No muscle gives more through skin: bipolar electrodes on the strongest show some millivolts from peak to peak.
_MOST_UV = 5000.0


def percent(share: float) -> str:
    """Return a share in words a reader can take in: never "0 %" for something that is there."""
    if share <= 0:
        return "0 %"
    if share < 0.001:
        return "less than 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def why_not(reasons: Mapping[str, float], most: int = 3) -> str:
    """Return reasons and their shares of the time in words, the largest first: "hum 30 %, lead off 2.1 %"."""
    told = [f"{name.replace('_', ' ')} {percent(share)}" for name, share in list(reasons.items())[:most]]
    return ", ".join(told) + (" and others" if len(reasons) > most else "")


def channel_remarks(channel: ChannelAnalysis, method: Method, seconds: float) -> list[str]:
    """Return the remarks on one channel, worst first."""
    found = []
    level = channel.levels
    share = level.believable_share
    if share is not None and share < 0.001 and level.rms_uV is None:
        found.append("Nothing in this channel can be believed, so no events were looked for.")
    else:
        if channel.no_events_because:
            found.append(f"No events were looked for: {channel.no_events_because}.")
        if share is not None and share < 0.9:
            told = f"Only {percent(share)} of the time can be believed" if share > 0 else "Nothing can be believed"
            found.append(f"{told}: a live session would have given no value for {why_not(channel.belief.reasons)}.")
    if level.clipped_share > 0:
        found.append(f"The amplifier was at its limit for {_time(level.clipped_share, seconds)}.")
    if level.flat_share > 0:
        found.append(
            f"The signal does not change at all for {_time(level.flat_share, seconds)}: contact lost, or a device that "
            "did not measure. This is not relaxation."
        )
    if level.weak_share > 0:
        found.append(
            f"{_in_band(method)} stays below {method.least_uV:.2g} uV for {_time(level.weak_share, seconds)}, weaker "
            "than any electrode on skin: contact lost, or a device that mutes. This is not relaxation. An offset or a "
            "drift outside the band says nothing about it."
        )
    elif level.peak_envelope_uV is not None and level.peak_envelope_uV < method.least_uV:
        found.append(
            f"{_in_band(method)} is nowhere as strong as from any electrode on skin ({method.least_uV:.2g} uV): the "
            "unit may be another one, or contact was lost."
        )
    if level.rms_uV is not None and level.rms_uV > _MOST_UV:
        found.append(
            f"{_in_band(method)} has an RMS of {level.rms_uV / 1000:.3g} mV, more than any muscle gives through skin: "
            "the unit may be another one."
        )
    if level.out_of_range_share > 0:
        found.append(f"Values that no electrode gives make up {_time(level.out_of_range_share, seconds)}.")
    if level.missing_share > 0:
        found.append(f"Samples are missing for {_time(level.missing_share, seconds)}; they are not used.")
    humming = sum(e.kind == ARTEFACT for e in channel.events)
    if humming:
        hold = "1 event holds" if humming == 1 else f"{humming} events hold"
        found.append(f"{hold} stretches of mains hum: poor or no contact, not muscle; not used for the levels.")
    beats = heartbeat(channel.events)
    if beats:
        found.append(
            f"{len(beats.events)} short events come {beats.per_minute:.0f} times a minute, as regular as a heartbeat: "
            "they are probably not muscle."
        )
    hum = _hum(channel, method)
    if hum:
        found.append(hum)
    if any(RECORD_ENDS in e.reasons for e in channel.events):
        found.append("The recording ends during an event: its end and duration are not known.")
    return found


def recording_remarks(channels: list[ChannelAnalysis], method: Method, seconds: float) -> list[str]:
    """Return the remarks on the recording as a whole, worst first."""
    found = list(method.remarks)
    if method.band.high < 400:
        found.append(
            f"Sampled at {method.fs:g} Hz, the band ends at {method.band.high:g} Hz: part of the muscle's signal lies "
            "above it. Compare levels only with recordings of the same band."
            if method.fs < 900
            else f"The band ends at {method.band.high:g} Hz. Compare levels only with recordings of the same band."
        )
    if seconds < 10:
        found.append(f"The recording is only {seconds:.3g} s long: the level of rest is uncertain.")
    if not method.rests_s:
        found.append(
            "Nobody declared a rest, so the quietest parts of the recording stand for it and no activity is called "
            'spasm-like. Declare one by an annotation "declared rest" with a duration (in a BIDS dataset: a row of '
            '*_events.tsv with the trial_type "rest" and its duration), or to `unguard analyse` with --rest START END.'
        )
    humming = {c.levels.hum_hz for c in channels if _hums(c)} - {method.mains_hz}
    if humming:
        advice = " or ".join(f"--mains {hz:g}" for hz in sorted(hz for hz in humming if hz is not None))
        found.append(f"Mains hum makes rest look higher than it is: analyse again with {advice} (in a plan: mains_Hz).")
    found.append(
        "Heartbeat and movement of electrodes are not removed in this version: they can look like activity, raise the "
        "level of rest and hide weak activity."
    )
    return found


def _hums(channel: ChannelAnalysis) -> bool:
    return (channel.levels.hum_share_at_rest or 0.0) >= _HUM_WORTH_SAYING


def _hum(channel: ChannelAnalysis, method: Method) -> str:
    level = channel.levels
    if not _hums(channel) or level.hum_share_at_rest is None or level.hum_hz is None:
        return ""
    text = f"{percent(level.hum_share_at_rest)} of the power at its quietest is mains hum of {level.hum_hz:g} Hz"
    return text + (", before the notches used here." if method.mains_hz == level.hum_hz else ".")


def _in_band(method: Method) -> str:
    # What a person sees in the raw numbers, an offset of millivolts, is not what was judged.
    return f"Between {method.band.low:g} and {method.band.high:g} Hz, the band used here, the signal"


def _time(share: float, seconds: float) -> str:
    lost = share * seconds
    return f"{lost:.3g} s ({percent(share)})" if lost >= 0.0995 else f"{1000 * lost:.2g} ms ({percent(share)})"
