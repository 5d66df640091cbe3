// SPDX-License-Identifier: Apache-2.0
// Truth: what a Butterworth high-pass of second order behind a mean must answer: closed forms.
#include "unguard/denoise/qrs_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace unguard {
namespace {

TEST(QrsFilter, GivesTwoHundredAndFiftyToEightHundredValuesASecond) {
  for (const double rate : {250.0, 360.0, 500.0, 799.0, 1000.0, 2000.0, 4000.0, 10000.0}) {
    QrsFilter filter({rate}, 1);
    EXPECT_GE(filter.rate().value, 250) << rate;
    EXPECT_LT(filter.rate().value, 800) << rate;
    const double x = 0;
    long values = 0;
    for (std::int64_t i = 0; i < 10 * filter.step(); ++i) values += filter.take(&x);
    EXPECT_EQ(values, 10);
  }
}

TEST(QrsFilter, HearsNothingOfAnOffset) {
  QrsFilter filter({2000}, 2);
  const double frame[2] = {12000, -30000};
  for (int i = 0; i < 4000; ++i)
    if (filter.take(frame)) {
      EXPECT_NEAR(filter.values()[0], 0, 1e-6);
      EXPECT_NEAR(filter.values()[1], 0, 1e-6);
    }
}

TEST(QrsFilter, HasItsCornerAtFiveHertz) {
  QrsFilter filter({2000}, 1);
  double largest = 0;
  for (int i = 0; i < 40000; ++i) {
    const double x = std::sin(2 * std::numbers::pi * 5 * i / 2000);
    if (filter.take(&x) && i > 20000) largest = std::max(largest, std::fabs(filter.values()[0]));
  }
  EXPECT_NEAR(largest, 1 / std::numbers::sqrt2, 0.002);
}

}  // namespace
}  // namespace unguard
