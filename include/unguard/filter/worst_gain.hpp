// SPDX-License-Identifier: Apache-2.0
// The most a section can make of an input that stays within +-1, however it swings: an upper bound of the absolute sum
// of its impulse response, from its coefficients alone. Oppenheim & Schafer 2010, ch. 2.4 and 3.3 (partial fractions).
// Never below the sum; for the designs of this station at most some times above it. Cost, at start only: two roots.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>

#include "unguard/filter/section.hpp"

namespace unguard {

namespace worst_gain_detail {

// With poles p and q and w = z^-1: H = b0 + beta w / (1 - q w) + gamma w / ((1 - p w)(1 - q w)). `left_q` is 1 - |q|,
// `left` is (1 - |p|)(1 - |q|).
template <class T>
double in_turn(const Section& s, T p, double left_q, double left) {
  const T beta = (s.b0 * s.a2 - s.b2) / p, gamma = s.b1 - s.b0 * s.a1 - beta;
  return std::abs(beta) / left_q + std::abs(gamma) / left;
}

}  // namespace worst_gain_detail

// Infinite where the poles of a stable section cannot be told from the unit circle.
inline double worst_gain(const Section& s) {
  using worst_gain_detail::in_turn;
  const double d = s.a1 * s.a1 - 4 * s.a2, first = std::fabs(s.b0);
  if (d < 0) {
    const std::complex<double> p(-s.a1 / 2, std::sqrt(-d) / 2);
    const double left = (1 - s.a2) / (1 + std::sqrt(s.a2));
    // The two poles apart is the closer bound, unless they nearly meet.
    const double apart = std::abs(s.b0 * p * p + s.b1 * p + s.b2) / (p.imag() * left);
    return first + std::min(apart, in_turn(s, p, left, left * left));
  }
  const double p = (s.a1 > 0 ? -s.a1 - std::sqrt(d) : -s.a1 + std::sqrt(d)) / 2;  // the larger
  if (p == 0) return first + std::fabs(s.b1) + std::fabs(s.b2);
  const double q = s.a2 / p;
  if (s.a2 >= 0) {
    // Both of one sign: without cancellation, and no less than the smaller one is away.
    const double left = (1 + s.a2) - std::fabs(s.a1);
    return first + in_turn(s, p, std::max(1 - std::fabs(q), std::sqrt(left)), left);
  }
  const double left_plus = ((1 + s.a2) + s.a1) / (1 + std::fabs(std::min(p, q)));
  const double left_minus = ((1 + s.a2) - s.a1) / (1 + std::max(p, q));
  return first + in_turn(s, p, q > 0 ? left_plus : left_minus, left_plus * left_minus);
}

}  // namespace unguard
