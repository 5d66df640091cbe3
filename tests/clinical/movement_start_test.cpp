// SPDX-License-Identifier: Apache-2.0
// Truth: levels written down around a movement's start; how often intervals hold them; the messages.
#include "unguard/clinical/movement_start.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "clinical/written_emg.hpp"

namespace unguard {
namespace {

constexpr std::int64_t second = 2000;

// Stands for 4 s at 3 uV; `before` in the last 0.3 s of it, `after` in the next 0.3 s.
PowerCourse stand_and_go(double before, double after, std::uint64_t seed, double noise = 0, double standing = 3) {
  return written::course(
      5, [=](double t) { return t < 3.7   ? standing
                                : t < 4   ? before
                                : t < 4.3 ? after
                                          : 20.0; }, seed, noise);
}

// n = 300. Standing is off by 2 %, a window of 0.3 s by some 8 %: standard error of the mean 0.5 %.
TEST(MovementStart, ReadsTheRisesAndHowSureTheyAre) {
  int held = 0;
  double before = 0, after = 0;
  constexpr int people = 300;
  for (std::uint64_t i = 0; i < people; ++i) {
    const auto found = stiffening({.noise = {1}}, stand_and_go(4.5, 9, 100 + i, 1), 0, 4 * second, 0).take();
    ASSERT_TRUE(found);
    before += found->rise_before.value / people;
    after += found->rise_after.value / people;
    held += found->rise_before.low <= std::log(1.5) && std::log(1.5) <= found->rise_before.high;
    held += found->rise_after.low <= std::log(3.0) && std::log(3.0) <= found->rise_after.high;
    EXPECT_FALSE(found->at_least);
  }
  std::printf("[ MEASURED ] rise of %.3f read as %.3f, of %.3f as %.3f; %.1f %% of 95 %% intervals hold\n",
              std::log(1.5), before, std::log(3.0), after, 100.0 * held / (2 * people));
  EXPECT_NEAR(before, std::log(1.5), 0.02);
  EXPECT_NEAR(after, std::log(3.0), 0.02);
  EXPECT_GE(held, 2 * people * 92 / 100);
  EXPECT_LE(held, 2 * people * 98 / 100);
}
TEST(MovementStart, FindsNoneWhereNothingRises) {
  int claimed = 0;
  for (std::uint64_t i = 0; i < 300; ++i)
    claimed += stiffening({}, stand_and_go(3, 3, 500 + i), 0, 4 * second, 0).take()->rise_before.low > 0;
  std::printf("[ MEASURED ] a rise before the start where there was none: %d of 300\n", claimed);
  EXPECT_LE(claimed, 20) << "2.5 % each, and the ends of intervals are off by a little";
}
TEST(MovementStart, SaysWhereItCannotTell) {
  const auto course = stand_and_go(4, 9, 1);
  EXPECT_FALSE(stiffening({}, course, 0, second, 0).take()) << "half a second of standing";
  EXPECT_FALSE(stiffening({}, course, 0, 5 * second, 0).take()) << "nothing behind it";
  EXPECT_TRUE(stiffening({}, course, 0, 4 * second, 2 * second).take());
  const auto silent = stiffening({.noise = {1}}, stand_and_go(3, 9, 2, 1, 0), 0, 4 * second, 0).take();
  ASSERT_TRUE(silent);
  EXPECT_TRUE(silent->at_least);
  EXPECT_EQ(silent->standing.level.value, 0.5);
}
TEST(MovementStart, RefusesByName) {
  EXPECT_EQ(message(stiffening({.before = {0}}, stand_and_go(3, 3, 1), 0, 4 * second, 0).fault()),
            "before is 0 s: expected 0.05 to 5 s (MovementStart.before)");
}

}  // namespace
}  // namespace unguard
