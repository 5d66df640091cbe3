// SPDX-License-Identifier: Apache-2.0
// Truth: by hand; a tone crosses twice a period; Gaussian noise arccos(r1) / pi a sample (the arcsine law).
#include "unguard/spectrum/zero_crossings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace unguard {
namespace {

using std::numbers::pi;

std::int64_t count(const std::vector<double>& x, double threshold = 0) {
  return zero_crossings({x.data(), static_cast<std::int64_t>(x.size()), 1}, 0, {threshold});
}

TEST(ZeroCrossings, AreCountedByHand) {
  EXPECT_EQ(count({1, -1, 2, 3, -4}), 3);
  EXPECT_EQ(count({1, 0, -1}), 1) << "through 0";
  EXPECT_EQ(count({1, 0, 1}), 0) << "touched, not crossed";
  EXPECT_EQ(count({0, 0, -1}), 0);
  EXPECT_EQ(count({1, -1, 5, -5}, 3), 2) << "1 to -1 is less than the threshold";
  EXPECT_EQ(count({1, -1}, 2), 1) << "as large as the threshold";
  EXPECT_EQ(count({}), 0);
}

TEST(ZeroCrossings, OfATone) {
  std::vector<double> x;
  for (int n = 0; n < 2001; ++n) x.push_back(std::cos(2 * pi * 50.25 * n / 2000 + 0.1));
  EXPECT_NEAR(zero_crossing_rate({x.data(), 2001, 1}, 0, {2000}), 100.5, 1);
}

TEST(ZeroCrossings, OfNoiseFollowTheArcsineLaw) {
  // AR(1) with r1 = 0.6, n = 400,000: a count's standard error is below 0.3 % of it.
  std::mt19937_64 generator(2);
  std::normal_distribution<double> normal;
  std::vector<double> x(400000);
  for (std::size_t n = 1; n < x.size(); ++n) x[n] = 0.6 * x[n - 1] + normal(generator);
  const double truth = 2000 * std::acos(0.6) / pi;
  EXPECT_NEAR(zero_crossing_rate({x.data(), 400000, 1}, 0, {2000}), truth, 0.01 * truth);
}

}  // namespace
}  // namespace unguard
