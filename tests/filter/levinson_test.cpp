// SPDX-License-Identifier: Apache-2.0
// Truth: autoregressive models of order two in closed form, whose correlation is known; Box & Jenkins 1976, ch. 3.
#include "unguard/filter/levinson.hpp"

#include <gtest/gtest.h>

#include <array>

namespace unguard {
namespace {

// x[n] = -a1 x[n - 1] - a2 x[n - 2] + e[n] with e of variance 1.
std::array<double, 5> correlation_of(double a1, double a2) {
  const double power = (1 + a2) / ((1 - a2) * ((1 + a2) * (1 + a2) - a1 * a1));
  std::array<double, 5> r{power, -a1 * power / (1 + a2)};
  for (std::size_t k = 2; k < r.size(); ++k) r[k] = -a1 * r[k - 1] - a2 * r[k - 2];
  return r;
}

TEST(Levinson, FindsTheModelBehindACorrelationAndNothingBeyondIt) {
  const auto r = correlation_of(-1.2, 0.5);
  std::array<double, 4> a{}, before{};
  const auto error = levinson(r, a, before);
  ASSERT_TRUE(error);
  EXPECT_NEAR(*error, 1, 1e-12);
  EXPECT_NEAR(a[0], -1.2, 1e-12);
  EXPECT_NEAR(a[1], 0.5, 1e-12);
  EXPECT_NEAR(a[2], 0, 1e-12);
  EXPECT_NEAR(a[3], 0, 1e-12);
}

TEST(Levinson, OfNoLagsTheErrorIsThePower) {
  const std::array<double, 1> r{3};
  EXPECT_EQ(levinson(r, {}, {}), 3.0);
}

TEST(Levinson, ThereIsNoModelOfNoPowerOfATonesRestOrOfWhatNoProcessHas) {
  std::array<double, 2> a{}, before{};
  EXPECT_FALSE(levinson(std::array<double, 3>{0, 0, 0}, a, before));
  // cos(k pi / 3): known for ever from two samples.
  EXPECT_FALSE(levinson(std::array<double, 3>{1, 0.5, -0.5}, a, before));
  EXPECT_FALSE(levinson(std::array<double, 3>{1, 1.5, 0}, a, before));
}

}  // namespace
}  // namespace unguard
