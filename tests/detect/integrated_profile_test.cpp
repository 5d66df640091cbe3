// SPDX-License-Identifier: Apache-2.0
// Truth: square waves worked by hand; Kuiper's distribution in closed form.
#include "unguard/detect/integrated_profile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(IntegratedProfile, FindsABurstToTheSample) {
  // By hand: the profile falls behind by a constant step before 700, catches up until 900, and falls behind again.
  std::vector<double> x(2000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i % 2 ? -1 : 1) * (i >= 700 && i < 900 ? 5.0 : 1.0);
  const auto found = integrated_profile(IntegratedProfile{}, x).take();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, (ActiveStretch{{700}, {900}}));
}

TEST(IntegratedProfile, IsNotMovedByASpike) {
  // A spike of 40 SD, 20 times the burst's; the burst at 20 dB within 10 samples.
  auto x = onsets::burst(4000, 2000, 2800, 10, 1);
  x[800] = 400;
  const auto found = integrated_profile(IntegratedProfile{}, x).take();
  ASSERT_TRUE(found.has_value());
  EXPECT_NEAR(static_cast<double>(found->onset.value), 2000, 10);
  EXPECT_NEAR(static_cast<double>(found->offset.value), 2800, 10);
}

TEST(IntegratedProfile, FindsNothingInNoiseAsOftenAsKuiperSays) {
  // Kuiper 1960: P(V > v) = 2 sum (4 k^2 v^2 - 1) exp(-2 k^2 v^2). Only a lowest point before a highest one counts: of
  // noise, which has no direction in time, less than all and more than none. n = 2000 records of 2000: 3.5 deviations.
  const double v = 1.5;
  double p = 0;
  for (int k = 1; k < 20; ++k) p += 2 * (4 * k * k * v * v - 1) * std::exp(-2 * k * k * v * v);
  int found = 0, either_way = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto x = onsets::white(2000, 2, 1000 + seed);
    const bool once = integrated_profile({.threshold = v}, x).take().has_value();
    found += once;
    BaselineMoments moments;
    for (const double value : x) moments.add(std::fabs(value));
    double distance = 0, low = 0, high = 0;
    for (const double value : x) {
      distance += std::fabs(value) - moments.mean();
      low = std::min(low, distance);
      high = std::max(high, distance);
    }
    either_way += (high - low) / (moments.spread() * std::sqrt(2000.0)) > v;
  }
  std::printf("[ MEASURED ] of 2000 records of noise %d found, %d either way round, Kuiper %.0f\n", found, either_way,
              2000 * p);
  // The discrete walk exceeds a little less often than the bridge: by 0.58 steps at either end.
  const double shifted = v + 2 * 0.5826 / std::sqrt(2000.0);
  double p_walk = 0;
  for (int k = 1; k < 20; ++k)
    p_walk += 2 * (4 * k * k * shifted * shifted - 1) * std::exp(-2 * k * k * shifted * shifted);
  EXPECT_NEAR(either_way, 2000 * p_walk, 3.5 * std::sqrt(2000 * p_walk * (1 - p_walk)));
  EXPECT_LE(found, either_way);
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace unguard
