"""An event as the scorer takes it: where it begins and ends, what it is called, when a live detector said so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from unguard.arguments import several, text, whole
from unguard.errors import ConfigError

ACTIVITY = "ACTIVITY"
SPIKE = "SPIKE"
#: Beyond it sums of samples would not fit into 64 bits.
_MOST = 2**62


@dataclass(frozen=True)
class ScoredEvent:
    """One event, found or true, in samples of the record it was found in.

    Attributes
    ----------
    onset, offset: first sample and one past the last; offset >= onset.
    kind: what it is called ("ACTIVITY", "SPIKE", ...); scores per class compare it. Of one that was cancelled, what it
        was called when it opened.
    decided: the last sample a causal detector had seen when it said so (its OPEN); None for one that needs the whole
        record, and for true events.
    cancelled: the sample at which the detector took it back (its CANCEL); None where it did not.
    """

    onset: int
    offset: int
    kind: str = ACTIVITY
    decided: int | None = None
    cancelled: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no stretch of samples, by name."""
        for name in ("onset", "offset", "decided", "cancelled"):
            value = getattr(self, name)
            if value is None and name in ("decided", "cancelled"):
                continue
            object.__setattr__(self, name, _whole(name, value))
        text("kind", self.kind, "what the event is called, as text")
        if self.offset < self.onset:
            raise ConfigError("offset", self.offset, f"the onset, {self.onset}, or a later sample")

    @property
    def length(self) -> int:
        """Samples from onset to offset."""
        return self.offset - self.onset


def events_of(name: str, given: Iterable[Any]) -> list[ScoredEvent]:
    """Return events by onset from anything that has onset and offset in samples, or is such a pair.

    Raises ConfigError, naming `name`, for what has neither.
    """
    expected = "events with onset and offset in samples, or (onset, offset) pairs"
    made = []
    for one in several(name, given, expected):
        if isinstance(one, ScoredEvent):
            made.append(one)
        elif hasattr(one, "onset") and hasattr(one, "offset"):
            more = {key: getattr(one, key) for key in ("kind", "decided", "cancelled") if hasattr(one, key)}
            made.append(ScoredEvent(one.onset, one.offset, **more))
        else:
            try:
                onset, offset = one
            except (TypeError, ValueError):
                raise ConfigError(name, repr(one), expected) from None
            made.append(ScoredEvent(onset, offset))
    return sorted(made, key=lambda e: (e.onset, e.offset))


def _whole(name: str, value: Any) -> int:
    expected = "a whole number of samples"
    found = whole(name, value, expected)
    if abs(found) > _MOST:
        raise ConfigError(name, found, expected)
    return found
