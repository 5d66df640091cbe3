// SPDX-License-Identifier: Apache-2.0
// Truth: levels that rise and fall back exponentially, with the noise that levels of EMG have; what the messages name.
#include "unguard/clinical/response.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{10};
constexpr std::int64_t marker = 1800;

// Three minutes of each: `before`, `during`, and back to `ends_at` with a half-time; `noise` a sample, as a share.
std::vector<double> levels(double before, double during, double ends_at, double half_time, double noise,
                           std::uint64_t seed = 1) {
  RandomStream random(seed, "levels");
  std::vector<double> x;
  for (int i = 0; i < 1800 + 1800 + 3000; ++i) {
    const double t = (i - 3600) / rate.value;
    const double level = i < 1800   ? before
                         : i < 3600 ? during
                                    : ends_at + (during - ends_at) * std::exp2(-t / half_time);
    x.push_back(level * (1 + noise * random.normal()));
  }
  return x;
}

TEST(Response, IsWhatWasPutIn) {
  const auto found = response(levels(3, 6, 3, 60, 0), rate, marker).take();
  EXPECT_NEAR(found.baseline, 3, 1e-12);
  EXPECT_NEAR(found.task, 6, 1e-12);
  EXPECT_NEAR(found.reactivity, std::log(2), 1e-12);
  EXPECT_NEAR(found.half_time->value, 60, 1);
  EXPECT_EQ(found.latency->value, 5) << "the middle of the first piece";
  // The integral of ln(1 + 2^(-t/60)) over five minutes: pi^2 / 12 * 60 / ln 2, less what is left.
  EXPECT_NEAR(found.area, 71.2 - 2.7, 1.5);
  EXPECT_FALSE(found.censored);
  EXPECT_EQ(found.share, 1);
}
// Levels of a tenth of a second of trunk EMG are off by about a fifth.
TEST(Response, HalfTimesAreWithinATenth) {
  for (const double half_time : {20.0, 45.0, 90.0}) {
    std::vector<double> off;
    for (std::uint64_t i = 0; i < 60; ++i) {
      const auto found = response(levels(3, 7.5, 3, half_time, 0.2, 10 + i), rate, marker).take();
      ASSERT_TRUE(found.half_time);
      off.push_back(std::fabs(found.half_time->value / half_time - 1));
    }
    std::sort(off.begin(), off.end());
    std::printf("[ MEASURED ] half-time %g s: off by %.1f %% in the median, %.1f %% at 90 %%\n", half_time,
                100 * off[30], 100 * off[54]);
    EXPECT_LE(off[54], 0.1);
  }
}
TEST(Response, SaysWhereNobodyCameHalfWayBack) {
  const auto never = response(levels(3, 6, 5.5, 30, 0.1), rate, marker).take();
  EXPECT_FALSE(never.half_time);
  EXPECT_TRUE(never.censored);
  const auto slow = response(levels(3, 6, 3, 900, 0.1), rate, marker).take();
  EXPECT_TRUE(slow.censored);
  const auto none = response(levels(3, 2.5, 3, 30, 0.0), rate, marker).take();
  EXPECT_LT(none.reactivity, 0);
  EXPECT_FALSE(none.half_time || none.censored || none.latency);
}
TEST(Response, IsNoneOfOneTwitch) {
  auto x = levels(3, 3, 3, 30, 0);
  for (std::size_t i = 2000; i < 2030; ++i) x[i] = 80;
  const auto found = response(x, rate, marker).take();
  EXPECT_EQ(found.reactivity, 0);
  EXPECT_GT(found.peak, 30);
  EXPECT_NEAR(found.peak_at.value, 25, 5.1);
}
TEST(Response, LeavesOutWhatHasNoLevel) {
  auto x = levels(3, 6, 3, 60, 0);
  for (std::size_t i = 100; i < 760; ++i) x[i] = std::numeric_limits<double>::quiet_NaN();
  const auto found = response(x, rate, marker).take();
  EXPECT_NEAR(found.baseline, 3, 1e-12);
  EXPECT_NEAR(found.share, 0.9, 1e-12);
}
TEST(Response, RefusesByName) {
  const auto refusal = [](const std::vector<double>& x, std::int64_t at, ResponseWindows spec = {}) {
    return message(response(x, rate, at, spec).fault());
  };
  const auto x = levels(3, 6, 3, 60, 0);
  EXPECT_EQ(refusal(x, 100),
            "at is 100: expected a marker with its baseline and recovery within 6600 samples (ResponseWindows.at)");
  EXPECT_EQ(refusal(x, marker, {.task = {5}}), "task is 5 s: expected at least a piece, 10 s (ResponseWindows.task)");
  EXPECT_EQ(refusal(x, marker, {.piece = {0.04}}),
            "piece is 0.04 s: expected at least a sample, 0.1 s (ResponseWindows.piece)");
  EXPECT_EQ(refusal(std::vector<double>(7000, 0.0), marker),
            "baseline is without a level above 0: expected levels before and behind the marker "
            "(ResponseWindows.baseline)");
}

}  // namespace
}  // namespace unguard
