"""A marker that knows by how much it was put later, so that nobody counts a delay twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    _Pair = tuple[str, int]
else:
    _Pair = tuple


class DeclaredMarker(_Pair):
    """A (kind, sample) pair, equal to a plain one and taken wherever those are.

    Attributes
    ----------
    delay: s, of the filters in front of the detector, that the sample is later than what it marks in the recording.
    """

    delay: float

    def __new__(cls, kind: str, sample: int, delay: float = 0.0) -> DeclaredMarker:
        made = tuple.__new__(cls, (kind, sample))
        made.delay = delay
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what copies and pickles are made of."""
        return self[0], self[1], self.delay
