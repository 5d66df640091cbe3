// SPDX-License-Identifier: Apache-2.0
// Truth: worked by hand in fractions; closed forms of autoregressive processes. (Against statsmodels: the Python
// tests.)
#include "unguard/filter/burg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/filter/whitening.hpp"

namespace unguard {
namespace {

TEST(Burg, IsWhatComesOutByHand) {
  // 1, 2, 3: k1 = -8/9 leaves the errors 10/9, 11/9 and -7/9, -6/9; k2 = 77/85; a1 = k1 (1 + k2).
  const std::vector<double> x{1, 2, 3};
  const ArModel model = burg(x, 2);
  EXPECT_NEAR(model.coefficients[0], -144.0 / 85, 1e-15);
  EXPECT_NEAR(model.coefficients[1], 77.0 / 85, 1e-15);
  EXPECT_DOUBLE_EQ(model.power, 14.0 / 3);
  EXPECT_NEAR(model.error_power, 14.0 / 3 * (17.0 / 81) * (1 - 77.0 * 77 / 85 / 85), 1e-15);
  EXPECT_EQ(model.samples, 3);
}

TEST(Burg, FindsTheModelOfAProcess) {
  // n = 400,000: a coefficient's standard error is below 0.0016; 6 of them are 0.01.
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal(0, 3);
  std::vector<double> x(400000);
  for (std::size_t n = 2; n < x.size(); ++n) x[n] = 1.2 * x[n - 1] - 0.6 * x[n - 2] + normal(generator);
  const ArModel model = burg(x, 4);
  const double truth[] = {-1.2, 0.6, 0, 0};
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(model.coefficients[static_cast<std::size_t>(i)], truth[i], 0.01);
  EXPECT_NEAR(model.error_power / 9, 1, 0.02);
}

TEST(Burg, TakesStretchesAsOneSignalWithoutTheJoints) {
  // The same process in pieces of 50 with jumps between: joined up it would be another model.
  std::mt19937_64 generator(6);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> pieces;
  for (int i = 0; i < 4000; ++i) {
    double x = 0;
    for (int n = 0; n < 50; ++n) x = 0.9 * x + normal(generator);
    std::vector<double> piece(50);
    for (double& v : piece) v = x = 0.9 * x + normal(generator);
    pieces.push_back(std::move(piece));
  }
  const std::vector<std::span<const double>> stretches(pieces.begin(), pieces.end());
  EXPECT_NEAR(burg(stretches, 1).coefficients[0], -0.9, 0.01);
  std::vector<double> joined;
  for (const auto& piece : pieces) joined.insert(joined.end(), piece.begin(), piece.end());
  EXPECT_GT(burg(joined, 1).coefficients[0], -0.89);
}

TEST(Burg, IsStableForAnyInput) {
  // A sine is predicted without error by 2 coefficients, a constant by one: at the edge, never beyond.
  std::vector<double> sine(500), constant(500, 7.0), silence(500);
  for (std::size_t n = 0; n < sine.size(); ++n) sine[n] = std::sin(0.3 * static_cast<double>(n) + 1);
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  EXPECT_NEAR(burg(sine, 2).coefficients[0], -2 * std::cos(0.3), 1e-3);
  for (const auto& x : {sine, constant, silence})
    for (const int order : {1, 2, 6, 20}) {
      const ArModel model = burg(x, order);
      ASSERT_EQ(model.coefficients.size(), static_cast<std::size_t>(order));
      for (const double a : model.coefficients) EXPECT_TRUE(std::isfinite(a));
      EXPECT_GE(model.error_power, 0);
      EXPECT_LE(model.error_power, model.power);
    }
  EXPECT_EQ(burg(silence, 3).error_power, 0);
  EXPECT_EQ(burg(std::vector<double>{4}, 3).coefficients, std::vector<double>(3));
  // Random signals of few samples and high order.
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> x(30);
    for (double& v : x) v = normal(generator);
    EXPECT_TRUE(try_start(Whitening{burg(x, 12).coefficients}, format)) << trial;
  }
}

}  // namespace
}  // namespace unguard
