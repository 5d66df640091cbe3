"""Filter designs by the formulas of the textbooks in multiprecision: written apart from the engine, for its tests.

Prototype, frequency transformation, bilinear transform: Parks & Burrus 1987, ch. 7. A section's poles, zeros and gain
follow the engine's stated rule (filter/prototype.hpp), so that rows can be compared with rows. Set mpmath's digits
before the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mpmath as mp
import numpy as np

FAMILIES = ("", "Chebyshev1", "Chebyshev2", "Bessel")
KINDS = ("Lowpass", "Highpass", "Bandpass", "Bandstop")
NORMS = ("phase", "delay", "magnitude")
#: Of the 5,000 designs; the first 500 are compared with 50 digits too.
SEED = 7


@dataclass(frozen=True)
class Wanted:
    """A design to be made: of a family ("" is Butterworth), with the family's own parameter."""

    family: str
    kind: str
    order: int
    edges: tuple[float, ...]
    parameter: float | str | None = None
    fs: float = 2000.0

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of the Python class of the same name."""
        names = ("cutoff",) if len(self.edges) == 1 else ("low", "high")
        own = {"": None, "Chebyshev1": "ripple", "Chebyshev2": "attenuation", "Bessel": "norm"}[self.family]
        return {
            "order": self.order,
            **dict(zip(names, self.edges, strict=True)),
            **({own: self.parameter} if own else {}),
        }


def wanted(count: int, seed: int, families: tuple[str, ...] = FAMILIES) -> list[Wanted]:
    """Every family, kind and order, edges spread evenly over the logarithm of fc/fs from 1e-5 to 0.499."""
    generator = np.random.default_rng(seed)
    made: list[Wanted] = []
    while len(made) < count:
        family = families[len(made) % len(families)]
        kind = KINDS[len(made) // len(families) % 4]
        order = int(generator.integers(1, 13))
        low, high = np.sort(np.exp(generator.uniform(np.log(1e-5), np.log(0.499), 2))) * 2000.0
        parameter: float | str | None = {
            "": None,
            "Chebyshev1": float(np.exp(generator.uniform(np.log(0.01), np.log(6)))),
            "Chebyshev2": float(generator.uniform(10, 120)),
            "Bessel": NORMS[int(generator.integers(3))],
        }[family]
        if kind in ("Lowpass", "Highpass"):
            made.append(Wanted(family, kind, order, (float(low),), parameter))
        elif high / low > 1.05:
            made.append(Wanted(family, kind, order, (float(low), float(high)), parameter))
    return made


@dataclass(frozen=True)
class ExactSection:
    """g times the product of (1 - zero / z) over that of (1 - pole / z)."""

    zeros: tuple[Any, ...]
    poles: tuple[Any, ...]
    g: Any

    def rounded(self) -> list[float]:
        """Return b0 b1 b2 1 a1 a2, each rounded to double."""
        (n1, n2), (a1, a2) = _coefficients(self.zeros), _coefficients(self.poles)
        return [float(v) for v in (self.g, self.g * n1, self.g * n2, 1, a1, a2)]


def _coefficients(roots: tuple[Any, ...]) -> tuple[Any, Any]:
    first = -mp.re(mp.fsum(roots))
    return first, mp.re(roots[0] * roots[1]) if len(roots) == 2 else mp.mpf(0)


@lru_cache
def _bessel_poles(order: int, digits: int) -> tuple[Any, ...]:
    """Return the roots of the reverse Bessel polynomial in the upper half plane, the real one first."""
    with mp.workdps(digits + 30):
        c = [
            mp.factorial(2 * order - k) / (mp.mpf(2) ** (order - k) * mp.factorial(k) * mp.factorial(order - k))
            for k in range(order, -1, -1)
        ]
        poles = []
        for start in np.roots([float(v) for v in c]):
            if start.imag < -1e-6:
                continue
            s = mp.mpc(start) if start.imag > 1e-6 else mp.mpc(start.real)
            for _ in range(8):  # Newton doubles the 10 digits of the start each time
                value, slope = mp.mpc(0), mp.mpc(0)
                for v in c:
                    value, slope = value * s + v, slope * s + value
                s -= value / slope
            poles.append(s)
    return tuple(sorted(poles, key=lambda s: s.imag))


@lru_cache
def _half_power(order: int, digits: int) -> Any:
    """Return where the Bessel low-pass with a delay of 1 has lost half its power."""
    poles = _bessel_poles(order, digits)

    def loss(w: Any) -> Any:
        terms = [
            abs(1 - mp.mpc(0, w) / p) ** 2 * (1 if p.imag == 0 else abs(1 - mp.mpc(0, w) / mp.conj(p)) ** 2)
            for p in poles
        ]
        return mp.fprod(terms) - 2

    return mp.findroot(
        loss, (mp.mpf(1) / 2, mp.mpf(order) + 1), solver="anderson", tol=mp.mpf(10) ** (-2 * digits + 10)
    )


def prototype(family: str, order: int, parameter: Any) -> tuple[list[tuple[Any, Any]], Any]:
    """Return (pole, frequency of its zeros or None) of the upper half plane, and the gain at 0; the edge is at 1."""
    angles = [mp.pi * k / (2 * order) for k in range(1 if order % 2 == 0 else 0, order, 2)]
    if family == "":
        return [(mp.mpc(-mp.cos(a), mp.sin(a)), None) for a in angles], mp.mpf(1)
    if family == "Bessel":
        poles = _bessel_poles(order, mp.mp.dps)
        size = mp.fprod(abs(p) if p.imag == 0 else abs(p) ** 2 for p in poles)
        norm = {
            "delay": lambda: mp.mpf(1),
            "phase": lambda: mp.root(size, order),
            "magnitude": lambda: _half_power(order, mp.mp.dps),
        }
        return [(p / norm[parameter](), None) for p in poles], mp.mpf(1)
    power = mp.mpf(10) ** (mp.mpf(parameter) / 10)
    if family == "Chebyshev1":
        mu = mp.asinh(1 / mp.sqrt(power - 1)) / order
        gain = mp.mpf(1) if order % 2 else 1 / mp.sqrt(power)
        return [(mp.mpc(-mp.sinh(mu) * mp.cos(a), mp.cosh(mu) * mp.sin(a)), None) for a in angles], gain
    mu = mp.asinh(mp.sqrt(power - 1)) / order
    inverse = [1 / mp.mpc(-mp.sinh(mu) * mp.cos(a), -mp.cosh(mu) * mp.sin(a)) for a in angles]
    return [(p, 1 / mp.sin(a) if a else None) for p, a in zip(inverse, angles, strict=True)], mp.mpf(1)


def _bilinear(s: Any) -> Any:
    return (1 + s) / (1 - s)


def _pair(root: Any) -> tuple[Any, ...]:
    return (root, mp.conj(root))


def _distance(roots: tuple[Any, ...], z: Any) -> Any:
    return mp.fprod(abs(z - r) for r in roots)


def sections(design: Wanted) -> list[ExactSection]:
    """Return the sections of a design, in the engine's order."""
    terms, gain = prototype(design.family, design.order, design.parameter)
    edges = [mp.tan(mp.pi * mp.mpf(e) / mp.mpf(design.fs)) for e in design.edges]
    factors = _one_edge(design, terms, edges[0]) if len(edges) == 1 else _band(design, terms, *edges)
    first = factors[0]
    factors[0] = ExactSection(first.zeros, first.poles, first.g * gain)
    return factors


