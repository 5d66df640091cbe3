"""Time that counts: a clock that stands still where nothing is scored, as between two labels of a data set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import pair, several, whole
from unguard.benchmark.event import ScoredEvent
from unguard.errors import ConfigError

Span = tuple[int, int]


class ScoredTime:
    """The samples of a record that are scored.

    Parameters
    ----------
    unscored: (from, to) in samples, in any order; they may overlap.
    """

    def __init__(self, unscored: Iterable[Span] = ()) -> None:
        self.spans = joined("unscored", unscored)
        self._first = np.array([a for a, _ in self.spans], dtype=np.int64)
        self._length = np.array([b - a for a, b in self.spans], dtype=np.int64)
        self._before = np.concatenate([[0], np.cumsum(self._length)])

    def at(self, samples: Any) -> NDArray[np.int64]:
        """Return how many scored samples lie before each sample."""
        t = np.asarray(samples, dtype=np.int64)
        i = np.searchsorted(self._first, t, side="right")
        if not len(self.spans):
            return t
        last = np.maximum(i - 1, 0)
        inside = np.where(i > 0, np.minimum(t - self._first[last], self._length[last]), 0)
        return np.asarray(t - self._before[last] * (i > 0) - inside)

    def pieces(self, event: ScoredEvent) -> list[ScoredEvent]:
        """Return what of an event lies in scored time, cut where nothing is scored; nothing where none of it does.

        A piece is decided no sooner than it begins.
        """
        edges = [event.onset, *(i for span in self.spans for i in span), event.offset]
        made = []
        for i in range(0, len(edges), 2):
            first, last = max(edges[i], event.onset), min(edges[i + 1], event.offset)
            if last > first or (event.length == 0 and first == last and not is_in(first, self.spans)):
                decided = event.decided if event.decided is None or first == event.onset else max(event.decided, first)
                made.append(ScoredEvent(first, last, event.kind, decided, event.cancelled))
        return made

    def between(self, first: int, last: int) -> int:
        """Return the scored samples from `first` up to, and without, `last`."""
        return int(self.at(last) - self.at(first))


def stretch(name: str, given: Any, samples: int) -> Span:
    """Return a stretch (from, to) of a record of so many samples; raise ConfigError, naming `name`, for another."""
    expected = f"a stretch (from, to) of the record, in whole samples from 0 to {samples}"
    pair(name, given, expected)
    first, last = (whole(name, one, expected) for one in given)
    if not 0 <= first <= last <= samples:
        raise ConfigError(name, f"{first} to {last}", expected)
    return first, last


def stretches(name: str, given: Any, samples: int) -> list[Span]:
    """Return stretches of a record of so many samples, as they came; raise ConfigError, naming `name`, for others."""
    expected = f"stretches (from, to) of the record, in whole samples from 0 to {samples}"
    return [stretch(name, one, samples) for one in several(name, given, expected)]


def joined(name: str, spans: Iterable[Span]) -> list[Span]:
    """Return stretches in order, those that touch made one; raise ConfigError for one that ends before it begins."""
    found: list[Span] = []
    for first, last in sorted((int(a), int(b)) for a, b in spans):
        if last < first:
            raise ConfigError(name, f"{first} to {last}", "stretches that end behind their beginning")
        if last == first:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def is_in(sample: int, spans: Iterable[Span]) -> bool:
    """Return whether a sample lies in one of the stretches."""
    return any(first <= sample < last for first, last in spans)
