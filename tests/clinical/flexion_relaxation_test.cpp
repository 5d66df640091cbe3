// SPDX-License-Identifier: Apache-2.0
// Truth: white noise of a known level in each phase of bends whose angle is known; simulated trunk EMG for where it
// falls silent; the rules of the header; and what the messages have to name.
#include "unguard/clinical/flexion_relaxation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "clinical/bend_measures.hpp"
#include "clinical/people.hpp"
#include "clinical/simulated.hpp"
#include "unguard/simulate/scenario.hpp"

namespace unguard {
namespace {

using people::Levels;
using people::Person;

FlexionRelaxation by_trunk(double noise = -1) {
  FlexionRelaxation spec;
  spec.phases.angle = "trunk";
  if (noise >= 0) spec.noise = {Microvolts{noise}};
  return spec;
}
std::vector<Bend> run(const FlexionRelaxation& spec, const Person& person, const std::vector<Marks>& marks = {}) {
  return bend_measures::run(spec, person.frames(), people::format(), marks);
}

TEST(FlexionRelaxation, ReadsTheLevelsOfEveryPhase) {
  const Levels truth{3, 30, 5, 60};
  const auto bends = run(by_trunk(1), people::bends(3, truth, 1, 1));
  ASSERT_EQ(bends.size(), 3u);
  for (const Bend& b : bends) {
    EXPECT_NEAR(b.standing.level.value, truth.standing, 0.1 * truth.standing) << b.number;
    EXPECT_NEAR(b.flexing.level.value, truth.flexing, 0.1 * truth.flexing);
    EXPECT_NEAR(b.flexed.level.value, truth.flexed, 0.1 * truth.flexed);
    EXPECT_NEAR(b.extending.level.value, truth.extending, 0.1 * truth.extending);
    EXPECT_NEAR(b.upright.value, 0, 0.5);
    EXPECT_NEAR(b.deepest.value, 90, 0.5);
    EXPECT_EQ(b.doubts, doubt::none);
    EXPECT_TRUE(b.silent) << "5 of 60 is less than a tenth";
  }
}

// The median error of people with 4 bends each, and how often the interval holds the truth.
TEST(FlexionRelaxation, ReadsTheRatiosOfPeople) {
  for (const BendRatio which : {BendRatio::extension_relaxation, BendRatio::flexion_relaxation, BendRatio::relaxation,
                                BendRatio::standing_full, BendRatio::flexion_extension}) {
    std::vector<double> off;
    int held = 0;
    double sum = 0;
    constexpr int people = 60;
    for (int i = 0; i < people; ++i) {
      RandomStream random(700, "levels", i);
      const Levels truth{random.uniform(2, 6), random.uniform(15, 40), random.uniform(2, 15), random.uniform(30, 80)};
      const auto bends = run(by_trunk(2), people::bends(4, truth, 2, 800 + i));
      const auto found = ratio(bends, which);
      ASSERT_TRUE(found && found->bends == 4);
      Bend exact;
      for (auto [to, level] : {std::pair{&exact.standing, truth.standing},
                               {&exact.flexing, truth.flexing},
                               {&exact.flexed, truth.flexed},
                               {&exact.extending, truth.extending}})
        *to = {{level}, 0, 1, false};
      const double wanted = ratio(exact, which)->value, error = std::log(found->value / wanted);
      off.push_back(std::fabs(error));
      sum += error;
      held += found->low <= wanted && wanted <= found->high;
    }
    std::sort(off.begin(), off.end());
    const auto name = to_text(which);
    std::printf("[ MEASURED ] %s: median error %.1f %%, mean %+.1f %%, %d of %d intervals hold\n", name.c_str(),
                100 * off[people / 2], 100 * sum / people, held, people);
    EXPECT_LE(off[people / 2], 0.05) << name;
    EXPECT_NEAR(sum / people, 0, 0.02) << name;
    EXPECT_GE(held, 50) << name;
  }
}

// 30 uV over 2 uV is 15; with 1 uV of noise and 3 uV of what beats like a heart, 8.
TEST(FlexionRelaxation, IsEightInsteadOfFifteenWhereNothingIsTakenOff) {
  const Person person = people::bends(4, {2, 30, 2, 60}, std::sqrt(1.0 + 9.0), 3);
  EXPECT_NEAR(ratio(run(by_trunk(), person), BendRatio::flexion_relaxation)->value, 8.0, 0.5);
  EXPECT_NEAR(ratio(run(by_trunk(std::sqrt(10.0)), person), BendRatio::flexion_relaxation)->value, 15.0, 2.5);
  EXPECT_TRUE(run(by_trunk(), person)[0].doubts & doubt::noise_unknown);
}

TEST(FlexionRelaxation, SaysAtLeastWhereNothingIsLeft) {
  const auto bends = run(by_trunk(1), people::bends(2, {2, 30, 0, 60}, 1, 4));
  for (const Bend& b : bends) {
    EXPECT_TRUE(b.flexed.at_floor);
    EXPECT_EQ(b.flexed.level.value, 0.5);
    EXPECT_TRUE(ratio(b, BendRatio::extension_relaxation)->at_least);
    EXPECT_FALSE(ratio(b, BendRatio::flexion_extension)->at_least);
  }
  EXPECT_TRUE(ratio(bends, BendRatio::extension_relaxation)->at_least);
  EXPECT_NEAR(ratio(bends, BendRatio::extension_relaxation)->value, 120, 12);
}

// Chance makes the largest of many windows larger than the muscle was.
TEST(FlexionRelaxation, ReadsTheStrongestSecondWithoutWhatChanceAdds) {
  FlexionRelaxation published = by_trunk(0);
  published.as_published = true;
  // As narrow as trunk EMG: so few independent values a second.
  double ours = 0, theirs = 0;
  constexpr int people = 20;
  for (int i = 0; i < people; ++i) {
    Person person = people::bends(4, {2, 30, 5, 30}, 0, 900 + i);
    const std::vector<double> white = person.emg;
    for (std::size_t k = 20; k < white.size(); ++k) {
      double mean = 0;
      for (std::size_t j = 0; j < 20; ++j) mean += white[k - j];
      person.emg[k] = mean / std::sqrt(20.0);
    }
    ours += std::log(ratio(run(by_trunk(0), person), BendRatio::flexion_relaxation)->value / 6) / people;
    theirs += std::log(ratio(run(published, person), BendRatio::flexion_relaxation)->value / 6) / people;
  }
  std::printf("[ MEASURED ] FRR too large by %.1f %%, as published by %.1f %%\n", 100 * ours, 100 * theirs);
  EXPECT_NEAR(ours, 0, 0.02);
  EXPECT_GT(theirs, 0.05);
}

TEST(FlexionRelaxation, LeavesOutWhatIsMarked) {
  Person person = people::bends(1, {2, 30, 2, 60}, 0, 5);
  std::vector<Marks> marks(2 * person.emg.size(), mark::none);
  // A quarter of every second is a heart of 500 uV.
  for (std::size_t i = 0; i < person.emg.size(); ++i)
    if (i % 2000 < 500) {
      person.emg[i] += 500;
      marks[2 * i] = mark::heart;
    }
  const auto bends = run(by_trunk(0), person, marks);
  ASSERT_EQ(bends.size(), 1u);
  EXPECT_NEAR(bends[0].flexed.level.value, 2, 0.2);
  EXPECT_NEAR(bends[0].flexed.share, 0.75, 0.04) << "3.5 s of it";
  EXPECT_TRUE(bends[0].reasons & mark::heart);
  EXPECT_EQ(bends[0].doubts, doubt::none);
  for (std::size_t i = 0; i < person.emg.size(); ++i)
    if (i % 2000 < 1500) marks[2 * i] = mark::lead_off;
  const Bend lost = run(by_trunk(0), person, marks)[0];
  EXPECT_TRUE(lost.doubts & doubt::not_believed);
  EXPECT_FALSE(lost.silent);
  EXPECT_FALSE(ratio(lost, BendRatio::extension_relaxation));
}

// Contact is lost for most of the hold: what is left of it is quiet, and says nothing of the muscle.
TEST(FlexionRelaxation, IsNotSilentWhereContactWasLost) {
  Person person = people::bends(1, {2, 30, 25, 30}, 0, 5);
  std::vector<Marks> marks(2 * person.emg.size(), mark::none);
  for (std::size_t i = 8 * 2000; i < 12 * 2000; ++i) {
    person.emg[i] *= 0.01;
    if (i < 11 * 2000) marks[2 * i] = mark::lead_off;
  }
  const Bend bend = run(by_trunk(0), person, marks).at(0);
  EXPECT_TRUE(bend.flexed.known());
  EXPECT_TRUE(bend.doubts & doubt::not_believed);
  EXPECT_FALSE(bend.silent || bend.has_silence);
  EXPECT_FALSE(ratio(bend, BendRatio::extension_relaxation));
  EXPECT_TRUE(ratio(bend, BendRatio::flexion_extension));
}

TEST(FlexionRelaxation, SaysAtMostWhereWhatIsOverIsAtTheFloor) {
  const Bend bend = run(by_trunk(0), people::bends(1, {0.1, 30, 10, 60}, 0, 5)).at(0);
  const auto standing = ratio(bend, BendRatio::standing_full);
  ASSERT_TRUE(standing);
  EXPECT_TRUE(standing->at_most && !standing->at_least);
  EXPECT_EQ(standing->low, 0);
  EXPECT_GT(standing->value, 0.01) << "0.1 of 10";
  EXPECT_TRUE(std::isfinite(standing->high));
}

// An angle that counts the other way makes standing of what hangs.
TEST(FlexionRelaxation, DoubtsAnAngleThatCountsTheOtherWay) {
  Person person = people::bends(3, {2, 30, 10, 60}, 0, 5);
  for (double& degrees : person.degrees) degrees = -degrees;
  const auto bends = run(by_trunk(0), person);
  EXPECT_FALSE(bends.empty());
  for (const Bend& b : bends) EXPECT_TRUE(b.doubts & doubt::not_upright) << b.number;
}

// Nobody stands bent by 92 degrees.
TEST(FlexionRelaxation, DoubtsAnAngleOfSomebodyWhoStandsBent) {
  Person person = people::bends(3, {2, 30, 10, 60}, 0, 5);
  for (double& degrees : person.degrees) degrees += 92;
  const auto bends = run(by_trunk(0), person);
  EXPECT_EQ(bends.size(), 3u);
  for (const Bend& b : bends) EXPECT_TRUE(b.doubts & doubt::not_upright) << b.number;
}

// A sensor whose range ends before the back's does: what it calls the hold is movement.
TEST(FlexionRelaxation, DoubtsAnAngleThatStopsDead) {
  for (const double end : {45.0, 60.0, 75.0, 85.0})
    for (const double step : {0.0, 0.1, 1.0}) {
      Person person = people::bends(3, {2, 30, 10, 60}, 0, 5);
      for (double& degrees : person.degrees) {
        degrees = std::min(degrees, end);
        if (step > 0) degrees = step * std::round(degrees / step);
      }
      const auto bends = run(by_trunk(0), person);
      ASSERT_EQ(bends.size(), 3u);
      for (const Bend& b : bends) EXPECT_TRUE(b.doubts & doubt::angle_stuck) << end << " by " << step;
    }
  // At the other end, it cannot tell when somebody stands.
  Person person = people::bends(3, {2, 30, 10, 60}, 0, 5);
  for (double& degrees : person.degrees) degrees = std::max(degrees, 10.0);
  for (const Bend& b : run(by_trunk(0), person)) EXPECT_TRUE(b.doubts & doubt::angle_stuck) << b.number;
}
// Coarse steps repeat values too, and so does a trunk without a sensor's noise.
TEST(FlexionRelaxation, TakesNoCoarseAngleForOneThatIsStuck) {
  for (const double step : {0.01, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0})
    for (const double deepest : {60.0, 88.4, 90.0, 91.3, 92.4})
      for (const double noise : {0.0, 0.05, 0.3}) {
        Person person = people::bends(3, {2, 30, 10, 60}, 0, 5, deepest);
        RandomStream random(3, "angle");
        for (double& degrees : person.degrees) degrees = step * std::round((degrees + noise * random.normal()) / step);
        for (const Bend& b : run(by_trunk(0), person))
          EXPECT_FALSE(b.doubts & doubt::angle_stuck) << step << ", " << deepest << ", " << noise;
      }
}

// Ten seconds of rest before standing are not how somebody stands.
TEST(FlexionRelaxation, TakesNoRestForStanding) {
  const Person person = people::bends(1, {3, 30, 5, 60}, 0, 5);
  Person rested;
  RandomStream random(4, "rest");
  rested.go_on(
      0, 0, 20, [](double) { return 0.7; }, 0, random);
  rested.emg.insert(rested.emg.end(), person.emg.begin(), person.emg.end());
  rested.degrees.insert(rested.degrees.end(), person.degrees.begin(), person.degrees.end());
  EXPECT_NEAR(run(by_trunk(0), rested).at(0).standing.level.value, 3, 0.2);
}

// Half a second and more without an angle: nobody knows what the bend was, but that there was one.
TEST(FlexionRelaxation, CountsTheBendsThatGapsInTheAngleCutOff) {
  const Person person = people::bends(4, {2, 30, 10, 60}, 0, 5);
  // Bend k stands from 16 k s, bends from + 4, hangs from + 8, returns from + 12.
  const auto lost = [&](std::vector<std::pair<double, double>> gaps) {
    std::vector<Marks> marks(2 * person.emg.size(), mark::none);
    for (const auto& [from, to] : gaps)
      for (auto i = static_cast<std::size_t>(from * 2000); i < static_cast<std::size_t>(to * 2000); ++i)
        marks[2 * i + 1] = mark::missing;
    auto live = start(by_trunk(0), people::format());
    Sink<Bend> sink(100);
    const auto frames = person.frames();
    live.process({frames.data(), std::ssize(person.emg), 2, marks.data()}, sink);
    live.finish(sink);
    return std::pair{sink.items().size(), live.lost()};
  };
  using P = std::pair<std::size_t, std::int64_t>;
  EXPECT_EQ(lost({}), (P{4, 0}));
  EXPECT_EQ(lost({{25, 25.75}, {41, 41.75}}), (P{2, 2})) << "in two holds";
  EXPECT_EQ(lost({{22, 23}}), (P{3, 1})) << "on the way down";
  EXPECT_EQ(lost({{29, 31}}), (P{3, 1})) << "on the way up";
  EXPECT_EQ(lost({{19, 26}}), (P{3, 1})) << "from standing into the hold";
  EXPECT_EQ(lost({{17, 18}}), (P{4, 0})) << "in standing";
  EXPECT_EQ(lost({{25, 25.7}, {26.5, 27.5}}), (P{3, 1})) << "twice in one";
}
// A short one is bridged, and said, wherever in the bend it lies.
TEST(FlexionRelaxation, SaysThatAShortGapWasBridged) {
  const Person person = people::bends(1, {2, 30, 10, 60}, 0, 5);
  for (const double at : {5.5, 9.5, 13.5}) {
    std::vector<Marks> marks(2 * person.emg.size(), mark::none);
    for (auto i = static_cast<std::size_t>(at * 2000); i < static_cast<std::size_t>((at + 0.3) * 2000); ++i)
      marks[2 * i + 1] = mark::missing;
    EXPECT_TRUE(run(by_trunk(0), person, marks).at(0).doubts & doubt::angle_gap) << at;
  }
}

// A sensor that counts from 0 to 360, and sways about 0.
TEST(FlexionRelaxation, TakesNoLeapOfASensorForABend) {
  const Person person = people::bends(3, {2, 30, 10, 60}, 0, 5);
  Person turning = person;
  RandomStream random(1, "sway");
  for (std::size_t i = 0; i < person.degrees.size(); ++i)
    turning.degrees[i] = std::fmod(person.degrees[i] + 0.3 * random.normal() + 360, 360);
  const auto bends = run(by_trunk(0), turning);
  ASSERT_EQ(bends.size(), 3u);
  for (const Bend& b : bends) {
    EXPECT_NEAR(b.upright.value, 0, 0.5);
    EXPECT_NEAR(b.deepest.value, 90, 0.5);
    EXPECT_EQ(b.doubts, doubt::none);
  }
}

// Where a slow movement ended is less sure: none of it may be taken for the hold.
TEST(FlexionRelaxation, ReadsSlowBends) {
  for (const double seconds : {4.0, 10.0, 13.0, 18.0}) {
    Person person;
    RandomStream random(2, "slow");
    const auto go_on = [&](double from, double to, double length, double level) {
      const auto n = static_cast<std::size_t>(length * people::rate.value);
      for (std::size_t i = 0; i < n; ++i) {
        const double u = static_cast<double>(i) / static_cast<double>(n);
        person.degrees.push_back(people::least_jerk(from, to, u) + 0.05 * random.normal());
        person.emg.push_back(level * random.normal());
      }
    };
    for (int i = 0; i < 2; ++i) {
      go_on(0, 0, 4, 3);
      go_on(0, 60, seconds, 30);
      go_on(60, 60, 6, 3);
      go_on(60, 0, seconds, 60);
    }
    go_on(0, 0, 4, 3);
    const auto bends = run(by_trunk(0), person);
    ASSERT_EQ(bends.size(), 2u) << seconds;
    std::printf("[ MEASURED ] %g s: ERR %.1f of 20\n", seconds, ratio(bends, BendRatio::extension_relaxation)->value);
    for (const Bend& b : bends) EXPECT_EQ((b.doubts & doubt::too_slow) != 0, seconds > 15) << seconds;
    if (seconds < 15) {
      EXPECT_NEAR(ratio(bends, BendRatio::extension_relaxation)->value, 20, 3) << seconds;
    }
  }
}

TEST(FlexionRelaxation, TellsTheBendUnderWay) {
  const Person person = people::bends(1, {2, 30, 3, 60}, 0, 6);
  const auto frames = person.frames();
  auto live = start(by_trunk(0), people::format());
  Sink<Bend> sink(4);
  const auto until = [&](double seconds) {
    const auto n = static_cast<std::int64_t>(seconds * people::rate.value) - live.position().value;
    EXPECT_EQ(live.process({frames.data() + 2 * live.position().value, n, 2}, sink).frames, n);
    return live.so_far(0);
  };
  EXPECT_FALSE(until(3).flexing.known()) << "standing";
  EXPECT_NEAR(until(7.5).flexing.level.value, 30, 4);
  EXPECT_FALSE(live.so_far(0).flexed.known());
  EXPECT_NEAR(until(11).flexed.level.value, 3, 0.4);
  EXPECT_NEAR(ratio(live.so_far(0), BendRatio::flexion_relaxation)->value, 10, 1.5);
  EXPECT_FALSE(live.so_far(0).extending.known());
  EXPECT_NEAR(until(15.5).extending.level.value, 60, 8);
  EXPECT_TRUE(sink.items().empty());
  until(19.9);
  ASSERT_EQ(sink.items().size(), 1u);
  EXPECT_EQ(sink.items()[0].number, 1);
  EXPECT_EQ(live.so_far(0).number, 2);
}

TEST(FlexionRelaxation, DoesNotGuessAtAHoldThatWasNone) {
  Person person;
  const Person whole = people::bends(1, {2, 30, 3, 60}, 0, 7);
  for (std::size_t i = 0; i < whole.emg.size(); ++i)
    if (i < 8 * 2000 || i >= 12 * 2000) {
      person.emg.push_back(whole.emg[i]);
      person.degrees.push_back(whole.degrees[i]);
    }
  const auto bends = run(by_trunk(0), person);
  ASSERT_EQ(bends.size(), 1u);
  EXPECT_TRUE(bends[0].doubts & doubt::no_hold);
  EXPECT_FALSE(bends[0].flexed.known());
  EXPECT_FALSE(ratio(bends[0], BendRatio::extension_relaxation));
  EXPECT_TRUE(ratio(bends[0], BendRatio::flexion_extension));
  EXPECT_FALSE(ratio(bends, BendRatio::extension_relaxation));
}

// Trunk EMG that falls silent at a known angle, at 20 people.
TEST(FlexionRelaxation, FindsWhereABackFallsSilent) {
  std::vector<double> off;
  int silent = 0, all = 0;
  for (int i = 0; i < 20; ++i) {
    Paraspinal spec = scenario("healthy", {78}, 40 + i);
    spec.bending.rest = {5};
    const SimulatedRecord simulated(spec);
    std::vector<double> frames;
    for (std::size_t k = 0; k < simulated.degrees.size(); ++k) {
      frames.insert(frames.end(), &simulated.emg[4 * k], &simulated.emg[4 * k] + 4);
      frames.push_back(simulated.degrees[k]);
    }
    for (const Bend& b : bend_measures::run(by_trunk(0.5), frames, people::format(4))) {
      ++all;
      silent += b.has_silence;
      const auto truth = std::find_if(
          simulated.truth.silences.begin(), simulated.truth.silences.end(),
          [&](const TrueSilence& t) { return t.channel == b.channel && b.bending < t.onset && t.offset < b.end; });
      ASSERT_NE(truth, simulated.truth.silences.end());
      if (!b.has_silence) continue;
      off.push_back(std::fabs((b.silence_from - truth->onset_angle).value));
      off.push_back(std::fabs((b.silence_to - truth->offset_angle).value));
    }
  }
  std::sort(off.begin(), off.end());
  std::printf("[ MEASURED ] silent in %d of %d, angles off by %.2f deg in the median, 95 %% within %.2f\n", silent, all,
              off[off.size() / 2], off[off.size() * 19 / 20]);
  EXPECT_EQ(silent, all);
  EXPECT_GE(all, 200);
  EXPECT_LE(off[off.size() * 19 / 20], 3.0);
}

TEST(FlexionRelaxation, IsTheSameHoweverTheStreamIsCut) {
  const Person person = people::bends(2, {3, 30, 4, 60}, 1, 8);
  EXPECT_EQ(run(by_trunk(1), person).size(), 2u);
  bend_measures::are_the_same_however_cut(by_trunk(1), by_trunk(2), person.frames(), people::format());
}

TEST(FlexionRelaxation, RefusesByName) {
  const auto refusal = [](const FlexionRelaxation& spec, const StreamFormat& format) {
    return message(try_start(spec, format).fault());
  };
  FlexionRelaxation spec = by_trunk();
  spec.noise = {Microvolts{1}, Microvolts{2}, Microvolts{3}};
  EXPECT_EQ(refusal(spec, people::format(2)),
            "noise is 3 values: expected none, one for all muscles, or one for each of 2 (FlexionRelaxation.noise)");
  spec.noise = {Microvolts{1}, Microvolts{-2}};
  EXPECT_EQ(refusal(spec, people::format(2)),
            "noise is [1 uV, -2 uV]: expected every value to be a finite number of at least 0 uV "
            "(FlexionRelaxation.noise)");
  EXPECT_EQ(refusal(by_trunk(), people::format(0)),
            "channels is the angle alone: expected at least one channel of EMG (StreamFormat.channels)");
  spec = by_trunk();
  spec.silence_share = 2;
  EXPECT_EQ(refusal(spec, people::format()),
            "silence_share is 2: expected 0.01 to 1 (FlexionRelaxation.silence_share)");
  StreamFormat other = people::format(2);
  other.channels = Channels(std::vector<Channel>{{"a", "", {}, "mV"}, {"trunk", "", {}, "deg"}});
  EXPECT_EQ(refusal(by_trunk(), other), "channels is \"a\" in mV: expected EMG in uV (StreamFormat.channels)");
}

}  // namespace
}  // namespace unguard
