// SPDX-License-Identifier: Apache-2.0
// Truth: how often a made-up envelope beats.
#include "unguard/detect/envelope_rhythm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace unguard {
namespace {

// Of 3 s of an envelope that swings by `depth` of its mean.
Attributes found(double rate, double rhythm, double depth = 0.8) {
  EnvelopeRhythm made({rate});
  for (int i = 0; i < static_cast<int>(3 * rate); ++i) {
    const double x = 1 + depth * std::sin(2 * std::numbers::pi * rhythm * i / rate);
    made.step(x * x);
  }
  return made.found();
}

TEST(EnvelopeRhythm, IsFoundFrom3To15HertzAtAnyRate) {
  for (const double rate : {200.0, 250.0, 333.0, 400.0, 500.0, 512.0, 1000.0, 1111.0, 2000.0, 4096.0})
    for (const double rhythm : {3.05, 3.3, 5.0, 8.0, 11.0, 14.5}) {
      const Attributes a = found(rate, rhythm);
      EXPECT_NEAR(a.rhythm_Hz, rhythm, 0.03 * rhythm) << rate;
      EXPECT_GT(a.regularity, 0.9) << rate << " " << rhythm;
    }
}

TEST(EnvelopeRhythm, IsNotFoundWhereThereIsNone) {
  for (const double rate : {250.0, 2000.0}) {
    EXPECT_EQ(found(rate, 1.5).rhythm_Hz, 0);
    for (const double faster : {18.0, 20.0, 26.0, 40.0}) EXPECT_EQ(found(rate, faster).rhythm_Hz, 0) << faster;
    EXPECT_EQ(found(rate, 8, 0.3).rhythm_Hz, 0) << "an even contraction swings as much";
    EXPECT_EQ(found(rate, 8, 0).rhythm_Hz, 0);
  }
}

}  // namespace
}  // namespace unguard
