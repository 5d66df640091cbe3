// SPDX-License-Identifier: Apache-2.0
// Truth: the formula by hand; its interval against drawn levels.
#include "unguard/clinical/asymmetry.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

PhaseLevel level(double uV, double spread = 0, bool at_floor = false) { return {{uV}, spread, 1, at_floor}; }

TEST(Asymmetry, IsTheDifferenceOverTheSum) {
  EXPECT_NEAR(asymmetry(level(30), level(20))->value, 20, 1e-12);
  EXPECT_NEAR(asymmetry(level(20), level(30))->value, -20, 1e-12);
  EXPECT_EQ(asymmetry(level(7), level(7))->value, 0);
  EXPECT_NEAR(asymmetry(level(1e6), level(1e-6))->value, 100, 1e-6);
}
TEST(Asymmetry, IsNothingWhereASideIsNot) {
  EXPECT_FALSE(asymmetry({}, level(3)));
  EXPECT_FALSE(asymmetry(level(3), {}));
  EXPECT_FALSE(asymmetry(level(0.5, 0, true), level(0.5, 0, true)));
  EXPECT_TRUE(asymmetry(level(3), level(0.5, 0, true))->at_floor);
}
// Levels whose logarithms scatter as they say: 19 of 20 intervals hold the truth.
TEST(Asymmetry, IntervalsHold) {
  RandomStream random(1, "asymmetry");
  int held = 0;
  constexpr int drawn = 4000;
  for (int i = 0; i < drawn; ++i) {
    const double left = 30 * std::exp(0.1 * random.normal()), right = 20 * std::exp(0.05 * random.normal());
    const auto found = asymmetry(level(left, 0.1), level(right, 0.05));
    held += found->low <= 20 && 20 <= found->high;
  }
  EXPECT_NEAR(held, 0.95 * drawn, 60) << "4 standard deviations";
}

}  // namespace
}  // namespace unguard
