// SPDX-License-Identifier: Apache-2.0
// A finite impulse response, y[n] = h[0] x[n] + h[1] x[n - 1] + ..., and what it does: response and group delay.
// Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5.7.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/filter/polynomial_delay.hpp"

namespace unguard {

using Taps = std::vector<double>;

// The zeros before the first tap that is none: so much is a delay and nothing else. Of zeros only, all but the last.
inline std::int64_t leading_zeros(const Taps& taps) {
  if (taps.empty()) return 0;
  return std::find_if(taps.begin(), taps.end() - 1, [](double tap) { return tap != 0; }) - taps.begin();
}

// The complex gain at frequency f.
inline std::complex<double> response(const Taps& taps, Hertz f, Hertz rate) {
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * (f / rate));
  const std::int64_t zeros = leading_zeros(taps);
  std::complex<double> h = 0;
  for (auto tap = taps.rbegin(); tap != taps.rend() - zeros; ++tap) h = *tap + z1 * h;
  if (zeros == 0) return h;
  // Turns of the circle: whole ones are left out while they are still exact.
  const double turns = std::fmod(static_cast<double>(zeros) * (f / rate), 1.0);
  return h * std::polar(1.0, -2 * std::numbers::pi * turns);
}

// Group delay at frequency f, in samples.
inline double group_delay(const Taps& taps, Hertz f, Hertz rate) {
  return polynomial_delay(taps, polynomial_detail::on_circle(f, rate));
}

// The most it can make of an input that stays within +-1: the sum of the taps without their signs.
inline double absolute_sum(const Taps& taps) {
  double sum = 0;
  for (const double tap : taps) sum += std::fabs(tap);
  return sum;
}

// Samples after which nothing is left of an input.
inline std::int64_t memory(const Taps& taps) { return static_cast<std::int64_t>(taps.size()); }

}  // namespace unguard
