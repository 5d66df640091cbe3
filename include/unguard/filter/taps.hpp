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

namespace unguard {

using Taps = std::vector<double>;

// The complex gain at frequency f.
inline std::complex<double> response(const Taps& taps, Hertz f, Hertz rate) {
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * (f / rate));
  std::complex<double> h = 0;
  for (auto tap = taps.rbegin(); tap != taps.rend(); ++tap) h = *tap + z1 * h;
  return h;
}

// Same forwards and backwards, but for the sign: the phase is linear.
inline bool symmetric(const Taps& taps) {
  return std::equal(taps.begin(), taps.end(), taps.rbegin()) ||
         std::equal(taps.begin(), taps.end(), taps.rbegin(), [](double a, double b) { return a == -b; });
}

// Group delay at frequency f, in samples. Linear phase delays by half the length at every frequency, also where the
// gain is zero.
inline double group_delay(const Taps& taps, Hertz f, Hertz rate) {
  if (symmetric(taps)) return 0.5 * static_cast<double>(taps.size() - 1);
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * (f / rate));
  std::complex<double> h = 0, moment = 0;
  for (std::size_t k = taps.size(); k-- > 0;) {
    h = taps[k] + z1 * h;
    moment = static_cast<double>(k) * taps[k] + z1 * moment;
  }
  return (moment / h).real();
}

// The most it can make of an input that stays within +-1: the sum of the taps without their signs.
inline double absolute_sum(const Taps& taps) {
  double sum = 0;
  for (const double tap : taps) sum += std::fabs(tap);
  return sum;
}

// Samples after which nothing is left of an input.
inline std::int64_t memory(const Taps& taps) { return static_cast<std::int64_t>(taps.size()); }

// One channel, one sample. The state is what came lately, the newest first.
using TapsState = std::vector<double>;
inline double step(const Taps& taps, TapsState& recent, double x) {
  std::shift_right(recent.begin(), recent.end(), 1);
  recent.front() = x;
  double y = 0;
  for (std::size_t k = 0; k < taps.size(); ++k) y += taps[k] * recent[k];
  return y;
}

}  // namespace unguard
