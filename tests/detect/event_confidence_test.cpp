// SPDX-License-Identifier: Apache-2.0
// Truth: Bayes' rule on two kinds of events whose evidence has a known density, in closed form.
#include "unguard/detect/event_confidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace unguard {
namespace {

constexpr double rate = 2000, log_alarms = -3.5, decay = 0.8;
EventConfidence told(double an_hour) { return {an_hour / (3600 * rate), log_alarms, decay}; }
// False alarms an hour with that evidence or more.
double false_alarms(double evidence) { return 3600 * rate * std::exp(log_alarms - decay * evidence); }
double odds(double chance) { return chance / (1 - chance); }

// Truth: the share of the expected among them and the false alarms, for an overshoot of a nat; and e times the odds a
// nat.
TEST(EventConfidence, OfWhatOpensIsTheShareOfTheExpectedAndGrowsWithTheOvershoot) {
  for (const double expected : {1.0, 60.0, 600.0})
    for (const double threshold : {8.0, 12.0, 18.0}) {
      const double middle = told(expected).at_open(threshold + 1, threshold);
      EXPECT_NEAR(middle, expected / (expected + false_alarms(threshold)), 1e-12);
      for (const double overshoot : {0.0, 0.5, 3.0})
        EXPECT_NEAR(std::log(odds(told(expected).at_open(threshold + overshoot, threshold)) / odds(middle)),
                    overshoot - 1, 1e-4);
    }
}

// Truth: that overshoot, of any two densities of which one is exp(overshoot) times the other but for a factor: averaged
// over both, the chance is the share. Here false ones fall by exp(-3 x), true ones by exp(-2 x): the factor is 2 / 3.
TEST(EventConfidence, AveragesToTheShareWhereTheStrideIsTheStated) {
  const double stride = std::log(1.5), expected = 60, threshold = 12, shift = 1 - stride, step = 1e-4;
  const double alarms = false_alarms(threshold);
  double chance = 0, all = 0;
  for (double x = step / 2; x < 20; x += step) {
    const double events = step * (expected * 2 * std::exp(-2 * x) + alarms * 3 * std::exp(-3 * x));
    chance += events * told(expected).at_open(threshold + x + shift, threshold);
    all += events;
  }
  EXPECT_NEAR(all, expected + alarms, 1e-3);
  EXPECT_NEAR(chance / all, expected / (expected + alarms), 1e-4);
}

// Truth: the integrals of both densities over a narrow range: a twentieth of the true ones in a factor e of evidence,
// and exponentially falling false ones.
TEST(EventConfidence, OfTheLargestEvidenceIsTheShareOfTrueOnesAmongAllWithThatMuch) {
  for (const double expected : {1.0, 60.0, 600.0})
    for (const double evidence : {8.0, 12.0, 18.0, 30.0}) {
      const double from = evidence - 1e-4, to = evidence + 1e-4;
      const double of_true = expected * 0.05 * std::log(to / from);
      const double of_false = false_alarms(from) - false_alarms(to);
      EXPECT_NEAR(told(expected).at_most(evidence), of_true / (of_true + of_false), 1e-6);
    }
}

// Truth: Bayes' rule: prior odds are a factor of the odds.
TEST(EventConfidence, DoublesItsOddsWhereTwiceAsManyAreExpected) {
  for (const double evidence : {5.0, 10.0, 15.0, 20.0}) {
    EXPECT_NEAR(odds(told(120).at_open(evidence, 5)) / odds(told(60).at_open(evidence, 5)), 2, 1e-6);
    EXPECT_NEAR(odds(told(120).at_most(evidence)) / odds(told(60).at_most(evidence)), 2, 1e-6);
  }
}

// Truth: the rule. More evidence is never less sure; of the same evidence one is surer as it opens, for more may come.
TEST(EventConfidence, RisesWithTheEvidenceAndStaysAChance) {
  for (const double an_hour : {1e-4, 1.0, 60.0, 1e5})
    for (const double slower : {0.05, 0.5, 1.0, 2.0}) {
      const EventConfidence confidence(an_hour / (3600 * rate), log_alarms, slower);
      double opened = 0, most = 0;
      for (double evidence = 0; evidence < 1e4; evidence += evidence < 60 ? 0.25 : 100) {
        EXPECT_GE(confidence.at_open(evidence, 8), opened);
        EXPECT_GE(confidence.at_most(evidence), most);
        opened = confidence.at_open(evidence, 8);
        most = confidence.at_most(evidence);
        EXPECT_GT(most, 0);
        if (evidence >= 8 && slower <= 1) {
          EXPECT_LE(most, opened);
        }
        EXPECT_LE(opened, 1);
      }
      EXPECT_GT(most, 1 - 1e-9);
      EXPECT_EQ(confidence.at_most(std::numeric_limits<double>::infinity()), 1);
    }
}

}  // namespace
}  // namespace unguard
