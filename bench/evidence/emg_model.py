"""The model of the spectrum of EMG that the evidence of envelopes, spectra and fatigue is measured on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Corners of the model, Hz.
PRESETS = {"trunk": (30.0, 60.0), "limb": (60.0, 120.0)}


def density(f: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return the model of Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738, but for a factor."""
    return high**4 * f**2 / ((f**2 + low**2) * (f**2 + high**2) ** 2)
