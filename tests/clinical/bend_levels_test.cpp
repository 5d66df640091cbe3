// SPDX-License-Identifier: Apache-2.0
// Truth: powers that are written down. A phase quieter than the noise has no level, for no electrode on skin gives
// that.
#include "unguard/clinical/bend_levels.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unguard/core/random.hpp"

namespace unguard {
namespace {

// One muscle at a hundred powers a second: 4 s of standing, bending, hanging and returning each.
Bend bend_of(double hanging, double noise) {
  RandomStream random(8, "powers");
  PowerCourse course({100}, 1, 2000);
  for (int i = 0; i < 1600; ++i) {
    const double level = i < 400 ? 3 : i / 400 == 2 ? hanging : 30;
    // As of 20 samples of white EMG.
    double power = 0;
    for (int k = 0; k < 20; ++k) power += std::pow(level * random.normal(), 2) / 20;
    const double x = std::sqrt(power);
    course.add(&x, nullptr);
  }
  BendLevels levels({.noise = {noise * noise}});
  levels.remember(2000);
  Bend bend{};
  levels.whole(course, {.standing = 0, .bending = 400, .full = 800, .returning = 1200, .end = 1600, .hung = true},
               bend);
  return bend;
}

TEST(BendLevels, HaveNoneBelowTheNoise) {
  const Bend lifted = bend_of(0.1, 0.5), quiet = bend_of(0.5, 0.5), told_too_high = bend_of(1.5, 2.5);
  EXPECT_TRUE(lifted.doubts & doubt::below_noise);
  EXPECT_FALSE(lifted.silent);
  EXPECT_FALSE(ratio(lifted, BendRatio::extension_relaxation));
  EXPECT_TRUE(told_too_high.doubts & doubt::below_noise);
  EXPECT_FALSE(told_too_high.silent);
  EXPECT_FALSE(quiet.doubts & doubt::below_noise);
  EXPECT_TRUE(quiet.silent);
  EXPECT_TRUE(ratio(quiet, BendRatio::extension_relaxation)->at_least);
}

}  // namespace
}  // namespace unguard
