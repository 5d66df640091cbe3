// SPDX-License-Identifier: Apache-2.0
// Truth: of all numbers that leave the same remainder, tried one by one.
#include "unguard/stream/sequence.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace unguard {
namespace {

TEST(Sequence, IsTheNearestOfAllThatAreMeant) {
  constexpr int bits = 5, turn = 32;
  for (std::int64_t expected = -100; expected <= 100; ++expected)
    for (std::uint64_t counted = 0; counted < 100; ++counted) {
      std::int64_t nearest = INT64_MAX;
      for (std::int64_t n = -200; n <= 200; ++n)
        if (((n - static_cast<std::int64_t>(counted)) % turn) == 0 &&
            (nearest == INT64_MAX || std::abs(n - expected) < std::abs(nearest - expected)))
          nearest = n;
      // Half a turn off either way, the earlier one.
      EXPECT_EQ(sequence::nearest(expected, counted, bits), nearest) << expected << " " << counted;
    }
}

TEST(Sequence, HoldsForTheWidestCounters) {
  for (const int bits : {8, 16, 24, 32, 48, 63}) {
    const std::int64_t at = (std::int64_t{1} << 62) + 12345;
    for (const std::int64_t off : {-100, -1, 0, 1, 100}) {
      const auto counted = static_cast<std::uint64_t>(at + off) & ((std::uint64_t{1} << bits) - 1);
      EXPECT_EQ(sequence::nearest(at, counted, bits), at + off);
    }
  }
}

}  // namespace
}  // namespace unguard
