// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/segment.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

// Truth: the definition of onset and offset.
TEST(Segment, IsAboveZeroFromOnsetToJustBeforeOffsetAndNowhereElse) {
  for (auto shape : {RampShape::step, RampShape::linear, RampShape::smooth})
    for (std::int64_t ramp : {0, 1, 5}) {
      const Segment s{{10}, {30}, {8}, shape, ramp, ramp};
      for (std::int64_t i = 0; i < 40; ++i)
        EXPECT_EQ(gain_at(s, {i}) > 0, i >= 10 && i < 30) << to_text(shape) << " ramp " << ramp << " sample " << i;
      EXPECT_EQ(gain_at(s, {20}), 8);
    }
}

// Truth: closed form: k / (r + 1) of the level at the k-th sample of a linear ramp, u^2 (3 - 2u) of it for a smooth
// one.
TEST(Segment, RampsAreTheirPolynomials) {
  const Segment line{{0}, {100}, {10}, RampShape::linear, 4, 9}, smooth{{0}, {100}, {10}, RampShape::smooth, 4, 9};
  for (std::int64_t k = 1; k <= 5; ++k) {
    const double u = static_cast<double>(k) / 5;
    EXPECT_DOUBLE_EQ(gain_at(line, {k - 1}), 10 * u);
    EXPECT_DOUBLE_EQ(gain_at(smooth, {k - 1}), 10 * u * u * (3 - 2 * u));
  }
  for (std::int64_t k = 1; k <= 10; ++k) EXPECT_DOUBLE_EQ(gain_at(line, {100 - k}), static_cast<double>(k));
}

// Truth: the direct sum of powers over all segments, at every sample.
TEST(SegmentPlayer, AddsOverlappingSegmentsInPower) {
  RandomStream random(9, "segments");
  std::vector<Segment> all;
  for (int i = 0; i < 40; ++i) {
    const auto onset = static_cast<std::int64_t>(random.uniform(0, 2000));
    const auto length = static_cast<std::int64_t>(random.uniform(1, 300));
    all.push_back({{onset}, {onset + length}, {random.uniform(1, 9)}, RampShape::linear, length / 4, length / 4});
  }
  SegmentPlayer player(all);
  for (std::int64_t i = 0; i < 2500; ++i) {
    double power = 0;
    for (const auto& s : all) power += gain_at(s, {i}) * gain_at(s, {i});
    ASSERT_NEAR(player.next(), std::sqrt(power), 1e-12) << i;
  }
}

}  // namespace
}  // namespace unguard
