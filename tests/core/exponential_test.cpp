// SPDX-License-Identifier: Apache-2.0
// Truth: the C library's exponential in long double.
#include "unguard/core/exponential.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace unguard {
namespace {

TEST(Exponential, IsThatOfTheLibrary) {
  long double worst = 0, worst_of_small = 0;
  for (double x = -700; x < 700; x += 0.0137) {
    const long double off =
        std::fabs(static_cast<long double>(exponential(x)) / std::exp(static_cast<long double>(x)) - 1);
    worst = std::max(worst, off);
    if (std::fabs(x) < 1) worst_of_small = std::max(worst_of_small, off);
  }
  EXPECT_LE(worst, 3e-13L);
  EXPECT_LE(worst_of_small, 1e-15L);
}

TEST(Exponential, EndsWhereDoublesDo) {
  EXPECT_EQ(exponential(0), 1);
  EXPECT_EQ(exponential(800), std::numeric_limits<double>::infinity());
  EXPECT_EQ(exponential(-800), 0);
  static_assert(exponential(1) > 2.718281828459 && exponential(1) < 2.718281828460);
}

}  // namespace
}  // namespace unguard
