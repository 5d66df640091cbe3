// SPDX-License-Identifier: Apache-2.0
// What faults are put into: a minute at a time, by a converter whose rails are known. How many minutes are tried:
// UNGUARD_SCHEDULES, 10,000 in the slow tier.
#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "unguard/core/format.hpp"
#include "unguard/simulate/digitiser.hpp"

namespace unguard::faults {

inline constexpr Hertz rate{2000};
inline constexpr std::size_t frames = 60 * 2000;
inline constexpr Digitiser converter{{0.2}, {-400000}, {400000}};

inline StreamFormat format(int channels = 1) {
  return {.rate = rate,
          .channels = Channels::unnamed(channels),
          .converter = {
              .step = converter.step, .low_rail = converter.low_rail, .high_rail = converter.high_rail, .noise = {}}};
}

inline int schedules() {
  const char* text = std::getenv("UNGUARD_SCHEDULES");
  int count = 300;
  if (text && std::from_chars(text, text + std::strlen(text), count).ec != std::errc()) ADD_FAILURE() << text;
  return count;
}

}  // namespace unguard::faults
