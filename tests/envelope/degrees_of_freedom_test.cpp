// SPDX-License-Identifier: Apache-2.0
// Truth: the scatter of the mean square over many stretches: its variance is 2 / nu of its square.
#include "unguard/envelope/degrees_of_freedom.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

struct Scatter {
  double told = 0, measured = 0;
};
// Of stretches of 2 s at 2 kHz, of which a part is left out.
Scatter scatter(CarrierPreset preset, int left_out) {
  constexpr int count = 2000, length = 4000;
  const StreamFormat format{.rate = {2000}, .channels = Channels::unnamed(1)};
  Carrier carrier(corners(preset), format.rate, RandomStream(71, "stretches", 0));
  auto band = start(Bandpass{}, format);
  double told = 0, sum = 0, squares = 0;
  std::vector<double> x(length);
  for (int i = -1; i < count; ++i) {
    for (auto& v : x) v = carrier.next();
    band.process({x.data(), length, 1}, {x.data(), length, 1});
    if (i < 0) continue;
    std::fill(x.begin() + 1000, x.begin() + 1000 + left_out, 0.0);
    double power = 0;
    for (const double v : x) power += v * v / (length - left_out);
    told += degrees_of_freedom(x, length - left_out) / count;
    sum += power / count;
    squares += power * power / count;
  }
  return {told, 2 * sum * sum / (squares - sum * sum)};
}

TEST(DegreesOfFreedom, AreWhatTheScatterOfThePowerSays) {
  for (const auto preset : {CarrierPreset::trunk, CarrierPreset::limb})
    for (const int left_out : {0, 700}) {
      const Scatter s = scatter(preset, left_out);
      std::printf(
          "[ MEASURED ] degrees of freedom of 2 s of %s, %d of 4000 samples left out: told %.0f, measured %.0f\n",
          to_text(preset).c_str(), left_out, s.told, s.measured);
      EXPECT_NEAR(s.told / s.measured, 1, 0.12);  // 3.5 deviations of a variance of 2000
    }
}

// Truth: white noise is worth its samples; a constant, and nothing, hardly any.
TEST(DegreesOfFreedom, AreTheSamplesOfWhiteNoiseAndNextToNoneOfAConstant) {
  RandomStream random(72, "white");
  std::vector<double> x(4000);
  for (auto& v : x) v = random.normal();
  EXPECT_NEAR(degrees_of_freedom(x, 4000), 4000, 250);
  EXPECT_LE(degrees_of_freedom(x, 4000), 4000);
  std::fill(x.begin(), x.end(), 3.0);
  EXPECT_LE(degrees_of_freedom(x, 4000), 2);
  std::fill(x.begin(), x.end(), 0.0);
  EXPECT_EQ(degrees_of_freedom(x, 4000), 0);
  EXPECT_EQ(degrees_of_freedom({}, 0), 0);
}

}  // namespace
}  // namespace unguard
