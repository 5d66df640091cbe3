// SPDX-License-Identifier: Apache-2.0
// Truth: worked out by hand.
#include "unguard/detect/thinned_stretch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace unguard {
namespace {

TEST(ThinnedStretch, LooksAtTwoToFourThousandASecond) {
  EXPECT_EQ(thinning({100}), 1);
  EXPECT_EQ(thinning({2000}), 1);
  EXPECT_EQ(thinning({3999}), 1);
  EXPECT_EQ(thinning({4000}), 2);
  EXPECT_EQ(thinning({4096}), 2);
  EXPECT_EQ(thinning({5999}), 2);
  EXPECT_EQ(thinning({10000}), 5);
  EXPECT_EQ(thinning({30000}), 15);
}

TEST(ThinnedStretch, AMeanIsMarkedWhereAnyOfItsSamplesIsOrIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // Two channels, three frames to a mean, and one frame over.
  const std::vector<double> x{1, 10, 2, 20, 6, 30, /**/ 1, 1, nan, 1, 1, 1, /**/ 1, 3, 2, 6, 3, 1000, /**/ 9, 9};
  std::vector<Marks> marks(x.size());
  marks[3] = mark::gap;
  marks[5] = mark::jump;
  const ThinnedStretch means = thinned({x.data(), 10, 2, marks.data()}, 3, 1000);
  ASSERT_EQ(means.frames, 3);
  ASSERT_EQ(means.block().channels, 2);
  EXPECT_EQ(means.data[0], 3);
  EXPECT_EQ(means.data[1], 20);
  EXPECT_EQ(means.data[3], 1);
  EXPECT_EQ(means.data[4], 2);
  EXPECT_EQ(means.marks, (std::vector<Marks>{mark::none, mark::gap | mark::jump, mark::out_of_range, mark::none,
                                             mark::none, mark::out_of_range}));
  for (const double mean : means.data) EXPECT_TRUE(std::isfinite(mean));
  EXPECT_EQ(thinned({nullptr, 0, 2}, 3, 1000).frames, 0);
}

// Two channels: of the first, samples of 3 and 1 whose means are 2; of the second, samples as their means are, where
// what is left out is none.
TEST(ThinnedStretch, SamplesMayBeLouderThanTheirMeans) {
  const std::vector<double> x{3, 5, 1, 5, /**/ 9, 7, 9, -7, /**/ 1, -5, 3, -5};
  const ConstBlock stretch{x.data(), 6, 2};
  const ThinnedStretch means = thinned(stretch, 2, 1000);
  std::vector<Marks> left_out(6);
  left_out[2] = left_out[3] = mark::gated;
  EXPECT_NEAR(over_means(stretch, means, left_out, 0, 2), std::sqrt(5.0 / 4), 1e-12);
  EXPECT_NEAR(over_means(stretch, means, left_out, 1, 2), 1, 1e-12);
  left_out.assign(6, mark::gated);
  EXPECT_EQ(over_means(stretch, means, left_out, 0, 2), 1);
}

}  // namespace
}  // namespace unguard
