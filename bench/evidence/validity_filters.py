"""Filters, the energy operator and spectra against closed forms: rows 1, 2, 3, 8, 30 and 31 of `validity`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import unguard
from scipy import integrate, optimize
from unguard import fatigue as tiring_of

from bench.evidence import fatigue
from bench.evidence.emg_model import PRESETS, density, sampled, tiring
from bench.evidence.validity_claim import Claim, Found, rows_of, together

FS = 2000.0
#: Fixed beforehand, of all signals here.
SEED = 70_000_000
#: Records of a muscle that tires.
RECORDS, SECONDS, FALL = 120, 45, -0.3


def butterworth() -> Found:
    """Q of both sections from the poles of the design, taken back to the s plane; and the gain at the cutoff."""
    corner = unguard.Lowpass(cutoff=100.0, order=4)
    found = []
    for section in unguard.designed_poles(corner, fs=FS):
        z = complex(*map(float, section[0]))
        s = (z - 1) / (z + 1)
        found.append(abs(s) / (-2 * s.real))
    low, high = sorted(found)
    edge = [
        20 * math.log10(abs(unguard.response(spec(cutoff=100.0, order=order), [100.0], fs=FS)[0]))
        for spec in (unguard.Lowpass, unguard.Highpass)
        for order in (2, 4)
    ]
    off = max(abs(low - 0.5412), abs(high - 1.3066))
    edge_off = max(abs(one - 10 * math.log10(0.5)) for one in edge)
    return Found(
        f"Q {low:.6f}, {high:.6f}; {min(edge):.4f} to {max(edge):.4f} dB, low and high-pass of orders 2 and 4",
        off <= 5e-5 and edge_off <= 1e-9,
    )


def _integrals(low: float, high: float) -> tuple[float, float, float]:
    """Return MDF, MNF and B_s of the model from 0 to 1000 Hz by adaptive quadrature: no bins."""

    def over(weight: Callable[[float], float], end: float = 1000.0) -> float:
        return float(integrate.quad(weight, 0, end, limit=500, epsrel=1e-10)[0])

    whole = over(lambda f: density(f, low, high))
    mdf = optimize.brentq(lambda end: over(lambda f: density(f, low, high), end) - whole / 2, 1, 900)
    mnf = over(lambda f: f * density(f, low, high)) / whole
    return float(mdf), mnf, whole**2 / over(lambda f: density(f, low, high) ** 2)


def model() -> Found:
    """The numbers of the model's spectrum as `unguard.spectrum` gives them."""
    published = {"limb": (95.6, 121.0, 205.0), "trunk": (47.9, 61.3, 103.0)}
    said, within, worst = [], True, 0.0
    for preset, (mdf, mnf, bandwidth) in published.items():
        p = sampled(lambda f, preset=preset: density(f, *PRESETS[preset]))
        ours = float(p.mdf()), float(p.mnf()), float(p.statistical_bandwidth())
        said.append(f"{preset} {ours[0]:.2f}, {ours[1]:.2f}, {ours[2]:.1f} Hz")
        worst = max(worst, *(abs(a / b - 1) for a, b in zip(ours, _integrals(*PRESETS[preset]), strict=True)))
        within &= abs(ours[0] - mdf) <= 0.1 and abs(ours[1] - mnf) <= 0.1 and abs(ours[2] - bandwidth) <= 1
    return Found("; ".join(said) + f"; off quadrature by {worst:.1e}", within and worst <= 1e-4)


def highpass() -> Found:
    """The row of the evidence of spectra that this is about."""
    return together(rows_of(fatigue.highpass_cost, "high-pass 30 Hz before, trunk"))


def energy() -> Found:
    """The operator on cosines of six frequencies; its output is a sample late, and the first has no past."""
    worst, amplitude = 0.0, 3.0
    n, rate = np.arange(4000), round(FS)
    for hertz in (10, 50, 100, 250, 500, 900):
        omega = 2 * math.pi * hertz / rate
        # Whole turns are taken off as integers: a cosine of large angles is not that exact.
        x = amplitude * np.cos(2 * math.pi * (hertz * n % rate) / rate)
        y = np.asarray(unguard.Tkeo()(x, fs=FS))[2:]
        # Relative to the squares that it subtracts.
        worst = max(worst, float(np.abs(y - (amplitude * math.sin(omega)) ** 2).max()) / amplitude**2)
    return Found(f"largest error {worst:.1e} A^2, 10 to 900 Hz at 2 kHz", worst <= 1e-12)


