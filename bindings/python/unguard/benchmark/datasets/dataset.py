"""A data set: records with their truth, and where they are from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from unguard.benchmark.event import ACTIVITY
from unguard.benchmark.trial import Trial


@dataclass(frozen=True, eq=False)
class Dataset:
    """Records of one origin.

    Attributes
    ----------
    name: that it goes by. trials: its records. source: citation or address.
    edges: whether times of onsets and offsets are to be judged: not where labels follow a cue.
    remarks: what to know before trusting scores on it.
    """

    name: str
    trials: tuple[Trial, ...]
    source: str
    remarks: tuple[str, ...] = ()
    edges: bool = True

    @property
    def true_events(self) -> int:
        """True events in all records."""
        return sum(len(t.truth or ()) for t in self.trials)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the true events, by name; none where all are ACTIVITY, which says nothing."""
        return tuple(sorted({e.kind for t in self.trials for e in t.truth or ()} - {ACTIVITY}))

    def for_tuning(self) -> Dataset:
        """Return the records of which some part is for tuning; all of them where there is none such."""
        some = tuple(t for t in self.trials if t.tuning[1] > t.tuning[0])
        return dataclasses.replace(self, trials=some or self.trials)

    def __repr__(self) -> str:
        return f"<Dataset {self.name}: {len(self.trials)} records, {self.true_events} true events>"