def _unit(zeros: tuple[Any, ...], poles: tuple[Any, ...], z: Any) -> ExactSection:
    return ExactSection(zeros, poles, _distance(poles, z) / _distance(zeros, z))


def _one_edge(design: Wanted, terms: list[tuple[Any, Any]], edge: Any) -> list[ExactSection]:
    low = design.kind == "Lowpass"
    made = []
    for pole, zero in terms:
        s = pole * edge if low else edge / pole
        poles = (_bilinear(s.real),) if pole.imag == 0 else _pair(_bilinear(s))
        if zero is None:
            zeros = (mp.mpf(-1 if low else 1),) * len(poles)
        else:
            zeros = _pair(_bilinear(mp.mpc(0, zero * edge if low else edge / zero)))
        made.append(_unit(zeros, poles, mp.mpf(1 if low else -1)))
    return made


def _split(h: Any, w0: Any) -> tuple[Any, Any]:
    """Return the roots of s^2 - 2 h s + w0^2, the smaller first."""
    root = mp.sqrt(h * h - w0 * w0)
    return tuple(sorted((h + root, h - root), key=abs))


def _band(design: Wanted, terms: list[tuple[Any, Any]], low: Any, high: Any) -> list[ExactSection]:
    w0, half = mp.sqrt(low * high), (high - low) / 2
    passing = design.kind == "Bandpass"
    centre = _bilinear(mp.mpc(0, w0))

    def made(zeros: tuple[Any, ...], poles: tuple[Any, ...]) -> ExactSection:
        if passing:
            return _unit(zeros, poles, centre)
        at_ends = [_distance(poles, mp.mpf(z)) / _distance(zeros, mp.mpf(z)) for z in (1, -1)]
        return ExactSection(zeros, poles, mp.sqrt(at_ends[0] * at_ends[1]))

    lower, upper = [], []
    for pole, zero in terms:
        small, large = _split(pole * half if passing else half / pole, w0)
        if pole.imag == 0:
            zeros = (mp.mpf(1), mp.mpf(-1)) if passing else _pair(centre)
            lower.append(made(zeros, (_bilinear(small), _bilinear(large))))
            upper.append(None)
            continue
        if zero is not None:
            at = _split(mp.mpc(0, zero * half if passing else half / zero), w0)
            zero_pairs = [_pair(_bilinear(s)) for s in at]
        elif passing:
            zero_pairs = [(mp.mpf(1), mp.mpf(1)), (mp.mpf(-1), mp.mpf(-1))]
        else:
            zero_pairs = [_pair(centre)] * 2
        lower.append(made(zero_pairs[0], _pair(_bilinear(small))))
        upper.append(made(zero_pairs[1], _pair(_bilinear(large))))
    if design.family == "" and passing:
        return [*lower, *(u for u in upper if u)]
    return [f for pair in zip(lower, upper, strict=True) for f in pair if f]


def worst_error(rows: list[list[float]], exact: list[ExactSection], edges: tuple[float, ...], fs: float) -> Any:
    """Return the largest distance of the rows' response from the exact one, at frequencies gathered about the edges."""
    about = np.array(edges)[:, None] * np.array([0.5, 0.9, 0.99, 1, 1.01, 1.1, 2])
    frequencies = np.unique([*np.clip(about, 0, fs / 2 * 0.999).ravel(), 0, fs / 2])
    true = [(s.g, _coefficients(s.zeros), _coefficients(s.poles)) for s in exact]
    found = [[mp.mpf(v) for v in row] for row in rows]
    worst = mp.mpf(0)
    for f in frequencies:
        z1 = mp.expjpi(-2 * mp.mpf(float(f)) / mp.mpf(fs))
        h = e = mp.mpf(1)
        for b0, b1, b2, _, a1, a2 in found:
            h *= (b0 + z1 * (b1 + z1 * b2)) / (1 + z1 * (a1 + z1 * a2))
        for g, (n1, n2), (a1, a2) in true:
            e *= g * (1 + z1 * (n1 + z1 * n2)) / (1 + z1 * (a1 + z1 * a2))
        worst = max(worst, abs(h - e))
    return worst