def dimitrov(c: float = 0.68) -> Found:
    """Index and MDF of a spectrum that is compressed by c."""
    said, within = [], True
    for preset in PRESETS:
        rested = sampled(lambda f, preset=preset: density(f, *PRESETS[preset]))
        tired = sampled(lambda f, preset=preset: density(f / c, *PRESETS[preset]))
        banded = float(tired.finsm()) / float(rested.finsm())
        # Without limits the integrals do not exist: limits that are compressed too are their limit.
        ideal = float(tired.finsm(5, 8 * c, 500 * c)) / float(rested.finsm(5, 8, 500))
        mdf = float(tired.mdf()) / float(rested.mdf())
        said.append(f"{preset} x{banded:.2f} in 8-500 Hz, x{ideal:.2f} unbounded, MDF x{mdf:.4f}")
        published = {"limb": 3.9, "trunk": 4.1}[preset]
        within &= all(abs(a / b - 1) <= 0.02 for a, b in ((banded, published), (ideal, c**-6), (mdf, c)))
    return Found("; ".join(said), within)


def slope() -> Found:
    """A known fall of all frequencies, found by the default course; how single records scatter is said too."""
    t = np.arange(round(SECONDS * FS)) / FS
    said, within = [], True
    for preset in PRESETS:
        x = np.column_stack([50 * tiring(t, FALL, preset, seed=SEED + i) for i in range(RECORDS)])
        made = tiring_of.course(unguard.Bandpass()(x, fs=FS), fs=FS)
        found = [
            tiring_of.jasa(made.seconds, made.spectrum[:, i], made.amplitude[:, i], filters=unguard.Bandpass(), fs=FS)
            for i in range(RECORDS)
        ]
        slopes = np.array([f.spectrum.normalised.value for f in found if f.spectrum.normalised is not None])
        flagged = sum(f.below_change_limit for f in found)
        mean, near = float(slopes.mean()), int(np.count_nonzero(np.abs(slopes - FALL) <= 0.1))
        said.append(
            f"{preset} {mean:+.3f} %/s, single records +- {slopes.std(ddof=1):.3f}, {near} of {RECORDS} within 0.1; "
            f"{flagged} flagged"
        )
        within &= len(slopes) == RECORDS and abs(mean - FALL) <= 0.1 and flagged == RECORDS
    return Found("; ".join(said), within)


CLAIMS = (
    Claim(1, "Butterworth of order 4: Q of its sections, gain at f_c", "0.5412, 1.3066; -3.01 dB (closed form)",
          "Q to the digits given; 10 lg 1/2 within 1e-9 dB", butterworth),
    Claim(2, "spectrum of the model, limb and trunk: MDF, MNF, B_s", "limb 95.6, 121.0, 205; trunk 47.9, 61.3, 103 Hz "
          "(closed form)", "a unit of the last digit given; 1e-4 of quadrature", model),
    Claim(3, "high-pass of 30 Hz, order 4, before trunk EMG: RMS kept, MDF moved", "x0.865; +11.1 Hz (closed form)",
          "RMS +- 0.002, MDF +- 0.5 Hz", highpass),
    Claim(8, "TKEO of A cos(omega n)", "A^2 sin^2(omega) (closed form)", "1e-12 A^2", energy),
    Claim(30, "FInsm5 and MDF of a spectrum compressed by 0.68", "x3.9 (limb), x4.1 (trunk) in 8-500 Hz, x10.1 "
          "unbounded, MDF x0.68; about x8 and 32 % in people (Dimitrov 2006)", "2 %", dimitrov),
    Claim(31, f"slope of MDF, {FALL} %/s in {SECONDS} s: mean of {RECORDS} records; whether it is flagged",
          "slopes differ by 0.4 to 0.5 %/s from one time to another (Elfving 1999)",
          "mean within 0.1 %/s; every record flagged as below the limit of change", slope),
)  # fmt: skip
