"""Spasm-like activity in declared rest, a minute: counted with its Poisson interval; heartbeats are taken out first."""

from __future__ import annotations

from scipy import stats  # type: ignore[import-untyped]

from unguard.analysis import Analysis
from unguard.analysis.heartbeat import heartbeat
from unguard.report.words import sure
from unguard.session.measure import WHOLE, Measure


def spasm_like_measures(made: Analysis) -> list[Measure]:
    """Return how often spasm-like activity came in declared rest; none where no rest was declared.

    Counted are events of a confidence of 0.95 and more that are not as regular as a heartbeat. Interval: Garwood 1936,
    doi:10.1093/biomet/28.3-4.437.
    """
    minutes = sum(end - start for start, end in made.method.rests_s) / 60
    if not minutes:
        return []
    found = []
    for channel in made.channels:
        if channel.rest is None:
            continue
        beats = heartbeat(channel.events)
        regular = {e.id for e in beats.events} if beats else set()
        count = sum(e.is_spasm_like and e.id not in regular for e in sure(channel.events))
        low = float(stats.chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
        high = float(stats.chi2.ppf(0.975, 2 * count + 2)) / 2
        found.append(
            Measure("spasm-like activity at rest", channel.name, WHOLE, count / minutes, low / minutes, high / minutes,
                    "a minute", False, "lower", count)
        )  # fmt: skip
    return found
