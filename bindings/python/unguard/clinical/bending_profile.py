"""How loud a person's good bends are by trunk angle, and their full flexion: what spikes on bending are told from.

>>> found = analyse_bends(recording, phases_by="angle")
>>> made = clean(recording, found.muscles)
>>> own = own_bending(made, angle, found.bends, good=[1, 2, 3, 5], how="30-450 Hz, nothing lifted")
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import BendingProfile, BendingProfiler, profile_bending
from unguard.arguments import object_of, several, whole
from unguard.clinical.cleaning import Cleaned
from unguard.clinical.flexion import Bends
from unguard.errors import ConfigError

#: Fewest good bends: of two nobody knows how much a third may differ.
FEWEST = 3
#: Seconds of full flexion that are left out: while the trunk comes to hang, a muscle still lets go.
LETTING_GO_S = 0.5
#: Doubts with which a bend still says how this person bends.
MAY_BE_GOOD = ("noise unknown", "no hold", "short hold")
#: Doubts with which a bend says nothing of full flexion.
NO_HOLD = ("no hold", "short hold")


@dataclass(frozen=True)
class OwnBending:
    """A person's own bending, of good bends.

    Attributes
    ----------
    profile: levels by angle forward from standing, as `unguard.BendingDetector` takes them.
    bends: how many it is of. holds: how many full flexions; 0: nothing is known of them.
    """

    profile: BendingProfile
    bends: int
    holds: int


def own_bending(
    made: Cleaned, angle: ArrayLike, found: Bends, *, good: Sequence[int], how: str, spec: BendingProfiler | None = None
) -> OwnBending:
    """Learn how a person bends when it goes well, for spikes on bending and guarding in full flexion.

    Parameters
    ----------
    made: cleaned EMG, microvolts, as `clean()` gives it. angle: (samples,), of the trunk, degrees.
    found: the bends of the same recording and muscles, their phases by that angle.
    good: numbers of the bends that were good, three and more. Who says so, is not for the EMG to tell.
    how: band, what was lifted or done, when: what the profile is only valid for, in words.
    spec: how many angles, and how levels are made.

    Raises
    ------
    ConfigError: naming the argument; also where a bend is in doubt, or a muscle has too little signal at some angle.

    Angles count forward from where the person stood before each bend, so that a sensor that sits otherwise another day
    changes nothing. No noise is taken off. Full flexions of fewer than three bends make no profile of them.
    Source: Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684. Offline.
    """
    object_of("made", made, Cleaned, "Cleaned, as clean gives it")
    object_of("found", found, Bends, "Bends, as bends gives them")
    if found.phases_by != "angle" or found.muscles != made.muscles:
        raise ConfigError("found", f"bends by {found.phases_by} of {', '.join(found.muscles)}",
                          f"bends by angle of {', '.join(made.muscles)}")  # fmt: skip
    numbers = good_bends(found, good)
    chosen = [b for b in found.of(found.muscles[0]) if b.number in numbers]
    hung = [b for b in chosen if not set(b.doubts) & set(NO_HOLD)]
    holds = hung if len(hung) >= FEWEST else []
    profile = profile_bending(
        made.emg,
        forward_degrees(angle, found),
        bends=[(b.bending, b.full) for b in chosen],
        holds=[(b.full + round(LETTING_GO_S * made.fs), b.returning) for b in holds],
        fs=made.fs,
        channels=list(made.muscles),
        band=how,
        marks=made.marks,
        spec=spec or BendingProfiler(),
    )
    return OwnBending(profile, len(chosen), len(holds))


def good_bends(found: Bends, good: Sequence[int]) -> tuple[int, ...]:
    """Return the numbers of bends that somebody called good, ascending; raise ConfigError where one cannot be."""
    there = sorted({b.number for b in found.bends})
    expected = "numbers of bends, " + (", ".join(map(str, there)) or "of which there are none")
    numbers = [whole("good", one, expected) for one in several("good", good, expected)]
    for i, number in enumerate(numbers):
        if number not in there:
            raise ConfigError("good", number, expected)
        if number in numbers[:i]:
            raise ConfigError("good", f"{number} twice", "the number of every bend once")
    against = {b.number: b for b in reversed(found.bends) if doubts_of(b.doubts)}
    for number in numbers:
        if number in against:
            b = against[number]
            what = f"bend {number}, of which {found.muscles[b.channel]} says: {', '.join(doubts_of(b.doubts))}"
            clear = ", ".join(str(n) for n in there if n not in against) or "of which there are none"
            raise ConfigError("good", what, f"bends that nothing speaks against, {clear}")
    if len(numbers) < FEWEST:
        raise ConfigError("good", f"{len(numbers)} bends", f"at least {FEWEST}, of {', '.join(map(str, there))}")
    return tuple(sorted(numbers))


def doubts_of(doubts: Sequence[str]) -> list[str]:
    """Return the doubts with which a bend is no good one, whoever says so."""
    return [d for d in doubts if d not in MAY_BE_GOOD]


def forward_degrees(angle: ArrayLike, found: Bends) -> NDArray[np.float64]:
    """Return the trunk angle of every sample forward from where the person stood before the bend that it belongs to."""
    degrees = np.array(angle, dtype=np.float64)
    first = 0
    for b in found.of(found.muscles[0]):
        degrees[first : b.end] -= b.upright_deg
        first = b.end
    # Behind the last one nothing is told; what is no number is marked, and must not stop the others.
    return np.where(np.isfinite(degrees), degrees, 0.0)


def guarded_from(holds: int | None) -> float:
    """Return how many spreads above the good holds a hold is guarded, so that one good hold in 44 is.

    Two, had the spread been known; of so few holds it is not: upper prediction limit for one more value, t sqrt(1 +
    1/n). holds: that the spread is of; None: not known, and two is taken.
    Source: Hahn 1970, doi:10.2307/2284349.
    """
    from scipy import stats  # type: ignore[import-untyped]

    if holds is None or holds < 2:
        return 2.0
    return float(stats.t.ppf(stats.norm.cdf(2.0), holds - 1)) * math.sqrt(1 + 1 / holds)
