"""Filters as polynomials of order 4 at most: SciPy's designs by the place of their edge, and others; and a record."""

import numpy as np
import unguard
from scipy import signal

FS = 2000.0
SHARES = (1e-3, 3e-3, 1e-2, 0.05, 0.2, 0.45)  # of the sampling rate


def designs(share):
    """(name, b, a) of every kind whose polynomials are of order 4 at most, with an edge at this share of the rate."""
    prototypes = {
        "butter": lambda n, edges, kind: signal.butter(n, edges, kind),
        "cheby1": lambda n, edges, kind: signal.cheby1(n, 1, edges, kind),
        "cheby2": lambda n, edges, kind: signal.cheby2(n, 40, edges, kind),
    }
    edge = 2 * share
    band = [edge, min(2 * edge, (1 + edge) / 2)]
    made = []
    for name, design in prototypes.items():
        for kind in ("low", "high"):
            made += [(f"{name} {kind} {n}", *design(n, edge, kind)) for n in range(1, 5)]
        for kind in ("band", "stop"):
            made += [(f"{name} {kind} {n}", *design(n, band, kind)) for n in (1, 2)]
    return made


EXAMPLES = [
    signal.butter(4, 0.1),
    signal.butter(2, [0.02, 0.45], "band"),
    signal.cheby1(3, 1, 0.3),
    ([1.0, 0.5, -0.25], [2.0, -1.0]),
    ([3.0], [1.5, -0.3, 0.2]),
    ([0.2, 0.4], [1.0, -0.9, 0.3, 0.0]),
    ([3.0], [2.0]),
]


def emg(shape, seed=3, offset=300.0):
    return np.random.default_rng(seed).normal(offset, 50, shape)


def filter_of(b, a):
    return unguard.TransferFunction(b=b, a=a)


def worst(found, expected, x):
    return np.max(np.abs(found - expected)) / np.max(np.abs(x))
