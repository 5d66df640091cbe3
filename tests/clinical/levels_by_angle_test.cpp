// SPDX-License-Identifier: Apache-2.0
// Truth: white noise whose level is a known function of the angle; a person whose next bend is louder in a range of
// angles; any cut, a saved state, a reset; the messages.
#include "unguard/clinical/levels_by_angle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "clinical/bend_measures.hpp"
#include "clinical/people.hpp"
#include "unguard/clinical/guarding_index.hpp"
#include "unguard/clinical/guarding_profiler.hpp"

namespace unguard {
namespace {

// uV, on the way down and up.
double level(bool down, double degrees) { return down ? 10 + 0.2 * degrees : 30 - 0.15 * degrees; }

// Bends of one muscle from `upright` to 90 degrees further, 16 s each, of which those in `guarded` are 1.5 times as
// loud from 35 to 75 degrees. Frames of the muscle and the angle; noise of the electrode added.
std::vector<double> bends(int count, const std::vector<int>& guarded, double noise, std::uint64_t seed,
                          double upright = 0, double gains = 0.1) {
  RandomStream random(seed, "bends");
  people::Person person;
  const auto go_on = [&](double from, double to, bool down, double factor) {
    const auto rms = [=](double at) {
      return from == to ? 3.0 : level(down, at) * (at >= 35 && at < 75 ? factor : 1.0);
    };
    person.go_on(from, to, 4, rms, noise, random);
  };
  for (int i = 0; i < count; ++i) {
    const bool is = std::find(guarded.begin(), guarded.end(), i + 1) != guarded.end();
    // Bends differ, all angles alike and each for itself.
    const double gain = std::exp(gains * random.normal()), factor = is ? 1.5 : 1.0;
    const std::size_t first = person.emg.size();
    go_on(0, 0, true, 1);
    go_on(0, 90, true, factor);
    go_on(90, 90, true, 1);
    go_on(90, 0, false, factor);
    for (std::size_t k = first; k < person.emg.size(); ++k) person.emg[k] *= gain;
  }
  go_on(0, 0, true, 1);
  for (double& degrees : person.degrees) degrees += upright;
  return person.frames();
}
LevelsByAngle by_trunk(double noise = 0) {
  LevelsByAngle spec{.bins = {.first = {5}, .width = {10}, .count = 8}, .noise = {Microvolts{noise}}};
  spec.phases.angle = "trunk";
  return spec;
}
std::vector<BendByAngle> run(const LevelsByAngle& spec, const std::vector<double>& frames,
                             const std::vector<Marks>& marks = {}) {
  return bend_measures::run(spec, frames, people::format(), marks);
}

// The mean level of a range is near that in its middle; 0.25 s and more of white noise at 2 kHz, 9 bends: SD 1.1 %.
TEST(LevelsByAngle, AreThoseOfEachRangeWhereverThePersonStood) {
  for (const double upright : {0.0, -12.0}) {
    const auto found = run(by_trunk(4), bends(9, {}, 4, 3, upright, 0));
    ASSERT_EQ(found.size(), 9u);
    double worst = 0;
    for (const bool down : {true, false})
      for (int k = 0; k < 8; ++k) {
        double mean = 0;
        for (const auto& b : found) {
          const auto& bin = b.at(down ? BendWay::flexing : BendWay::extending, k);
          ASSERT_TRUE(bin.known());
          mean += bin.log / 9;
        }
        worst = std::max(worst, std::fabs(mean - std::log(level(down, 10 + 10 * k))));
      }
    for (const auto& b : found) {
      EXPECT_EQ(b.doubts, doubt::none);
      EXPECT_NEAR(b.deepest.value, 90, 0.5);
      EXPECT_NEAR(b.upright.value, upright, 0.5);
    }
    std::printf("[ MEASURED ] levels by angle off by %.1f %% at most\n", 100 * worst);
    EXPECT_LE(worst, 0.05);
  }
}
// From good bends to the bend that is not.
TEST(LevelsByAngle, TellTheGuardedBendsOfARecord) {
  int found = 0, missed = 0, wrong = 0;
  for (std::uint64_t person = 0; person < 10; ++person) {
    const auto all = run(by_trunk(1), bends(10, {7, 9}, 1, 50 + person));
    ASSERT_EQ(all.size(), 10u);
    const auto profile = profile_guarding({}, std::span(all).first(5), 1, "white").take();
    for (int i = 5; i < 10; ++i) {
      const auto g = guarding_index(profile, all[static_cast<std::size_t>(i)]);
      ASSERT_TRUE(g.judged());
      EXPECT_EQ(g.share, 1);
      const bool guarded = i == 6 || i == 8;
      (guarded ? (g.rise.z > 2 ? found : missed) : wrong) += guarded || g.rise.z > 2;
      if (!guarded) continue;
      EXPECT_NEAR(g.rise.from.value, 35, 10.1);
      EXPECT_NEAR(g.rise.to.value, 75, 10.1);
    }
  }
  std::printf("[ MEASURED ] of 20 guarded bends %d found, of 30 good ones %d called so\n", found, wrong);
  EXPECT_EQ(found, 20);
  EXPECT_EQ(missed, 0);
  EXPECT_LE(wrong, 3);
}
TEST(LevelsByAngle, TellTheBendUnderWay) {
  const auto frames = bends(6, {6}, 1, 7);
  const auto all = run(by_trunk(1), frames);
  const auto profile = profile_guarding({}, std::span(all).first(5), 1, "white").take();
  auto live = start(by_trunk(1), people::format());
  Sink<BendByAngle> sink(10);
  const auto until = [&](double seconds) {
    const std::int64_t at = live.position().value, n = static_cast<std::int64_t>(seconds * 2000) - at;
    live.process({frames.data() + 2 * at, n, 2}, sink);
    return guarding_index(profile, live.so_far(0));
  };
  EXPECT_EQ(until(82).why, NotJudged::no_bend) << "standing";
  double share = 0;
  for (const double seconds : {86.4, 87.0, 88.5, 93.0, 94.0, 95.0}) {
    const auto g = until(seconds);
    if (!g.judged()) continue;
    EXPECT_GE(g.share, share) << seconds;
    share = g.share;
  }
  EXPECT_GE(share, 0.7);
  const auto before_it_ends = until(95.5);
  EXPECT_GT(before_it_ends.rise.z, 2);
  until(99.5);
  ASSERT_EQ(sink.items().size(), 6u);
  EXPECT_EQ(sink.items()[5], all[5]);
  EXPECT_EQ(guarding_index(profile, sink.items()[5]), guarding_index(profile, all[5]));
}
TEST(LevelsByAngle, LeaveOutWhatIsMarkedAndSayWhereTheAngleIsMissing) {
  auto frames = bends(1, {}, 0, 9);
  std::vector<Marks> marks(frames.size(), mark::none);
  const auto clean = run(by_trunk(), frames);
  for (std::size_t i = 0; i < frames.size() / 2; ++i)
    if (i % 200 < 50) {
      frames[2 * i] += 500;
      marks[2 * i] = mark::heart;
    }
  const auto found = run(by_trunk(), frames, marks);
  ASSERT_EQ(found.size(), 1u);
  for (int k = 0; k < 8; ++k)
    EXPECT_NEAR(found[0].at(BendWay::flexing, k).log, clean[0].at(BendWay::flexing, k).log, 0.15) << k;
  EXPECT_TRUE(found[0].reasons & mark::heart);
  std::fill(marks.begin(), marks.end(), mark::none);
  for (std::size_t i = 11000; i < 11600; ++i) marks[2 * i + 1] = mark::missing;
  const auto gap = run(by_trunk(), frames, marks);
  ASSERT_EQ(gap.size(), 1u);
  EXPECT_TRUE(gap[0].doubts & doubt::angle_gap);
}

TEST(LevelsByAngle, AreTheSameHoweverTheStreamIsCut) {
  const auto frames = bends(2, {}, 1, 8);
  EXPECT_EQ(run(by_trunk(1), frames).size(), 2u);
  bend_measures::are_the_same_however_cut(by_trunk(1), by_trunk(2), frames, people::format());
}
TEST(LevelsByAngle, RefuseByName) {
  const auto refusal = [](const LevelsByAngle& spec, int muscles = 1) {
    return message(try_start(spec, people::format(muscles)).fault());
  };
  LevelsByAngle spec = by_trunk();
  spec.noise = {Microvolts{1}, Microvolts{2}, Microvolts{3}};
  EXPECT_EQ(refusal(spec, 2),
            "noise is 3 values: expected none, one for all muscles, or one for each of 2 (LevelsByAngle.noise)");
  spec = by_trunk();
  spec.bins.count = 40;
  EXPECT_EQ(refusal(spec), "count is 40: expected 1 to 32 (AngleBins.count)");
  EXPECT_EQ(refusal(by_trunk(), 0),
            "channels is the angle alone: expected at least one channel of EMG (StreamFormat.channels)");
}

}  // namespace
}  // namespace unguard
