"""How well somebody feels and sets the tension of a muscle, and whether a level is met and held.

>>> tension_discrimination([(4, 3.1), (16, 21.0), (8, 8.8), (12, 14.9), (4, 2.6), (8, 7.9), (12, 13.3), (16, 18.2)])
>>> live = unguard.TensionHold(target=8).start(fs=50)
>>> live.add(levels_uV)
'holding'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from unguard._core import PhaseLevel, TensionDiscrimination, TensionHold, _held_level, _tension_discrimination
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class TensionTarget:
    """One level that was asked for.

    Attributes
    ----------
    target: uV, or % of a reference. trials: of it.
    produced: their geometric mean, in the same unit.
    error: mean of ln(produced / target), above 0 too much, with its 95 % interval.
    """

    target: float
    trials: int
    produced: float
    error: Estimate


@dataclass(frozen=True)
class TensionPair:
    """Whether two neighbouring levels differ in what was produced.

    Attributes
    ----------
    lower, higher: targets.
    area: chance that a trial of the higher is the stronger, 0 to 1, with its 95 % interval; 0.5: told apart by chance.
    d_prime: their distance in spreads of one trial, freed of the bias of few trials, with its 95 % interval; None where
        trials of one level do not differ at all.
    """

    lower: float
    higher: float
    area: Estimate
    d_prime: Estimate | None


@dataclass(frozen=True)
class TensionPerception:
    """Levels of tension that were asked for against those produced, on the natural logarithm.

    Attributes
    ----------
    slope: of ln produced on ln target, with its 95 % interval; above 1 low levels came out too low and high ones too
        high.
    bias: mean of ln(produced / target), all levels alike, with its 95 % interval.
    spread: standard deviation of ln produced from trial to trial of one level. A slope of 1 without a bias says little
        beside a large one.
    targets: each level. neighbours: each pair of them.
    """

    slope: Estimate
    bias: Estimate
    spread: float
    targets: tuple[TensionTarget, ...]
    neighbours: tuple[TensionPair, ...]

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a level: target, trials, produced, error, error_low, error_high."""
        import pandas as pd

        return pd.DataFrame([
            {"target": t.target, "trials": t.trials, "produced": t.produced, "error": t.error.value,
             "error_low": t.error.low, "error_high": t.error.high}
            for t in self.targets
        ])  # fmt: skip


def tension_discrimination(
    trials: Iterable[tuple[float, float]], *, spec: TensionDiscrimination | None = None
) -> TensionPerception:
    """Return how well somebody sets levels of tension without seeing them.

    Parameters
    ----------
    trials: pairs (target, produced), above 0, in any order, both in uV or both in % of a reference; produced as
        `held_level` gives it.
    spec: the targets, 4, 8, 12 and 16 where nothing else is said, and the fewest trials of each, two.

    Raises
    ------
    ConfigError: naming the argument.

    People with chronic back pain feel low levels as higher and high ones as lower than they are; who sets levels by
    such a feeling has a slope above 1. A single person's slope says nothing of pain.
    Source: levels, Flor, Fuerst & Birbaumer 1999, doi:10.1023/A:1022847131149; Flor, Schugens & Birbaumer 1992,
    doi:10.1007/BF01000401; area, Newcombe 2006, doi:10.1002/sim.2324; d', Hedges 1981, doi:10.3102/10769986006002107.
    """
    told = _tension_discrimination(spec or TensionDiscrimination(), trials)
    targets = tuple(TensionTarget(t, n, produced, Estimate(*error)) for t, n, produced, error in told["targets"])
    pairs = tuple(
        TensionPair(lower, higher, Estimate(*area), None if d_prime is None else Estimate(*d_prime))
        for lower, higher, area, d_prime in told["neighbours"]
    )
    return TensionPerception(Estimate(*told["slope"]), Estimate(*told["bias"]), told["spread"], targets, pairs)


def held_level(
    emg: ArrayLike, *, fs: float, begin: int, end: int, noise: float = 0.0, floor: float = 0.5, marks: Any = None
) -> PhaseLevel | None:
    """Return the level of one hold, over its middle half: at its beginning somebody still looks for the level, and at
    its end lets go.

    Parameters
    ----------
    emg: (samples,), band-passed without the heart, microvolts. fs: Hz, from 100.
    begin, end: first sample of the hold and one past its last.
    noise: RMS of electrode and amplifier in the band, microvolts, taken off in power. floor: a level no further above
        the noise is at most that.
    marks: reason bits, uint32 of the shape of emg.

    None where nothing of the hold can be believed.

    Raises
    ------
    ConfigError: naming the argument.
    """
    return _held_level(emg, fs=fs, begin=begin, end=end, noise=noise, floor=floor, marks=marks)


@dataclass(frozen=True)
class HeldTension:
    """How it ended with one level that was to be held.

    Attributes
    ----------
    state: "held"; "failed" where patience ended; "waiting" or "holding" where the levels ended before that.
    inside_s: how long within the band, of the hold that it is about. produced: RMS there; None: there is none.
    seen_s: until it was decided.
    """

    state: str
    inside_s: float
    produced: float | None
    seen_s: float


def tension_hold(levels: ArrayLike, *, fs: float, spec: TensionHold) -> HeldTension:
    """Return whether a level of tension was met and held.

    Parameters
    ----------
    levels: (samples,), such as a moving RMS, in the unit of the target; NaN is outside. fs: of the levels, Hz.
    spec: target, band, hold, slip and patience.

    Raises
    ------
    ConfigError: naming the argument.

    Source: rule proposed here; levels: Flor et al. 1999, doi:10.1023/A:1022847131149. The same live:
    `TensionHold.start()`.
    """
    if not isinstance(spec, TensionHold):
        raise ConfigError("spec", repr(spec), "a TensionHold")
    judge = spec.start(fs=fs)
    judge.add(levels)
    return HeldTension(judge.state, judge.inside_s, judge.produced, judge.seen_s)
