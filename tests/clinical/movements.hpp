// SPDX-License-Identifier: Apache-2.0
// Speeds of movements that measures of smoothness are tested on.
#pragma once

#include <cmath>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard::movements {

inline constexpr Hertz rate{100};
// exp(-5 t^2) from -1 to 1 s.
inline std::vector<double> authors_movement() {
  std::vector<double> x;
  for (int i = 0; i < 200; ++i) {
    const double t = -1 + i * 0.01;
    x.push_back(std::exp(-5 * t * t));
  }
  return x;
}
// So many equal bumps of speed, one after the other.
inline std::vector<double> bumps(int count) {
  std::vector<double> x;
  for (int b = 0; b < count; ++b)
    for (int i = 0; i < 100; ++i) {
      const double u = i / 100.0;
      x.push_back(30 * u * u * (1 - u) * (1 - u));
    }
  return x;
}

}  // namespace unguard::movements
