// SPDX-License-Identifier: Apache-2.0
// Truth: the published formulas written out by hand for three samples, and their limits; what the messages have to
// name.
#include "unguard/clinical/co_contraction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace unguard {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(CoContraction, IsTheFormulasWrittenOut) {
  const auto found = co_contraction(std::vector<double>{10, 20, 5}, std::vector<double>{5, 20, 20}).take();
  EXPECT_DOUBLE_EQ(found.falconer_winter, 200.0 * (5 + 20 + 5) / (15 + 40 + 25));
  EXPECT_DOUBLE_EQ(found.rudolph, (0.5 * 15 + 1 * 40 + 0.25 * 25) / 3);
  EXPECT_DOUBLE_EQ(found.lewek(), 100 * found.rudolph);
  EXPECT_DOUBLE_EQ(found.directed, (0.5 + 0 + (0.25 - 1)) / 3);
  EXPECT_EQ(found.samples, 3);
}
TEST(CoContraction, HasItsEndsWhereOneWorksAloneAndWhereBothAreEqual) {
  const std::vector<double> some{3, 8, 1}, none{0, 0, 0};
  EXPECT_EQ(co_contraction(some, none).take().falconer_winter, 0);
  EXPECT_EQ(co_contraction(some, none).take().directed, 1);
  EXPECT_EQ(co_contraction(none, some).take().directed, -1);
  EXPECT_EQ(co_contraction(some, some).take().falconer_winter, 100);
  EXPECT_EQ(co_contraction(some, some).take().directed, 0);
  // Twice as strong is the same share and twice the strength.
  const std::vector<double> a{4, 2, 9}, b{1, 3, 3}, a2{8, 4, 18}, b2{2, 6, 6};
  EXPECT_DOUBLE_EQ(co_contraction(a2, b2).take().falconer_winter, co_contraction(a, b).take().falconer_winter);
  EXPECT_DOUBLE_EQ(co_contraction(a2, b2).take().rudolph, 2 * co_contraction(a, b).take().rudolph);
}
TEST(CoContraction, LeavesOutWhatIsNoiseOrMissing) {
  const auto found =
      co_contraction(std::vector<double>{10, 0.2, nan, 4}, std::vector<double>{5, 0.3, 1, 2}, 0.5).take();
  EXPECT_EQ(found.samples, 2);
  EXPECT_EQ(found.left_out, 2);
  EXPECT_DOUBLE_EQ(found.directed, 0.5);
}
TEST(CoContraction, SaysWhatItCannotMeasure) {
  const auto refusal = [](const std::vector<double>& a, const std::vector<double>& b, double noise = 0) {
    return message(co_contraction(a, b, noise).fault());
  };
  EXPECT_EQ(refusal({1, 2}, {1}),
            "antagonist is 1 samples: expected one for each of 2 of the agonist (co_contraction.antagonist)");
  EXPECT_EQ(refusal({1, -2}, {1, 1}),
            "agonist is -2 at sample 1: expected an envelope, 0 and more; NaN where there is no value "
            "(co_contraction.agonist)");
  EXPECT_EQ(refusal({1, 1}, {1, 1}, nan),
            "noise is nan: expected a finite number of at least 0 (co_contraction.noise)");
  EXPECT_EQ(refusal({1, 1}, {1, 1}, 2),
            "agonist is no sample where either muscle is above 2: expected a phase in which one of both works "
            "(co_contraction.agonist)");
}

}  // namespace
}  // namespace unguard
