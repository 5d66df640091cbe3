// SPDX-License-Identifier: Apache-2.0
// How often a signal changes its sign: a measure of frequency without a transform. Hudgins, Parker & Scott 1993,
// doi:10.1109/10.204774: a crossing counts where the two samples also differ by the threshold or more, so that noise
// around 0 does not. Samples of exactly 0 go with the sign before them. Cost: one comparison a sample.
#pragma once

#include <cmath>
#include <cstdint>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Crossings of one channel of a record; threshold of 0 uV or more. The one definition: features count by it, too.
inline std::int64_t zero_crossings(ConstBlock record, int channel, Microvolts threshold = {0}) noexcept {
  std::int64_t count = 0;
  double sign = 0;
  for (std::int64_t n = 0; n < record.frames; ++n) {
    const double x = record(n, channel);
    if (x == 0) continue;
    if (sign * x < 0) count += std::fabs(x - record(n - 1, channel)) >= threshold.value;
    sign = x < 0 ? -1 : 1;
  }
  return count;
}

// A second; none of a record of less than two samples.
inline double zero_crossing_rate(ConstBlock record, int channel, Hertz rate, Microvolts threshold = {0}) noexcept {
  if (record.frames < 2) return 0;
  return static_cast<double>(zero_crossings(record, channel, threshold)) * rate.value /
         static_cast<double>(record.frames - 1);
}

}  // namespace unguard
