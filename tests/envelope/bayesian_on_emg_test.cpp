// SPDX-License-Identifier: Apache-2.0
// Truth: simulated EMG whose level is known, on seeds fixed beforehand; how steady, how quick and how seldom wrong
// BayesianEnvelope is there. What is measured, the evidence reads.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "envelope/level_course.hpp"
#include "unguard/envelope/bayesian_envelope.hpp"

namespace unguard {
namespace {

// The statistical bandwidths of the two spectra behind 20-450 Hz.
constexpr Hertz limb{191}, trunk{98};

// A spec on a signal. The bars are those of one spec at a time: whoever starts one gets all of what it says.
struct Case {
  std::string what;
  BayesianEnvelope spec;
  CourseOf of;
};
Hertz bandwidth_of(CarrierPreset preset) { return preset == CarrierPreset::limb ? limb : trunk; }
Case gaussian(CarrierPreset preset) {
  return {"gaussian with B_s on gaussian, " + std::string(to_text(preset)),
          {.likelihood = Likelihood::gaussian, .bandwidth = bandwidth_of(preset)},
          {.preset = preset}};
}
// Whitened to order 6, B_s is 425 Hz at 1 kHz and 700 at 2: the bandwidth is set by hand somewhat below, which is
// safer, and falls are expected more seldom.
Case whitened(CarrierPreset preset) {
  return {"gaussian, bandwidth 300 and falls 0.1 set by hand, on whitened gaussian, " + std::string(to_text(preset)),
          {.likelihood = Likelihood::gaussian, .bandwidth = {300}, .falls = {0.1}},
          {.preset = preset, .whitened = 6}};
}
Case by_default(CarrierPreset preset, bool laplacian) {
  return {std::string("default on ") + (laplacian ? "laplacian, " : "gaussian, ") + std::string(to_text(preset)),
          {},
          {.preset = preset, .laplacian = laplacian}};
}
// Told more independent values than outliers allow.
Case too_sure(Likelihood likelihood, CarrierPreset preset) {
  return {std::string(to_text(likelihood)) + " with B_s on laplacian, " + std::string(to_text(preset)),
          {.likelihood = likelihood, .bandwidth = bandwidth_of(preset)},
          {.preset = preset, .laplacian = true}};
}
constexpr CarrierPreset presets[] = {CarrierPreset::limb, CarrierPreset::trunk};

// At 1 and at 2 kHz.
std::pair<LevelCourse, LevelCourse> measured(Case c) {
  LevelCourse found[2];
  for (const int k : {1, 2}) {
    c.of.rate = 1000 * k;
    LevelCourse& now = found[k - 1] = level_course(c.spec, c.of);
    std::printf("[ MEASURED ] %s, %d Hz: SNR %.2f, t90 up %.1f ms, down %.1f ms\n", c.what.c_str(), 1000 * k, now.snr,
                now.rise_ms, now.fall_ms);
  }
  return {found[0], found[1]};
}

// 400 steps of x8: the standard error of a median is below 0.5 ms; of an SNR over 320 s some 3 %.
TEST(BayesianEnvelopeCourse, GaussianIsSteadyAndQuickOnEmgOfALimb) {
  const auto [at_1k, at_2k] = measured(gaussian(CarrierPreset::limb));
  for (const LevelCourse& found : {at_1k, at_2k}) {
    EXPECT_GE(found.snr, 15);
    EXPECT_LE(found.rise_ms, 25);
    EXPECT_LE(found.fall_ms, 25);
  }
  EXPECT_NEAR(at_2k.snr / at_1k.snr, 1, 0.15);
}
// Half as many independent samples come as of the limb's, and a fall shows so much later: 25 ms are not met. If they
// ever are, the evidence must not say any more that they are not.
TEST(BayesianEnvelopeCourse, GaussianIsSteadyButNotQuickOnEmgOfTheTrunk) {
  const auto [at_1k, at_2k] = measured(gaussian(CarrierPreset::trunk));
  for (const LevelCourse& found : {at_1k, at_2k}) {
    EXPECT_GE(found.snr, 15);
    EXPECT_LE(found.rise_ms, 25);
    EXPECT_GT(found.fall_ms, 25);
    EXPECT_LE(found.fall_ms, 50);
  }
  EXPECT_NEAR(at_2k.snr / at_1k.snr, 1, 0.15);
}
// As many come as the band holds: at 2 kHz more than at 1, where a fall shows within some 27 ms.
TEST(BayesianEnvelopeCourse, WhitenedItIsQuickOnEither) {
  for (const CarrierPreset preset : presets) {
    const auto [at_1k, at_2k] = measured(whitened(preset));
    for (const LevelCourse& found : {at_1k, at_2k}) {
      EXPECT_GE(found.snr, 15);
      EXPECT_LE(found.rise_ms, 25);
    }
    EXPECT_LE(at_1k.fall_ms, 30);
    EXPECT_LE(at_2k.fall_ms, 25);
    EXPECT_GT(at_2k.snr / at_1k.snr, 1.15);
  }
}
TEST(BayesianEnvelopeCourse, TheDefaultIsSteadyOnEither) {
  for (const CarrierPreset preset : presets) {
    const auto [at_1k, at_2k] = measured(by_default(preset, true));
    EXPECT_GE(at_1k.snr, 9);
    EXPECT_GE(at_2k.snr, 9);
    EXPECT_NEAR(at_2k.snr / at_1k.snr, 1, 0.15);
    const auto on_gaussian = measured(by_default(preset, false));
    EXPECT_GE(on_gaussian.first.snr, 15);
    EXPECT_GE(on_gaussian.second.snr, 15);
    EXPECT_NEAR(on_gaussian.second.snr / on_gaussian.first.snr, 1, 0.15);
  }
}

// Truth: none but that a smaller jump says less with every sample, and takes longer; what is found is printed.
TEST(BayesianEnvelopeJumps, TakeLongerTheSmallerTheyAre) {
  for (const CarrierPreset preset : presets)
    for (Case c : {by_default(preset, false), gaussian(preset), whitened(preset)})
      for (const int order : {4, 2}) {
        c.of.rate = 2000;
        c.of.order = order;
        Course<BayesianEnvelope> course(c.spec, c.of);
        course.steady(10);
        JumpTimes before{HUGE_VAL, HUGE_VAL};
        for (const double ratio : {2, 3, 4, 8}) {
          const JumpTimes now = course.jumps(ratio, ratio < 2.5 ? 2.5 : 1, 6);
          std::printf("[ MEASURED ] %s, order %d, x%g: t90 up %.1f ms, down %.1f ms\n", c.what.c_str(), order, ratio,
                      now.rise_ms, now.fall_ms);
          EXPECT_LE(now.rise_ms, before.rise_ms + 1) << c.what;
          EXPECT_LE(now.fall_ms, before.fall_ms + 1) << c.what;
          before = now;
        }
        EXPECT_LE(before.rise_ms, 50) << c.what;
        EXPECT_LE(before.fall_ms, 100) << c.what;
      }
}

// Hours of steady effort of each: the evidence takes three. In three, the upper 95 % limit of three jumps is 7.75, 2.6
// an hour: that is the evidence's bar. Three in 0.1 h would be thirty an hour: this shows a break, no more.
double steady_hours() {
  const char* text = std::getenv("UNGUARD_STEADY_HOURS");
  return text ? std::atof(text) : 0.1;
}

int jumps(Case c, double rate) {
  c.of.rate = rate;
  const int found = false_jumps(c.spec, c.of, steady_hours());
  std::printf("[ MEASURED ] %s, %g Hz: %d false jumps in %g h\n", c.what.c_str(), rate, found, steady_hours());
  return found;
}

TEST(BayesianEnvelopeSteady, SeldomJumpsWhileNothingHappens) {
  for (const CarrierPreset preset : presets)
    for (const Case& c : {gaussian(preset), whitened(preset), by_default(preset, true), by_default(preset, false)})
      for (const double rate : {1000.0, 2000.0}) EXPECT_LE(jumps(c, rate), 3) << c.what;
}
// Told of all the independent values that there are, it takes outliers for jumps; a normal distribution most of all.
TEST(BayesianEnvelopeSteady, TakesOutliersForJumpsWhereItIsTooSure) {
  for (const CarrierPreset preset : presets) {
    jumps(too_sure(Likelihood::laplacian, preset), 1000);
    EXPECT_GT(jumps(too_sure(Likelihood::gaussian, preset), 1000), 20 * steady_hours());
  }
}

}  // namespace
}  // namespace unguard
