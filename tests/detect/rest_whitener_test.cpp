// SPDX-License-Identifier: Apache-2.0
// Truth: the prediction error of a known process is its noise; closed forms of white noise.
#include "unguard/detect/rest_whitener.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

// x[n] = 1.2 x[n - 1] - 0.6 x[n - 2] + e[n].
std::vector<double> process(const std::vector<double>& e) {
  std::vector<double> x(e.size());
  for (std::size_t n = 0; n < e.size(); ++n) x[n] = (n > 0 ? 1.2 * x[n - 1] : 0) - (n > 1 ? 0.6 * x[n - 2] : 0) + e[n];
  return x;
}

TEST(RestWhitener, GivesBackTheNoiseOfAKnownProcess) {
  // The noise that the process was made from, over its standard deviation.
  const auto e = onsets::white(1000, 3, 1), x = process(e);
  const std::vector<double> ar{-1.2, 0.6};
  RestWhitener whitener(ar, 9);
  EXPECT_FALSE(whitener.learning());
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto w = whitener.step(x[n], static_cast<std::int64_t>(n));
    ASSERT_EQ(w.has_value(), n >= 2);
    if (w) {
      EXPECT_NEAR(*w, e[n] / 3, 1e-12);
    }
  }
}

TEST(RestWhitener, LearnsAProcessAndMakesItWhite) {
  // White noise of variance 1. n = 200,000 after 20,000 that were learnt from: the variance's standard error is 0.011,
  // the correlations' 0.0022 and 0.005 of what was learnt; 3.5 of them.
  const auto x = process(onsets::white(220000, 3, 2));
  RestWhitener whitener(4, 20000);
  std::vector<double> w;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto now = whitener.step(x[n], static_cast<std::int64_t>(n));
    EXPECT_EQ(whitener.learning(), n < 19999);
    if (now) w.push_back(*now);
  }
  ASSERT_EQ(w.size(), 200000u);
  for (std::size_t lag = 0; lag < 5; ++lag) {
    double sum = 0;
    for (std::size_t n = lag; n < w.size(); ++n) sum += w[n] * w[n - lag];
    EXPECT_NEAR(sum / static_cast<double>(w.size()), lag == 0 ? 1 : 0, lag == 0 ? 0.04 : 0.025) << lag;
  }
}

TEST(RestWhitener, SaysNothingAcrossAGap) {
  // By hand: two samples must be known before.
  const std::vector<double> ar{-1.2, 0.6};
  RestWhitener whitener(ar, 9);
  std::vector<bool> said;
  for (const std::int64_t at : {0, 1, 2, 3, 10, 11, 12, 13}) said.push_back(whitener.step(1, at).has_value());
  EXPECT_EQ(said, (std::vector<bool>{false, false, true, true, false, false, true, true}));
}

}  // namespace
}  // namespace unguard
