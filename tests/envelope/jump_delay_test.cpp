// SPDX-License-Identifier: Apache-2.0
// Truth: jumps of independent samples, on seeds fixed beforehand.
#include "unguard/envelope/jump_delay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

namespace unguard {
namespace {

// Frames until the level said is beyond the geometric mean of both, the median of 60 jumps.
double measured(const BayesianEnvelope& spec, double ratio, double rate) {
  std::mt19937_64 random(41);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> magnitude;
  const auto sample = [&](double level) {
    return spec.likelihood == Likelihood::gaussian ? level * normal(random) : level * magnitude(random);
  };
  std::vector<double> frames;
  for (int trial = 0; trial < 60; ++trial) {
    auto kernel = *make_kernel(spec, {.rate = {rate}, .channels = Channels::unnamed(1)});
    const double before = 40 / std::sqrt(ratio), after = before * ratio;
    double y = 0;
    for (int n = 0; n < rate; ++n) {
      const double x = sample(before);
      kernel.run(&x, &y, 1);
    }
    int n = 0;
    for (bool there = false; !there && n < 5000; ++n) {
      const double x = sample(after);
      kernel.run(&x, &y, 1);
      there = ratio > 1 ? y > 40 : y < 40;
    }
    frames.push_back(n);
  }
  std::sort(frames.begin(), frames.end());
  return frames[frames.size() / 2];
}

TEST(JumpDelay, IsWhatJumpsTake) {
  for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::laplacian})
    for (const double ratio : {1.0 / 8, 1.0 / 4, 1.0 / 2, 2.0, 4.0}) {
      const BayesianEnvelope spec{.likelihood = likelihood, .bandwidth = {500}};
      const double stated = jump_delay(spec, ratio, {1000}).take().value * 1000, found = measured(spec, ratio, 1000);
      std::printf("[ MEASURED ] %s x%g: %.1f samples stated, %.0f found\n", std::string(to_text(likelihood)).c_str(),
                  ratio, stated, found);
      if (ratio >= 4 || ratio <= 0.25)
        EXPECT_NEAR(found, stated, stated / 3 + 1);
      else
        EXPECT_TRUE(0.45 * stated <= found && found <= 1.1 * stated + 1) << found;
    }
}

TEST(JumpDelay, TakesAsLongWhateverTheRate) {
  const BayesianEnvelope spec{.likelihood = Likelihood::gaussian};
  const double at_1k = jump_delay(spec, 0.125, {1000}).take().value,
               at_4k = jump_delay(spec, 0.125, {4000}).take().value;
  EXPECT_NEAR(at_4k, at_1k, 0.12 * at_1k);  // but for the logarithm of how seldom a sample jumps
  EXPECT_GT(at_1k, 0.02);
}

TEST(JumpDelay, RefusesWhatIsNoJump) {
  for (const double ratio : {1.0, 0.0, -2.0, std::nan(""), HUGE_VAL})
    EXPECT_EQ(jump_delay({}, ratio, {1000}).fault().parameter, "ratio") << ratio;
  EXPECT_EQ(jump_delay({.bandwidth = {0}}, 2, {1000}).fault().parameter, "bandwidth");
  EXPECT_EQ(jump_delay({}, 2, {0}).fault().parameter, "rate");
}

}  // namespace
}  // namespace unguard
