// SPDX-License-Identifier: Apache-2.0
// What a treatment of the heart leaves of the EMG: the error of 250 ms RMS readings, and the power that is lost.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard::hearts {

struct Quality {
  double error = 0;  // of 250 ms RMS, percent, from 30 s on
  double lost = 0;   // power of the EMG that is not in the output, percent
};
// One channel each.
inline Quality quality(const std::vector<double>& y, const std::vector<double>& emg, Hertz rate) {
  const auto begin = static_cast<std::size_t>(30 * rate.value), window = static_cast<std::size_t>(0.25 * rate.value);
  double sy = 0, se = 0, errors = 0, product = 0, power = 0;
  long n = 0;
  for (std::size_t i = begin; i < y.size(); ++i) {
    sy += y[i] * y[i];
    se += emg[i] * emg[i];
    product += y[i] * emg[i];
    power += emg[i] * emg[i];
    if (i < begin + window) continue;
    sy -= y[i - window] * y[i - window];
    se -= emg[i - window] * emg[i - window];
    const double off = std::sqrt(std::max(sy, 0.0) / se) - 1;
    errors += off * off;
    ++n;
  }
  const double kept = product / power;
  return {100 * std::sqrt(errors / static_cast<double>(n)), 100 * (1 - kept * kept)};
}

}  // namespace unguard::hearts
