// SPDX-License-Identifier: Apache-2.0
// Truth: every partition of a short record, one by one; bursts whose samples are known.
#include "unguard/detect/bayesian_change_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(BayesianChangePoint, ItsPosteriorIsThatOfAllPartitions) {
  // All 2^9 partitions of 10 bins of 4 samples: prior times the integral over each variance, which for Gaussian samples
  // and an inverse gamma prior of shape 1 and scale b is b Gamma(1 + n / 2) / (b + S / 2)^(1 + n / 2), up to what all
  // share.
  const std::vector<double> squares{3, 5, 4, 60, 40, 55, 2, 6, 3, 4};
  const double prior = 0.03, scale = 2.5, samples = 4;
  std::vector<double> expected(10);
  double all = 0;
  for (int partition = 0; partition < 512; ++partition) {
    double weight = 1;
    std::size_t begin = 0;
    for (std::size_t k = 1; k <= 10; ++k) {
      const bool change = k == 10 || (partition >> (k - 1) & 1);
      if (k < 10) weight *= change ? prior : 1 - prior;
      if (!change) continue;
      double sum = 0;
      for (std::size_t i = begin; i < k; ++i) sum += squares[i];
      const double shape = 1 + 0.5 * samples * static_cast<double>(k - begin);
      weight *= scale * std::tgamma(shape) / std::pow(scale + 0.5 * sum, shape);
      begin = k;
    }
    all += weight;
    for (std::size_t k = 1; k < 10; ++k)
      if (partition >> (k - 1) & 1) expected[k] += weight;
  }
  const auto p = change_probabilities(squares, samples, prior, scale);
  for (std::size_t k = 1; k < 10; ++k) EXPECT_NEAR(p[k], expected[k] / all, 1e-12) << k;
}

TEST(BayesianChangePoint, FindsBurstsToTheBin) {
  // The bursts' own samples, at 20 and 10 dB: within a bin of 10 samples, and two.
  auto x = onsets::burst(8000, 2000, 3000, 10, 1);
  for (std::size_t i = 5000; i < 5600; ++i) x[i] *= std::sqrt(11.0);
  const auto found = bayesian_change_points(BayesianChangePoint{}, x, {2000}).take();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(static_cast<double>(found[0].onset.value), 2000, 10);
  EXPECT_NEAR(static_cast<double>(found[0].offset.value), 3000, 10);
  EXPECT_NEAR(static_cast<double>(found[1].onset.value), 5000, 20);
  EXPECT_NEAR(static_cast<double>(found[1].offset.value), 5600, 20);
}

TEST(BayesianChangePoint, FindsNothingInWhiteNoise) {
  // n = 30 records of 2 s: a prior of 1e-4 for each of 400 bins leaves changes of noise improbable.
  for (std::uint64_t seed = 0; seed < 30; ++seed)
    EXPECT_TRUE(bayesian_change_points(BayesianChangePoint{}, onsets::white(4000, 2, seed), {2000}).take().empty());
}

}  // namespace
}  // namespace unguard
