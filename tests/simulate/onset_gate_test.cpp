// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/onset_gate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace unguard {
namespace {

// Truth: the closed forms: k / (r + 1) at the k-th sample of a ramp of r samples, as of every segment.
TEST(OnsetGate, StepRampAndTrapezoidAreStraight) {
  const auto made = [](OnsetShape shape) { return OnsetGate::straight(shape, {100}, {200}, 9, 4); };
  const OnsetGate step = made(OnsetShape::step), ramp = made(OnsetShape::ramp), both = made(OnsetShape::trapezoid);
  for (std::int64_t i = 0; i < 300; ++i) {
    const bool on = i >= 100 && i < 200;
    const double up = std::min(1.0, static_cast<double>(i - 99) / 10),
                 down = std::min(1.0, static_cast<double>(200 - i) / 5);
    EXPECT_EQ(step.at({i}), on ? 1 : 0) << i;
    EXPECT_DOUBLE_EQ(ramp.at({i}), on ? up : 0) << i;
    EXPECT_DOUBLE_EQ(both.at({i}), on ? std::min(up, down) : 0) << i;
  }
}

// Truth: the closed form: a Gaussian about the middle, cut off alpha = 1.5 sigma to either side, where exp(-1.125) of
// it is left.
TEST(OnsetGate, TheGaussianIsCutOffAtBothSides) {
  const OnsetGate gate = OnsetGate::gaussian({1000}, {1600}, 200);
  for (std::int64_t i = 900; i < 1700; ++i) {
    const double u = (static_cast<double>(i) - 1299.5) / 200;
    EXPECT_DOUBLE_EQ(gate.at({i}), i >= 1000 && i < 1600 ? std::exp(-0.5 * u * u) : 0) << i;
  }
  EXPECT_NEAR(gate.at({1000}), std::exp(-1.125), 0.003);
  EXPECT_NEAR(gate.at({1299}), 1, 1e-5);
}

}  // namespace
}  // namespace unguard
