// SPDX-License-Identifier: Apache-2.0
// Truth: levels that fall at once, evenly or exponentially, whose crossing is known; the messages.
#include "unguard/clinical/time_to_relax.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "clinical/written_emg.hpp"

namespace unguard {
namespace {

constexpr std::int64_t second = 2000;
// Stands for 5 s, bends for 10, and stands again from 15 s on.
constexpr BendEdges edges{
    .standing = 0, .bending = 5 * second, .full = 8 * second, .returning = 11 * second, .end = 15 * second};

// `after(seconds since)` in uV.
template <class After>
PowerCourse course_with(After after, std::uint64_t seed, double seconds = 20, double noise = 0) {
  return written::course(
      15 + seconds, [=](double t) { return t < 5    ? 3.0
                                           : t < 15 ? 30.0
                                                    : after(t - 15); }, seed, noise);
}
Relaxing run(const PowerCourse& course, const TimeToRelax& spec = {}) {
  const auto found = time_to_relax(spec, course, 0, edges, course.end() * course.length()).take();
  EXPECT_TRUE(found);
  return found.value_or(Relaxing{});
}

// Back at 1.25 times standing, 60 people each.
TEST(TimeToRelax, IsWithinATenth) {
  struct Way {
    const char* how;
    double truth;
    double (*level)(double, double);
  };
  const Way ways[] = {
      {"at once", 2, [](double t, double truth) { return t < truth ? 9.0 : 3.0; }},
      {"at once", 5, [](double t, double truth) { return t < truth ? 9.0 : 3.0; }},
      {"evenly", 3, [](double t, double truth) { return std::max(3.0, 12 - (12 - 3.75) * t / truth); }},
      {"exponentially", 2, [](double t, double truth) { return 3 + 9 * std::exp(-t * std::log(12.0) / truth); }},
      {"exponentially", 5, [](double t, double truth) { return 3 + 9 * std::exp(-t * std::log(12.0) / truth); }},
      {"exponentially", 10, [](double t, double truth) { return 3 + 9 * std::exp(-t * std::log(12.0) / truth); }},
  };
  for (const Way& way : ways) {
    std::vector<double> off;
    double mean = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
      const auto found =
          run(course_with([&](double t) { return way.level(t, way.truth); }, 200 + i, 20, 1), {.noise = {1}});
      EXPECT_FALSE(found.censored);
      off.push_back(std::fabs(found.time.value / way.truth - 1));
      mean += (found.time.value / way.truth - 1) / 60;
    }
    std::sort(off.begin(), off.end());
    std::printf("[ MEASURED ] %s within %g s: off by %.1f %% in the median, %.1f %% at 90 %%, on average %+.1f %%\n",
                way.how, way.truth, 100 * off[30], 100 * off[54], 100 * mean);
    EXPECT_LE(off[30], 0.1) << way.how << " " << way.truth;
  }
}
TEST(TimeToRelax, IsCensoredWhereItNeverComesBack) {
  const auto never = run(course_with([](double) { return 6.0; }, 1));
  EXPECT_TRUE(never.censored);
  EXPECT_DOUBLE_EQ(never.time.value, 20);
  const auto course = course_with([](double t) { return t < 5 ? 9.0 : 3.0; }, 2);
  const auto next = time_to_relax({}, course, 0, edges, 20 * second + second / 2).take();
  ASSERT_TRUE(next);
  EXPECT_TRUE(next->censored) << "not for a second";
  EXPECT_DOUBLE_EQ(next->time.value, 5.5);
}
TEST(TimeToRelax, CountsARestThatIsNotHeldAsNone) {
  const auto found = run(course_with([](double t) { return t < 2 ? 9.0 : t < 2.6 ? 3.0 : t < 4 ? 9.0 : 3.0; }, 3));
  EXPECT_NEAR(found.time.value, 4, 0.15);
  // What comes behind a rest that was held is another matter.
  EXPECT_NEAR(run(course_with([](double t) { return t < 2 ? 9.0 : t < 5 ? 3.0 : 9.0; }, 4)).time.value, 2, 0.15);
}
TEST(TimeToRelax, IsNothingWhereSomebodyNeverTensed) {
  EXPECT_LE(run(course_with([](double) { return 2.5; }, 5)).time.value, 0.05);
  EXPECT_NEAR(run(course_with([](double t) { return t < 3 ? 9.0 : 4.0; }, 6), {.level = {5}}).time.value, 3, 0.15)
      << "of a level that was given";
}
// A muscle that never lets go, and an electrode that is off for longer than a rest has to be held.
TEST(TimeToRelax, TakesLostContactForNoRest) {
  const auto marked = [](auto level, double from, double to) {
    std::vector<double> x = written::emg(35, level, 8);
    std::vector<Marks> marks(x.size(), mark::none);
    std::fill(marks.begin() + static_cast<std::int64_t>(from * second),
              marks.begin() + static_cast<std::int64_t>(to * second), mark::lead_off);
    return run(power_course_of({x.data(), std::ssize(x), 1, marks.data()}, written::rate));
  };
  const auto never = marked([](double t) { return t < 5 ? 3.0 : 40.0; }, 16.5, 17.6);
  EXPECT_TRUE(never.censored);
  EXPECT_DOUBLE_EQ(never.time.value, 20);
  const auto at_four = [](double t) { return t < 5 ? 3.0 : t < 19 ? 40.0 : 3.0; };
  const auto before = marked(at_four, 16.5, 17.6);
  EXPECT_FALSE(before.censored) << "the gap lies before it lets go";
  EXPECT_NEAR(before.time.value, 4, 0.15);
  const auto within = marked(at_four, 18.5, 20);
  EXPECT_TRUE(within.censored) << "when in the gap, nobody saw";
  EXPECT_NEAR(within.time.value, 3.5, 0.05);
  EXPECT_FALSE(marked(at_four, 19.1, 19.2).censored) << "a heartbeat";
}
// Rest of 20 s before standing: what the muscle does there is not what it comes back to.
TEST(TimeToRelax, ComesBackToStandingAndNotToRestBeforeIt) {
  const auto course = written::course(
      50, [](double t) { return t < 20   ? 1.0
                                : t < 24 ? 3.0
                                : t < 34 ? 30.0
                                         : 3.0; }, 9);
  const BendEdges after_rest{
      .standing = 0, .bending = 24 * second, .full = 27 * second, .returning = 30 * second, .end = 34 * second};
  const auto found = time_to_relax({}, course, 0, after_rest, 50 * second).take();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->censored);
  EXPECT_NEAR(found->target.value, 3.75, 0.3);
}
TEST(TimeToRelax, SaysNothingWithoutStanding) {
  const auto course = course_with([](double) { return 3.0; }, 7);
  BendEdges at_once = edges;
  at_once.standing = 4 * second;
  EXPECT_FALSE(time_to_relax({}, course, 0, at_once, 30 * second).take());
  EXPECT_EQ(message(time_to_relax({.held = {0}}, course, 0, edges, 30 * second).fault()),
            "held is 0 s: expected 0.1 to 60 s (TimeToRelax.held)");
}

}  // namespace
}  // namespace unguard
