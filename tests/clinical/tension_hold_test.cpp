// SPDX-License-Identifier: Apache-2.0
// Truth: levels written down, judged by hand; the messages.
#include "unguard/clinical/tension_hold.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/core/state.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{10};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// 6.4 to 10 uV for 1 s, slips of 0.2 s, within 5 s.
const TensionHold spec{.target = 8, .band = 0.25, .hold = {1}, .slip = {0.2}, .patience = {5}};

HoldState fed(TensionHoldJudge& judge, double level, int samples) {
  for (int i = 0; i < samples; ++i) judge.add(level);
  return judge.state();
}

TEST(TensionHold, IsHeldAfterItsTimeWithinTheBand) {
  auto judge = try_start(spec, rate).take();
  EXPECT_EQ(judge.state(), HoldState::waiting);
  EXPECT_EQ(fed(judge, 5, 10), HoldState::waiting);
  EXPECT_EQ(fed(judge, 6.4, 5), HoldState::holding);
  EXPECT_EQ(fed(judge, 10, 4), HoldState::holding);
  EXPECT_DOUBLE_EQ(judge.inside().value, 0.9);
  EXPECT_EQ(fed(judge, 8, 1), HoldState::held);
  EXPECT_DOUBLE_EQ(judge.produced(), std::sqrt((5 * 6.4 * 6.4 + 4 * 100 + 64) / 10));
  EXPECT_EQ(fed(judge, 50, 100), HoldState::held) << "stays so";
}
TEST(TensionHold, ForgivesASlipButNotMore) {
  auto judge = try_start(spec, rate).take();
  fed(judge, 8, 8);
  EXPECT_EQ(fed(judge, 12, 2), HoldState::holding);
  EXPECT_EQ(fed(judge, 8, 1), HoldState::holding) << "the slip does not count";
  EXPECT_EQ(fed(judge, nan, 3), HoldState::waiting) << "what has no value is outside";
  EXPECT_EQ(judge.produced(), 0);
  EXPECT_EQ(fed(judge, 8, 9), HoldState::holding);
  EXPECT_EQ(fed(judge, 8, 1), HoldState::held);
}
TEST(TensionHold, FailsWhenPatienceEnds) {
  auto judge = try_start(spec, rate).take();
  EXPECT_EQ(fed(judge, 5, 41), HoldState::waiting);
  EXPECT_EQ(fed(judge, 8, 8), HoldState::holding);
  EXPECT_EQ(fed(judge, 8, 1), HoldState::failed) << "9 of 10 samples at 5 s";
  EXPECT_EQ(fed(judge, 8, 20), HoldState::failed);
  judge.reset();
  fed(judge, 5, 40);
  EXPECT_EQ(fed(judge, 8, 10), HoldState::held) << "just in time";
  EXPECT_DOUBLE_EQ(judge.seen().value, 5);
}
TEST(TensionHold, GoesOnFromASavedStateAndResetsToFresh) {
  std::vector<double> levels;
  RandomStream random(83, "levels");
  for (int i = 0; i < 49; ++i) levels.push_back(8 + 2 * random.normal());
  for (std::size_t stop = 0; stop <= levels.size(); ++stop) {
    auto whole = try_start(spec, rate).take(), first = whole, other = whole;
    for (const double l : levels) whole.add(l);
    for (std::size_t i = 0; i < stop; ++i) first.add(levels[i]);
    ASSERT_EQ(load_state(other, save_state(first, 1), 1), Status::ok);
    for (std::size_t i = stop; i < levels.size(); ++i) other.add(levels[i]);
    EXPECT_EQ(other.state(), whole.state());
    EXPECT_EQ(other.produced(), whole.produced());
    EXPECT_EQ(other.seen().value, whole.seen().value);
    first.reset();
    auto fresh = try_start(spec, rate).take();
    EXPECT_EQ(save_state(first, 1), save_state(fresh, 1));
  }
}
TEST(TensionHold, RefusesByName) {
  EXPECT_EQ(message(try_start(TensionHold{.hold = {30}}, rate).fault()),
            "hold is 30 s: expected no longer than patience, 20 s (TensionHold.hold)");
  EXPECT_EQ(message(try_start(TensionHold{.target = 0}, rate).fault()),
            "target is 0: expected a finite number above 0 (TensionHold.target)");
  EXPECT_EQ(message(try_start(TensionHold{}, {0}).fault()),
            "fs is 0 Hz: expected a finite number above 0 Hz (TensionHold.fs)");
}

}  // namespace
}  // namespace unguard
