// SPDX-License-Identifier: Apache-2.0
// Poles and zeros on the way from an analogue prototype to second-order sections, in the compiler's widest floating
// point, rounded to double once, at the end. Never through polynomial coefficients: at 24 poles those would be unstable
// in double. Frequency transformations: Constantinides 1970, doi:10.1049/piee.1970.0281; bilinear transform with
// prewarping.
#pragma once

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <optional>
#include <string_view>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/filter/section.hpp"

namespace unguard::zpk {

using Real = long double;
using Complex = std::complex<Real>;

// A point of the upper unit circle and the square of the analogue frequency that the bilinear transform takes there.
struct Point {
  Complex z;
  Real w2;
};
inline Point at_zero() { return {1, 0}; }
inline Point at_nyquist() { return {-1, std::numeric_limits<Real>::infinity()}; }
inline Point at_analogue(Real w2) { return {{(1 - w2) / (1 + w2), 2 * std::sqrt(w2) / (1 + w2)}, w2}; }
inline Hertz frequency_of(const Point& point, Hertz rate) {
  return rate * static_cast<double>(std::arg(point.z) / (2 * std::numbers::pi_v<Real>));
}

// One pole pair of the digital filter: conjugates p, p*, or two real poles, or one real pole and none; and the analogue
// poles they came from.
struct PolePair {
  Complex p{};  // upper half plane, or the first real pole
  Complex s{};  // p is where the bilinear transform takes it
  bool real = false;
  Real second = 0, second_s = 0;  // the other real pole
  bool single = false;

  Real a1() const { return single ? -p.real() : real ? -(p.real() + second) : -2 * p.real(); }
  Real a2() const { return single ? 0 : real ? p.real() * second : std::norm(p); }
  // |1 + a1 z^-1 + a2 z^-2| by z - p = 2 (a - s) / ((1 - a) (1 - s)) with the analogue a of z: all digits, however near
  // the poles are to z.
  Real distance(const Point& at) const {
    const auto one = [&](Complex pole) -> Real {
      if (std::isinf(at.w2)) return 2 / std::abs(Complex(1) - pole);
      return 2 * std::abs(Complex(0, std::sqrt(at.w2)) - pole) / (std::sqrt(1 + at.w2) * std::abs(Complex(1) - pole));
    };
    return single ? one(s) : one(s) * one(real ? Complex(second_s) : std::conj(s));
  }
  std::vector<Complex> roots() const {
    if (single) return {p};
    return {p, real ? Complex(second) : std::conj(p)};
  }
};

// The zeros of one section, 1 + n1 z^-1 + n2 z^-2: conjugates on the unit circle, at its real points, or none.
struct ZeroPair {
  Real n1 = 0, n2 = 0;
  std::optional<Real> w2{};  // of conjugates: the square of their analogue frequency

