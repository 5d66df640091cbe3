// SPDX-License-Identifier: Apache-2.0
// How likely rest alone is to reach a peak. Mean squares of Gaussian noise over a window W are gamma distributed with
// nu = (level / spread)^2 / 2 degrees of freedom; over a time T a sliding window looks T / W times, each look worth z^2
// independent ones (Pickands 1969, doi:10.1090/S0002-9947-1969-0250367-X, for a triangular correlation).
// Abramowitz & Stegun 6.5.31 and 26.4.17. Cost: about 20 divisions; pure, no allocation.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unguard {

namespace tail_detail {

// ln Gamma(a), a > 0: recurrence up to 10, then Stirling. (std::lgamma writes a global.)
inline double log_gamma(double a) noexcept {
  double shift = 0;
  for (; a < 10; a += 1) shift += std::log(a);
  const double i = 1 / a, i2 = i * i;
  return (a - 0.5) * std::log(a) - a + 0.5 * std::log(2 * std::numbers::pi) +
         i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 / 1680))) - shift;
}

// ln of the upper tail of a gamma variable with shape a, beyond x; 0 (all of it) below the mean, where it does not
// matter here.
inline double log_gamma_tail(double a, double x) noexcept {
  if (!(x > a + 1)) return 0;
  // Continued fraction of Q(a, x), modified Lentz.
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
  for (int i = 1; i <= 500; ++i) {
    const double n = -static_cast<double>(i) * (static_cast<double>(i) - a);
    b += 2;
    d = n * d + b;
    d = 1 / (std::fabs(d) < tiny ? tiny : d);
    c = b + n / c;
    if (std::fabs(c) < tiny) c = tiny;
    const double factor = d * c;
    h *= factor;
    if (std::fabs(factor - 1) < 1e-12) break;
  }
  return std::min(0.0, -x + a * std::log(x) - log_gamma(a) + std::log(h));
}

}  // namespace tail_detail

// The chance that the moving RMS of rest noise with this median and spread stays below `peak` for `looks` windows.
inline double stays_below(double peak, double level, double spread, double looks) noexcept {
  if (!(peak > level && level > 0 && spread > 0)) return 0;
  const double nu = std::clamp(0.5 * (level / spread) * (level / spread), 1.0, 1e6);
  // The median of chi^2 / nu is (1 - 2 / (9 nu))^3.
  const double median = std::pow(1 - 2 / (9 * nu), 3);
  const double ratio = std::min(1e6, peak / level);
  const double log_tail = tail_detail::log_gamma_tail(nu / 2, nu / 2 * median * ratio * ratio);
  // z^2 of the normal value with the same tail, first order.
  const double twice = std::max(1.0, -2 * log_tail);
  const double z2 = std::max(1.0, twice - std::log(2 * std::numbers::pi * twice));
  return std::exp(-looks * z2 * std::exp(log_tail));
}

}  // namespace unguard
