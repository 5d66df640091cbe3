// SPDX-License-Identifier: Apache-2.0
// Truth: features::sample_entropy, which counts every window anew; the closed form of white noise.
#include "unguard/detect/sample_entropy_onset.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/detect/hodges_bui.hpp"
#include "unguard/features/entropy.hpp"

namespace unguard {
namespace {

TEST(SampleEntropyOnset, SlidesToWhatEveryWindowHasAnew) {
  // Counted anew in 400 windows, with the tolerance as a share of the window's own SD.
  const auto x = onsets::burst(500, 200, 350, 4, 1);
  for (const int pattern : {1, 2, 3}) {
    SlidingSampleEntropy entropy(100, pattern);
    entropy.tolerate(1.7);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double said = entropy.step(x[i]).compared;
      if (i < 99) continue;
      const std::vector<double> window(x.begin() + static_cast<std::ptrdiff_t>(i - 99),
                                       x.begin() + static_cast<std::ptrdiff_t>(i + 1));
      const auto moment = features::moments(window);
      const double anew = features::sample_entropy(window, pattern, 1.7 / std::sqrt(moment.second / moment.count));
      if (std::isnan(anew)) {
        EXPECT_NEAR(said, std::log(0.5 * (100 - pattern) * (99 - pattern)), 1e-12);
      } else {
        EXPECT_DOUBLE_EQ(said, anew) << i;
      }
    }
  }
}

TEST(SampleEntropyOnset, OfWhiteNoiseItIsKnown) {
  // -ln erf(r / (2 sigma)): two samples of variance 1 differ by less than r. One window of n = 4000, whose deviation is
  // 0.014 and 0.004, measured over 60 windows: 3.5 of them.
  for (const auto& [r, bar] : {std::pair{0.5, 0.05}, {2.5, 0.014}}) {
    SlidingSampleEntropy entropy(4000, 2);
    entropy.tolerate(r);
    double said = 0;
    for (const double x : onsets::white(4000, 1, 2)) said = entropy.step(x).compared;
    const double expected = -std::log(std::erf(r / 2));
    std::printf("[ MEASURED ] tolerance %g SD: %.4f, closed form %.4f\n", r, said, expected);
    EXPECT_NEAR(said, expected, bar);
  }
}

TEST(SampleEntropyOnset, IsDeafToALoneSpikeWhichAnAmplitudeIsNot) {
  // What the paper is for: 50 SD in a single sample, and a burst behind it.
  auto x = onsets::burst(14000, 10000, 12000, 6, 3);
  x[7000] = 100;
  const auto found = onsets::events(SampleEntropyOnset{.spreads = 8}, x);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].onset.value), 10000, 60);
  EXPECT_NEAR(static_cast<double>(found[0].offset.value), 12000, 60);
  EXPECT_EQ(onsets::events(HodgesBui{.spreads = 5}, x).size(), 2u);
}

}  // namespace
}  // namespace unguard
