"""The second pass of the smoother that BioSPPy calls "boxzen" and NeuroKit2 took over: a window over extended ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def parzen_smoothed(x: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted moving average, x going on with its first and its last value for a window's length."""
    weights, size = window / window.sum(), len(window)
    longer = np.concatenate((x[0] * np.ones(size), x, x[-1] * np.ones(size)))
    return np.convolve(weights, longer, mode="same")[size:-size]
