// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, computed anew: the logarithm of the RMS over the expected one, less two SDs of that, in
// spreads.
#include "unguard/detect/hold_watch.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace unguard {
namespace {

TEST(HoldWatch, IsTheLogarithmOfTheLevelInSpreadsWithoutTheBeginning) {
  // Truth: RMS 8 where 2 is expected: ln 4 in spreads of 0.3.
  HoldWatch watch(2, 0.3, 10, 1e30);
  watch.begin();
  for (int i = 0; i < 10; ++i) watch.add(1e6, true);
  EXPECT_EQ(watch.count(), 0);
  EXPECT_EQ(watch.above(), 0);
  EXPECT_EQ(watch.rms(), 0);
  for (int i = 0; i < 50; ++i) watch.add(i % 2 ? 28 : 100, true);
  EXPECT_EQ(watch.count(), 50);
  EXPECT_NEAR(watch.rms(), 8, 1e-12);
  EXPECT_NEAR(watch.above(), std::log(4.0) / 0.3, 1e-12);
  watch.begin();
  EXPECT_EQ(watch.count(), 0);
}

TEST(HoldWatch, SaysNoMoreThanSoShortAStretchCan) {
  // Truth: 50 samples of one independent value in four: an SD of 1 / sqrt(25). RMS 8, 2.5 and 0.25 where 2 is expected.
  for (const double rms : {8.0, 2.5, 0.25}) {
    HoldWatch watch(2, 0.3, 0, 0.25);
    watch.begin();
    for (int i = 0; i < 50; ++i) watch.add(rms * rms, true);
    const double found = std::log(rms / 2);
    EXPECT_NEAR(watch.above(), std::fabs(found) < 0.4 ? 0 : (found - std::copysign(0.4, found)) / 0.3, 1e-12) << rms;
  }
}

TEST(HoldWatch, LeavesOutWhatIsNotGood) {
  // Truth: the same without it.
  HoldWatch watch(2, 0.3, 0, 1), clean(2, 0.3, 0, 1);
  watch.begin();
  clean.begin();
  for (int i = 0; i < 50; ++i) {
    watch.add(4, true);
    watch.add(std::nan(""), false);
    clean.add(4, true);
  }
  EXPECT_EQ(watch.count(), clean.count());
  EXPECT_EQ(watch.above(), clean.above());
  EXPECT_EQ(watch.above(), 0);
}

}  // namespace
}  // namespace unguard
