// SPDX-License-Identifier: Apache-2.0
// Truth: trials by hand; people whose slope, bias and spread are known, and how often intervals hold them; areas of
// normal distributions; the messages.
#include "unguard/clinical/tension_discrimination.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "clinical/written_emg.hpp"
#include "unguard/core/random.hpp"

namespace unguard {
namespace {

// Each target so often: ln produced = mean + slope (ln target - mean) + bias, give or take `spread`.
std::vector<TensionTrial> person(double slope, double bias, double spread, int trials, RandomStream& random) {
  const TensionDiscrimination spec;
  double mean = 0;
  for (const double t : spec.targets) mean += std::log(t) / 4;
  std::vector<TensionTrial> all;
  for (int i = 0; i < trials; ++i)
    for (const double t : spec.targets)
      all.push_back({t, std::exp(mean + slope * (std::log(t) - mean) + bias + spread * random.normal())});
  return all;
}

TEST(TensionDiscrimination, IsWhatItIsByHand) {
  // 4 as 2 and 8, 8 as 4 and 16: off by a factor of 2 either way, and nothing else.
  const auto found =
      tension_discrimination(std::vector<TensionTrial>{{4, 2}, {4, 8}, {8, 4}, {8, 16}}, {.targets = {4, 8}}).take();
  EXPECT_NEAR(found.slope.value, 1, 1e-12);
  EXPECT_NEAR(found.bias.value, 0, 1e-12);
  EXPECT_NEAR(found.spread, std::sqrt(2.0) * std::log(2), 1e-12);
  ASSERT_EQ(found.targets.size(), 2u);
  EXPECT_NEAR(found.targets[0].produced, 4, 1e-12);
  EXPECT_NEAR(found.targets[0].error.high, 4.302652729911275 * std::log(2), 1e-9) << "t(2) times spread / sqrt 2";
  ASSERT_EQ(found.neighbours.size(), 1u);
  EXPECT_EQ(found.neighbours[0].area.value, 0.75) << "16 above both, 4 above 2 alone";
  EXPECT_NEAR(found.neighbours[0].d_prime.value, (1 - 3.0 / 7) / std::sqrt(2.0), 1e-12);
}
TEST(TensionDiscrimination, ReadsSlopeBiasAndWhetherLevelsDiffer) {
  for (const int trials : {3, 6}) {
    for (const double slope : {0.6, 1.0, 1.5}) {
      constexpr int people = 500;
      const double bias = 0.2, spread = 0.25;
      double slopes = 0, biases = 0, primes = 0;
      int slopes_held = 0, biases_held = 0, primes_held = 0, areas_held = 0;
      const double apart = slope * std::log(12.0 / 8) / spread, area = 0.5 * std::erfc(-apart / 2);
      for (int i = 0; i < people; ++i) {
        RandomStream random(71, "person", i);
        const auto found = tension_discrimination(person(slope, bias, spread, trials, random)).take();
        const auto holds = [](const Estimate& e, double truth) { return e.low <= truth && truth <= e.high; };
        slopes += found.slope.value / people;
        biases += found.bias.value / people;
        primes += found.neighbours[1].d_prime.value / people;
        slopes_held += holds(found.slope, slope);
        biases_held += holds(found.bias, bias);
        primes_held += holds(found.neighbours[1].d_prime, apart);
        areas_held += holds(found.neighbours[1].area, area);
      }
      std::printf(
          "[ MEASURED ] %d trials a level: slope %.2f as %.2f, bias %.2f as %.2f, d' %.2f as %.2f; intervals hold: "
          "slope %.1f %%, bias %.1f %%, d' %.1f %%, area %.1f %%\n",
          trials, slope, slopes, bias, biases, apart, primes, slopes_held / 5.0, biases_held / 5.0, primes_held / 5.0,
          areas_held / 5.0);
      EXPECT_NEAR(slopes, slope, 0.05);
      EXPECT_NEAR(biases, bias, 0.02);
      EXPECT_NEAR(primes, apart, 0.15);
      // 95 % of 500, less 3.3 deviations.
      EXPECT_GE(slopes_held, 459);
      EXPECT_GE(biases_held, 459);
      EXPECT_GE(primes_held, 459);
      EXPECT_GE(areas_held, 450);
    }
  }
}
// 8 uV in the middle of 4 s, and looking for it before; the electrode's noise is taken off.
TEST(TensionDiscrimination, TakesTheMiddleOfAHold) {
  const auto course = written::course(
      4, [](double t) { return t < 1   ? 20.0
                               : t < 3 ? 8.0
                                       : 1.0; }, 1, 2);
  const PhaseLevel found = held_level(course, 0, 0, 8000, {2});
  EXPECT_NEAR(found.level.value, 8, 0.5) << "2 s of it";
  EXPECT_EQ(found.share, 1);
  EXPECT_FALSE(held_level(course, 0, 16000, 20000).known());
}
TEST(TensionDiscrimination, DoesNotKnowTheOrderOfTrialsNorTheUnit) {
  RandomStream random(73, "person");
  auto trials = person(0.7, 0.1, 0.2, 3, random);
  const auto found = tension_discrimination(trials).take();
  std::reverse(trials.begin(), trials.end());
  EXPECT_NEAR(tension_discrimination(trials).take().slope.value, found.slope.value, 1e-12);
  for (auto& t : trials) {
    t.target *= 10;
    t.produced *= 10;
  }
  const auto other = tension_discrimination(trials, {.targets = {40, 80, 120, 160}}).take();
  EXPECT_NEAR(other.slope.value, found.slope.value, 1e-12);
  EXPECT_NEAR(other.bias.value, found.bias.value, 1e-12);
  EXPECT_EQ(other.neighbours[0].area.value, found.neighbours[0].area.value);
}
TEST(TensionDiscrimination, AreaStaysBetweenNothingAndAll) {
  using tension_detail::area_interval;
  const auto all = area_interval(1, 3, 3), none = area_interval(0, 3, 3);
  EXPECT_EQ(all.high, 1);
  EXPECT_LT(all.low, 0.75);
  EXPECT_GT(all.low, 0.3);
  EXPECT_NEAR(none.high, 1 - all.low, 1e-9);
  EXPECT_LT(area_interval(0.5, 3, 3).low, 0.2);
  EXPECT_GT(area_interval(1, 30, 30).low, 0.9);
}
TEST(TensionDiscrimination, RefusesByName) {
  RandomStream random(79, "person");
  const auto trials = person(1, 0, 0.2, 2, random);
  const auto refusal = [](std::vector<TensionTrial> t, TensionDiscrimination spec = {}) {
    return message(tension_discrimination(t, spec).fault());
  };
  auto some = trials;
  some.pop_back();
  EXPECT_EQ(refusal(some), "trials is 1 of 16: expected at least 2 of each level (TensionDiscrimination.trials)");
  some = trials;
  some[3].target = 5;
  EXPECT_EQ(refusal(some),
            "trials is a target of 5 in trial 3: expected one of [4, 8, 12, 16] (TensionDiscrimination.trials)");
  some = trials;
  some[1].produced = 0;
  EXPECT_EQ(refusal(some),
            "trials is 0 produced in trial 1: expected finite levels above 0 (TensionDiscrimination.trials)");
  EXPECT_EQ(refusal(trials, {.targets = {4, 4}}),
            "targets is [4, 4]: expected two levels or more that ascend (TensionDiscrimination.targets)");
}

}  // namespace
}  // namespace unguard
