// SPDX-License-Identifier: Apache-2.0
// How many minutes of random faults are tried: UNGUARD_SCHEDULES, 10,000 in the slow tier.
#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace unguard {

inline int schedules() {
  const char* text = std::getenv("UNGUARD_SCHEDULES");
  int count = 300;
  if (text && std::from_chars(text, text + std::strlen(text), count).ec != std::errc()) ADD_FAILURE() << text;
  return count;
}

}  // namespace unguard
