// SPDX-License-Identifier: Apache-2.0
// Poles on the way from an analogue prototype to second-order sections, in the compiler's widest floating point,
// rounded to double once, at the end. Never through polynomial coefficients: at 24 poles those would be unstable in
// double. Frequency transformations: Constantinides 1970, doi:10.1049/piee.1970.0281; bilinear transform with
// prewarping.
#pragma once

#include <cmath>
#include <complex>
#include <numbers>
#include <string_view>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/filter/section.hpp"

namespace unguard::zpk {

using Real = long double;
using Complex = std::complex<Real>;

// One pole pair of the digital filter: conjugates p, p*, or two real poles, or one real pole and none.
struct PolePair {
  Complex p;  // upper half plane, or the first real pole
  bool real = false;
  Real second = 0;  // the other real pole
  bool single = false;

  Real a1() const { return single ? -p.real() : real ? -(p.real() + second) : -2 * p.real(); }
  Real a2() const { return single ? 0 : real ? p.real() * second : std::norm(p); }
  // |1 + a1 z^-1 + a2 z^-2|^2 on the unit circle, from the distances to the poles and so without cancellation.
  Real distance(Complex z) const {
    const Real first = std::abs(z - p);
    return single ? first : real ? first * std::abs(z - Complex(second)) : first * std::abs(z - std::conj(p));
  }
};

// tan(pi f / rate): the analogue frequency that the bilinear transform takes to f.
inline Real prewarp(Hertz f, Hertz rate) {
  return std::tan(std::numbers::pi_v<Real> * static_cast<Real>(f.value) / static_cast<Real>(rate.value));
}

// s -> z of the bilinear transform, as 1 - 2s / (s - 1) so that a pole near z = 1 keeps its distance from it.
inline Complex bilinear(Complex s) { return Complex(1) + Real(2) * s / (Complex(1) - s); }

// Butterworth low-pass prototype, upper half plane and the real pole: s_k = -exp(i pi (2k - N + 1) / 2N).
inline std::vector<Complex> butterworth_poles(int order) {
  std::vector<Complex> poles;
  for (int k = (order % 2 == 0) ? 1 : 0; k < order; k += 2) {
    const Real angle = std::numbers::pi_v<Real> * static_cast<Real>(k) / static_cast<Real>(2 * order);
    poles.emplace_back(-std::cos(angle), k == 0 ? Real(0) : std::sin(angle));
  }
  return poles;
}

inline PolePair conjugates(Complex s) {
  const Complex p = bilinear(s);
  return {.p = {p.real(), std::fabs(p.imag())}};
}
inline PolePair one_real(Real s) { return {.p = bilinear(Complex(s)), .single = true}; }

// Low-pass prototype poles at cutoff w.
inline std::vector<PolePair> lowpass(const std::vector<Complex>& prototype, Real w) {
  std::vector<PolePair> pairs;
  for (auto s : prototype) pairs.push_back(s.imag() == 0 ? one_real(s.real() * w) : conjugates(s * w));
  return pairs;
}
// High-pass: s -> w / s.
inline std::vector<PolePair> highpass(const std::vector<Complex>& prototype, Real w) {
  std::vector<PolePair> pairs;
  for (auto s : prototype) pairs.push_back(s.imag() == 0 ? one_real(w / s.real()) : conjugates(w / s));
  return pairs;
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
  return {{.p = bilinear(large), .real = true, .second = bilinear(small).real()}, {}, false};
}
// Band-pass: every prototype pole becomes two, the roots of s^2 - B p s + w0^2.
inline std::vector<Edges> bandpass(const std::vector<Complex>& prototype, Real low, Real high) {
  std::vector<Edges> edges;
  for (auto s : prototype) edges.push_back(split(s * ((high - low) / 2), std::sqrt(low * high)));
  return edges;
}
// Band-stop: the same with B / p.
inline std::vector<Edges> bandstop(const std::vector<Complex>& prototype, Real low, Real high) {
  std::vector<Edges> edges;
  for (auto s : prototype) edges.push_back(split(((high - low) / 2) / s, std::sqrt(low * high)));
  return edges;
}

// A section before rounding: g (1 + n1 z^-1 + n2 z^-2) over its poles.
struct Factor {
  PolePair poles;
  Real g = 1, n1 = 0, n2 = 0;

  Section rounded() const {
    return {static_cast<double>(g), static_cast<double>(g * n1), static_cast<double>(g * n2),
            static_cast<double>(poles.a1()), static_cast<double>(poles.a2())};
  }
};
// The g that makes the gain 1 at z on the unit circle.
inline Real unit_gain(const PolePair& pair, Real n1, Real n2, Complex z) {
  const Complex z1 = Complex(1) / z;
  return pair.distance(z) / std::abs(Complex(1) + z1 * (n1 + z1 * n2));
}
inline Factor factor_at(const PolePair& pair, Real n1, Real n2, Complex z) {
  return {pair, unit_gain(pair, n1, n2, z), n1, n2};
}

// A whole design before rounding, and what its check needs: where the gain is 1, and whom to blame.
struct Design {
  std::vector<Factor> factors;
  Hertz reference;
  std::string_view parameter;
  Hertz edge;
};

}  // namespace unguard::zpk
