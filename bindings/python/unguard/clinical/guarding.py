"""How far a bend is louder than good ones, angle by angle: an index of guarding, from a person's own good bends.

>>> good = profile_guarding(levels_by_angle(x, fs=2000, channels=names, angle="trunk"), how="30-450 Hz, lifting a box")
>>> guarding_indices(levels_by_angle(y, fs=2000, channels=names, angle="trunk"), good).to_dataframe()
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unguard._core import BendByAngle, GuardingProfile, GuardingProfiler, _guarding_index, _profile_guarding
from unguard.arguments import object_of, several, whole
from unguard.clinical.levels_by_angle import BendsByAngle
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Rise:
    """The stretch of angles of a bend that stands out most, against the bend as a whole.

    Attributes
    ----------
    z: as rare among good bends, all stretches looked at, as a normal number so many deviations up.
    way: "flexing", "extending" or "both". from_deg, to_deg: forward from standing.
    mean: of the z of its ranges.
    """

    z: float
    way: str
    from_deg: float
    to_deg: float
    mean: float


@dataclass(frozen=True)
class GuardingIndex:
    """How far one bend of one muscle is louder than good ones.

    Attributes
    ----------
    why: "judged", or why not: "no bend", "no profile of this channel", "angles of another profile", "angle gap", "not
        enough range" or "angle not believed". Where it is not judged, numbers but bins and share are NaN, and
        worst_way and rise None.
    value: the index: mean over the ranges of angle of z = (ln level - mean) / spread, freed of the bias of few bends;
        0 is as good bends are. low, high: its 95 % interval, by how few the good bends are.
    unusual: as rare among good bends as a normal number so many deviations off, up or down: what to decide by. By the
        index itself one good bend in seven would lie "beyond 2" of five.
    worst_way, worst_angle_deg, worst_z: the range with the largest z: "flexing" or "extending", its middle, degrees.
    rise: the stretch of angles that stands out most; None where there is none.
    bins: ranges that were judged. share: of those with a reference that they are, 0 to 1: a bend that does not go deep
        is judged where it was, and its index says nothing of the rest.
    """

    why: str
    value: float
    low: float
    high: float
    unusual: float
    worst_way: str | None
    worst_angle_deg: float
    worst_z: float
    rise: Rise | None
    bins: int
    share: float

    @property
    def judged(self) -> bool:
        """Whether there is an index."""
        return self.why == "judged"


def guarding_index(profile: GuardingProfile, bend: BendByAngle) -> GuardingIndex:
    """Return how far a bend is louder than those of a profile.

    Parameters
    ----------
    profile: of good bends, as `profile_guarding` gives it.
    bend: one that is over, or the one under way, as `LiveLevelsByAngle.so_far` gives it.

    Raises
    ------
    ConfigError: naming the argument.

    Louder goes with pain, fear, load and speed alike: it need not be guarding.
    Source: the index is proposed here; Hedges 1981, doi:10.3102/10769986006002107; Satterthwaite 1946,
    doi:10.2307/3002019; Wallace 1959, Ann. Math. Statist. 30:1121.
    """
    told = _guarding_index(profile, bend)
    if told["why"] != "judged":
        nothing = dict.fromkeys(("value", "low", "high", "unusual", "worst_angle_deg", "worst_z"), math.nan)
        return GuardingIndex(**told | nothing | {"worst_way": None, "rise": None})
    rise = Rise(*told["rise"])
    return GuardingIndex(**told | {"rise": rise if rise.z > 0 else None})


def profile_guarding(
    found: BendsByAngle,
    *,
    how: str,
    good: Sequence[int] | None = None,
    spec: GuardingProfiler | None = None,
) -> GuardingProfile:
    """Learn how a person bends when it goes well: means and spreads of every muscle's levels by angle.

    Parameters
    ----------
    found: the bends of a recording, as `levels_by_angle` gives them.
    how: band, what was lifted or done, when: what the profile is only valid for, in words.
    good: numbers of the bends that were good; None: all. Who says so, is not for the EMG to tell.
    spec: fewest bends, three, and the smallest spread.

    Raises
    ------
    ConfigError: naming the argument; also where a muscle has too few bends without a gap in the angle.

    Electrodes placed anew change levels by more than bends differ: a profile is of one placement. Load and speed have
    to be those of the bends it is held against.
    Source: Smyth 2004, doi:10.2202/1544-6115.1027; Satterthwaite 1946, doi:10.2307/3002019.
    """
    object_of("found", found, BendsByAngle, "BendsByAngle, as levels_by_angle gives them")
    return _profile(found, _numbers(found, good), how, spec, left_out=0)


@dataclass(frozen=True)
class GuardingIndices:
    """The guarding index of every bend and muscle of a recording.

    Attributes
    ----------
    bends: one a bend and muscle, in order. indices: of each.
    muscles: their names. fs: sampling rate, Hz.
    good: numbers of the bends that are each other's reference; none where a profile was given.
    """

    bends: tuple[BendByAngle, ...]
    indices: tuple[GuardingIndex, ...]
    muscles: tuple[str, ...]
    fs: float
    good: tuple[int, ...]

    def of(self, muscle: str) -> tuple[GuardingIndex, ...]:
        """Return the indices of one muscle, bend after bend. Raises ConfigError."""
        if muscle not in self.muscles:
            raise ConfigError("muscle", repr(muscle), "one of " + ", ".join(self.muscles))
        at = self.muscles.index(muscle)
        return tuple(index for bend, index in zip(self.bends, self.indices, strict=True) if bend.channel == at)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend and muscle.

        bend, muscle; bending_s; duration_s and deepest_deg, beside the index because a slow and shallow bend is a quiet
        one; why; index, low, high; unusual; worst_way, worst_angle_deg, worst_z; rise_z, rise_way, rise_from_deg,
        rise_to_deg, rise_mean; bins, share; in_reference: one of the good bends, judged by the others; doubts,
        separated by "; ". NaN where it is not judged.
        """
        import pandas as pd

        return pd.DataFrame([self._row(b, i) for b, i in zip(self.bends, self.indices, strict=True)])

    def _row(self, b: BendByAngle, i: GuardingIndex) -> dict[str, Any]:
        row: dict[str, Any] = {"bend": b.number, "muscle": self.muscles[b.channel], "bending_s": b.bending / self.fs}
        row |= {"duration_s": (b.end - b.bending) / self.fs, "deepest_deg": b.deepest_deg}
        row |= {"why": i.why, "index": i.value, "low": i.low, "high": i.high, "unusual": i.unusual}
        row |= {"worst_way": i.worst_way, "worst_angle_deg": i.worst_angle_deg, "worst_z": i.worst_z}
        for name in ("z", "way", "from_deg", "to_deg", "mean"):
            row[f"rise_{name}"] = getattr(i.rise, name) if i.rise else None if name == "way" else math.nan
        row |= {"bins": i.bins, "share": i.share, "in_reference": b.number in self.good}
        return row | {"doubts": "; ".join(b.doubts)}


