"""At which frequencies a response is drawn: close enough together that no edge, notch or ripple is missed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import _core

_POINTS = 2000
#: A finite response has no more turns than taps; more points than these a picture does not show.
_MOST_EVEN_POINTS = 8192
#: Of longer ones no roots are sought: they have no poles, and the even points follow their turns.
_LONGEST_WITH_ROOTS = 16
#: How far from the angle of a pole its peak or notch is looked at, in distances of the pole from the unit circle.
_BESIDE = np.geomspace(0.05, 40.0, 16)


def response_frequencies(spec: Any, fs: float) -> NDArray[np.float64]:
    """
    Return rising frequencies in hertz, up to half of fs, at which the response of a linear spec is to be drawn.

    They begin a decade below the lowest pole, and are closer together around every pole and zero.
    """
    parts = _core.polynomials(spec, fs=fs)
    numerators = [np.trim_zeros(np.asarray(b)) for b, _ in parts]
    poles = _upper_roots([np.asarray(a) for _, a in parts])
    zeros = _upper_roots([b for b in numerators if len(b) <= _LONGEST_WITH_ROOTS])
    hertz = fs / (2 * np.pi)
    lowest = max(1e-4 * fs, min(0.5, fs / 100))
    corners = hertz * np.abs(np.log(poles))
    if len(corners):
        lowest = min(lowest, max(0.1 * float(corners.min()), 1e-9 * fs))
    # Round numbers too: people look for them.
    whole = np.arange(np.ceil(lowest), min(fs / 2, _POINTS))
    longest = max(map(len, numerators), default=0)
    even = np.linspace(0, fs / 2, min(4 * longest, _MOST_EVEN_POINTS))
    widths = hertz * np.abs(np.log(np.abs(poles)))[:, None] * _BESIDE
    at = hertz * np.angle(poles)
    beside = [(at[:, None] + widths).ravel(), (at[:, None] - widths).ravel(), at, hertz * np.angle(zeros)]
    rising = np.unique(np.concatenate([np.geomspace(lowest, fs / 2, _POINTS), whole, even, *beside]))
    inside = rising[(rising > lowest) & (rising < fs / 2)]
    return np.concatenate([[lowest], inside, [fs / 2]])


def _upper_roots(polynomials: list[NDArray[np.float64]]) -> NDArray[np.complex128]:
    """Return the roots in z of polynomials in z^-1, those that are not 0 and not below the real axis."""
    roots = np.concatenate([np.zeros(0, complex), *(np.roots(c) for c in polynomials)])
    upper: NDArray[np.complex128] = roots[(roots != 0) & (roots.imag >= 0)]
    return upper
