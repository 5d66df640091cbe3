// SPDX-License-Identifier: Apache-2.0
// A point in time between the samples of a stream: a whole sample and a fraction, so that it is as exact beyond sample
// 2^53 as at the start. Cost: none.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>

#include "unguard/core/units.hpp"

namespace unguard {

struct SampleTime {
  SampleIndex at{};
  double fraction = 0;  // of a sample behind `at`, from 0 to below 1

  friend constexpr bool operator==(const SampleTime&, const SampleTime&) = default;
  friend constexpr auto operator<=>(const SampleTime&, const SampleTime&) = default;
};

// No time lies further from sample 0: of any two the distance can be counted.
inline constexpr std::int64_t furthest_sample = std::int64_t{1} << 61;
constexpr bool can_be_counted(SampleIndex at) noexcept {
  return at.value <= furthest_sample && at.value >= -furthest_sample;
}
// Earlier than any that can be counted.
inline constexpr SampleTime before_all_time{{-furthest_sample - 1}, 0};

// How many samples `to` is behind `from`.
constexpr double samples_between(const SampleTime& from, const SampleTime& to) noexcept {
  return static_cast<double>(to.at - from.at) + (to.fraction - from.fraction);
}

// So many samples later, or earlier where negative; nothing where that is no number or too far to be counted.
inline std::optional<SampleTime> later(const SampleTime& from, double samples) noexcept {
  const double all = from.fraction + samples, whole = std::floor(all);
  if (!can_be_counted(from.at) || !(std::fabs(whole) < 0x1p61)) return std::nullopt;
  SampleTime time{from.at + static_cast<std::int64_t>(whole), all - whole};
  // Just below a whole number the difference rounds to it.
  if (time.fraction >= 1) time = {time.at + 1, 0};
  return can_be_counted(time.at) ? std::optional(time) : std::nullopt;
}

}  // namespace unguard
