// SPDX-License-Identifier: Apache-2.0
// Truth: stretches written and counted by hand; what the messages have to name.
#include "unguard/clinical/exposure_variation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace unguard {
namespace {

void add(ExposureVariationCounter& counter, double level, int samples) {
  for (int i = 0; i < samples; ++i) counter.add(level);
}

// At 1 Hz: three classes of level, and stretches shorter than 3 s, shorter than 10 s, and longer ones.
TEST(ExposureVariation, CountsTimeByLevelAndLength) {
  auto counter = try_start(ExposureVariation{.levels = {5, 20}, .lengths = {{3}, {10}}}, {1}).take();
  EXPECT_EQ(counter.share(0, 0), 0);
  add(counter, 1, 2);    // low, short
  add(counter, 10, 5);   // middle, medium
  add(counter, 1, 2);    // low, short again
  add(counter, 50, 10);  // high, long
  EXPECT_DOUBLE_EQ(counter.share(0, 0), 4.0 / 19);
  EXPECT_DOUBLE_EQ(counter.share(1, 1), 5.0 / 19);
  EXPECT_DOUBLE_EQ(counter.share(2, 2), 10.0 / 19) << "the stretch under way, too";
  EXPECT_EQ(counter.observed().value, 19);
  add(counter, std::numeric_limits<double>::quiet_NaN(), 3);
  add(counter, 50, 1);
  EXPECT_EQ(counter.observed().value, 20) << "what has no value is no time";
  EXPECT_DOUBLE_EQ(counter.share(2, 0), 1.0 / 20) << "and ends a stretch";
}
TEST(ExposureVariation, IsMoreEvenWhereLoadVaries) {
  auto monotonous = try_start(ExposureVariation{}, {10}).take(), varied = monotonous;
  add(monotonous, 10, 6000);
  for (int i = 0; i < 100; ++i) add(varied, (i % 6) * 8.0, 5 + 40 * (i % 5));
  EXPECT_GT(monotonous.deviation(), 2 * varied.deviation());
  // All in one of 36 cells.
  EXPECT_NEAR(monotonous.deviation(), std::sqrt(1.0 / 36 - 1.0 / 1296), 1e-12);
}
TEST(ExposureVariation, RefusesByName) {
  const auto refusal = [](const ExposureVariation& spec) { return message(try_start(spec, {10}).fault()); };
  EXPECT_EQ(refusal({.levels = {5, 5}}),
            "levels is [5, 5]: expected one edge or several that ascend (ExposureVariation.levels)");
  EXPECT_EQ(refusal({.lengths = {}}),
            "lengths is []: expected one edge or several that ascend "
            "(ExposureVariation.lengths)");
}

}  // namespace
}  // namespace unguard
