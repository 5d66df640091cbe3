// SPDX-License-Identifier: Apache-2.0
// Truth: movements of least jerk written by hand, whole and cut off where the range of a sensor would end.
#include "unguard/clinical/stuck_angle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "clinical/people.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{1000};
// To 90 degrees in `seconds`, and 2 s there; what is beyond `end` reads as that.
std::vector<double> moved(double seconds, double end) {
  std::vector<double> degrees(1000, 0.0);
  const auto n = static_cast<int>(seconds * rate.value);
  for (int i = 0; i < n; ++i) degrees.push_back(std::min(end, people::least_jerk(0, 90, static_cast<double>(i) / n)));
  degrees.insert(degrees.end(), 2000, std::min(end, 90.0));
  return degrees;
}
// Samples that are stuck; `lost`: one in the middle of the rest is not believed.
std::int64_t stuck(const std::vector<double>& degrees, bool lost = false) {
  StuckAngle angle({4}, rate);
  angle.begin();
  std::int64_t found = 0;
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    if (lost && i == degrees.size() - 1000) angle.lose();
    found += angle.add(degrees[i], static_cast<std::int64_t>(i));
  }
  return found;
}

TEST(StuckAngle, IsOneThatStopsDead) {
  for (const double seconds : {0.5, 1.0, 2.5, 4.0}) {
    EXPECT_EQ(stuck(moved(seconds, 90)), 0) << seconds;
    for (const double end : {45.0, 80.0, 87.0}) EXPECT_GE(stuck(moved(seconds, end)), 1800) << seconds << ", " << end;
  }
}
TEST(StuckAngle, IsToldAFifthOfASecondLater) {
  const auto degrees = moved(2.5, 60);
  const auto first = std::find(degrees.begin(), degrees.end(), 60.0);
  EXPECT_EQ(stuck(degrees), degrees.end() - first - 199);
}
TEST(StuckAngle, KnowsNothingOfWhatWasBeforeAGap) {
  EXPECT_LE(stuck(moved(2.5, 60), true), stuck(moved(2.5, 60)) - 1000);
}

}  // namespace
}  // namespace unguard
