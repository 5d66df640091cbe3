// SPDX-License-Identifier: Apache-2.0
// Truth: levels drawn from known means and spreads, whose bins hang together as little or as much as may be; a mean and
// a spread by hand; white noise of known levels in a whole record; the messages.
#include "unguard/clinical/guarding_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "unguard/clinical/guarding_profiler.hpp"
#include "unguard/core/random.hpp"

namespace unguard {
namespace {

constexpr AngleBins nine{.first = {5}, .width = {10}, .count = 9};
constexpr double spread = 0.15;

// How the bends of somebody differ: `shared` of the variance all bins together, the rest with `neighbours` in common.
struct Manner {
  double shared = 0, neighbours = 0;
};
constexpr std::array<Manner, 6> manners{{{0, 0}, {0, 0.6}, {0.5, 0}, {0.5, 0.6}, {1, 0}, {0.9, 0.9}}};

struct Drawn {
  RandomStream random;
  Manner manner;

  Drawn(std::uint64_t seed, Manner m, int person) : random(seed, "person", person), manner(m) {}
  static double mean(BendWay way, int bin) { return 2.5 + (way == BendWay::extending) + 0.1 * bin - 0.01 * bin * bin; }

  // `factor` from bin `from` to before `to`, down and up or only down.
  BendByAngle bend(std::int64_t number, double factor = 1, int from = 0, int to = 0, bool up = true) {
    BendByAngle b{.number = number, .end = {1}, .bins = nine};
    const double all = std::sqrt(manner.shared) * random.normal(), own = std::sqrt(1 - manner.shared);
    for (const BendWay way : {BendWay::flexing, BendWay::extending}) {
      double rest = random.normal();
      for (int k = 0; k < nine.count; ++k) {
        if (k > 0)
          rest = manner.neighbours * rest + std::sqrt(1 - manner.neighbours * manner.neighbours) * random.normal();
        const bool guarded = k >= from && k < to && (up || way == BendWay::flexing);
        b.levels[BendByAngle::index(way, k)] = {
            mean(way, k) + spread * (all + own * rest) + (guarded ? std::log(factor) : 0), 40, false};
      }
    }
    return b;
  }
  GuardingProfile profile(int trials) {
    std::vector<BendByAngle> good;
    for (int i = 0; i < trials; ++i) good.push_back(bend(i + 1));
    return profile_guarding({}, good, 1, "drawn").take();
  }
};
double true_index(const BendByAngle& b) {
  double sum = 0;
  for (const BendWay way : {BendWay::flexing, BendWay::extending})
    for (int k = 0; k < nine.count; ++k) sum += (b.at(way, k).log - Drawn::mean(way, k)) / spread;
  return sum / (2 * nine.count);
}

// Good bends: how often each number says otherwise. 200 people with 5 new bends each, for each manner and number of
// trials; and whether the index is what it would be if means and spreads were known.
TEST(GuardingIndex, IsUnbiasedAndRarelyFindsGoodBendsUnusual) {
  for (const int trials : {3, 5, 10}) {
    double beyond_all = 0, risen_all = 0;
    for (const Manner& m : manners) {
      int beyond = 0, risen = 0, held = 0, sure = 0;
      double bias = 0;
      for (int p = 0; p < 200; ++p) {
        Drawn person(31, m, p);
        const auto profile = person.profile(trials);
        for (int i = 0; i < 5; ++i) {
          const auto b = person.bend(100 + i);
          const auto g = guarding_index(profile, b);
          ASSERT_TRUE(g.judged());
          beyond += std::fabs(g.unusual) > 2;
          risen += g.rise.z > 2;
          sure += g.low > 2 || g.high < -2;
          held += g.low <= true_index(b) && true_index(b) <= g.high;
          bias += (g.value - true_index(b)) / 1000;
        }
      }
      std::printf(
          "[ MEASURED ] %2d trials, shared %.1f, neighbours %.1f: of good bends %.1f %% beyond 2, %.1f %% with their "
          "whole interval, %.1f %% with a stretch; bias %+.3f, %.1f %% of intervals hold\n",
          trials, m.shared, m.neighbours, beyond / 10.0, sure / 10.0, risen / 10.0, bias, held / 10.0);
      beyond_all += beyond / 60.0;
      risen_all += risen / 60.0;
      EXPECT_LE(beyond, 80);
      EXPECT_LE(risen, 80);
      EXPECT_LE(sure, 10);
      EXPECT_GE(held, 920);
      // Means of so few trials are off by a spread over their root, in 200 people: 3.3 deviations.
      EXPECT_NEAR(bias, 0, 3.3 / std::sqrt(200.0 * trials));
    }
    EXPECT_LE(beyond_all, 5.0) << trials;
    EXPECT_LE(risen_all, 5.0) << trials;
  }
}
// 1.5 times as loud over 40 degrees.
TEST(GuardingIndex, FindsBendsThatAreLouderInARange) {
  for (const int trials : {3, 5, 10}) {
    double found_all = 0;
    for (const Manner& m : manners) {
      int found = 0, only_down = 0, whole = 0, where = 0;
      double value = 0, truth = 0;
      for (int p = 0; p < 200; ++p) {
        Drawn person(37, m, p);
        const auto profile = person.profile(trials);
        const auto b = person.bend(100, 1.5, 2, 6);
        const auto g = guarding_index(profile, b);
        found += g.rise.z > 2;
        where += g.rise.z > 2 && g.rise.from < Degrees{65} && Degrees{25} < g.rise.to;
        value += g.value / 200;
        truth += true_index(b) / 200;
        only_down += guarding_index(profile, person.bend(100, 1.5, 2, 6, false)).rise.z > 2;
        const auto all = guarding_index(profile, person.bend(101, 1.5, 0, 9));
        whole += all.rise.z > 2 || all.unusual > 2;
      }
      std::printf(
          "[ MEASURED ] %2d trials, shared %.1f, neighbours %.1f: 1.5 times over 40 deg found in %.1f %%, on the way "
          "down alone in %.1f %%, over the whole bend in %.1f %%; index %.2f of %.2f\n",
          trials, m.shared, m.neighbours, found / 2.0, only_down / 2.0, whole / 2.0, value, truth);
      found_all += found / 12.0;
      EXPECT_EQ(where, found);
      EXPECT_GE(found, trials >= 5 ? 180 : 150);
      EXPECT_NEAR(value, truth, 0.1 * truth + 3.3 / std::sqrt(200.0 * trials));
    }
    EXPECT_GE(found_all, trials >= 5 ? 95.0 : 90.0) << trials;
  }
}

// A table of others: means 3, spreads 0.5, of 1000 people who differ as a whole.
GuardingProfile table() {
  GuardingProfile t{.bins = {.first = {0}, .width = {20}, .count = 2}, .bends = 1000, .how = "a table"};
  t.means = {3, 3, 3, 3};
  t.spreads = {0.5, 0.5, 0.5, 0.5};
  t.trials = {1000, 1000, 1000, 1000};
  t.shared = {1};
  t.neighbours = {0};
  t.freedom = {999};
  return t;
}
BendByAngle written(std::vector<double> logs) {
  BendByAngle b{.number = 1, .end = {1}, .bins = table().bins};
  for (std::size_t i = 0; i < logs.size(); ++i)
    if (!std::isnan(logs[i]))
      b.levels[BendByAngle::index(i < 2 ? BendWay::flexing : BendWay::extending, static_cast<int>(i % 2))] = {
          logs[i], 10, false};
  return b;
}
TEST(GuardingIndex, IsTheMeanOfZByHand) {
  ASSERT_FALSE(refuse_guarding_profile(table()));
  const auto g = guarding_index(table(), written({3.5, 4, 3.5, 3}));
  ASSERT_TRUE(g.judged());
  EXPECT_NEAR(g.value, (1 + 2 + 1 + 0) / 4.0, 1e-3) << "Hedges' factor is 1 - 3/3995";
  EXPECT_NEAR(g.worst_z, 2, 2e-3);
  EXPECT_EQ(g.worst_way, BendWay::flexing);
  EXPECT_EQ(g.worst_angle, Degrees{30});
  EXPECT_EQ(g.bins, 4);
  EXPECT_EQ(g.share, 1);
  EXPECT_NEAR(g.unusual, 1, 5e-3) << "all bins together: as one";
  EXPECT_LT(g.high - g.low, 0.2);
  const auto shallow = guarding_index(table(), written({3.5, std::nan(""), 3.5, 3.5}));
  EXPECT_NEAR(shallow.value, 1, 1e-3);
  EXPECT_EQ(shallow.share, 0.75) << "judged where it was";
}
TEST(GuardingIndex, SaysWhyABendIsNotJudged) {
  const auto why = [](const GuardingProfile& p, BendByAngle b) { return guarding_index(p, b).why; };
  BendByAngle b = written({3, 3, 3, 3});
  EXPECT_EQ(why(table(), b), NotJudged::judged);
  EXPECT_EQ(why({}, b), NotJudged::no_profile);
  EXPECT_EQ(why(table(), {}), NotJudged::no_bend);
  b.doubts = doubt::angle_gap;
  EXPECT_EQ(why(table(), b), NotJudged::angle_gap);
  for (const Doubts doubts : {doubt::not_upright, doubt::angle_stuck}) {
    b.doubts = doubts;
    EXPECT_EQ(why(table(), b), NotJudged::no_angle);
  }
  b = written({3, 3, 3, 3});
  b.channel = 1;
  EXPECT_EQ(why(table(), b), NotJudged::no_profile);
  b = written({3, 3, 3, 3});
  b.bins.width = {10};
  EXPECT_EQ(why(table(), b), NotJudged::other_bins);
  const double none = std::nan("");
  const auto shallow = guarding_index(table(), written({3, none, 3, none}));
  EXPECT_EQ(shallow.why, NotJudged::little_range);
  EXPECT_EQ(shallow.share, 0.5);
  EXPECT_EQ(to_text(shallow.why), "not enough range");
}
// Wallace's approximation against the finite sums of the distribution.
TEST(GuardingIndex, ReadsStudentsTAsNormalDeviations) {
  using namespace guarding_detail;
  for (const int degrees : {2, 3, 4, 10, 100, 1000})
    for (const double z : {0.5, 1.0, 2.0, 3.0}) {
      const double exact = student_quantile(std::erf(z / std::sqrt(2.0)), degrees);
      EXPECT_NEAR(normal_of_student(exact, degrees), z, z > 2 ? 0.11 : 0.032) << degrees << " " << z;
      EXPECT_LT(normal_of_student(exact, degrees), z + 0.02);
      EXPECT_NEAR(student_of_normal(normal_of_student(exact, degrees), degrees), exact, 1e-9 * exact);
      EXPECT_EQ(normal_of_student(-exact, degrees), -normal_of_student(exact, degrees));
    }
  EXPECT_NEAR(among(3, 1), 3, 1e-9);
  EXPECT_NEAR(0.5 * std::erfc(among(3, 10) / std::sqrt(2.0)), 5 * std::erfc(3 / std::sqrt(2.0)), 1e-12);
  EXPECT_EQ(among(1, 10), 0);
}

TEST(GuardingProfiler, TakesABendOutOfItsOwnReference) {
  Drawn person(41, {0.5, 0.6}, 1);
  std::vector<BendByAngle> good;
  for (int i = 0; i < 5; ++i) good.push_back(person.bend(i + 1));
  for (const auto& b : good) {
    std::vector<BendByAngle> others;
    for (const auto& o : good)
      if (o.number != b.number) others.push_back(o);
    EXPECT_EQ(profile_guarding({}, good, 1, "x", b.number).take(), profile_guarding({}, others, 1, "x").take());
  }
  EXPECT_EQ(profile_guarding({}, good, 1, "20-450 Hz").take().how, "20-450 Hz; 5 good bends");
}
// Means by hand; and a spread that is that of all bins where bins are alike.
TEST(GuardingProfiler, PoolsTheSpreadsOfItsBins) {
  std::vector<BendByAngle> good;
  for (int i = 0; i < 3; ++i) {
    good.push_back(written({1.0 + i, 2.0 + i, 3.0 + i, 4.0 + i}));
    good.back().number = i + 1;
  }
  const auto p = profile_guarding({}, good, 1, "x").take();
  EXPECT_EQ(p.means, (std::vector<double>{2, 3, 4, 5}));
  EXPECT_EQ(p.trials, (std::vector<int>{3, 3, 3, 3}));
  for (const double s : p.spreads) EXPECT_NEAR(s, 1, 1e-12);
  EXPECT_NEAR(p.shared[0], (2 * 1 + 2 * 0.6) / 4, 1e-12) << "all rise together, drawn by two bends";
  EXPECT_FALSE(refuse_guarding_profile(p));
}
TEST(GuardingProfiler, RefusesByName) {
  Drawn person(43, {}, 1);
  std::vector<BendByAngle> good;
  for (int i = 0; i < 3; ++i) good.push_back(person.bend(i + 1));
  const auto refusal = [](const std::vector<BendByAngle>& bends, GuardingProfiler spec = {}, int channels = 1) {
    return message(profile_guarding(spec, bends, channels, "x").fault());
  };
  EXPECT_EQ(refusal({good[0], good[1]}),
            "trials is 2 good bends in channel 0: expected at least 3 (GuardingProfiler.trials)");
  EXPECT_EQ(refusal(good, {}, 2), "trials is 0 good bends in channel 1: expected at least 3 (GuardingProfiler.trials)");
  EXPECT_EQ(refusal(good, {.fewest_trials = 2}),
            "fewest_trials is 2: expected 3 to 1000 (GuardingProfiler.fewest_trials)");
  auto bends = good;
  bends[1].doubts = doubt::angle_gap;
  EXPECT_EQ(refusal(bends), "trials is 2 good bends in channel 0: expected at least 3 (GuardingProfiler.trials)");
  bends = good;
  for (auto& b : bends)
    for (std::size_t k = 1; k < b.levels.size(); ++k) b.levels[k] = {};
  EXPECT_EQ(refusal(bends),
            "trials is 1 ranges of angle that enough bends went through in channel 0: expected at least 3 "
            "(GuardingProfiler.trials)");
  bends = good;
  bends[2].bins.count = 5;
  EXPECT_EQ(refusal(bends),
            "trials is bend 3 with other ranges of angle: expected bends with the same ones (GuardingProfiler.trials)");
  bends = good;
  bends[2].channel = 4;
  EXPECT_EQ(refusal(bends), "trials is bend 3 of channel 4: expected channels 0 to 0 (GuardingProfiler.trials)");
}
TEST(GuardingProfile, RefusesByName) {
  const auto refusal = [](auto change) {
    GuardingProfile p = table();
    change(p);
    return message(*refuse_guarding_profile(p));
  };
  EXPECT_EQ(refusal([](auto& p) { p.means.pop_back(); }),
            "means is 3 numbers: expected 4, two a bin and channel (GuardingProfile.means)");
  EXPECT_EQ(refusal([](auto& p) { p.freedom = {}; }),
            "freedom is 0 numbers: expected 1, one a channel (GuardingProfile.freedom)");
  EXPECT_EQ(refusal([](auto& p) { p.trials[1] = 1; }),
            "trials is 1 where there is a spread: expected at least 2 (GuardingProfile.trials)");
  EXPECT_EQ(refusal([](auto& p) { p.bends = 1; }),
            "bends is 1: expected at least 2, or 0 where there is no profile (GuardingProfile.bends)");
  EXPECT_EQ(refusal([](auto& p) { p.spreads[0] = -1; }),
            "spreads is [-1, 0.5, 0.5, 0.5]: expected every value to be a finite number of at least 0 "
            "(GuardingProfile.spreads)");
  EXPECT_FALSE(refuse_guarding_profile({}));
}

}  // namespace
}  // namespace unguard
