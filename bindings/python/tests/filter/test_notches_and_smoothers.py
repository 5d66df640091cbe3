"""Notch, peak, comb, one pole and equal poles: poles and zeros before rounding against their formulas in 50 digits."""

import mpmath as mp
import numpy as np
import pytest
import unguard
from scipy import signal

FS = 2000.0
DESIGNS = 200


def frequencies(count, seed):
    generator = np.random.default_rng(seed)
    return np.exp(generator.uniform(np.log(1e-5), np.log(0.499), (count, 2))) * FS


def exact(text):
    return mp.mpc(mp.mpf(text[0]), mp.mpf(text[1]))


def of_its_distance(found, true):
    """The largest error of found roots, of the true roots' distances to z = 1; one at z = 1 must be met exactly."""
    assert len(found) == len(true)
    worst = 0.0
    for root in map(exact, found):
        nearest = min(true, key=lambda r: abs(r - root))
        away = abs(root - nearest)
        worst = max(worst, float(away / abs(nearest - 1)) if nearest != 1 else float(away) * 1e300)
    return worst


def resonance(frequency, width):
    """Poles and zeros of the notch: z^2 - 2 g cos(w0) z + (2 g - 1) with g = 1 / (1 + tan(width / 2))."""
    w0, half = 2 * mp.pi * mp.mpf(frequency) / FS, mp.pi * mp.mpf(width) / FS
    g = 1 / (1 + mp.tan(half))
    middle, square = g * mp.cos(w0), (g * mp.cos(w0)) ** 2 - (2 * g - 1)
    apart = mp.sqrt(mp.mpc(square))
    return [middle + apart, middle - apart], [mp.expj(w0), mp.expj(-w0)]


def test_notches_and_peaks_before_rounding(record_property):
    # Truth: mpmath, 50 digits.
    worst = 0.0
    with mp.workdps(50):
        for f, width in frequencies(DESIGNS, 3):
            poles, zeros = resonance(f, width)
            for kind, of_kind in ((unguard.Notch, zeros), (unguard.Peak, [mp.mpf(1), mp.mpf(-1)])):
                spec = kind(frequency=f, width=width)
                for found, true in ((unguard.designed_poles, poles), (unguard.designed_zeros, of_kind)):
                    worst = max(worst, of_its_distance(found(spec, fs=FS)[0], true))
    print(f"\nworst {worst:.1e} of {2 * DESIGNS} designs")
    record_property("resonances_worst_root", worst)
    assert worst <= 1e-9


def test_smoothers_before_rounding(record_property):
    # Truth: mpmath, 50 digits.
    worst = 0.0
    with mp.workdps(50):
        for f, g in frequencies(DESIGNS, 4):
            # |1 - p|^2 = |1 - p e^-iw|^2 / 2: p^2 - 2 (2 - cos w) p + 1 = 0.
            c = 2 - mp.cos(2 * mp.pi * mp.mpf(f) / FS)
            found = unguard.designed_poles(unguard.OnePole(cutoff=f), fs=FS)[0]
            worst = max(worst, of_its_distance(found, [c - mp.sqrt(c * c - 1)]))
            time = float(1 / g)
            found = unguard.designed_poles(unguard.OnePole(time_constant=time), fs=FS)[0]
            worst = max(worst, of_its_distance(found, [mp.exp(-1 / (mp.mpf(time) * FS))]))
            order, passes = int(f * 1e6) % 12 + 1, int(g * 1e6) % 4 + 1
            w = mp.tan(mp.pi * mp.mpf(f) / FS) / mp.sqrt(mp.mpf(2) ** (mp.mpf(1) / (order * passes)) - 1)
            spec = unguard.CriticallyDamped(cutoff=f, order=order, passes=passes)
            sections = unguard.designed_poles(spec, fs=FS)
            assert sum(map(len, sections)) == order
            for poles in sections:
                worst = max(worst, of_its_distance(poles, [(1 - w) / (1 + w)] * len(poles)))
    print(f"\nworst {worst:.1e} of {3 * DESIGNS} designs")
    record_property("smoothers_worst_root", worst)
    assert worst <= 1e-9


@pytest.mark.parametrize("q", [1, 5, 10, 30])
def test_peak_by_q_is_iirpeak(q):
    # Truth: scipy.signal.iirpeak.
    b, a = signal.iirpeak(50, q, fs=FS)
    row = unguard.sections(unguard.Peak(frequency=50, q=q), fs=FS)[0]
    np.testing.assert_allclose(row, np.r_[b, a], rtol=1e-12, atol=1e-16)


def test_comb_is_its_notches():
    # Truth: scipy.signal.iirnotch at every harmonic, with the Q that makes the width the same.
    rows = unguard.sections(unguard.Comb(frequency=60, width=3, highest=450), fs=FS)
    assert len(rows) == 7
    for k, row in enumerate(rows, 1):
        np.testing.assert_allclose(row, np.r_[signal.iirnotch(60 * k, 20 * k, fs=FS)], rtol=1e-12)


def test_two_passes_of_the_smoother_are_at_3_decibels():
    # Truth: the cutoff, met by a sine through the zero-phase twin.
    n = np.arange(40000)
    sine = np.sin(2 * np.pi * 6 / FS * n)
    out = unguard.zero_phase(unguard.CriticallyDamped(cutoff=6, order=2, passes=2), sine, fs=FS)
    middle = slice(15000, 25000)
    assert np.abs(out[middle]).max() == pytest.approx(np.sqrt(0.5), rel=1e-4)
