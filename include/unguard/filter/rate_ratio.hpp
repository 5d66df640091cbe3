// SPDX-License-Identifier: Apache-2.0
// The ratio of two sampling rates as one of small whole numbers: by continued fractions, Khinchin 1964, Continued
// Fractions, ch. II: whatever lies this close to a ratio of numbers this small has it among its convergents.
// Cost: at set-up only.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>

#include "unguard/core/units.hpp"

namespace unguard {

// `up` frames come out for every `down` that go in; without a common divisor.
struct RateRatio {
  std::int64_t up = 1;
  std::int64_t down = 1;

  friend bool operator==(const RateRatio&, const RateRatio&) = default;
};

inline constexpr int max_rate_factor = 1000;
// Rates come rounded to seven digits (1259.259 Hz), and a quartz keeps its own to 2 parts in 100,000 only.
inline constexpr double rate_ratio_tolerance = 5e-7;

inline RateRatio reduced(std::int64_t up, std::int64_t down) {
  const std::int64_t common = std::gcd(up, down);
  return {up / common, down / common};
}

// Nothing where the rates have no such ratio.
inline std::optional<RateRatio> rate_ratio(Hertz from, Hertz to) {
  const double ratio = to / from;
  double rest = ratio;
  RateRatio before{0, 1}, now{1, 0};  // convergents, as up / down
  for (;;) {
    const double whole = std::floor(rest);
    if (!(whole <= max_rate_factor)) return std::nullopt;
    const auto a = static_cast<std::int64_t>(whole);
    const RateRatio next{a * now.up + before.up, a * now.down + before.down};
    if (next.up > max_rate_factor || next.down > max_rate_factor) return std::nullopt;
    const double found = static_cast<double>(next.up) / static_cast<double>(next.down);
    if (std::fabs(found - ratio) <= rate_ratio_tolerance * ratio) return next;
    before = now;
    now = next;
    rest = 1 / (rest - whole);
  }
}

// The rate at the output: the one asked for where it is met exactly but for rounding.
inline Hertz rate_after(Hertz from, RateRatio ratio, Hertz asked) {
  const Hertz exact = from * static_cast<double>(ratio.up) / static_cast<double>(ratio.down);
  return std::fabs(exact.value - asked.value) <= 1e-15 * asked.value ? asked : exact;
}

}  // namespace unguard
