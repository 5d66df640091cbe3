// SPDX-License-Identifier: Apache-2.0
// What is no heart and recurs as one does, and a heart that is hard to hear. Truth: what was put in; seeds fixed
// beforehand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "denoise/heart_mix.hpp"
#include "unguard/core/random.hpp"
#include "unguard/denoise/r_peak_tracker.hpp"

namespace unguard {
namespace {

using namespace literals;

constexpr Hertz rate{2000};

// The share of seconds from 20 s on in which a heart is believed, %.
double believed(const std::vector<double>& x, int channels, double from = 20) {
  RPeakTracker tracker(rate, channels);
  long all = 0, heard = 0;
  const auto frames = static_cast<std::int64_t>(x.size()) / channels;
  for (std::int64_t i = 0; i < frames; ++i) {
    tracker.take(x.data() + i * channels);
    if (i % 2000 || static_cast<double>(i) < from * 2000) continue;
    ++all;
    heard += tracker.believable();
  }
  return 100 * static_cast<double>(heard) / static_cast<double>(all);
}
hearts::Mixed mixed(double ratio, Microvolts emg, int channels, std::uint64_t seed) {
  return hearts::mix({.duration = 90_s, .emg_over_ecg_dB = ratio, .emg = emg, .channels = channels, .seed = seed});
}

// One action potential after the other, of one shape and an interval that varies by 15 %.
void discharge(std::vector<double>& x, double per_second, double sigma_ms, RandomStream random) {
  const double sigma = 2 * sigma_ms;  // samples
  for (double at = 0; at < static_cast<double>(x.size());
       at += 2000 * std::max(0.02, (1 + 0.15 * random.normal()) / per_second))
    for (int k = -80; k <= 80; ++k) {
      const auto i = static_cast<std::int64_t>(at) + k;
      if (i < 0 || i >= static_cast<std::int64_t>(x.size())) continue;
      const double u = k / sigma;
      x[static_cast<std::size_t>(i)] += 100 * (1 - u * u) * std::exp(-0.5 * u * u);
    }
}
TEST(NoHeart, IsAMotorUnitThatDischargesSteadily) {
  for (const double per_second : {6.0, 8.0, 12.0})
    for (const double sigma_ms : {1.5, 4.0}) {
      double most = 0;
      for (const std::uint64_t seed : {801u, 802u, 803u}) {
        auto m = mixed(60, {2}, 1, seed);
        discharge(m.x, per_second, sigma_ms, RandomStream(seed, "unit"));
        most = std::max(most, believed(m.x, 1));
      }
      std::printf("[ MEASURED ] a motor unit of %g/s, %g ms: believed to be a heart for %.0f %% of the time at most\n",
                  per_second, sigma_ms, most);
      EXPECT_LE(most, 10);
    }
}

TEST(NoHeart, AreBurstsAsRegularAsOne) {
  for (const double lasts : {0.1, 0.2, 0.3}) {
    double most = 0;
    for (const std::uint64_t seed : {811u, 812u, 813u}) {
      auto m = mixed(60, {3}, 1, seed);
      for (std::size_t i = 0; i < m.x.size(); ++i)
        if (std::fmod(static_cast<double>(i) / 2000, 0.9) < lasts) m.x[i] += 9 * m.emg[i];
      most = std::max(most, believed(m.x, 1));
    }
    std::printf("[ MEASURED ] bursts of %g s at 67 a minute: believed to be a heart for %.0f %% of the time at most\n",
                lasts, most);
    EXPECT_LE(most, lasts > 0.1 ? 5 : 30);
  }
}

// Zero, and an offset; from the beginning, and after half of the time.
TEST(Heart, IsHeardBesideAChannelInWhichNothingMoves) {
  for (const int channels : {2, 8})
    for (const double offset : {0.0, 5000.0})
      for (const double since : {0.0, 40.0}) {
        auto m = mixed(-5, {10}, channels, 821);
        for (auto i = static_cast<std::int64_t>(since * 2000); i < m.frames; ++i)
          m.x[static_cast<std::size_t>(i * channels + channels - 1)] = offset;
        EXPECT_GE(believed(m.x, channels), 99) << channels << " " << offset << " " << since;
      }
}

// Muscle ten times as loud as the heart, for a minute; it is known again with the first beats behind it.
TEST(Heart, IsNotForgottenForBeingDrowned) {
  auto m = hearts::mix({.duration = 130_s, .emg_over_ecg_dB = -5, .emg = {10}, .seed = 831});
  for (std::int64_t i = 40 * 2000; i < 100 * 2000; ++i)
    m.x[static_cast<std::size_t>(i)] += 60 * m.emg[static_cast<std::size_t>(i)];
  EXPECT_GE(believed(m.x, 1, 104), 99);
}

}  // namespace
}  // namespace unguard
