// SPDX-License-Identifier: Apache-2.0
// Truth: published tables of Student's t and of chi-square.
#include "unguard/core/quantiles.hpp"

#include <gtest/gtest.h>

namespace unguard {
namespace {

TEST(Quantiles, AreStudentsOfTheTables) {
  const std::pair<int, double> table[] = {{1, 12.7062}, {2, 4.3027},  {3, 3.1824},  {4, 2.7764},
                                          {9, 2.2622},  {10, 2.2281}, {30, 2.0423}, {120, 1.9799}};
  for (const auto& [degrees, t] : table) EXPECT_NEAR(student_95(degrees), t, 6e-5) << degrees;
  EXPECT_NEAR(student_95(100000), normal_95, 1e-4);
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
