// SPDX-License-Identifier: Apache-2.0
// From blocks of EMG to a quadrant, by the defaults of both. Truth: simulated muscles whose course is known; the
// offline analysis of the same windows, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

#include "unguard/spectrum/fatigue_indicator.hpp"
#include "unguard/spectrum/sliding_spectrum.hpp"

namespace unguard {
namespace {

constexpr double rate = 2000;

// EMG with the spectrum of Stulen & De Luca 1981 (a high-pass at 60 Hz, two low-passes at 120 Hz: MDF 96 Hz), all of
// whose frequencies move by `of_spectrum` % a second, and its amplitude by `of_amplitude`.
std::vector<double> muscle(double of_spectrum, double of_amplitude, double seconds = 45) {
  std::mt19937_64 random(71);
  std::normal_distribution<double> normal;
  std::vector<double> made;
  double high = 0, before = 0, low[2] = {0, 0};
  for (std::int64_t n = 0; n < static_cast<std::int64_t>(seconds * rate); ++n) {
    const double t = static_cast<double>(n) / rate, scale = 1 + 0.01 * of_spectrum * t;
    const auto pole = [&](double corner) { return std::exp(-2 * std::numbers::pi * corner * scale / rate); };
    const double x = normal(random), a = pole(60), b = pole(120);
    high = a * (high + x - before);
    before = x;
    low[0] += (1 - b) * (high - low[0]);
    low[1] += (1 - b) * (low[0] - low[1]);
    // A band that is narrower by so much lets so much less through.
    made.push_back(100 * (1 + 0.01 * of_amplitude * t) / std::sqrt(scale) * low[1]);
  }
  return made;
}

struct Told {
  std::optional<Fatigue> live, offline;
  std::int64_t windows = 0, left_out = 0;
};
// As an app does it: blocks as they come, readings from the sink, a window to the indicator.
Told followed(std::vector<double> emg, std::int64_t lost = -1) {
  if (lost >= 0) emg[static_cast<std::size_t>(lost)] = std::numeric_limits<double>::quiet_NaN();
  auto spectrum = start(SlidingSpectrum{}, {.rate = {rate}, .channels = Channels::unnamed(1)});
  auto indicator = start(FatigueIndicator{});
  Sink<SpectrumReading> sink(8);
  std::vector<double> seconds, mdf, rms;
  const auto frames = static_cast<std::int64_t>(emg.size());
  for (std::int64_t n = 0; n < frames; n += 64) {
    sink.clear();
    EXPECT_EQ(spectrum.process({emg.data() + n, std::min<std::int64_t>(64, frames - n), 1}, sink).status, Status::ok);
    for (const SpectrumReading& r : sink.items()) {
      if (r.trust() == Trust::warmup) continue;
      constexpr double none = std::numeric_limits<double>::quiet_NaN();
      seconds.push_back(seconds_at(r.at() + 1, {rate}).value - SlidingSpectrum{}.window.value / 2);  // its middle
      mdf.push_back(r.values() ? r.values()->median.value : none);
      rms.push_back(r.values() ? r.values()->rms.value : none);
      EXPECT_EQ(indicator.push(seconds.back(), mdf.back(), rms.back()), Status::ok);
    }
  }
  return {indicator.reading(), *jasa(seconds, mdf, rms), indicator.windows(), indicator.left_out()};
}

TEST(FatigueLive, OfATiringMuscleIsFatigueByTheDefaultsOfBoth) {
  const Told told = followed(muscle(-0.6, 1));
  ASSERT_TRUE(told.live);
  EXPECT_EQ(told.live->quadrant, FatigueQuadrant::fatigue);
  EXPECT_NEAR(told.live->spectrum.normalised->value, -0.6, 0.15);
  EXPECT_NEAR(told.live->amplitude.normalised->value, 1, 0.3);
  EXPECT_EQ(told.windows, 90) << "one every 0.5 s from 0.5 s to 45 s";
  EXPECT_EQ(told.left_out, 0);
  EXPECT_EQ(told.live, told.offline) << "the two paces are one";
}

TEST(FatigueLive, OfOtherCoursesIsWhatTheyAre) {
  EXPECT_EQ(followed(muscle(0.6, -1)).live->quadrant, FatigueQuadrant::recovery);
  const Told steady = followed(muscle(0, 0));
  EXPECT_EQ(steady.live->quadrant, FatigueQuadrant::uncertain);
  EXPECT_TRUE(steady.live->below_change_limit);
}

TEST(FatigueLive, LeavesOutTheWindowsWithASampleThatIsLost) {
  const Told told = followed(muscle(-0.6, 1), 40'100);
  EXPECT_EQ(told.left_out, 1) << "each sample is in one window";
  EXPECT_EQ(told.windows, 89);
  EXPECT_EQ(told.live, told.offline);
  EXPECT_EQ(told.live->quadrant, FatigueQuadrant::fatigue);
}

// 0.5 s is exact in binary numbers: no window is a bit late.
TEST(FatigueLive, TakesThePaceOfTheSlidingSpectrum) {
  EXPECT_EQ(FatigueIndicator{}.step, SlidingSpectrum{}.interval);
  EXPECT_EQ(2 * FatigueIndicator{}.step.value, 1);
}

}  // namespace
}  // namespace unguard
