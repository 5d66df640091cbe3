// SPDX-License-Identifier: Apache-2.0
// Truth: bends of least jerk whose angle and speed are known at every instant; the same bends as a live stream has;
// levels written down around edges that have to be found first.
#include "unguard/clinical/angle_record.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "clinical/people.hpp"
#include "unguard/clinical/flexion_relaxation.hpp"
#include "unguard/clinical/movement_start.hpp"
#include "unguard/clinical/time_to_relax.hpp"

namespace unguard {
namespace {

constexpr std::int64_t second = 2000;
ConstBlock block(const std::vector<double>& frames) { return {frames.data(), std::ssize(frames) / 2, 2}; }

// people::bends: four seconds a phase, from 0 to 90 degrees.
TEST(AngleRecord, HasTheAngleAndItsSpeed) {
  const auto frames = people::bends(1, {}, 0, 1).frames();
  const auto angle = angle_record(block(frames), people::format(), 1).take();
  EXPECT_EQ(angle.ticks(), 2000);
  EXPECT_EQ(angle.length, 20);
  double off = 0, fast = 0;
  for (int t = 400; t < 800; ++t) {
    const double u = (t - 399.5) / 400;
    const auto k = static_cast<std::size_t>(t);
    ASSERT_TRUE(angle.good[k]);
    off = std::max(off, std::fabs(angle.degrees[k] - 90 * u * u * u * (10 + u * (6 * u - 15))));
    fast = std::max(fast, std::fabs(angle.speeds[k] - 90.0 / 4 * 30 * u * u * (1 - u) * (1 - u)));
  }
  std::printf("[ MEASURED ] angle off by %.3f deg, speed by %.2f deg/s at most\n", off, fast);
  EXPECT_LE(off, 0.3);
  EXPECT_LE(fast, 0.5);
  EXPECT_FALSE(angle.good[1999]) << "the end of a record has no line through it";
}
TEST(AngleRecord, HasTheBendsThatALiveStreamHas) {
  const auto frames = people::bends(3, {}, 0, 1).frames();
  const auto found = bends_by_angle({.angle = "trunk"}, block(frames), people::format()).take();
  FlexionRelaxation spec;
  spec.phases.angle = "trunk";
  auto live = start(spec, people::format());
  Sink<Bend> sink(10);
  live.process(block(frames), sink);
  ASSERT_EQ(found.size(), 3u);
  ASSERT_EQ(sink.items().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found[i].edges.bending, sink.items()[i].bending.value);
    EXPECT_EQ(found[i].edges.full, sink.items()[i].full.value);
    EXPECT_EQ(found[i].edges.returning, sink.items()[i].returning.value);
    EXPECT_EQ(found[i].edges.end, sink.items()[i].end.value);
  }
}
// Twice as loud in the last 0.3 s of standing, and four times as loud for 2 s behind the return.
TEST(AngleRecord, HasEdgesThatTensionBesideThemIsReadBy) {
  double before = 0, time = 0;
  int count = 0;
  for (std::uint64_t person = 0; person < 10; ++person) {
    auto p = people::bends(3, {2, 30, 2, 60}, 0, 90 + person);
    for (std::size_t i = 0; i < p.emg.size(); ++i) {
      const auto in_bend = static_cast<std::int64_t>(i) % (16 * second);
      if (in_bend < 2 * second && i >= 16 * second) p.emg[i] *= 4;
      if (in_bend >= 4 * second - 600 && in_bend < 4 * second && i < 48 * second) p.emg[i] *= 2;
    }
    const auto frames = p.frames();
    const auto bends = bends_by_angle({.angle = "trunk"}, block(frames), people::format()).take();
    const auto course = power_course_of(block(frames), people::rate);
    ASSERT_EQ(bends.size(), 3u);
    const auto& first = bends[0].edges;
    const auto stiff = stiffening({}, course, 0, first.bending, first.standing).take();
    ASSERT_TRUE(stiff);
    before += stiff->rise_before.value / 10;
    EXPECT_GT(stiff->rise_after.low, 0);
    const auto relaxed = time_to_relax({}, course, 0, first, bends[1].edges.bending).take();
    ASSERT_TRUE(relaxed);
    EXPECT_FALSE(relaxed->censored);
    time += relaxed->time.value;
    ++count;
  }
  std::printf("[ MEASURED ] by edges that were found: rise %.3f of %.3f, time to relax %.2f of 2 s\n", before,
              std::log(2.0), time / count);
  EXPECT_NEAR(before, std::log(2.0), 0.25);
  EXPECT_NEAR(time / count, 2, 0.2);
}

}  // namespace
}  // namespace unguard
