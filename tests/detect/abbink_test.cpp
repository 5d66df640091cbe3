// SPDX-License-Identifier: Apache-2.0
// Truth: square waves whose counts are known; bursts whose samples are.
#include "unguard/detect/abbink.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(Abbink, FindsBothEndsOfEveryBurst) {
  // The bursts' own samples, at 20 dB: within half the smoothing, 20 samples.
  auto x = onsets::burst(20000, 6000, 8000, 10, 1);
  for (std::size_t i = 12000; i < 13000; ++i) x[i] *= 10;
  const auto found = abbink(Abbink{}, x, {2000}, std::span(x).first(4000)).take();
  ASSERT_EQ(found.size(), 2u);
  const std::int64_t truth[] = {6000, 8000, 12000, 13000};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(static_cast<double>(found[i].onset.value), static_cast<double>(truth[2 * i]), 20);
    EXPECT_NEAR(static_cast<double>(found[i].offset.value), static_cast<double>(truth[2 * i + 1]), 20);
  }
}

TEST(Abbink, CountsToTheSample) {
  // By hand, smoothed over three: at rest 4/3 and 5/3 by turns (threshold 2), and 4 at sample 499, beside the first 9.
  // All 100 before it are below and all 100 from it on above: the largest count there is. At the end likewise.
  std::vector<double> x(1500);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i >= 500 && i < 900 ? 9 : i % 2 ? -1 : 2;
  const auto found = abbink(Abbink{.smoothing = {0.001}, .window = {0.1}}, x, {1000}, std::span(x).first(400)).take();
  EXPECT_EQ(found, (std::vector<ActiveStretch>{{{499}, {901}}}));
}

TEST(Abbink, ActivityAtTheEndLastsToTheEnd) {
  // By hand.
  std::vector<double> x(1000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i >= 700 ? 9 : i % 2 ? -1 : 2;
  const auto found = abbink(Abbink{.smoothing = {0.001}}, x, {1000}, std::span(x).first(400)).take();
  EXPECT_EQ(found, (std::vector<ActiveStretch>{{{699}, {1000}}}));
}

TEST(Abbink, RefusesWhatItCannotWorkOn) {
  // By its own words.
  std::vector<double> x(100, 1.0);
  EXPECT_EQ(message(abbink(Abbink{}, x, {1000}, {}).fault()), "rest is 0 samples: expected at least 20 (Abbink.rest)");
  x[3] = std::nan("");
  EXPECT_EQ(message(abbink(Abbink{}, x, {1000}, x).fault()),
            "x is nan at sample 3: expected finite numbers (Abbink.x)");
}

}  // namespace
}  // namespace unguard
