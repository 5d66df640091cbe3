// SPDX-License-Identifier: Apache-2.0
// Truth: jumps of independent samples and of simulated EMG, on seeds fixed beforehand.
#include "unguard/envelope/jump_delay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "envelope/level_course.hpp"

namespace unguard {
namespace {

// Frames until the level said is beyond the geometric mean of both, the median of 240 jumps.
double measured(const BayesianEnvelope& spec, double ratio, double rate) {
  std::mt19937_64 random(41);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> magnitude;
  const auto sample = [&](double level) {
    return spec.likelihood == Likelihood::gaussian ? level * normal(random) : level * magnitude(random);
  };
  std::vector<double> frames;
  for (int trial = 0; trial < 240; ++trial) {
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

// On EMG: sixteen muscles behind a band-pass of order 2, with the bandwidth of what comes in, so that a sample counts
// for less than one. What the filter takes is in what is found.
constexpr Hertz limb{191}, trunk{98};
BayesianEnvelope of_emg(Likelihood likelihood, CarrierPreset preset) {
  return {.likelihood = likelihood, .bandwidth = preset == CarrierPreset::limb ? limb : trunk};
}

TEST(JumpDelay, OfEmgIsNoLongerThanStatedButForTheFilter) {
  for (const Likelihood likelihood : {Likelihood::gaussian, Likelihood::laplacian})
    for (const CarrierPreset preset : {CarrierPreset::limb, CarrierPreset::trunk})
      for (const double rate : {1000.0, 2000.0}) {
        const BayesianEnvelope spec = of_emg(likelihood, preset);
        Course<BayesianEnvelope> course(spec, {.preset = preset, .rate = rate});
        course.steady(10);
        for (const double ratio : {1.5, 2.0, 3.0, 4.0, 8.0}) {
          const JumpTimes times = course.jumps(ratio, ratio < 1.7 ? 2 : 1, 6);
          for (const bool up : {true, false}) {
            const double stated = jump_delay(spec, up ? ratio : 1 / ratio, {rate}).take().value * 1000;
            const double found = up ? times.rise_half_ms : times.fall_half_ms;
            std::printf("[ MEASURED ] EMG, %s, %s, %g Hz, x%s%g: %.1f ms stated, %.1f found\n",
                        std::string(to_text(likelihood)).c_str(), std::string(to_text(preset)).c_str(), rate,
                        up ? "" : "1/", ratio, stated, found);
            // The filter, and the scatter of a median of 96.
            EXPECT_LE(found, 1.2 * stated + 8);
            // From three times on the drift does not do much of it.
            EXPECT_GE(found, ratio < 2.5 ? stated / 5 : stated / 2);
          }
        }
      }
}

// Truth: the same muscles sampled twice as often.
TEST(JumpDelay, TakesAsLongWhateverTheRate) {
  for (const CarrierPreset preset : {CarrierPreset::limb, CarrierPreset::trunk}) {
    const BayesianEnvelope spec = of_emg(Likelihood::gaussian, preset);
    JumpTimes found[2];
    double stated[2] = {0, 0};
    for (const int k : {0, 1}) {
      const double rate = k ? 4000 : 1000;
      Course<BayesianEnvelope> course(spec, {.preset = preset, .rate = rate});
      course.steady(5);
      found[k] = course.jumps(8, 0.75, 10);
      stated[k] = jump_delay(spec, 0.125, {rate}).take().value * 1000;
    }
    std::printf("[ MEASURED ] EMG, %s, x1/8: %.1f ms at 1 kHz, %.1f at 4; stated %.1f, %.1f\n",
                std::string(to_text(preset)).c_str(), found[0].fall_half_ms, found[1].fall_half_ms, stated[0],
                stated[1]);
    // But for the logarithm of how seldom a sample jumps, and a frame.
    EXPECT_NEAR(found[1].fall_half_ms, found[0].fall_half_ms, 0.15 * found[0].fall_half_ms + 1);
    EXPECT_NEAR(stated[1], stated[0], 0.12 * stated[0]);
  }
}

TEST(JumpDelay, RefusesWhatIsNoJump) {
  for (const double ratio : {1.0, 0.0, -2.0, std::nan(""), HUGE_VAL})
    EXPECT_EQ(jump_delay({}, ratio, {1000}).fault().parameter, "ratio") << ratio;
  EXPECT_EQ(jump_delay({.bandwidth = {0}}, 2, {1000}).fault().parameter, "bandwidth");
  EXPECT_EQ(jump_delay({}, 2, {0}).fault().parameter, "rate");
}

}  // namespace
}  // namespace unguard
