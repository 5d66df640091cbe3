"""The setting of a method that scores best on the tuning part: grid search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.detector import Family
from unguard.benchmark.outcome import Outcome, run


@dataclass(frozen=True)
class Searched:
    """A method as documented, at its best setting, and at all that were tried.

    Attributes
    ----------
    best: by F1 on the tuning part; between equals, by the sample-wise F1 there. None where nothing was searched, or all
        settings failed.
    tried: every setting of the grid on the records that have a tuning part, those that failed too.
    """

    family: Family
    documented: Outcome
    best: Outcome | None
    tried: tuple[Outcome, ...] = ()


def search(
    family: Family,
    data: Dataset,
    *,
    grid: bool = True,
    limit_s: float = 120.0,
    progress: Callable[[], None] = lambda: None,
) -> Searched:
    """Run a method as documented and, if asked for, over its grid.

    Where it was stopped for taking too long as documented, the grid is left out.

    Parameters
    ----------
    limit_s: seconds of processor time for all records, a setting.
    progress: called after every run; for a grid left out as often.
    """
    documented = run(family.at_documented(), data, limit_s=limit_s)
    progress()
    settings = list(family.settings()) if grid and family.grid else []
    if "TookTooLong" in documented.error or not any(t.truth for t in data.trials):
        for _ in settings:
            progress()
        return Searched(family, documented, None)
    part = data.for_tuning()
    whole = len(part.trials) == len(data.trials)
    tried = []
    for one in settings:
        same = whole and family.make(**one).settings == family.at_documented().settings
        tried.append(documented if same else run(family.make(**one), part, limit_s=limit_s))
        progress()
    alive = [o for o in tried if not o.failed]
    best = max(alive, key=lambda o: (o.tuning.f1, o.tuning.samples.f1), default=None)
    if best is not None and not whole:
        chosen = settings[tried.index(best)]
        best = run(family.make(**chosen), data, limit_s=limit_s)
    return Searched(family, documented, best, tuple(tried))
