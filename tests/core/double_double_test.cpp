// SPDX-License-Identifier: Apache-2.0
// Truth: whole numbers, which are exact, and identities to 2^-100. Seed 9.
#include "unguard/core/double_double.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace unguard {
namespace {

TEST(DoubleDouble, HoldsAHundredBits) {
  const DoubleDouble large = 0x1p99, one = 1;
  EXPECT_EQ(static_cast<double>((large + one) - large), 1);
  const DoubleDouble product = DoubleDouble(9007199254740881.0) * 9007199254740847.0;  // of 53 bits each
  EXPECT_EQ(static_cast<double>(product - 9007199254740881.0 * 9007199254740847.0),
            std::fma(9007199254740881.0, 9007199254740847.0, -(9007199254740881.0 * 9007199254740847.0)));
}

TEST(DoubleDouble, DividesAndTakesRootsToItsLastDigits) {
  std::mt19937_64 generator(9);
  std::uniform_real_distribution<double> any(0.1, 10);
  double worst = 0;
  for (int i = 0; i < 10000; ++i) {
    const DoubleDouble a = DoubleDouble(any(generator)) / any(generator), b = DoubleDouble(any(generator)) / 7;
    const auto off = [&](const DoubleDouble& found, const DoubleDouble& expected) {
      worst = std::max(worst, std::fabs(static_cast<double>((found - expected) / expected)));
    };
    off(a / b * b, a);
    off(sqrt(a) * sqrt(a), a);
    off((a + b) - b, a);
    off(-(a * b), b * -a);
  }
  EXPECT_LT(worst, 0x1p-95);
  EXPECT_TRUE(DoubleDouble(1) + 0x1p-80 > DoubleDouble(1));
  EXPECT_FALSE(DoubleDouble(1) > DoubleDouble(1) + 0x1p-80);
  EXPECT_EQ(static_cast<double>(sqrt(DoubleDouble(0))), 0);
}

}  // namespace
}  // namespace unguard
