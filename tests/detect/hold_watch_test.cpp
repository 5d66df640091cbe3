// SPDX-License-Identifier: Apache-2.0
// Truth: the definition, computed anew: the logarithm of the RMS over the expected one, in spreads.
#include "unguard/detect/hold_watch.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace unguard {
namespace {

TEST(HoldWatch, IsTheLogarithmOfTheLevelInSpreadsWithoutTheBeginning) {
  // Truth: RMS 8 where 2 is expected: ln 4 in spreads of 0.3.
  HoldWatch watch(2, 0.3, 10);
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

TEST(HoldWatch, LeavesOutWhatIsNotGood) {
  // Truth: the same without it.
  HoldWatch watch(2, 0.3, 0), clean(2, 0.3, 0);
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
