// SPDX-License-Identifier: Apache-2.0
// Truth: the authors' own example, whose value their program prints; what the definition forces; the messages.
#include "unguard/clinical/dimensionless_jerk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "clinical/movements.hpp"

namespace unguard {
namespace {

using namespace movements;

TEST(DimensionlessJerk, IsThatOfTheAuthorsExample) {
  EXPECT_NEAR(dimensionless_jerk(authors_movement(), rate).take(), -335.74684, 1e-5);
  EXPECT_NEAR(log_dimensionless_jerk(authors_movement(), rate).take(), -5.81636, 1e-5);
}
TEST(DimensionlessJerk, DoesNotKnowTheUnitOrTheRate) {
  auto x = bumps(1);
  const double found = dimensionless_jerk(x, rate).take();
  for (double& v : x) v *= 1000;
  EXPECT_NEAR(dimensionless_jerk(x, {1000}).take(), found, 1e-9 * std::fabs(found));
}
TEST(DimensionlessJerk, SaysWhatItCannotMeasure) {
  EXPECT_EQ(message(log_dimensionless_jerk(std::vector<double>{1, 2, 3, 4, 5}, rate).fault()),
            "speed is a straight line: expected a movement whose acceleration changes (log_dimensionless_jerk.speed)");
}

}  // namespace
}  // namespace unguard
