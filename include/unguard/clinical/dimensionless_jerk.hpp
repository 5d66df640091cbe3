// SPDX-License-Identifier: Apache-2.0
// How smooth one movement is, by its jerk: squares of the second difference of the speed, summed up and freed of the
// movement's length and size, and the logarithm of it; more negative the jerkier (DJ and LDLJ: Hogan & Sternad 2009,
// doi:10.3200/35-09-004-RC; Balasubramanian et al. 2012, doi:10.1109/TBME.2011.2179545). Cost: one pass. Offline.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "unguard/clinical/movement_speed.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// -(T^3 / peak^2) sum (d2v/dt2)^2 dt, T the length of the movement; 0 or less, without a unit. `speed` in any unit, of
// one movement only: it depends on where that is cut.
inline Result<double> dimensionless_jerk(std::span<const double> speed, Hertz rate) {
  if (auto fault = movement_detail::refuse_speed("dimensionless_jerk", speed, rate)) return *fault;
  double peak = 0, squares = 0;
  for (const double v : speed) peak = std::max(peak, std::fabs(v));
  for (std::size_t i = 2; i < speed.size(); ++i) {
    const double d = (speed[i] - 2 * speed[i - 1] + speed[i - 2]) / peak;
    squares += d * d;
  }
  // T = N dt and the differences are over dt^2 each: (N dt)^3 dt / dt^4.
  const auto n = static_cast<double>(speed.size());
  return -n * n * n * squares;
}

// -ln |DJ|. A movement without any jerk has none.
inline Result<double> log_dimensionless_jerk(std::span<const double> speed, Hertz rate) {
  const auto jerk = dimensionless_jerk(speed, rate);
  if (!jerk) return jerk.fault();
  if (!(*jerk < 0))
    return Fault{"log_dimensionless_jerk", "speed", "a straight line", "a movement whose acceleration changes"};
  return -std::log(-*jerk);
}

}  // namespace unguard