  // |1 + n1 z^-1 + n2 z^-2|, from the distances: of conjugates 2 |cos - cos|, of z = 1 and z = -1 half a chord each.
  Real distance(const Point& at) const {
    const bool nyquist = std::isinf(at.w2);
    if (w2) return nyquist ? 4 / (1 + *w2) : 4 * std::fabs(*w2 - at.w2) / ((1 + at.w2) * (1 + *w2));
    const Real from_one = nyquist ? 2 : 2 * std::sqrt(at.w2 / (1 + at.w2));
    const Real from_minus_one = nyquist ? 0 : 2 / std::sqrt(1 + at.w2);
    if (n1 == 0) return n2 == 0 ? 1 : from_one * from_minus_one;
    const Real one = n1 < 0 ? from_one : from_minus_one;
    return n2 == 0 ? one : one * one;
  }
  std::vector<Complex> roots() const {
    if (w2) return {at_analogue(*w2).z, std::conj(at_analogue(*w2).z)};
    if (n2 == 0) return n1 == 0 ? std::vector<Complex>{} : std::vector<Complex>{-n1};
    return n1 == 0 ? std::vector<Complex>{1, -1} : std::vector<Complex>{-n1 / 2, -n1 / 2};
  }
};
// At z = 1 or at z = -1, as many as the section has poles; one at each; conjugates.
inline ZeroPair zeros_at(Real z, const PolePair& poles) {
  return poles.single ? ZeroPair{.n1 = -z} : ZeroPair{.n1 = -2 * z, .n2 = 1};
}
inline ZeroPair zeros_at_both_ends() { return {.n1 = 0, .n2 = -1}; }
inline ZeroPair zeros_on_circle(Real w2) { return {.n1 = -2 * (1 - w2) / (1 + w2), .n2 = 1, .w2 = w2}; }

// tan(pi f / rate): the analogue frequency that the bilinear transform takes to f.
inline Real prewarp(Hertz f, Hertz rate) {
  return std::tan(std::numbers::pi_v<Real> * static_cast<Real>(f.value) / static_cast<Real>(rate.value));
}

// s -> z of the bilinear transform, as 1 - 2s / (s - 1) so that a pole near z = 1 keeps its distance from it.
inline Complex bilinear(Complex s) { return Complex(1) + Real(2) * s / (Complex(1) - s); }

inline PolePair conjugates(Complex s) {
  const Complex p = bilinear(s);
  return {.p = {p.real(), std::fabs(p.imag())}, .s = s};
}
inline PolePair one_real(Real s) { return {.p = bilinear(Complex(s)), .s = s, .single = true}; }
inline PolePair two_real(Complex s, Real second) {
  return {.p = bilinear(s), .s = s, .real = true, .second = bilinear(Complex(second)).real(), .second_s = second};
}

// What a prototype pole becomes in a band filter: the pair by the lower edge and the pair by the upper one. A real pole
// becomes one pair only, in `lower`.
struct Edges {
  PolePair lower;
  PolePair upper;
  bool both = true;
};
// The two roots of s^2 - 2 h s + w0^2: the larger without cancellation, the other from their product.
inline Edges split(Complex h, Real w0) {
  const Complex root = std::sqrt(h * h - Complex(w0 * w0));
  const Complex plus = h + root, minus = h - root;
  const Complex large = std::abs(plus) >= std::abs(minus) ? plus : minus;
  const Complex small = Complex(w0 * w0) / large;
  if (h.imag() != 0) return {conjugates(small), conjugates(large), true};
  if (large.imag() != 0) return {conjugates(large), {}, false};
  return {two_real(large, small.real()), {}, false};
}
// The same for a zero on the imaginary axis, h = i v: both frequencies.
struct ZeroEdges {
  ZeroPair lower;
  ZeroPair upper;
};
inline ZeroEdges split_zero(Real v, Real w0) {
  const Real large = v + std::sqrt(v * v + w0 * w0), small = w0 * w0 / large;
  return {zeros_on_circle(small * small), zeros_on_circle(large * large)};
}

// A section before rounding: g (1 + n1 z^-1 + n2 z^-2) over its poles.
struct Factor {
  PolePair poles;
  ZeroPair zeros{};
  Real g = 1;

  Section rounded() const {
    return {static_cast<double>(g), static_cast<double>(g * zeros.n1), static_cast<double>(g * zeros.n2),
            static_cast<double>(poles.a1()), static_cast<double>(poles.a2())};
  }
};
// With the g that makes the gain 1 at a point of the unit circle.
inline Factor factor_at(const PolePair& poles, const ZeroPair& zeros, const Point& at) {
  return {poles, zeros, poles.distance(at) / zeros.distance(at)};
}

// A whole design before rounding, and what its check needs: the gain at a frequency, and whom to blame.
struct Design {
  std::vector<Factor> factors;
  Hertz reference;
  Real gain;
  std::string_view parameter;
  Hertz edge;
};

}  // namespace unguard::zpk
