// SPDX-License-Identifier: Apache-2.0
// Truth: worked by hand.
#include "unguard/detect/crossing_run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace unguard {
namespace {

struct Said {
  std::int64_t at;
  OnsetSays says;
  std::int64_t onset, offset;
  friend bool operator==(const Said&, const Said&) = default;
};
// '#' is above.
std::vector<Said> run(CrossingTimes times, const std::string& course) {
  CrossingRun run(times);
  std::vector<Said> all;
  for (std::size_t i = 0; i < course.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const OnsetChange change = run.step(course[i] == '#', at);
    if (change.says != OnsetSays::nothing) all.push_back({at, change.says, change.onset, change.offset});
  }
  return all;
}

TEST(CrossingRun, EntersAndLeavesWhenItHasBeenThereForLongEnough) {
  // By hand: the third in a row above is sample 7, the second in a row below is sample 12.
  const auto all = run({.enter_for = 3, .leave_for = 2}, "..##.###.##..#");
  EXPECT_EQ(all, (std::vector<Said>{{7, OnsetSays::on, 5, 0}, {12, OnsetSays::off, 5, 11}}));
}
TEST(CrossingRun, DropOutsDoNotInterruptTheCount) {
  // By hand: one below is a drop-out, two are an interruption.
  const auto all = run({.enter_for = 4, .drop_out = 1, .leave_for = 2}, "##..##.##.#..");
  EXPECT_EQ(all, (std::vector<Said>{{8, OnsetSays::on, 4, 0}, {12, OnsetSays::off, 4, 11}}));
}
TEST(CrossingRun, SetsBackAndCancelsWhatIsTooShort) {
  // By hand: from 1 to 4, three samples, of which four were asked for; and from 8 to 14.
  const auto all = run({.onset_back = 1, .offset_back = 1, .shortest = 4}, "..###....######.");
  EXPECT_EQ(all, (std::vector<Said>{{2, OnsetSays::on, 1, 0},
                                    {5, OnsetSays::cancelled, 1, 4},
                                    {9, OnsetSays::on, 8, 0},
                                    {15, OnsetSays::off, 8, 14}}));
}
TEST(CrossingRun, GoesOnWithTheTimesOfAnother) {
  // By hand: three below end it where two did not.
  CrossingRun first({.leave_for = 5}), second({.leave_for = 3});
  first.step(true, 0);
  first.step(false, 1);
  first.step(false, 2);
  second.adopt(first);
  EXPECT_TRUE(second.active());
  EXPECT_EQ(second.step(false, 3).says, OnsetSays::off);
}

}  // namespace
}  // namespace unguard
