// SPDX-License-Identifier: Apache-2.0
// Truth: Butterworth's magnitude and the spectrum of trunk EMG, both in closed form.
#include "unguard/denoise/trunk_band.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "denoise/heart_mix.hpp"

namespace unguard {
namespace {

TEST(TrunkBand, IsTheHighPassOfDrakeAndCallaghanWithinTheBandOfSurfaceEmg) {
  static_assert(trunk_band() == Bandpass{.low = {30}, .high = {450}, .order = 4});
  const auto format = [](double rate) { return StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)}; };
  EXPECT_TRUE(try_start(trunk_band(), format(2000)).has_value());
  EXPECT_FALSE(try_start(trunk_band(), format(900)).has_value());
}

TEST(TrunkBand, LosesASixthOfTrunkEmg) {
  const auto kept = [](double low) {
    double sum = 0;
    for (double f = 0.25; f < 1000; f += 0.5)
      sum +=
          carrier_power(corners(CarrierPreset::trunk), {f}) / (1 + std::pow(low / f, 8)) / (1 + std::pow(f / 450, 8));
    return sum;
  };
  const double told = 100 * (1 - kept(30) / kept(20));
  const hearts::Mix m{.duration = {300}, .seed = 531};
  const auto emg = hearts::mix(m).emg;
  auto live = start(trunk_band(), {.rate = m.rate, .channels = Channels::unnamed(1)});
  std::vector<double> narrow(emg.size());
  const auto n = static_cast<std::int64_t>(emg.size());
  live.process({emg.data(), n, 1}, {narrow.data(), n, 1});
  const double lost = 100 * (1 - hearts::power(narrow) / hearts::power(hearts::in_band(emg, 1, m.rate)));
  std::printf("[ MEASURED ] trunk band: %.1f %% of the EMG between 20 and 450 Hz lost, closed form %.1f %%\n", lost,
              told);
  EXPECT_NEAR(lost, told, 1);
  EXPECT_NEAR(told, 16, 1);
}

}  // namespace
}  // namespace unguard
