// SPDX-License-Identifier: Apache-2.0
// The poles of the Bessel filter with a delay of 1 at 0 Hz: the roots of the reverse Bessel polynomial, to the last
// digits of the widest floating point. All at once by Aberth 1973, doi:10.1090/S0025-5718-1973-0329236-7, then each by
// Newton with the polynomial in twice the precision (Graillat, Langlois & Louvet 2009, doi:10.1007/BF03186531): at
// order 12 its terms cancel to one in 10,000. Cost: half a millisecond at start.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "unguard/filter/zpk.hpp"

namespace unguard::zpk {

namespace bessel_detail {

// Highest power first: (2N - k)! / (2^(N - k) k! (N - k)!) of s^k, whole numbers that a double holds up to N = 12.
inline std::vector<Real> polynomial(int order) {
  std::vector<Real> c(static_cast<std::size_t>(order) + 1, 1);
  for (int k = order - 1; k >= 0; --k)
    c[static_cast<std::size_t>(order - k)] = c[static_cast<std::size_t>(order - k) - 1] *
                                             static_cast<Real>((2 * order - k) * (k + 1)) /
                                             static_cast<Real>(2 * (order - k));
  return c;
}

// A sum or a product as it is rounded, and what that left out.
struct Exact {
  Real value;
  Real rest;
};
inline Exact sum(Real a, Real b) {
  const Real value = a + b, other = value - a;
  return {value, (a - (value - other)) + (b - other)};
}
inline Exact product(Real a, Real b) { return {a * b, std::fma(a, b, -(a * b))}; }

struct Value {
  Complex value;
  Complex slope;
};
inline Value evaluate(const std::vector<Real>& c, Complex s) {
  Complex value = 0, slope = 0;
  for (const Real coefficient : c) {
    slope = slope * s + value;
    value = value * s + coefficient;
  }
  return {value, slope};
}
// The value as if it had been computed with twice the digits.
inline Complex evaluate_twice_as_exact(const std::vector<Real>& c, Complex s) {
  Complex value = 0, rest = 0;
  for (const Real coefficient : c) {
    const Exact rr = product(value.real(), s.real()), ii = product(-value.imag(), s.imag());
    const Exact ri = product(value.real(), s.imag()), ir = product(value.imag(), s.real());
    const Exact real = sum(rr.value, ii.value), with = sum(real.value, coefficient), imag = sum(ri.value, ir.value);
    rest = rest * s + Complex(rr.rest + ii.rest + real.rest + with.rest, ri.rest + ir.rest + imag.rest);
    value = {with.value, imag.value};
  }
  return value + rest;
}

}  // namespace bessel_detail

// Upper half plane and the real pole, the least resonant first.
inline std::vector<Complex> bessel_poles(int order) {
  const auto c = bessel_detail::polynomial(order);
  const auto n = static_cast<std::size_t>(order);
  // From the left half of a circle that the roots lie near.
  std::vector<Complex> roots(n);
  for (std::size_t i = 0; i < n; ++i)
    roots[i] = std::polar(Real(0.8) * static_cast<Real>(order),
                          std::numbers::pi_v<Real> * (Real(0.5) + (static_cast<Real>(i) + Real(0.5)) / Real(n)));
  Real moved = 1;
  for (int turn = 0; turn < 100 && moved > Real(1e-10); ++turn) {
    moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto [value, slope] = bessel_detail::evaluate(c, roots[i]);
      Complex repulsion = 0;
      for (std::size_t k = 0; k < n; ++k)
        if (k != i) repulsion += Real(1) / (roots[i] - roots[k]);
      const Complex newton = value / slope, by = newton / (Real(1) - newton * repulsion);
      roots[i] -= by;
      moved = std::max(moved, std::abs(by) / std::abs(roots[i]));
    }
  }
  std::vector<Complex> poles;
  for (Complex s : roots) {
    const bool real = std::fabs(s.imag()) < Real(1e-6);
    if (s.imag() < 0 && !real) continue;
    if (real) s = {s.real(), 0};
    for (int i = 0; i < 2; ++i) s -= bessel_detail::evaluate_twice_as_exact(c, s) / bessel_detail::evaluate(c, s).slope;
    poles.push_back(s);
  }
  std::sort(poles.begin(), poles.end(), [](const Complex& a, const Complex& b) { return a.imag() < b.imag(); });
  return poles;
}

// |1 - i w / p|^2 over all poles, conjugates included, is 2: the -3 dB frequency, by Newton on the logarithm of w.
inline Real half_power_frequency(const std::vector<Complex>& poles) {
  const Real ln2 = std::numbers::ln2_v<Real>;
  Real w = 1;
  for (int turn = 0; turn < 50; ++turn) {
    Real loss = 0, slope = 0;
    for (const Complex& p : poles)
      for (const Complex& s : {p, std::conj(p)}) {
        const Complex h = Real(1) - Complex(0, w) / s;
        const Real share = p.imag() == 0 ? Real(0.5) : Real(1);
        loss += share * std::log(std::norm(h));
        slope += share * 2 * (Complex(0, -w) / s / h).real();
      }
    const Real by = (loss - ln2) / slope;
    w *= std::exp(-by);
    if (std::fabs(by) < 4 * std::numeric_limits<Real>::epsilon()) break;
  }
  return w;
}

// The corner of the asymptotes.
inline Real geometric_mean(const std::vector<Complex>& poles) {
  Real product = 1;
  int count = 0;
  for (const Complex& p : poles) {
    product *= p.imag() == 0 ? -p.real() : std::norm(p);
    count += p.imag() == 0 ? 1 : 2;
  }
  return std::pow(product, 1 / static_cast<Real>(count));
}

}  // namespace unguard::zpk
