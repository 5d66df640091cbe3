"""The lowest order that keeps a tolerance scheme, against SciPy's buttord, cheb1ord and cheb2ord."""

import re

import numpy as np
import pytest
import unguard
from scipy import signal

SCHEMES = 1500
FS = 2000.0
FAMILIES = {
    "butterworth": (unguard.butterworth_order, signal.buttord),
    "chebyshev1": (unguard.chebyshev1_order, signal.cheb1ord),
    "chebyshev2": (unguard.chebyshev2_order, signal.cheb2ord),
}
#: SciPy finds a band-stop's edge by a search that ends within this of the analogue frequency, twice over; ours is the
#: closed form of what it searches for.
SEARCH = 2e-5


def schemes():
    """Pass edges, stop edges, ripple, attenuation of all four band types in turn."""
    generator = np.random.default_rng(11)
    while True:
        f = np.sort(np.exp(generator.uniform(np.log(2), np.log(950), 4)))
        if (f[1:] / f[:-1]).min() < 1.02:
            continue
        ripple, attenuation = float(generator.uniform(0.05, 3)), float(generator.uniform(10, 90))
        yield f[0], f[1], ripple, attenuation
        yield f[1], f[0], ripple, attenuation
        yield f[1:3], f[[0, 3]], ripple, attenuation
        yield f[[0, 3]], f[1:3], ripple, attenuation


def edges(spec):
    return np.array([spec.cutoff] if hasattr(spec, "cutoff") else [spec.low, spec.high])


@pytest.mark.parametrize("family", FAMILIES)
def test_order_and_edges_are_scipys(family, record_property):
    # Truth: SciPy's order; its edges, of a band-stop to what its search leaves.
    ours, scipys = FAMILIES[family]
    worst, worst_stop, compared, refused, lower = 0.0, 0.0, 0, 0, 0
    for (passband, stopband, ripple, attenuation), _ in zip(schemes(), range(SCHEMES), strict=False):
        order, expected = scipys(passband, stopband, ripple, attenuation, fs=FS)
        stop = np.size(passband) == 2 and passband[0] < stopband[0]
        try:
            spec = ours(passband=passband, stopband=stopband, ripple=ripple, attenuation=attenuation, fs=FS)
            found = spec.order
        except unguard.ConfigError as error:
            found = int(re.match(r"order is (\d+): expected 1 to 12: ", str(error))[1])
            assert found > 12
        # A search that ends beside the best edge may need one order more where the best just does, never one less.
        assert found == order or (stop and 0.95 * order - 1 < found < order)
        if found > 12:
            refused += 1
            continue
        if found < order:
            lower += 1
            continue
        compared += 1
        warped = np.tan(np.pi * np.array([edges(spec), np.atleast_1d(expected)]) / FS)
        if stop:
            # The centre moves with the edge that was searched for, and both edges of the design with it.
            off = float(np.max(np.abs(warped[0] - warped[1]) / warped[1]))
            allowed = SEARCH / np.tan(np.pi * min(*np.atleast_1d(passband), *np.atleast_1d(stopband)) / FS)
            worst_stop = max(worst_stop, off / allowed)
        else:
            worst = max(worst, float(np.max(np.abs(warped[0] / warped[1] - 1))))
    print(
        f"\n{family}: {compared} schemes compared, {refused} refused above order 12 as by SciPy, {lower} band-stops "
        f"of a lower order; edges off by {worst:.1e}, of band-stops by {worst_stop:.2f} of what SciPy's search leaves"
    )
    record_property(f"{family}_orders", compared)
    record_property(f"{family}_edges_worst", worst)
    assert compared + refused + lower == SCHEMES
    assert compared >= 1000 and lower <= SCHEMES // 200
    assert worst <= 1e-11
    assert worst_stop <= 1


def test_what_is_found_is_a_filter_of_the_family():
    found = unguard.chebyshev2_order(passband=(20, 450), stopband=(5, 700), ripple=1, attenuation=50, fs=FS)
    assert isinstance(found, unguard.Chebyshev2Bandpass) and found.attenuation == 50
    found = unguard.chebyshev1_order(passband=[45.0], stopband=[20.0], ripple=0.5, attenuation=30, fs=FS)
    assert isinstance(found, unguard.Chebyshev1Highpass) and found.ripple == 0.5
    assert found.cutoff == pytest.approx(45, rel=1e-15)
