// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, by sorting every window anew; the quartile of a normal distribution.
#include "unguard/envelope/moving_median.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/core/median.hpp"

namespace unguard {
namespace {

StreamFormat format(int channels) { return {.rate = {1000}, .channels = Channels::unnamed(channels)}; }

TEST(MovingMedian, IsTheMiddleOfTheSortedWindow) {
  // Whole numbers, so that many are equal; zeros before the stream.
  std::mt19937_64 generator(8);
  std::uniform_int_distribution<int> whole(-6, 6);
  for (const int window : {1, 2, 3, 8, 33, 100}) {
    auto live = start(MovingMedian{{window / 1000.0}}, format(3));
    std::vector<std::vector<double>> came(3, std::vector<double>(static_cast<std::size_t>(window)));
    for (int n = 0; n < 500; ++n) {
      double x[3], y[3];
      for (int c = 0; c < 3; ++c) {
        x[c] = n == 200 ? 1e5 : whole(generator);
        came[static_cast<std::size_t>(c)].push_back(std::fabs(x[c]));
      }
      ASSERT_EQ(live.process({x, 1, 3}, {y, 1, 3}), Status::ok);
      for (int c = 0; c < 3; ++c) {
        const auto& all = came[static_cast<std::size_t>(c)];
        std::vector<double> last(all.end() - window, all.end());
        ASSERT_EQ(y[c], median(last.begin(), last.end())) << window << " at " << n;
      }
    }
  }
}

TEST(MovingMedian, IsTwoThirdsOfTheRmsAndMindsNoSpike) {
  std::mt19937_64 generator(9);
  std::normal_distribution<double> normal(0, 20);
  auto live = start(MovingMedian{{0.25}}, format(1));
  double sum = 0, highest = 0;
  constexpr int frames = 200000;
  for (int n = 0; n < frames; ++n) {
    double x = normal(generator), y = 0;
    if (n % 1000 < 25) x = 3000;  // a tenth of a window, once a second
    live.process({&x, 1, 1}, {&y, 1, 1});
    if (n >= 1000) {
      sum += y;
      highest = std::max(highest, y);
    }
  }
  // Of a quarter of the time, a tenth of the window lies above: the median is the 0.5 / 0.9 quantile then, 0.765.
  EXPECT_NEAR(sum / (frames - 1000) / 20, 0.6745 * 0.75 + 0.765 * 0.25, 0.02);
  EXPECT_LT(highest, 1.3 * 20);
}

TEST(MovingMedian, RefusesLessThanASample) {
  EXPECT_EQ(why(try_start(MovingMedian{{0.0001}}, format(1))),
            "window is 0.0001 s: expected at least one sample, 0.001 s (MovingMedian.window)");
}

}  // namespace
}  // namespace unguard
