// SPDX-License-Identifier: Apache-2.0
// Truth: a straight line, which two ends tell exactly.
#include "unguard/denoise/both_ends.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace unguard {
namespace {

constexpr int delay = 40;

// What comes out of two channels, of which the first is a line and bears these marks, with a wrong value wherever it
// bears any; the second stays as it is.
std::vector<double> through(const std::vector<Marks>& marks, BothEnds& ends) {
  std::vector<double> out;
  const auto value = [&](std::int64_t i, int c) {
    if (c == 1) return -7.0;
    return marks[static_cast<std::size_t>(i)] ? 1e6 : 2.0 * static_cast<double>(i) + 5;
  };
  for (std::int64_t now = 0; now < static_cast<std::int64_t>(marks.size()); ++now) {
    const Marks frame[] = {marks[static_cast<std::size_t>(now)], mark::none};
    ends.take(now % 7 || frame[0] ? frame : nullptr, now);
    if (now < delay) continue;
    double y[] = {value(now - delay, 0), value(now - delay, 1)};
    ends.run(y, now - delay, now, value);
    EXPECT_EQ(y[1], -7);
    out.push_back(y[0]);
  }
  return out;
}
std::vector<Marks> gap(int from, int to, Marks what = mark::gap) {
  std::vector<Marks> marks(300);
  std::fill(marks.begin() + from, marks.begin() + to, what);
  return marks;
}

TEST(BothEnds, AreJoinedByALine) {
  BothEnds ends(2, delay);
  auto marks = gap(100, 120);
  for (int i = 123; i < 125; ++i) marks[static_cast<std::size_t>(i)] = mark::gap | mark::non_finite;
  marks[200] = mark::gap;
  const auto out = through(marks, ends);
  for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], 2.0 * static_cast<double>(i) + 5, 1e-9) << i;
  // As just made.
  ends.reset();
  EXPECT_EQ(through(marks, ends), out);
}
TEST(BothEnds, StayWhereTheFirstOneWasUntilThereIsAnother) {
  for (const bool lost : {false, true}) {
    auto marks = gap(100, 150);
    // Longer than it waits; or lost for good.
    for (int i = 120; lost && i < 150; ++i) marks[static_cast<std::size_t>(i)] = mark::missing;
    BothEnds ends(2, delay);
    const auto out = through(marks, ends);
    for (std::size_t i = 100; i < (lost ? 120 : 150); ++i) ASSERT_EQ(out[i], 203) << i;
    for (std::size_t i = 120; lost && i < 150; ++i) ASSERT_EQ(out[i], 1e6) << i;
    for (std::size_t i = 150; i < out.size(); ++i) ASSERT_EQ(out[i], 2.0 * static_cast<double>(i) + 5) << i;
  }
}
// Each channel has gaps of its own.
TEST(BothEnds, AreThoseOfTheirChannel) {
  BothEnds ends(2, delay);
  const auto value = [](std::int64_t i, int c) { return c == 0 ? 2.0 * static_cast<double>(i) : 7.0; };
  for (std::int64_t now = 0; now < 300; ++now) {
    const Marks frame[] = {now >= 100 && now < 110 ? mark::gap : mark::none,
                           now >= 105 && now < 120 ? mark::gap : mark::none};
    ends.take(frame, now);
    if (now < delay) continue;
    const std::int64_t out = now - delay;
    double y[] = {value(out, 0), 7};
    if (out >= 100 && out < 110) y[0] = 1e6;
    if (out >= 105 && out < 120) y[1] = 1e6;
    ends.run(y, out, now, value);
    ASSERT_NEAR(y[0], value(out, 0), 1e-9) << out;
    ASSERT_NEAR(y[1], 7, 1e-9) << out;
  }
}
// What is wrong and has not been bridged is somebody else's.
TEST(BothEnds, LeaveAloneWhatIsNotBridged) {
  BothEnds ends(2, delay);
  const auto out = through(gap(100, 110, mark::jump), ends);
  for (std::size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], i >= 100 && i < 110 ? 1e6 : 2.0 * static_cast<double>(i) + 5) << i;
}

}  // namespace
}  // namespace unguard
