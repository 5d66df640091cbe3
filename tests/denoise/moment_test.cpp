// SPDX-License-Identifier: Apache-2.0
// Truth: sums that are exact in binary.
#include "unguard/denoise/moment.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace unguard {
namespace {

TEST(Moment, LiesBeyondAFrameByLessThanOne) {
  const Moment from = Moment{100} + 2.75, back = from + -3.5;
  EXPECT_EQ(from.frame, 102);
  EXPECT_EQ(from.beyond, 0.75);
  EXPECT_EQ(back.frame, 99);
  EXPECT_EQ(back.beyond, 0.25);
  EXPECT_EQ(from.nearest(), 103);
  EXPECT_EQ(back.nearest(), 99);
  EXPECT_EQ(from.until(110), 7.25);
  EXPECT_EQ(from.until(90), -12.75);
}

// Where a double would have a step of 0.002 and more.
TEST(Moment, IsAsFineAfterAThousandYears) {
  constexpr std::int64_t far = std::int64_t{1} << 46;
  const Moment then = Moment{far} + 0.1;
  EXPECT_EQ(then.frame, far);
  EXPECT_EQ(then.beyond, 0.1);
  EXPECT_EQ(then.until(far + 3), 2.9);
}

TEST(Moment, StaysWhereItIsForWhatIsNoNumber) {
  for (const double nowhere :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1e300}) {
    const Moment m = Moment{7, 0.5} + nowhere;
    EXPECT_EQ(m.frame, 7);
    EXPECT_EQ(m.beyond, 0.5);
  }
}

}  // namespace
}  // namespace unguard
