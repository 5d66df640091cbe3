"""A published number that ours is held to: what it is, how far ours may be off, and how ours is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.evidence.table import Evidence, Row


@dataclass(frozen=True)
class Found:
    """What was measured, in words, and whether that is within the tolerance."""

    ours: str
    within: bool


@dataclass(frozen=True)
class Claim:
    """One row of section 10 of the methods survey.

    number: of the row. of: what is compared. published: the value, and whose. tolerance: fixed before anything was
    measured; one that was changed after a look says so. measure: measures ours. not_scored: why nothing is demanded;
    None where the tolerance is. context: what ours is, where nothing is demanded.
    """

    number: int
    of: str
    published: str
    tolerance: str = "-"
    measure: Callable[[], Found] | None = None
    not_scored: str | None = None
    context: Callable[[], str] | None = None

    def __post_init__(self) -> None:
        """Refuse a row that is neither scored nor says why not."""
        if (self.measure is None) == (self.not_scored is None):
            raise ValueError(f"row {self.number} has to be measured, or to say why it is not scored; one of them")

    def add_to(self, e: Evidence) -> None:
        """Measure, and add the row."""
        if self.measure is not None:
            found = self.measure()
            e.add(f"{self.number}: {self.of}", self.tolerance, found.ours, self.published, bool(found.within))
            return
        beside = f"; ours: {self.context()}" if self.context is not None else ""
        e.add(f"{self.number}: {self.of}", self.tolerance, f"not scored: {self.not_scored}{beside}", self.published)


def rows_of(measure: Callable[[Evidence], None], *starts: str) -> list[Row]:
    """Return the rows of another evidence table's function, or those whose quantity starts so."""
    e = Evidence("validity")
    measure(e)
    found = [r for r in e.rows if not starts or r.quantity.startswith(starts)]
    if not found:
        raise ValueError(f"no row begins with one of {starts}")
    return found


def together(rows: list[Row]) -> Found:
    """Return several measured rows as one, which is within its tolerance where all are."""
    return Found("; ".join(f"{r.quantity}: {r.measured}" for r in rows), all(r.enough is True for r in rows))
