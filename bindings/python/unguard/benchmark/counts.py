"""Hits, false ones and misses, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """What was found and what was not, in events or in samples.

    Attributes
    ----------
    hits: found and true. false: found and not true. misses: true and not found.
    """

    hits: int = 0
    false: int = 0
    misses: int = 0

    @property
    def f1(self) -> float:
        """2 hits / (2 hits + false + misses), from 0 to 1; 1 where there was nothing to find and nothing was found."""
        all_ = 2 * self.hits + self.false + self.misses
        return 2 * self.hits / all_ if all_ else 1.0

    @property
    def jaccard(self) -> float:
        """Hits / (hits + false + misses), from 0 to 1; 1 where there was nothing to find and nothing was found."""
        all_ = self.hits + self.false + self.misses
        return self.hits / all_ if all_ else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was found; 1 where nothing was true."""
        true = self.hits + self.misses
        return self.hits / true if true else 1.0

    def __add__(self, other: Counts) -> Counts:
        """Return both together."""
        return Counts(self.hits + other.hits, self.false + other.false, self.misses + other.misses)
