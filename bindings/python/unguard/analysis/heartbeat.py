"""Short events that come as regularly as a heart beats, and are therefore probably not muscle."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from unguard.analysis.result import ARTEFACT, HEART, DetectedEvent

#: A QRS complex in the detector's envelope is over in less.
_SHORT_S = 0.4
_FEWEST = 10
#: 40 to 180 beats a minute.
_SHORTEST_S, _LONGEST_S = 0.33, 1.5
#: A heart's intervals differ by less than this from their median, or from twice it where one beat was missed.
_TOLERANCE = 0.2
#: So many of the intervals; events at random times reach three tenths.
_SHARE = 0.6


@dataclass(frozen=True)
class Heartbeat:
    """Events of one channel that are as regular as a heartbeat, and how many come in a minute."""

    events: list[DetectedEvent]
    per_minute: float


def heartbeat(events: Iterable[DetectedEvent]) -> Heartbeat | None:
    """Return the short events of one channel where they are as regular as a heartbeat, else None."""
    short = sorted((e for e in events if e.kind != ARTEFACT and e.duration_s < _SHORT_S), key=lambda e: e.onset_s)
    if len(short) < _FEWEST:
        return None
    intervals = np.diff([e.onset_s for e in short])
    middle = float(np.median(intervals))
    if not _SHORTEST_S <= middle <= _LONGEST_S:
        return None
    regular = [np.abs(intervals - beats * middle) <= _TOLERANCE * beats * middle for beats in (1, 2)]
    if float(np.mean(regular[0] | regular[1])) < _SHARE:
        return None
    return Heartbeat(short, 60 / middle)


def with_heart(events: list[DetectedEvent], beats: Heartbeat | None) -> list[DetectedEvent]:
    """Return the events of one channel, those of its beats with "heart" among their reasons.

    Confidence speaks against rest alone, and a beat is none: who reads a row is to see what the channel's remark says.
    """
    own = {id(e) for e in beats.events} if beats else set()
    return [dataclasses.replace(e, reasons=[*e.reasons, HEART]) if id(e) in own else e for e in events]
