// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/level_drift.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

std::vector<double> drift_dB(const LevelDrift& spec, std::size_t n, double rate) {
  DriftPlayer player(spec, {rate}, RandomStream(2, "drift"));
  std::vector<double> x(n);
  for (auto& v : x) v = 20 * std::log10(player.next());
  return x;
}

// Truth: the closed form of a sine: its extremes, its mean over whole periods, and that it repeats.
TEST(LevelDrift, TheSineHasItsDepthAndPeriod) {
  const auto x = drift_dB({.depth_dB = 3, .period = {60}}, 12000, 100);
  EXPECT_NEAR(*std::max_element(x.begin(), x.end()), 3, 1e-6);
  EXPECT_NEAR(*std::min_element(x.begin(), x.end()), -3, 1e-6);
  double sum = 0;
  for (std::size_t i = 0; i < 6000; ++i) {
    sum += x[i];
    ASSERT_NEAR(x[i], x[i + 6000], 1e-9);
  }
  EXPECT_NEAR(sum / 6000, 0, 1e-9);
}

// Truth: the definition: within the depth, no faster than 1.5 x 2 depths in half a period, and evenly distributed
// levels: variance depth^2 / 3 at the knots. n = 2,000 knots; the standard error of the variance is
// depth^2 sqrt(4 / 45 / n).
TEST(LevelDrift, TheWalkStaysWithinItsDepthAndIsSlow) {
  const auto x = drift_dB({.form = DriftForm::walk, .depth_dB = 4, .period = {20}}, 200000, 10);
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_LE(std::fabs(x[i]), 4);
    const double last = x[i == 0 ? 0 : i - 1];
    ASSERT_LE(std::fabs(x[i] - last), 1.5 * 8 / 100 + 1e-9);
    if (i % 100 == 0) squares += x[i] * x[i];
  }
  EXPECT_NEAR(squares / 2000, 16.0 / 3, 4.5 * 16 * std::sqrt(4.0 / 45 / 2000));
}

// Truth: the spec: rest is louder and quieter by the depth, EMG and noise alike, while events stay as they are. RMS of
// 2 s in each: standard error 1 / (2 sqrt(103 Hz x 2 s)) = 3.5 %.
TEST(LevelDrift, RaisesAndLowersRestAndNotTheEvents) {
  Paraspinal spec = scenario("rest", {60}, 4, {1000});
  spec.digitiser.reset();
  const Simulated plain = simulate(spec);
  spec.level_drift = LevelDrift{.depth_dB = 6, .period = {60}};
  const Simulated drifting = simulate(spec);
  EXPECT_EQ(drifting.truth.events, plain.truth.events);
  spec.rest_events = {.spikes = 0, .bursts = 0, .tonics = 0};
  const Simulated rest = simulate(spec);
  spec.level_drift->depth_dB = 0;
  const Simulated steady = simulate(spec);
  for (std::size_t k = 0; k < rest.clean.size(); ++k)
    ASSERT_NEAR(drifting.clean[k] - rest.clean[k], plain.clean[k] - steady.clean[k], 1e-9);
  for (int c = 0; c < paraspinal_channels; ++c) {
    double highest = 0, lowest = 1e9;
    for (std::int64_t begin = 0; begin + 2000 <= rest.frames; begin += 1000) {
      double of_rest = 0, of_steady = 0;
      for (std::int64_t i = begin; i < begin + 2000; ++i) {
        const auto k = static_cast<std::size_t>(i * paraspinal_channels + c);
        of_rest += rest.data[k] * rest.data[k];
        of_steady += steady.data[k] * steady.data[k];
      }
      highest = std::max(highest, std::sqrt(of_rest / of_steady));
      lowest = std::min(lowest, std::sqrt(of_rest / of_steady));
    }
    // The same carriers under both: only the drift within 2 s is left, 0.2 dB at the turn.
    EXPECT_NEAR(20 * std::log10(highest), 6, 0.2) << c;
    EXPECT_NEAR(20 * std::log10(lowest), -6, 0.2) << c;
  }
}

}  // namespace
}  // namespace unguard
