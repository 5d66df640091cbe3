// SPDX-License-Identifier: Apache-2.0
// Truth: worked by hand in fractions; the Yule-Walker equations solved by Eigen; closed forms of autoregressive
// processes.
#include "unguard/filter/levinson_learner.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>
#include <vector>

#include "unguard/filter/whitening.hpp"

namespace unguard {
namespace {

TEST(LevinsonLearner, IsWhatComesOutByHand) {
  // 1, 2, 3 between zeros: sums of products 14, 8, 3; k1 = -4/7, k2 = 1/6.
  LevinsonLearner learner(2);
  for (const double x : {1.0, 2.0, 3.0}) learner.add(x);
  ASSERT_TRUE(learner.solve());
  EXPECT_NEAR(learner.coefficients()[0], -2.0 / 3, 1e-15);
  EXPECT_NEAR(learner.coefficients()[1], 1.0 / 6, 1e-15);
  EXPECT_NEAR(learner.error_power(), 55.0 / 18, 1e-14);
}

TEST(LevinsonLearner, SolvesTheEquationsOfStretchesBetweenZeros) {
  // Eigen's solution of the normal equations of sums made from padded stretches. n = 5 orders.
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  for (const int order : {1, 2, 6, 10, 32}) {
    LevinsonLearner learner(order);
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(order + 1);
    for (int stretch = 0; stretch < 5; ++stretch) {
      std::vector<double> x(static_cast<std::size_t>(3 + 40 * stretch));
      double last = 0;
      for (double& v : x) {
        v = last = 0.9 * last + normal(generator);
        learner.add(v);
      }
      learner.interrupt();
      for (int k = 0; k <= order; ++k)
        for (std::size_t i = static_cast<std::size_t>(k); i < x.size(); ++i)
          sums[k] += x[i] * x[i - static_cast<std::size_t>(k)];
    }
    Eigen::MatrixXd toeplitz(order, order);
    for (int i = 0; i < order; ++i)
      for (int j = 0; j < order; ++j) toeplitz(i, j) = sums[std::abs(i - j)];
    const Eigen::VectorXd expected = toeplitz.ldlt().solve(-sums.tail(order));
    ASSERT_TRUE(learner.solve());
    for (int i = 0; i < order; ++i)
      EXPECT_NEAR(learner.coefficients()[static_cast<std::size_t>(i)], expected[i], 1e-12);
    EXPECT_NEAR(learner.error_power() * static_cast<double>(learner.count()), sums[0] + sums.tail(order).dot(expected),
                1e-9 * sums[0]);
    const auto a = learner.coefficients();
    EXPECT_GT(whitening_detail::power_ratio({a.begin(), a.end()}), 0) << "not stable";
  }
}

TEST(LevinsonLearner, FindsTheModelOfAProcess) {
  // n = 400,000: a coefficient's standard error is below 0.0016; 6 of them are 0.01.
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal(0, 3);
  LevinsonLearner learner(4);
  double last = 0, before = 0;
  for (int n = 0; n < 400000; ++n) {
    const double x = 1.2 * last - 0.6 * before + normal(generator);
    learner.add(x);
    before = last;
    last = x;
  }
  ASSERT_TRUE(learner.solve());
  const double truth[] = {-1.2, 0.6, 0, 0};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(learner.coefficients()[i], truth[i], 0.01);
  EXPECT_NEAR(learner.error_power() / 9, 1, 0.02);
}

TEST(LevinsonLearner, LearnsNothingOfSilence) {
  // Closed form: no power, no model.
  LevinsonLearner learner(3);
  for (int n = 0; n < 100; ++n) learner.add(0);
  EXPECT_FALSE(learner.solve());
  EXPECT_EQ(learner.error_power(), 0);
}

}  // namespace
}  // namespace unguard
