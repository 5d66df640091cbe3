// SPDX-License-Identifier: Apache-2.0
// What a stretch is multiplied with before its transform: periodic windows (one period of what would go on, as
// scipy.signal.get_window has them by default) and the sine tapers, each orthogonal to the others and of energy 1.
// Harris 1978, doi:10.1109/PROC.1978.10837; Riedel & Sidorenko 1995, doi:10.1109/78.365298. Cost: at set-up only.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "unguard/filter/window.hpp"

namespace unguard {

using Taper = std::vector<double>;

// length >= 1; `beta` is for the Kaiser window.
inline Taper periodic_window(Window window, int length, double beta = 0) {
  const auto symmetric = window_detail::values(window, length == 1 ? 1 : length + 1, beta);
  return {symmetric.begin(), symmetric.begin() + length};
}

// The first `count` of length >= 1: half a period of a sine, a whole one, ...
inline std::vector<Taper> sine_tapers(int length, int count) {
  using window_detail::Real;
  std::vector<Taper> all;
  for (int k = 1; k <= count; ++k) {
    Taper& taper = all.emplace_back();
    for (int n = 1; n <= length; ++n) {
      const Real turn = static_cast<Real>(k) * static_cast<Real>(n) / static_cast<Real>(length + 1);
      taper.push_back(static_cast<double>(std::sqrt(2 / static_cast<Real>(length + 1)) *
                                          std::sin(std::numbers::pi_v<Real> * turn)));
    }
  }
  return all;
}

}  // namespace unguard
