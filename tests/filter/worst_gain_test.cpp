// SPDX-License-Identifier: Apache-2.0
// Truth: the absolute sum of the impulse response, added up sample by sample.
#include "unguard/filter/worst_gain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"

namespace unguard {
namespace {

double absolute_sum(const Section& s, std::int64_t samples) {
  SectionState state;
  double sum = 0;
  for (std::int64_t i = 0; i < samples; ++i) sum += std::fabs(step(s, state, i == 0 ? 1.0 : 0.0));
  return sum;
}

// How far above the sum the bound lies; never below.
double above(const Section& s, std::int64_t samples) {
  const double sum = absolute_sum(s, samples), bound = worst_gain(s);
  EXPECT_GE(bound, sum * (1 - 1e-9)) << s.b0 << ' ' << s.b1 << ' ' << s.b2 << ' ' << s.a1 << ' ' << s.a2;
  return bound / sum;
}

TEST(WorstGain, IsNeverBelowTheAbsoluteSumAndCloseToItForDesigns) {
  double worst = 1;
  const auto meet = [&](const Result<Sections>& sections) {
    ASSERT_TRUE(sections.has_value());
    for (const Section& s : *sections) worst = std::max(worst, above(s, 400000));
  };
  for (const int order : {1, 2, 3, 5, 12}) {
    for (const double cutoff : {0.05, 1.0, 20.0, 450.0, 990.0}) {
      meet(design(Lowpass{.cutoff = {cutoff}, .order = order}, {2000}));
      meet(design(Highpass{.cutoff = {cutoff}, .order = order}, {2000}));
    }
    for (const double low : {0.5, 20.0, 449.0}) {
      meet(design(Bandpass{.low = {low}, .order = order}, {2000}));
      meet(design(Bandstop{.low = {low}, .high = {450}, .order = order}, {2000}));
    }
  }
  meet(design(Notch{}, {2000}));
  meet(design(Notch{.frequency = {50}, .q = 500.0}, {2000}));
  std::printf("[ MEASURED ] at most %.3g times the absolute sum\n", worst);
  EXPECT_LT(worst, 20);
}

// Every kind of pole pair, seed 8.
TEST(WorstGain, IsNeverBelowTheAbsoluteSumOfAnySection) {
  std::mt19937_64 generator(8);
  std::uniform_real_distribution<double> any(-1, 1);
  int met = 0;
  while (met < 3000) {
    const Section s{any(generator), 2 * any(generator), any(generator), 2 * any(generator), any(generator)};
    if (!stable(s) || pole_radius({s}) > 0.999) continue;
    above(s, 30000);
    ++met;
  }
}

TEST(WorstGain, OfPolesThatMeet) {
  for (const double p : {0.5, -0.5, 0.99, -0.99, 0.9999}) {
    above({1, -2, 1, -2 * p, p * p}, 400000);
    above({1, 2, 1, -2 * p, p * p}, 400000);
    above({1, 0, 0, -2 * p * std::cos(1e-6), p * p}, 400000);
  }
  EXPECT_EQ(worst_gain({1, -2, 3, 0, 0}), 6) << "no poles";
  EXPECT_EQ(worst_gain({1, 0, 0, -0.5, 0}), 2) << "one pole";
  EXPECT_LT(above({1, 0, 0, 0, -0.25}, 400), 4) << "a pole on each side";
}

}  // namespace
}  // namespace unguard
