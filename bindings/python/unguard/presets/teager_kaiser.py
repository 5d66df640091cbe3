"""The Teager-Kaiser energy where it can be had, between the first sample and the last: `unguard.Tkeo`, to its bits.

Not by it: a peer's filter that blows up puts out more than the engine's full scale, which the engine would replace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def energy(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x[n]^2 - x[n-1] x[n+1], two samples fewer than x has."""
    return x[1:-1] * x[1:-1] - x[:-2] * x[2:]
