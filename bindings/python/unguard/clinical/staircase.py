"""The level that somebody notices with a given chance, by going up and down.

>>> run_staircase(lambda level_uV: ask(level_uV)).threshold
Estimate(value=6.1, low=5.2, high=7.1)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unguard._core import Staircase
from unguard.arguments import flag
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class StaircaseResult:
    """What a staircase found.

    Attributes
    ----------
    threshold: the level that is noticed with the chance `chance`, in the unit of the levels, with its 95 % interval.
    chance: of "yes", 0 to 1, that the levels gather around.
    levels: what was shown, trial after trial. answers: whether it was noticed, or right.
    """

    threshold: Estimate
    chance: float
    levels: tuple[float, ...]
    answers: tuple[bool, ...]

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a trial: trial, level, yes."""
        import pandas as pd

        return pd.DataFrame({"trial": range(1, len(self.levels) + 1), "level": self.levels, "yes": self.answers})


def run_staircase(answer: Callable[[float], bool], *, spec: Staircase | None = None) -> StaircaseResult:
    """Ask until the threshold is known, and return it.

    Parameters
    ----------
    answer: shows a level, and returns whether it was noticed, or answered rightly.
    spec: levels and steps; how many reversals count.

    Raises
    ------
    ConfigError: naming the argument; also where trials ended before the reversals did, or levels came to an end of what
        can be shown: such a run tells no threshold.

    Who answers "yes" to everything comes to the lowest level: the run is refused, not a low threshold. Steps much finer
    than the observer is sure make the interval too short; where the step up is the larger, the threshold comes out
    about a quarter of the difference too high.
    Source: Levitt 1971, doi:10.1121/1.1912375; Kaernbach 1991, doi:10.3758/BF03214307. One answer after another, by
    whoever shows the levels: `Staircase.start()`.
    """
    if not callable(answer):
        raise ConfigError("answer", repr(answer), "a function of a level that returns True or False")
    made = spec or Staircase()
    run = made.start()
    levels: list[float] = []
    answers: list[bool] = []
    while not run.done:
        levels.append(run.level)
        answers.append(flag("answer", answer(run.level)))
        run.next(answers[-1])
    return StaircaseResult(Estimate(*run.threshold()), made.chance, tuple(levels), tuple(answers))
