"""How far two opposing muscles work at once."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from unguard._core import _co_contraction


@dataclass(frozen=True)
class CoContraction:
    """Indices of one phase; they answer different questions.

    Attributes
    ----------
    falconer_winter: the common area, 200 sum min(A, B) / sum (A + B), %: 0 to 100.
    rudolph: mean of (low / high) (low + high), in the unit of the envelopes. lewek: a hundred times that.
    directed: mean of 1 - B / A where A is stronger, A / B - 1 where B is: 1 the agonist alone, -1 the antagonist alone.
    samples: that went into it. left_out: where neither is above its noise, or one has no value.
    """

    falconer_winter: float
    rudolph: float
    lewek: float
    directed: float
    samples: int
    left_out: int


def co_contraction(agonist: ArrayLike, antagonist: ArrayLike, *, noise: float = 0.0) -> CoContraction:
    """Return the indices of two envelopes of the same unit, such as % of a reference.

    Parameters
    ----------
    agonist, antagonist: (samples,), 0 and more; NaN where there is no value.
    noise: in their unit: where both are at or below it, a ratio would be one of noise, and is left out.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Falconer & Winter 1985, Electromyogr. Clin. Neurophysiol. 25:135; Rudolph et al. 2000, Knee Surg. Sports
    Traumatol. Arthrosc. 8:262; Lewek et al. 2004, Osteoarthritis Cartilage 12:745. Envelopes must be normalised: the
    index of microvolts compares electrodes.
    """
    return CoContraction(**_co_contraction(agonist, antagonist, noise=noise))
