// SPDX-License-Identifier: Apache-2.0
// Truth: movements of least jerk, whose peak speed is 15/8 of the mean one and whose dimensionless jerk is 720/(15/8)^2
// (Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985); the two measures of smoothness on the speed itself; the
// messages.
#include "unguard/clinical/bend_movement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "clinical/people.hpp"

namespace unguard {
namespace {

StreamFormat format() {
  return {.rate = people::rate,
          .channels = Channels(std::vector<Channel>{
              {"trunk", "", {}, "deg"}, {"pelvis", "", {}, "deg"}, {"lumbar", "", {}, "deg"}, {"emg", "", {}, "uV"}})};
}
// Pelvis 0.6 of the trunk. `wobble`: how much of a second movement, four times as fast, is on top of it.
std::vector<double> frames_of(const std::vector<double>& degrees, double noise, double wobble, std::uint64_t seed) {
  RandomStream random(seed, "angles");
  std::vector<double> frames;
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    const double moving = degrees[i] > 0 && degrees[i] < 90 ? 1 : 0;
    const double at =
        degrees[i] + noise * random.normal() +
        wobble * moving * std::sin(static_cast<double>(i) * 2 * 3.14159265358979 * 2 / people::rate.value);
    frames.insert(frames.end(), {at, 0.6 * at, 0.4 * at, 0});
  }
  return frames;
}
struct Measured {
  std::vector<RecordedBend> bends{};
  std::vector<BendMovement> movements{};
};
Measured run(const std::vector<double>& frames) {
  const ConstBlock block{frames.data(), std::ssize(frames) / 4, 4};
  BendPhases phases{.angle = "trunk"};
  Measured all{bends_by_angle(phases, block, format()).take(), {}};
  const auto trunk = angle_record(block, format(), 0).take(), pelvis = angle_record(block, format(), 1).take(),
             lumbar = angle_record(block, format(), 2).take();
  for (const auto& b : all.bends) all.movements.push_back(bend_movement(trunk, b.edges, &pelvis, &lumbar).take());
  return all;
}

TEST(BendMovement, ReadsRangeSpeedDurationAndSmoothness) {
  const auto found = run(frames_of(people::bends(3, {}, 0, 1).degrees, 0.02, 0, 1));
  ASSERT_EQ(found.movements.size(), 3u);
  const double jerk = -std::log(720 / std::pow(15.0 / 8, 2));
  std::vector<double> speed;
  for (int i = 0; i < 400; ++i) {
    const double u = i / 400.0;
    speed.push_back(30 * u * u * (1 - u) * (1 - u));
  }
  const double arc = spectral_arc_length(speed, {100}).take();
  for (const BendMovement& m : found.movements) {
    EXPECT_NEAR(m.upright.value, 0, 0.5);
    EXPECT_NEAR(m.range.value, 90, 0.5);
    EXPECT_NEAR(m.pelvis->value, 54, 0.5);
    EXPECT_NEAR(m.lumbar->value, 36, 0.5);
    EXPECT_NEAR(m.hold.value, 4, 0.3);
    for (const OneMovement* one : {&m.down, &m.up}) {
      std::printf("[ MEASURED ] %.2f s, %.1f deg/s, SPARC %.3f of %.3f, LDLJ %.2f of %.2f\n", one->duration.value,
                  one->peak.value, *one->spectral_arc_length, arc, *one->log_jerk, jerk);
      EXPECT_EQ(one->share, 1);
      EXPECT_NEAR(one->duration.value, 4, 0.2);
      EXPECT_NEAR(one->peak.value, 15.0 / 8 * 90 / 4, 1);
      EXPECT_NEAR(*one->spectral_arc_length, arc, 0.02);
      EXPECT_NEAR(*one->log_jerk, jerk, 0.12);
    }
  }
}
TEST(BendMovement, OfAnAngleWithoutNoiseHasTheJerkOfTheClosedForm) {
  const auto found = run(frames_of(people::bends(1, {}, 0, 1).degrees, 0, 0, 1));
  ASSERT_EQ(found.movements.size(), 1u);
  const double jerk = -std::log(720 / std::pow(15.0 / 8, 2));
  for (const OneMovement* one : {&found.movements[0].down, &found.movements[0].up})
    EXPECT_NEAR(*one->log_jerk, jerk, 0.1);
}
TEST(BendMovement, WobblesAreLessSmooth) {
  const auto degrees = people::bends(1, {}, 0, 1).degrees;
  const auto smooth = run(frames_of(degrees, 0, 0, 1)), shaky = run(frames_of(degrees, 0, 1.5, 1));
  ASSERT_EQ(shaky.movements.size(), 1u);
  EXPECT_LT(*shaky.movements[0].down.spectral_arc_length, *smooth.movements[0].down.spectral_arc_length - 0.2);
  EXPECT_LT(*shaky.movements[0].down.log_jerk, *smooth.movements[0].down.log_jerk - 0.5);
}
TEST(BendMovement, DoesNotTakeAGapForAJerk) {
  auto frames = frames_of(people::bends(1, {}, 0, 1).degrees, 0, 0, 1);
  std::vector<Marks> marks(frames.size(), mark::none);
  for (std::size_t i = 11000; i < 11600; ++i) marks[4 * i] = mark::missing;
  const ConstBlock block{frames.data(), std::ssize(frames) / 4, 4, marks.data()};
  const auto bends = bends_by_angle({.angle = "trunk"}, block, format()).take();
  ASSERT_EQ(bends.size(), 1u);
  EXPECT_TRUE(bends[0].doubts & doubt::angle_gap);
  const auto m = bend_movement(angle_record(block, format(), 0).take(), bends[0].edges).take();
  EXPECT_LT(m.down.share, 1);
  EXPECT_FALSE(m.down.spectral_arc_length || m.down.log_jerk);
  EXPECT_TRUE(m.up.spectral_arc_length && m.up.log_jerk);
  EXPECT_FALSE(m.pelvis || m.lumbar);
}
TEST(BendMovement, RefusesByName) {
  const auto frames = frames_of(people::bends(1, {}, 0, 1).degrees, 0, 0, 1);
  const ConstBlock block{frames.data(), std::ssize(frames) / 4, 4};
  const auto trunk = angle_record(block, format(), 0).take();
  EXPECT_EQ(message(bend_movement(trunk, {.bending = 5, .full = 2, .returning = 8, .end = 9}).fault()),
            "edges is 5 to 9: expected phases in order, within 40000 samples (bend_movement.edges)");
  EXPECT_EQ(message(angle_record(block, format(), 3).fault()),
            "column is 3: expected one of the record's channels in deg (angle_record.column)");
  EXPECT_EQ(message(angle_record(block, format(), 0, {2}).fault()),
            "smoothing is 2 s: expected 0.03 to 1 s (angle_record.smoothing)");
  EXPECT_EQ(message(angle_record({frames.data(), 5, 3}, format(), 0).fault()),
            "record is 3 channels: expected a block of the record's 4 channels (angle_record.record)");
}

}  // namespace
}  // namespace unguard
