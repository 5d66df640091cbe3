// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/laplacian_carrier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "simulate/spectrum.hpp"

namespace unguard {
namespace {

constexpr CarrierPreset presets[] = {CarrierPreset::trunk, CarrierPreset::between, CarrierPreset::limb};

// Truth: the two distributions: as many normal numbers lie below x as Laplacian ones below its image.
TEST(LaplacianCarrier, TheMapKeepsTheShareOfNumbersBelow) {
  for (double x = -8; x <= 8; x += 0.25) {
    const double y = laplacian_of(x), normal = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double laplace =
        y < 0 ? 0.5 * std::exp(std::numbers::sqrt2 * y) : 1 - 0.5 * std::exp(-std::numbers::sqrt2 * y);
    EXPECT_NEAR(laplace / normal, 1, 1e-12) << x;
  }
  EXPECT_EQ(laplacian_of(0), 0);
}

// Truth: the correlation of mapped pairs of correlated normal numbers. n = 1e6 pairs; the product of two Laplacian
// numbers has a standard deviation of at most sqrt(5), so 4.5 standard errors are at most 0.0101.
TEST(LaplacianCarrier, TheMapChangesCorrelationsAsItsSeriesSays) {
  const LaplacianCorrelation mapped;
  EXPECT_NEAR(mapped(1), 1, 1e-12);
  EXPECT_NEAR(mapped.weights()[0], 0.96304, 2e-5);
  constexpr int n = 1000000;
  for (double r : {-0.9, -0.4, 0.2, 0.7, 0.95}) {
    RandomStream random(6, "pairs");
    double sum = 0;
    for (int i = 0; i < n; ++i) {
      const double x = random.normal(), y = r * x + std::sqrt(1 - r * r) * random.normal();
      sum += laplacian_of(x) * laplacian_of(y);
    }
    EXPECT_NEAR(sum / n, mapped(r), 0.0101) << r;
  }
}

// Truth: the formula of the preset, against the spectrum that follows from the taps and the map; both of unit power.
TEST(LaplacianCarrier, FollowsTheFormulaInTheBandOfEmg) {
  double worst = 0, below = 0;
  for (auto preset : presets)
    for (double rate : {500.0, 1000.0, 1926.0, 2000.0, 2048.0, 4000.0}) {
      const LaplacianDesign design = laplacian_design(corners(preset), {rate});
      EXPECT_NEAR(design.density.whole(), 1, 1e-9) << to_text(preset) << " at " << rate << " Hz";
      const Spectrum truth = formula(preset, rate);
      const double all = truth.total() * truth.width;
      for (std::size_t k = 1; k < design.density.power.size(); ++k) {
        const double f = static_cast<double>(k) * design.density.width.value;
        const double wanted = carrier_power(corners(preset), {f}) / all;
        const double error = std::fabs(10 * std::log10(design.density.power[k] / wanted));
        if (f >= 20 && f <= std::min(450.0, 0.45 * rate)) worst = std::max(worst, error);
        if (f >= 10 && f < 20) below = std::max(below, error);
      }
    }
  std::printf("[ MEASURED ] Laplacian spectrum within %.3f dB from 20 to 450 Hz, %.3f dB from 10 to 20 Hz\n", worst,
              below);
  EXPECT_LT(worst, 0.1);
  EXPECT_LT(below, 0.12);
}

// Truth: the formula. n = 1500 windows (1536 s); standard error of a 10 Hz band about 1 % as of a Gaussian carrier,
// somewhat more with heavy tails; bound at more than 4 of them beside the design's own 0.1 dB.
TEST(LaplacianCarrier, SpectrumOfTheStreamIsTheFormulas) {
  for (auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    LaplacianCarrier carrier(corners(preset), {2000}, RandomStream(11, "spectrum"));
    const Spectrum s = measured(carrier, 2000, 1500);
    for (double f = 20; f < 450; f += 10)
      EXPECT_NEAR(error_dB(s, preset, 2000, f), 0, 0.4) << f << " Hz, " << to_text(preset);
  }
}

// Truth: the Laplace distribution of variance 1: P(|x| > a) = exp(-sqrt(2) a), kurtosis 6. T = 1000 s, at least
// 2 B_s T = 206,000 independent numbers: bounds at 4.5 standard errors of those; that of the kurtosis is
// sqrt(2520 - 36) / sqrt(206,000) = 0.11, that of the power sqrt(5) / sqrt(206,000) = 0.5 %.
TEST(LaplacianCarrier, SamplesFollowTheLaplaceDistribution) {
  constexpr double n = 2000000, independent = 206000;
  LaplacianCarrier carrier(corners(CarrierPreset::trunk), {2000}, RandomStream(5, "distribution"));
  double beyond[4] = {}, power = 0, fourth = 0;
  const double at[4] = {0.2, 0.7, 2, 4};
  for (int i = 0; i < n; ++i) {
    const double x = carrier.next();
    power += x * x;
    fourth += x * x * x * x;
    for (int k = 0; k < 4; ++k) beyond[k] += std::fabs(x) > at[k];
  }
  for (int k = 0; k < 4; ++k) {
    const double share = std::exp(-std::numbers::sqrt2 * at[k]);
    EXPECT_NEAR(beyond[k] / n, share, 4.5 * std::sqrt(share * (1 - share) / independent)) << at[k];
  }
  EXPECT_NEAR(power / n, 1, 4.5 * 0.005);
  EXPECT_NEAR(fourth / n, 6, 4.5 * 0.11);
  std::printf("[ MEASURED ] Laplacian kurtosis %.3f\n", fourth / n / (power / n * power / n));
}

}  // namespace
}  // namespace unguard
