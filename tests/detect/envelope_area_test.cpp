// SPDX-License-Identifier: Apache-2.0
// Truth: the heights that were put in, summed.
#include "unguard/detect/envelope_area.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

struct Heights {
  std::int64_t first;
  std::vector<double> of[2]{};

  double before(int channel, std::int64_t sample) const {
    double sum = 0;
    for (std::int64_t i = first; i < sample; ++i) sum += of[channel][static_cast<std::size_t>(i - first)];
    return sum;
  }
};
// So many more samples.
void go_on(EnvelopeArea& area, Heights& heights, int samples, RandomStream& random) {
  for (int i = 0; i < samples; ++i) {
    area.begin_sample(heights.first + static_cast<std::int64_t>(heights.of[0].size()));
    for (int c = 0; c < 2; ++c) {
      heights.of[c].push_back(10 * random.uniform());
      area.add(c, heights.of[c].back());
    }
  }
}

TEST(EnvelopeArea, IsTheSumBetweenAnyTwoOfTheLastSamples) {
  RandomStream random(1, "heights");
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{-7}, std::int64_t{1} << 40}) {
    EnvelopeArea area(2, 5);
    for (int again = 0; again < 2; ++again) {
      area.reset(first);
      Heights heights{first};
      for (std::int64_t newest = first; newest < first + 30; ++newest) {
        go_on(area, heights, 1, random);
        for (int c = 0; c < 2; ++c) {
          for (std::int64_t sample = newest - 4; sample <= newest + 1; ++sample)
            EXPECT_NEAR(area.before(c, sample), heights.before(c, sample), 1e-9);
          EXPECT_EQ(area.before(c, newest + 9), area.before(c, newest + 1)) << "no more have come";
          EXPECT_EQ(area.before(c, newest - 9), area.before(c, newest - 4)) << "no more are kept";
        }
      }
    }
  }
}

TEST(EnvelopeArea, GoesOnWhereAnotherOneIs) {
  RandomStream random(2, "heights");
  EnvelopeArea old(2, 6);
  old.reset(100);
  Heights heights{100};
  go_on(old, heights, 17, random);
  for (const std::int64_t kept : {6, 3, 20}) {
    EnvelopeArea area(2, kept);
    area.reset(0);
    for (int c = 0; c < 2; ++c) area.adopt(old, c);
    Heights both = heights;
    go_on(area, both, 2, random);
    for (int c = 0; c < 2; ++c)
      for (std::int64_t back = 0; back <= std::min<std::int64_t>(kept, 6); ++back)
        EXPECT_NEAR(area.before(c, 119 - back), both.before(c, 119 - back), 1e-9) << kept << " " << back;
  }
}

}  // namespace
}  // namespace unguard
