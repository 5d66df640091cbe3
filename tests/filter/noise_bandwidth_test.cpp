// SPDX-License-Identifier: Apache-2.0
// Truth: closed forms. One pole p: (rate / 2)(1 - p) / (1 + p). Butterworth of order N, far below the rate:
// cutoff (pi / 2N) / sin(pi / 2N). A mean over N samples: rate / 2N.
#include "unguard/filter/noise_bandwidth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/one_pole.hpp"
#include "unguard/filter/peak.hpp"
#include "unguard/filter/sos.hpp"

namespace unguard {
namespace {

using namespace literals;

template <class S>
double width(const S& spec, Hertz rate = 2000_Hz) {
  return noise_bandwidth(*linear(spec, rate), rate)->value;
}

TEST(NoiseBandwidth, OfOnePole) {
  for (const double p : {0.1, 0.5, 0.9, 0.999, 0.99999}) {
    const Sos pole{{1 - p, 0, 0, 1, -p, 0}};
    EXPECT_NEAR(width(pole) / (1000 * (1 - p) / (1 + p)), 1, 1e-9) << p;
  }
}

TEST(NoiseBandwidth, OfButterworthFarBelowTheRate) {
  for (int order = 2; order <= 12; ++order) {  // one pole falls off too slowly to be far from half the rate
    const double x = std::numbers::pi / (2 * order);
    EXPECT_NEAR(width(Lowpass{.cutoff = 1_Hz, .order = order}, 10000_Hz) / (x / std::sin(x)), 1, 1e-5) << order;
  }
}

// High up the warping of the bilinear transform takes part: Parseval by a fine sum over frequency.
TEST(NoiseBandwidth, IsTheAreaUnderTheSquaredGain) {
  const auto expect = [](const auto& spec) {
    const Linear parts = *linear(spec, 2000_Hz);
    constexpr int points = 200000;
    double area = 0, highest = 0;
    for (int i = 0; i < points; ++i) {
      const double gain = std::abs(response(parts, Hertz{1000.0 * (i + 0.5) / points}, 2000_Hz));
      area += gain * gain * 1000.0 / points;
      highest = std::max(highest, gain);
    }
    EXPECT_NEAR(width(spec) / (area / (highest * highest)), 1, 1e-5) << to_text(spec);
  };
  expect(Bandpass{});
  expect(Bandpass{.low = 30_Hz, .high = 999_Hz, .order = 12});
  expect(Highpass{});
  expect(Notch{});
  expect(Peak{});
  expect(Chain{Bandpass{}, Notch{}});
}

TEST(NoiseBandwidth, OfAMean) {
  Linear mean{{{}, Taps(25, 0.04)}};
  EXPECT_NEAR(noise_bandwidth(mean, 2000_Hz)->value, 40, 1e-9);
}

// A resonance narrower than the grid is still found: its peak has the gain 1 that it was designed for.
TEST(NoiseBandwidth, FindsASummitBetweenThePointsOfTheGrid) {
  for (const double f : {0.01, 3.3, 123.456, 987.6}) {
    const PeakGain found = peak_gain(*linear(Peak{.frequency = Hertz{f}, .width = 1e-3_Hz}, 2000_Hz), 2000_Hz);
    EXPECT_NEAR(found.gain, 1, 1e-6) << f;
    EXPECT_NEAR(found.at.value, f, 1e-4) << f;
  }
}

// A tone of N whole samples, n cycles: peak gain N / 2 at it, power N / 2; so rate / N. Its summit is narrower than any
// fixed grid.
TEST(NoiseBandwidth, OfALongTone) {
  for (const int n : {1000, 32768, 200000}) {
    Taps tone(static_cast<std::size_t>(n));
    const double cycles = std::floor(n * 0.1234);
    for (int i = 0; i < n; ++i) tone[static_cast<std::size_t>(i)] = std::sin(2 * std::numbers::pi * (cycles * i / n));
    const Linear parts{{{}, tone}};
    EXPECT_NEAR(noise_bandwidth(parts, 2000_Hz)->value / (2000.0 / n), 1, 1e-4) << n;
    EXPECT_NEAR(peak_gain(parts, 2000_Hz).at.value, 2000 * cycles / n, 1e-3 * 2000 / n) << n;
  }
}

// Noise as taps: Parseval over eight points a tap, none of whose gains may be above the peak found.
TEST(NoiseBandwidth, OfManyTapsWithoutAnOrder) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Taps taps(3001);
  for (double& t : taps) t = normal(random);
  const Linear parts{{{}, taps}};
  double highest = 0;
  constexpr int points = 24000;
  for (int k = 0; k <= points; ++k)
    highest = std::max(highest, std::abs(response(parts, Hertz{1000.0 * k / points}, 2000_Hz)));
  const double found = peak_gain(parts, 2000_Hz).gain;
  EXPECT_GE(found, highest);
  EXPECT_LT(found, highest * 1.001);
}

TEST(NoiseBandwidth, IsNeverMoreThanHalfTheRate) {
  EXPECT_EQ(noise_bandwidth(Linear{{{}, Taps{0.7}}}, 2000_Hz)->value, 1000);
  EXPECT_LE(width(Sos{{0.5, 1, 0, 1, 0.5, 0}}), 1000);  // all-pass
}

TEST(NoiseBandwidth, IsNotSaidWhereItCannotBeMeasured) {
  EXPECT_FALSE(noise_bandwidth(*linear(Sos{{0, 0, 0, 1, 0, 0}}, 2000_Hz), 2000_Hz));
  EXPECT_FALSE(noise_bandwidth(*linear(Highpass{.cutoff = Hertz{1e-3}}, 2000_Hz), 2000_Hz));
  EXPECT_FALSE(settle_samples(*linear(Highpass{.cutoff = Hertz{1e-3}}, 2000_Hz), 3e5));
}

}  // namespace
}  // namespace unguard
