"""A data set: records with their truth, and where they are from."""

from __future__ import annotations

from dataclasses import dataclass

from unguard.benchmark.trial import Trial


@dataclass(frozen=True, eq=False)
class Dataset:
    """Records of one origin.

    Attributes
    ----------
    name: that it goes by. trials: its records. source: citation or address.
    remarks: what to know before trusting scores on it.
    """

    name: str
    trials: tuple[Trial, ...]
    source: str
    remarks: tuple[str, ...] = ()

    @property
    def true_events(self) -> int:
        """True events in all records."""
        return sum(len(t.truth or ()) for t in self.trials)

    def __repr__(self) -> str:
        return f"<Dataset {self.name}: {len(self.trials)} records, {self.true_events} true events>"
