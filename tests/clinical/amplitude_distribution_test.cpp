// SPDX-License-Identifier: Apache-2.0
// Truth: quantiles of the half-normal distribution; a sorted list; the messages.
#include "unguard/clinical/amplitude_distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The quantiles of |x| of standard normal x.
TEST(AmplitudeDistribution, HasTheQuantilesOfGaussianAmplitudes) {
  RandomStream random(1, "apdf");
  AmplitudeDistribution counted;
  std::vector<double> all;
  for (int i = 0; i < 2'000'000; ++i) {
    all.push_back(std::fabs(random.normal()));
    counted.add(all.back());
  }
  const double truth[][2]{{0.1, 0.12566}, {0.5, 0.67449}, {0.9, 1.64485}};
  for (const auto& [share, level] : truth) {
    EXPECT_NEAR(amplitude_quantile(all, share).take(), level, 0.01 * level);
    EXPECT_NEAR(counted.quantile(share), level, 0.01 * level);
    EXPECT_NEAR(counted.share_below(level), share, 0.002);
    EXPECT_NEAR(counted.quantile(share), amplitude_quantile(all, share).take(), 0.004 * level) << "half a bin";
  }
}
TEST(AmplitudeDistribution, IsExactFromAllLevels) {
  const std::vector<double> levels{3, 1, nan, 2, 4};
  EXPECT_EQ(amplitude_quantile(levels, 0).take(), 1);
  EXPECT_EQ(amplitude_quantile(levels, 1).take(), 4);
  EXPECT_EQ(amplitude_quantile(levels, 0.5).take(), 2.5);
  EXPECT_DOUBLE_EQ(amplitude_quantile(levels, 0.1).take(), 1.3) << "numpy.quantile";
  EXPECT_EQ(message(amplitude_quantile(std::vector<double>{nan}, 0.5).fault()),
            "levels is 1 samples, none with a value: expected levels of a record (amplitude_quantile.levels)");
  EXPECT_EQ(message(amplitude_quantile(levels, 1.5).fault()),
            "share is 1.5: expected 0 to 1 (amplitude_quantile.share)");
}
TEST(AmplitudeDistribution, AddsUpOverSessionsAndCountsWhatIsOutside) {
  AmplitudeDistribution a, b, both;
  EXPECT_TRUE(std::isnan(a.quantile(0.5)));
  for (const double level : {1.0, 2.0, 0.0, 1e9}) {
    (level < 2 ? a : b).add(level);
    both.add(level);
  }
  a.add(nan);
  a.add(b);
  EXPECT_EQ(a, both);
  EXPECT_EQ(a.count(), 4);
  EXPECT_EQ(a.quantile(0), AmplitudeDistribution::lowest);
  EXPECT_EQ(a.quantile(1), AmplitudeDistribution::highest);
  EXPECT_EQ(a.share_below(0), 0.0);
  EXPECT_EQ(a.share_below(1e9), 1.0);
}

}  // namespace
}  // namespace unguard