def guarding_indices(
    found: BendsByAngle,
    profile: GuardingProfile | None = None,
    *,
    good: Sequence[int] | None = None,
    spec: GuardingProfiler | None = None,
) -> GuardingIndices:
    """Return the guarding index of every bend of a recording.

    Parameters
    ----------
    found: the bends, as `levels_by_angle` gives them.
    profile: of other bends of the same muscles in the same order; None: the good bends of this recording are the
        reference, and each of them is judged by the others, never by itself.
    good: without a profile: numbers of the good bends, four and more; None: all.
    spec: without a profile: how it is made.

    Indices of one recording share their reference: they are off together, and no independent values.

    Raises
    ------
    ConfigError: naming the argument; also where there are too few good bends.

    Source: as `guarding_index` and `profile_guarding`.
    """
    object_of("found", found, BendsByAngle, "BendsByAngle, as levels_by_angle gives them")
    if profile is not None:
        object_of("profile", profile, GuardingProfile, "a GuardingProfile, or None")
        for name, given in (("good", good), ("spec", spec)):
            if given is not None:
                raise ConfigError(name, repr(given), "None beside a profile")
        if profile.channels != len(found.muscles):
            raise ConfigError("profile", f"of {profile.channels} muscles", f"one of {len(found.muscles)}")
        indices = tuple(guarding_index(profile, b) for b in found.bends)
        return GuardingIndices(found.bends, indices, found.muscles, found.fs, ())
    numbers = _numbers(found, good)
    fewest = (spec or GuardingProfiler()).fewest_trials + 1
    if len(numbers) < fewest:
        expected = f"{fewest} and more: each is judged by the others, and a profile is of {fewest - 1} or more"
        raise ConfigError("good", f"{len(numbers)} bend{'' if len(numbers) == 1 else 's'}", expected)
    how = "bends of this recording"
    by = {number: _profile(found, numbers, how, spec, left_out=number) for number in numbers}
    if set(numbers) != set(found.numbers):
        of_all = _profile(found, numbers, how, spec, left_out=0)
        by = dict.fromkeys(found.numbers, of_all) | by
    indices = tuple(guarding_index(by[b.number], b) for b in found.bends)
    return GuardingIndices(found.bends, indices, found.muscles, found.fs, numbers)


def _profile(
    found: BendsByAngle, numbers: Sequence[int], how: str, spec: GuardingProfiler | None, *, left_out: int
) -> GuardingProfile:
    chosen = [b for b in found.bends if b.number in numbers]
    return _profile_guarding(
        spec or GuardingProfiler(), chosen, channels=len(found.muscles), how=how, left_out=left_out
    )


def _numbers(found: BendsByAngle, good: Sequence[int] | None) -> tuple[int, ...]:
    if good is None:
        return found.numbers
    expected = "numbers of bends, " + (", ".join(map(str, found.numbers)) or "of which there are none")
    numbers = {whole("good", one, expected) for one in several("good", good, expected)}
    for number in sorted(numbers):
        if number not in found.numbers:
            raise ConfigError("good", number, expected)
    return tuple(sorted(numbers))
