"""5,000 designs of all families against SciPy's poles and zeros, wherever SciPy itself is that close to the truth.

SciPy designs in double precision, and where it loses digits can be said beforehand: a root z keeps the distance to
z = 1 to some roundings of z, and of the two roots that a band transformation makes of one, the smaller is a difference
and loses as many digits as the larger is larger. A root counts where the bound made of these two promises 1e-10. The
bound itself is held to 50 digits in a sample.
"""

import mpmath as mp
import numpy as np
import textbook
import unguard
from scipy import signal

DESIGNS = 5000
SAMPLE = 500
SCIPYS = {
    "": lambda w: {"ftype": "butter"},
    "Chebyshev1": lambda w: {"ftype": "cheby1", "rp": w.parameter},
    "Chebyshev2": lambda w: {"ftype": "cheby2", "rs": w.parameter},
    "Bessel": lambda w: {"ftype": f"bessel_{ {'magnitude': 'mag'}.get(w.parameter, w.parameter) }"},
}


def scipys(wanted):
    """Zeros, poles of SciPy's design."""
    kind = wanted.kind.lower()
    edges = wanted.edges if len(wanted.edges) == 2 else wanted.edges[0]
    options = SCIPYS[wanted.family](wanted)
    z, p, _ = signal.iirfilter(wanted.order, edges, btype=kind, fs=wanted.fs, output="zpk", **options)
    return z, p


def ours(roots):
    """Roots of all sections in one row, more digits than double."""
    flat = [r for section in roots for r in section]
    return np.array([np.longdouble(re) for re, _ in flat]) + 1j * np.array([np.longdouble(im) for _, im in flat])


def scipys_error_bound(roots, wanted):
    """What SciPy's rounding may come to, for each root of its distance to z = 1."""
    distance = np.abs(roots - 1)
    bound = 16 * np.finfo(float).eps * (1 + 1 / np.where(distance == 0, 1, distance))
    if len(wanted.edges) == 2:
        low, high = (np.tan(np.pi * np.longdouble(e) / wanted.fs) for e in wanted.edges)
        size = np.abs((roots - 1) / np.where(roots == -1, 1, roots + 1))  # of the analogue root
        inside = (roots != 1) & (roots != -1)
        bound = bound + np.where(inside, 16 * np.finfo(float).eps * low * high / np.where(inside, size, 1) ** 2, 0)
    return bound


def matched(a, b):
    """For each of a the nearest of b, none taken twice."""
    left = list(range(len(b)))
    nearest = []
    for root in a:
        at = min(left, key=lambda i: abs(b[i] - root))
        left.remove(at)
        nearest.append(b[at])
    return np.array(nearest)


def relative(found, true):
    """Errors of the distance to z = 1; a true root there must be met exactly."""
    away, distance = np.abs(found - true), np.abs(true - 1)
    return np.where(distance == 0, np.where(away == 0, 0.0, np.inf), away / np.where(distance == 0, 1, distance))


def test_poles_and_zeros_are_scipys_where_scipy_is_exact_enough(record_property):
    # Truth: scipy.signal.iirfilter.
    compared = dict.fromkeys(textbook.FAMILIES, 0)
    roots_compared = roots = 0
    worst = 0.0
    for wanted in textbook.wanted(DESIGNS, textbook.SEED):
        spec = getattr(unguard, wanted.family + wanted.kind)(**wanted.arguments())
        whole = True
        for designed, scipy_has in zip((unguard.designed_zeros, unguard.designed_poles), scipys(wanted), strict=True):
            found = ours(designed(spec, fs=wanted.fs))
            assert len(found) == len(scipy_has), wanted
            held = scipys_error_bound(found, wanted) <= 1e-10
            error = relative(matched(found, scipy_has), found)
            assert (error[held] <= 1e-9).all(), (wanted, error[held].max())
            worst = max(worst, float(error[held].max(initial=0)))
            whole &= bool(held.all())
            roots_compared += int(held.sum())
            roots += len(held)
        compared[wanted.family] += whole
    print(
        f"\n{sum(compared.values())} of {DESIGNS} designs compared in whole {compared}, "
        f"{roots_compared} of {roots} roots; worst {worst:.1e}"
    )
    record_property("scipy_designs", sum(compared.values()))
    record_property("scipy_tried", DESIGNS)
    record_property("scipy_worst", worst)
    record_property("scipy_roots", f"{roots_compared} of {roots}")
    assert min(compared.values()) >= 0.8 * DESIGNS / 4
    assert roots_compared >= 0.85 * roots


def test_the_bound_on_scipys_own_error_holds():
    # Truth: mpmath, 50 digits.
    beyond = 0.0
    with mp.workdps(50):
        for wanted in textbook.wanted(SAMPLE, textbook.SEED):
            exact = textbook.sections(wanted)
            for name, scipy_has in zip(("zeros", "poles"), scipys(wanted), strict=True):
                true = ours([[(mp.nstr(mp.re(r), 25), mp.nstr(mp.im(r), 25)) for r in getattr(s, name)] for s in exact])
                error, bound = relative(matched(true, scipy_has), true), scipys_error_bound(true, wanted)
                beyond = max(beyond, float((error / bound).max(initial=0)))
    print(f"\nSciPy's own error is at most {beyond:.2f} of the bound")
    assert beyond <= 1
