// SPDX-License-Identifier: Apache-2.0
// Truth: stretches written by hand, counted by hand; the messages.
#include "unguard/clinical/muscle_rest.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>
#include <utility>
#include <vector>

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> telegraph(std::initializer_list<std::pair<double, int>> stretches) {
  std::vector<double> x;
  for (const auto& [level, samples] : stretches) x.insert(x.end(), static_cast<std::size_t>(samples), level);
  return x;
}
RestTime rest_of(const std::vector<double>& levels, const MuscleRest& spec = {}) {
  auto counter = try_start(spec, {10}).take();
  for (const double level : levels) counter.add(level);
  return counter.so_far();
}
// At 10 Hz a gap is 2 samples.
TEST(MuscleRest, CountsATelegraphExactly) {
  const auto found = rest_of(
      telegraph({{5, 10}, {0.1, 5}, {5, 20}, {0.1, 1}, {5, 4}, {0.1, 2}, {0.4, 10}, {nan, 3}, {0, 2}, {5, 30}}));
  EXPECT_DOUBLE_EQ(found.observed.value, 8.4);
  EXPECT_DOUBLE_EQ(found.resting.value, 2.0) << "0.1, 0.4 and 0 are below 0.5";
  EXPECT_EQ(found.gaps, 3) << "one sample is none";
  EXPECT_DOUBLE_EQ(found.in_gaps.value, 0.9);
  EXPECT_DOUBLE_EQ(found.longest_without.value, 3.0);
  EXPECT_DOUBLE_EQ(found.rest_share(), 2.0 / 8.4);
  EXPECT_DOUBLE_EQ(found.gaps_a_minute(), 3 * 60 / 8.4);
}
TEST(MuscleRest, DoesNotCountTheBeginningOfAGapAsActivity) {
  EXPECT_DOUBLE_EQ(rest_of(telegraph({{5, 10}, {0, 50}})).longest_without.value, 1.0);
  EXPECT_DOUBLE_EQ(rest_of(telegraph({{0, 50}, {5, 10}})).longest_without.value, 1.0);
  EXPECT_DOUBLE_EQ(rest_of(telegraph({{5, 10}, {0, 1}, {5, 3}, {0, 2}})).longest_without.value, 1.4);
}
TEST(MuscleRest, RefusesByName) {
  EXPECT_EQ(message(try_start(MuscleRest{.gap_level = -1}, {10}).fault()),
            "gap_level is -1: expected a finite number above 0 (MuscleRest.gap_level)");
  EXPECT_EQ(message(try_start(MuscleRest{}, {0}).fault()),
            "fs is 0 Hz: expected a finite number above 0 Hz (MuscleRest.fs)");
}

}  // namespace
}  // namespace unguard
