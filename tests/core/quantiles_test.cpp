// SPDX-License-Identifier: Apache-2.0
// Truth: published tables of Student's t and of chi-square.
#include "unguard/core/quantiles.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace unguard {
namespace {

TEST(Quantiles, AreStudentsOfTheTables) {
  const std::pair<int, double> table[] = {{1, 12.7062}, {2, 4.3027},  {3, 3.1824},  {4, 2.7764},
                                          {9, 2.2622},  {10, 2.2281}, {30, 2.0423}, {120, 1.9799}};
  for (const auto& [degrees, t] : table) EXPECT_NEAR(student_95(degrees), t, 6e-5) << degrees;
  EXPECT_NEAR(student_95(100000), normal_95, 1e-4);
}

// One-sided 0.1 and 0.05 % of the tables, and the closed form of one degree, a Cauchy distribution.
TEST(Quantiles, ReachIntoTheTailOfStudentsT) {
  EXPECT_NEAR(student_quantile(0.998, 6), 5.2076, 6e-5);
  EXPECT_NEAR(student_quantile(0.998, 9), 4.2968, 6e-5);
  EXPECT_NEAR(student_quantile(0.999, 6), 5.9588, 6e-5);
  EXPECT_NEAR(student_quantile(0.999, 19), 3.8834, 6e-5);
  EXPECT_NEAR(student_quantile(0.9999, 1), std::tan(0.9999 * std::numbers::pi / 2), 1e-5);
  EXPECT_NEAR(student_quantile(0, 3), 0, 1e-15);
}

TEST(Quantiles, AreTheChiSquaresOfTheTables) {
  // 2.5 and 97.5 %.
  EXPECT_NEAR(20 * chi_square_share(-normal_95, 20), 9.591, 0.02);
  EXPECT_NEAR(20 * chi_square_share(normal_95, 20), 34.170, 0.02);
  EXPECT_NEAR(100 * chi_square_share(-normal_95, 100), 74.222, 0.01);
  EXPECT_NEAR(100 * chi_square_share(normal_95, 100), 129.561, 0.02);
  EXPECT_EQ(chi_square_share(-50, 2), 0);
}

}  // namespace
}  // namespace unguard
