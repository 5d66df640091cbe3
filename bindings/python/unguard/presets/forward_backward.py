"""scipy.signal.filtfilt, which most peers filter with: by the engine, to its bits, as far as the engine takes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import signal  # type: ignore[import-untyped]

from unguard._core import TransferFunction, zero_phase
from unguard.errors import ConfigError

#: Beyond it the engine refuses polynomials, for they lose too many digits; the peers do not.
_HIGHEST_ORDER = 4


def filtfilt(
    polynomials: tuple[NDArray[np.float64], NDArray[np.float64]], x: NDArray[np.float64], fs: float
) -> NDArray[np.float64]:
    """Return x filtered forward and backward, (samples,) or (samples, channels), with SciPy's odd padding.

    polynomials: numerator and denominator.

    Raises
    ------
    ConfigError: if the record is not longer than the padding, three times the number of coefficients.
    """
    b, a = polynomials
    if max(len(a), len(b)) - 1 <= _HIGHEST_ORDER:
        return zero_phase(TransferFunction(b=b, a=a), x, fs=fs)
    if len(x) <= (padding := 3 * max(len(a), len(b))):
        raise ConfigError("x", f"{len(x)} samples", f"more than {padding}, the padding of the filter")
    y: NDArray[np.float64] = signal.filtfilt(b, a, x, axis=0)
    return y
