// SPDX-License-Identifier: Apache-2.0
// Truth: a moving average summed anew at every sample; square waves, whose moving averages are worked by hand.
#include "unguard/detect/lidierth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(Lidierth, ItsStatisticIsTheMovingAverage) {
  // Summed anew: within rounding.
  const auto x = onsets::white(2000, 5, 1);
  auto statistic = try_statistic(Lidierth{.window = {0.02}}, {2000}).take();
  EXPECT_EQ(statistic.warm_up(), 39);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double said = statistic.step(x[i]).compared;
    if (i < 39) continue;
    double sum = 0;
    for (std::size_t k = i - 39; k <= i; ++k) sum += std::fabs(x[k]);
    EXPECT_NEAR(said, sum / 40, 1e-13);
  }
}

// The mean at rest is 2 and the threshold 2 + 3 x 1 = 5.
Lidierth knowing_rest() {
  Lidierth spec{.window = {0.01}, .enter_for = {0.02}, .drop_out = {0.005}, .leave_for = {0.03}};
  spec.baseline.mean.quantity = spec.baseline.spread.quantity = statistic_of(spec);
  spec.baseline.mean.per_channel = {{2, 2, 2}};
  spec.baseline.spread.per_channel = {{1, 1, 1}};
  return spec;
}
// Levels of a square wave, each so many samples long.
std::vector<double> square(const std::vector<std::pair<double, int>>& levels) {
  std::vector<double> x;
  for (const auto& [level, n] : levels)
    for (int i = 0; i < n; ++i) x.push_back(i % 2 ? -level : level);
  return x;
}

TEST(Lidierth, NamesTheFirstSampleAboveAndDecidesAfterItsTime) {
  // By hand, windows of 20: from 2 to 10, the average exceeds 5 with the 8th sample (2 + 8 x 8 / 20 = 5.2); it is above
  // for 40 at the 47th; back at 2, it is at or below 5 with the 13th (10 - 13 x 8 / 20 = 4.8), so that the last above
  // is the 12th.
  const auto found = onsets::events(knowing_rest(), square({{2, 1000}, {10, 500}, {2, 1000}}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].onset.value, 1007);
  EXPECT_EQ(found[0].decided.value, 1046);
  EXPECT_EQ(found[0].offset.value, 1512);
}

TEST(Lidierth, OverlooksShortDropOuts) {
  // By hand: in 10, 10 samples of 0 leave the average of 20 at 5 from the 10th of them on, for 10 samples, and 20 of
  // them below for 21. 19 are allowed. On either side the average is above for 32, of the 40 asked for.
  Lidierth spec = knowing_rest();
  spec.drop_out = {0.01};
  EXPECT_EQ(onsets::events(spec, square({{2, 1000}, {10, 30}, {0, 10}, {10, 30}, {2, 1000}})).size(), 1u);
  EXPECT_EQ(onsets::events(spec, square({{2, 1000}, {10, 30}, {0, 20}, {10, 30}, {2, 1000}})).size(), 0u);
}

}  // namespace
}  // namespace unguard
