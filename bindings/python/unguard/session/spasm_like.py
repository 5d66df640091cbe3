"""Spasm-like activity in declared rest, a minute: counted with its Poisson interval; heartbeats are taken out first."""

from __future__ import annotations

import numpy as np

from unguard.analysis import Analysis
from unguard.analysis.heartbeat import heartbeat
from unguard.analysis.result import ChannelAnalysis
from unguard.benchmark.alarms import poisson_interval
from unguard.report.words import sure
from unguard.session.measure import WHOLE, Measure

#: Of declared rest, that has to be believed before anything is told of it.
_LEAST_SHARE = 0.5


def spasm_like_measures(made: Analysis, *, hearts_left_in: int = 0) -> tuple[list[Measure], list[str]]:
    """Return how often spasm-like activity came a minute of declared rest that could be believed, and why nothing is
    told of a muscle; nothing at all where no rest was declared.

    hearts_left_in: short rises that may be heartbeats and were left in: then nothing is told, for a beat is no spasm.
    Counted are events of a confidence of 0.95 and more that are not as regular as a heartbeat. Interval: Garwood 1936,
    doi:10.1093/biomet/28.3-4.437.
    """
    declared = sum(end - start for start, end in made.method.rests_s)
    if not declared:
        return [], []
    if hearts_left_in:
        return [], [
            f"Spasm-like activity in declared rest is not told: {hearts_left_in} short rises may be heartbeats. An "
            "electrode on the chest, named in the plan, would tell."
        ]
    found, told = [], []
    for channel in made.channels:
        share = _believed_share(channel, made)
        if channel.rest is None or share < _LEAST_SHARE:
            why = channel.no_events_because if channel.rest is None else ", ".join(channel.belief.reasons)
            told.append(
                f"{channel.name}: spasm-like activity in declared rest is not told: {100 * share:.0f} % of it could be "
                f"believed ({why})."
            )
            continue
        minutes = share * declared / 60
        beats = heartbeat(channel.events)
        regular = {e.id for e in beats.events} if beats else set()
        count = sum(
            e.is_spasm_like and e.id not in regular and _is_believed(e.onset_s, channel) for e in sure(channel.events)
        )
        low, high = poisson_interval(count)
        found.append(
            Measure("spasm-like activity at rest", channel.name, WHOLE, count / minutes, low / minutes, high / minutes,
                    "a minute", False, "lower", count)
        )  # fmt: skip
    return found, told


def _believed_share(channel: ChannelAnalysis, made: Analysis) -> float:
    """Return the share of declared rest that a live session would have believed, its start-up not counted against."""
    belief = channel.belief
    at = np.arange(len(belief.withheld)) * belief.interval_s
    resting = np.zeros(len(at), dtype=bool)
    for start, end in made.method.rests_s:
        resting |= (at >= start) & (at < end)
    return float(1 - belief.withheld[resting].mean()) if resting.any() else 0.0


def _is_believed(at_s: float, channel: ChannelAnalysis) -> bool:
    withheld = channel.belief.withheld
    return not withheld[min(int(at_s / channel.belief.interval_s), len(withheld) - 1)]
