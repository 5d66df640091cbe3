"""How many samples a duration is: one rule, that of the engine, wherever seconds become samples."""

from __future__ import annotations

import math

_MOST = 2**63 - 1


def samples_in(seconds: float, fs: float) -> int:
    """Return the whole number of samples nearest to a duration, a half going up; 0 for what is no number.

    Python's own ``round`` lets a half go to the even neighbour: 50.5 samples would be 50 here and 51 in the engine.
    """
    exact = seconds * fs
    if math.isnan(exact):
        return 0
    if math.isinf(exact):
        return _MOST if exact > 0 else -_MOST - 1
    below = math.floor(exact)
    # Not floor(exact + 0.5): that sum rounds, just below a half and beyond 2^52.
    nearest = below if exact - below < 0.5 else below + 1
    return max(-_MOST - 1, min(nearest, _MOST))
