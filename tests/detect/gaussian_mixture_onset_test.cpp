// SPDX-License-Identifier: Apache-2.0
// Truth: mixtures of known parameters; the closed form of their odds; a level of rest that is known to drift.
#include "unguard/detect/gaussian_mixture_onset.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(GaussianMixtureOnset, FindsTheParametersOfAMixture) {
  // Drawn from 0.3 N(3, 0.5^2) + 0.7 N(0, 0.3^2). It looks back over some 5000 values: the standard errors are 0.006
  // (weight), 0.004, 0.012 (means), 0.0018 and 0.009 (variances); 5 of them.
  SequentialMixture mixture(2e-4, 1, 1e-3);
  mixture.begin(0.2, 0.2);
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 100000; ++i) {
    const bool burst = generator() % 10 < 3;
    mixture.follow(burst ? 3 + 0.5 * normal(generator) : 0.3 * normal(generator));
  }
  EXPECT_NEAR(mixture.weight(), 0.3, 0.03);
  EXPECT_NEAR(mixture.mean(0), 0, 0.02);
  EXPECT_NEAR(mixture.mean(1), 3, 0.06);
  EXPECT_NEAR(mixture.variance(0), 0.09, 0.009);
  EXPECT_NEAR(mixture.variance(1), 0.25, 0.045);
}

TEST(GaussianMixtureOnset, ItsOddsAreTheDensitiesRatio) {
  // Closed form: as begun, rest is N(1, 0.04), the burst N(3, 1), both as likely.
  SequentialMixture mixture(0.1, 1, 1e-3);
  mixture.begin(1, 0.04);
  const auto density = [](double x, double m, double v) {
    return std::exp(-0.5 * (x - m) * (x - m) / v) / std::sqrt(v);
  };
  for (const double x : {1.0, 1.3, 2.0, 4.0})
    EXPECT_NEAR(mixture.log_odds(x), std::log(density(x, 3, 1) / density(x, 1, 0.04)), 1e-12);
  EXPECT_EQ(mixture.log_odds(-5), mixture.log_odds(1)) << "what is below rest is rest";
}

TEST(GaussianMixtureOnset, StaysAboveRestByTheLeastRise) {
  // Rest alone, n = 20,000: nothing belongs to the burst, which must not become rest.
  SequentialMixture mixture(0.0025, 1.15, 0.04);
  mixture.begin(0, 0.04);
  std::mt19937_64 generator(2);
  std::normal_distribution<double> normal(0, 0.2);
  for (int i = 0; i < 20000; ++i) mixture.follow(normal(generator));
  EXPECT_GE(mixture.mean(1) - mixture.mean(0), 1.15);
  EXPECT_NEAR(mixture.mean(0), 0, 0.05);
  EXPECT_NEAR(mixture.weight(), 0.05, 1e-3);
}

TEST(GaussianMixtureOnset, FollowsRestThatDrifts) {
  // Rest rises from 2 to 8 uV within two minutes; a burst of 10 dB over it every five seconds. A threshold on the first
  // rest would call all of the second half active.
  auto x = onsets::white(240000, 2, 3);
  std::vector<std::int64_t> bursts;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] *= 1 + 3 * static_cast<double>(i) / 240000;
    const std::size_t phase = i % 10000;
    if (phase >= 8000 && phase < 9000) x[i] *= std::sqrt(11.0);
    if (phase == 8000) bursts.push_back(static_cast<std::int64_t>(i));
  }
  const auto found = onsets::events(GaussianMixtureOnset{.log_odds = 15}, x);
  ASSERT_EQ(found.size(), bursts.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found[i].onset.value - bursts[i]), 0, 40);
    EXPECT_NEAR(static_cast<double>(found[i].offset.value - bursts[i]), 1000, 40);
  }
}

}  // namespace
}  // namespace unguard
