"""One driver after the other: those found are set aside, for all others are compared with a mean that they moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from unguard.clinical.context_effect import ContextEffect

Rows = NDArray[np.bool_]
LeftOut = tuple[str, str, str]


@dataclass(frozen=True)
class Candidate:
    """A context that may drive.

    Attributes
    ----------
    factor, context: its column, and what stood in it.
    with_it, without: rows of the diary; of a rating, with_it alone.
    effect: of some rows with it and some without; or why there is none.
    rating: it is one, which is compared with nothing.
    """

    factor: str
    context: str
    with_it: Rows
    without: Rows
    effect: Callable[[Rows, Rows], ContextEffect | str]
    rating: bool = False


@dataclass(frozen=True)
class Weighed:
    """An effect with the least rate of false discoveries at which it would be one, and whether that is low enough."""

    effect: ContextEffect
    q: float
    drives: bool


def one_after_the_other(candidates: Sequence[Candidate], rate: float) -> tuple[list[Weighed], list[LeftOut]]:
    """Return every effect that could be told, with what all of them together say of it; and what could not, and why.

    The strongest of those that drive (q of Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x, over all
    candidates, at most `rate`) is one. The other contexts of its column are then compared anew, without its rows on
    either side, and so on until none is left that drives. Each driver has the effect and q of when it was found.
    Forward selection: Efroymson 1960, Mathematical Methods for Digital Computers, ch. 17.
    """
    told: list[ContextEffect | str] = [c.effect(c.with_it, c.without) for c in candidates]
    found: dict[int, float] = {}
    q = _q(told)
    while True:
        driving = [i for i, of in q.items() if of <= rate and i not in found]
        if not driving:
            break
        best = min(driving, key=lambda i: (_p(told[i]), i))
        found[best] = q[best]
        if not candidates[best].rating:
            _anew(candidates, told, found, candidates[best].factor)
            q = _q(told)
    weighed, left_out = [], []
    for i, (c, e) in enumerate(zip(candidates, told, strict=True)):
        if isinstance(e, str):
            left_out.append((c.factor, c.context, e))
        else:
            weighed.append(Weighed(e, found.get(i, q[i]), i in found))
    return weighed, left_out


def _anew(
    candidates: Sequence[Candidate], told: list[ContextEffect | str], found: dict[int, float], factor: str
) -> None:
    """Compare the contexts of a column that are not found with those that are not, either."""
    of_column = [i for i, c in enumerate(candidates) if c.factor == factor and not c.rating]
    names = [candidates[i].context for i in of_column if i in found]
    aside = np.any([candidates[i].with_it for i in of_column if i in found], axis=0)
    for i in of_column:
        if i in found or isinstance(told[i], str):
            continue
        made = candidates[i].effect(candidates[i].with_it & ~aside, candidates[i].without & ~aside)
        told[i] = f"with {', '.join(names)} set aside: {made}" if isinstance(made, str) else made


def _p(effect: ContextEffect | str) -> float:
    return 1.0 if isinstance(effect, str) else effect.p


def _q(told: Sequence[ContextEffect | str]) -> dict[int, float]:
    which = [i for i, e in enumerate(told) if not isinstance(e, str)]
    if not which:
        return {}
    return dict(zip(which, map(float, stats.false_discovery_control([_p(told[i]) for i in which])), strict=True))
