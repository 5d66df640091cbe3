// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms of first- and second-order autoregressive processes. (Yule-Walker equations: the Python tests.)
#include "unguard/filter/whitening.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "refusal.hpp"
#include "unguard/core/live_filter.hpp"

namespace unguard {
namespace {

const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};

TEST(Whitening, KeepsTheRmsOfItsModel) {
  // Power of x[n] = a x[n - 1] + e: 1 / (1 - a^2); of two coefficients: (1 + a2) / ((1 - a2) ((1 + a2)^2 - a1^2)).
  EXPECT_DOUBLE_EQ((*design_taps(Whitening{{-0.8}}, {2000}))[0], std::sqrt(1 / (1 - 0.64)));
  EXPECT_NEAR((*design_taps(Whitening{{-1.2, 0.6}}, {2000}))[0], std::sqrt(1.6 / (0.4 * (1.6 * 1.6 - 1.44))), 1e-15);
}

TEST(Whitening, TurnsTheModelsProcessIntoWhiteNoiseOfTheSameRms) {
  // n = 200,000: the RMS of a perfect one is within 1 % with a probability far above 0.999, its correlation within
  // 0.01.
  std::mt19937_64 generator(12);
  std::normal_distribution<double> normal(0, 5);
  std::vector<double> x(200000), y(x.size());
  for (std::size_t n = 2; n < x.size(); ++n) x[n] = 1.2 * x[n - 1] - 0.6 * x[n - 2] + normal(generator);
  auto live = start(Whitening{{-1.2, 0.6}}, format);
  ASSERT_EQ(live.process({x.data(), 200000, 1}, {y.data(), 200000, 1}), Status::ok);
  double before = 0, after = 0, next = 0;
  for (std::size_t n = 1; n < x.size(); ++n) {
    before += x[n] * x[n];
    after += y[n] * y[n];
    next += y[n] * y[n - 1];
  }
  EXPECT_NEAR(std::sqrt(after / before), 1, 0.01);
  EXPECT_NEAR(next / after, 0, 0.01);
}

TEST(Whitening, RefusesWhatIsNoStableModel) {
  const auto refusal = [](std::vector<double> a) { return why(try_start(Whitening{std::move(a)}, format)); };
  EXPECT_EQ(refusal({}), "coefficients is 0 numbers: expected 1 to 100 numbers (Whitening.coefficients)");
  EXPECT_EQ(refusal({-1}),
            "coefficients is [-1]: expected a stable model: 1 + a1 z^-1 + ... with its zeros inside the "
            "unit circle (Whitening.coefficients)");
  EXPECT_NE(refusal({-2.1, 1.0}), "accepted");
  EXPECT_EQ(refusal({-1.9, 0.95}), "accepted");
}

}  // namespace
}  // namespace unguard
