// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms of an autoregressive process of order 2 (Yule and Walker).
#include "unguard/detect/model_noise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "detect/known_process.hpp"

namespace unguard {
namespace {

// n = 400,000 samples a process; bars are 3.5 standard errors by Bartlett's formula: 0.9995 each, 0.995 all 24 were
// they independent, and the seed is fixed.
TEST(ModelNoise, HasTheModelsPowerAndCorrelation) {
  constexpr std::size_t n = 400000, lags = 5;
  for (const known::Process& p : known::processes) {
    ModelNoise noise(known::model(p, 3), 0, 7);
    std::vector<double> x(n);
    for (double& v : x) v = noise.next();
    const auto rho = p.correlation(lags);
    // The error of a mean product is at most that of the mean square.
    const double error = std::sqrt(2 * p.of_squares() / n);
    for (std::size_t lag = 0; lag <= lags; ++lag) {
      double sum = 0;
      for (std::size_t i = lag; i < n; ++i) sum += x[i] * x[i - lag];
      EXPECT_NEAR(sum / (9.0 * n), rho[lag], 3.5 * error) << "lag " << lag << " of " << p.a1 << ", " << p.a2;
    }
  }
}

// n = 2,000 beginnings; SD of their mean square 3.2 %.
TEST(ModelNoise, IsStationaryFromItsFirstSample) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    ModelNoise noise(known::model({-1.96, 0.9702}, 3), 0, seed);  // poles at 0.985: what a high-pass leaves
    const double first = noise.next();
    sum += first * first;
  }
  EXPECT_NEAR(sum / 2000, 9, 3.3 * 0.032 * 9);
}

TEST(ModelNoise, RepeatsByItsSeedAndDiffersByChannel) {
  // Truth: its own repetition.
  NoiseModel two = known::model({-0.5, 0.1}, 2);
  two.coefficients = {-0.5, 0.1, -0.5, 0.1};
  two.level.per_channel.push_back(two.level.per_channel[0]);
  ModelNoise a(two, 0, 5), again(two, 0, 5), other(two, 0, 6), beside(two, 1, 5);
  const double x = a.next();
  EXPECT_EQ(x, again.next());
  EXPECT_NE(x, other.next());
  EXPECT_NE(x, beside.next());
}

}  // namespace
}  // namespace unguard
