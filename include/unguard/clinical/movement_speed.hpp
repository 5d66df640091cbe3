// SPDX-License-Identifier: Apache-2.0
// What measures of a movement's smoothness ask of its speed: enough samples, finite, and not all 0. Cost: one pass.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "unguard/clinical/sampling_rate.hpp"

namespace unguard {

namespace movement_detail {

// Samples in a row that a measure of a movement needs.
inline constexpr std::int64_t least_samples = 4, most_samples = std::int64_t{1} << 20;

inline std::optional<Fault> refuse_speed(std::string_view owner, std::span<const double> speed, Hertz rate) {
  if (auto fault = refuse_rate(owner, rate)) return fault;
  if (std::ssize(speed) < least_samples || std::ssize(speed) > most_samples)
    return Fault{std::string(owner), "speed", std::to_string(speed.size()) + " samples",
                 std::to_string(least_samples) + " to " + std::to_string(most_samples) + " of one movement"};
  double most = 0;
  for (std::size_t i = 0; i < speed.size(); ++i) {
    if (!std::isfinite(speed[i]))
      return Fault{std::string(owner), "speed", to_text(speed[i]) + " at sample " + std::to_string(i),
                   "finite numbers"};
    most = std::max(most, std::fabs(speed[i]));
  }
  if (!(most > 0)) return Fault{std::string(owner), "speed", "0 throughout", "a movement"};
  return std::nullopt;
}

}  // namespace movement_detail

}  // namespace unguard
