// SPDX-License-Identifier: Apache-2.0
// Truth: the definition; the rounding rule of durations.
#include "unguard/filter/delay.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "refusal.hpp"
#include "unguard/filter/linear.hpp"

namespace unguard {
namespace {

StreamFormat format(double rate = 2000) { return {.rate = {rate}, .channels = Channels::unnamed(2)}; }

TEST(Delay, PutsOutWhatCameThatLongAgo) {
  auto live = start(Delay{.duration = {0.0015}}, format());  // 3 samples
  std::vector<double> x, y(20);
  for (int i = 0; i < 20; ++i) x.push_back(i + 1);
  ASSERT_EQ(live.process({x.data(), 10, 2}, {y.data(), 10, 2}), Status::ok);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(y[static_cast<std::size_t>(i)], i < 6 ? 0 : i - 5);
}

TEST(Delay, IsRoundedAsEveryDuration) {
  EXPECT_EQ(start(Delay{.duration = {0.00024}}, format()).latency().samples(), 0);
  EXPECT_EQ(start(Delay{.duration = {0.00025}}, format()).latency().samples(), 1);
}

TEST(Delay, HasGainOneAndItsOwnGroupDelayAtEveryFrequency) {
  const auto parts = *linear(Delay{.duration = {0.05}}, {2000});
  for (const double f : {0.0, 33.0, 500.0, 999.0}) {
    EXPECT_NEAR(std::abs(response(parts, {f}, {2000})), 1, 1e-13);
    EXPECT_NEAR(group_delay(parts, {f}, {2000}), 100, 1e-9);
  }
}

TEST(Delay, IsBounded) {
  EXPECT_EQ(why(try_start(Delay{.duration = {60}}, format(1e6))),
            "duration is 60 s: expected at most 1048576 samples, 1.048576 s (Delay.duration)");
  EXPECT_EQ(why(try_start(Delay{.duration = {61}}, format())), "duration is 61 s: expected 0 to 60 s (Delay.duration)");
}

}  // namespace
}  // namespace unguard
