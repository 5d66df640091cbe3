// SPDX-License-Identifier: Apache-2.0
// Truth: correlations summed anew; the closed forms of a matched filter and of the wavelet's spectrum.
#include "unguard/detect/merlo_wavelet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "detect/onset_driver.hpp"

namespace unguard {
namespace {

TEST(MerloWavelet, ItsVariableIsTheLargestOfTheCorrelations) {
  // Summed anew, all wavelets centred on one sample.
  const auto x = onsets::white(600, 5, 1);
  const std::vector<double> scales{2, 3, 6.5};
  MerloStatistic statistic(scales);
  ASSERT_EQ(statistic.delay(), 20);
  for (std::int64_t i = 0; i < 600; ++i) {
    const double said = statistic.step(x[static_cast<std::size_t>(i)]).compared;
    if (i < statistic.warm_up()) continue;
    double most = 0;
    for (const double s : scales) {
      double sum = 0, energy = 0;
      const auto reach = static_cast<std::int64_t>(std::ceil(3 * s));
      for (std::int64_t t = -reach; t <= reach; ++t) {
        const double w = static_cast<double>(t) / s * std::exp(-static_cast<double>(t * t) / (s * s));
        sum += w * x[static_cast<std::size_t>(i - 20 - t)];
        energy += w * w;
      }
      most = std::max(most, std::fabs(sum) / std::sqrt(energy));
    }
    EXPECT_NEAR(said, most, 1e-12);
  }
}

TEST(MerloWavelet, IsMatchedToItsPotentials) {
  // Cauchy & Schwarz: a potential of the wavelet's own shape and energy E gives sqrt(E), the delay later; either way
  // round.
  for (const double sign : {1.0, -1.0}) {
    MerloStatistic statistic({2, 3, 4});
    const auto shape = hermite_rodriguez(3, 9);
    double most = 0;
    int at = 0;
    for (int i = 0; i < 200; ++i) {
      const double x = i >= 91 && i < 110 ? sign * 7 * shape[static_cast<std::size_t>(i - 91)] : 0;
      const double said = statistic.step(x).compared;
      if (said > most) {
        most = said;
        at = i;
      }
    }
    EXPECT_NEAR(most, 7, 1e-12);
    EXPECT_EQ(at, 100 + statistic.delay());
  }
}

TEST(MerloWavelet, IsStrongestAtTheFrequencyOfItsScale) {
  // The transform of t exp(-t^2 / s^2) goes with f exp(-(pi f s)^2): largest at 1 / (pi sqrt(2) s) = 0.225 / s.
  const double s = 40;
  const auto taps = hermite_rodriguez(s, 120);
  double most = 0, best = 0;
  for (double f = 0.001; f < 0.02; f += 1e-6) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < taps.size(); ++i)
      sum += taps[i] * std::polar(1.0, -2 * std::numbers::pi * f * static_cast<double>(i));
    if (std::abs(sum) > most) {
      most = std::abs(sum);
      best = f;
    }
  }
  EXPECT_NEAR(best * s, 1 / (std::numbers::pi * std::numbers::sqrt2), 1e-3);
}

TEST(MerloWavelet, FindsASinglePotential) {
  // A potential in the middle of rest: its middle sample.
  auto x = onsets::white(10000, 2, 2);
  const auto shape = hermite_rodriguez(4, 12);
  for (std::size_t i = 0; i < shape.size(); ++i) x[6000 - 12 + i] += 60 * shape[i];
  const auto found = onsets::events(MerloWavelet{.spreads = 8}, x);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].onset.value), 6000, 12);
}

}  // namespace
}  // namespace unguard
