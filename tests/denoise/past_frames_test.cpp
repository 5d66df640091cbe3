// SPDX-License-Identifier: Apache-2.0
// Truth: cubics, which the interpolation gives exactly, and sinusoids.
#include "unguard/denoise/past_frames.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace unguard {
namespace {

TEST(PastFrames, GiveACubicExactlyInEveryChannel) {
  PastFrames past(16, 2);
  const auto value = [](double t) { return 0.01 * t * t * t - 0.3 * t * t + 2 * t - 7; };
  for (int i = 0; i < 40; ++i) {
    const double frame[2] = {value(i), -3 * value(i)};
    past.add(frame);
  }
  EXPECT_EQ(past.count(), 40);
  for (double t = 26; t < 38; t += 0.13) {
    EXPECT_NEAR(past.between(Moment{} + t, 0), value(t), 1e-9);
    EXPECT_NEAR(past.between(Moment{} + t, 1), -3 * value(t), 1e-9);
  }
}

TEST(PastFrames, ErrLessThanStatedAtATenthOfTheRate) {
  PastFrames past(64, 1);
  const double w = 2 * std::numbers::pi * 0.1;
  for (int i = 0; i < 64; ++i) {
    const double x = std::sin(w * i);
    past.add(&x);
  }
  double worst = 0;
  for (double t = 5; t < 58; t += 0.01)
    worst = std::max(worst, std::fabs(past.between(Moment{} + t, 0) - std::sin(w * t)));
  EXPECT_LT(worst, 0.004);
}

TEST(PastFrames, BeginWithZerosOrWithWhatTheySettleOn) {
  PastFrames past(8, 2);
  const double frame[2] = {1, 2};
  past.add(frame);
  EXPECT_EQ(past.frame(0)[1], 2);
  EXPECT_EQ(past.frame(-1)[1], 0);
  past.settle(1, 5);
  EXPECT_EQ(past.frame(-3)[1], 5);
  EXPECT_EQ(past.frame(-3)[0], 0);
  // The oldest stands for what is older still, the newest for what has not come.
  for (int i = 0; i < 20; ++i) past.add(frame);
  EXPECT_EQ(past.frame(2)[0], 1);
  EXPECT_EQ(past.frame(100)[1], 2);
}

}  // namespace
}  // namespace unguard
