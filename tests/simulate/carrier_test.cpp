// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/carrier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "simulate/spectrum.hpp"

namespace unguard {
namespace {

constexpr CarrierPreset presets[] = {CarrierPreset::trunk, CarrierPreset::between, CarrierPreset::limb};

// Truth: the closed form, integrated; and the table of the methods survey: MDF 47.9, 63.8, 95.6; MNF 61.3, -, 121.0 Hz.
TEST(Carrier, FormulaHasThePublishedMedianAndMeanFrequencies) {
  EXPECT_NEAR(formula(CarrierPreset::trunk, 2000).median_frequency(), 47.9, 0.1);
  EXPECT_NEAR(formula(CarrierPreset::trunk, 2000).mean_frequency(), 61.3, 0.1);
  EXPECT_NEAR(formula(CarrierPreset::between, 2000).median_frequency(), 63.8, 0.1);
  EXPECT_NEAR(formula(CarrierPreset::limb, 2000).median_frequency(), 95.6, 0.1);
  EXPECT_NEAR(formula(CarrierPreset::limb, 2000).mean_frequency(), 121.0, 0.1);
}

// Truth: the closed form; the filter's power per hertz against it, both with the same total.
TEST(Carrier, FilterFollowsTheFormulaFromOneHertzToHalfTheRate) {
  for (auto preset : presets)
    for (double rate : {500.0, 1000.0, 2000.0, 2048.0, 4000.0, 10000.0, 50000.0}) {
      const auto sections = carrier_sections(corners(preset), {rate});
      ASSERT_TRUE(stable(sections));
      const double all = formula(preset, rate).total() * 0.1;
      double low = 0, whole = 0;
      for (double f = 1; f < rate / 2; f += 1) {
        const double h = std::abs(response(sections, {f}, {rate}));
        const double error = std::fabs(10 * std::log10(h * h / (rate / 2) * all / carrier_power(corners(preset), {f})));
        whole = std::max(whole, error);
        if (f <= 500) low = std::max(low, error);
      }
      EXPECT_LT(whole, 0.75) << to_text(preset) << " at " << rate << " Hz";
      if (rate >= 2000) {
        EXPECT_LT(low, 0.09) << to_text(preset) << " at " << rate << " Hz";
      }
    }
}

// Truth: the closed form. n = 1500 windows (1536 s); standard error of a 10 Hz band about 1 %, of both frequencies
// about 0.1 Hz; bounds at more than 4 of them beside the design's own 0.09 dB and 0.1 Hz.
TEST(Carrier, SpectrumOfTheStreamIsTheFormulas) {
  for (auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    Carrier carrier(corners(preset), {2000}, RandomStream(11, "spectrum"));
    const Spectrum s = measured(carrier, 2000, 1500), truth = formula(preset, 2000);
    EXPECT_NEAR(s.median_frequency(), truth.median_frequency(), preset == CarrierPreset::trunk ? 0.6 : 0.9);
    EXPECT_NEAR(s.mean_frequency(), truth.mean_frequency(), preset == CarrierPreset::trunk ? 0.6 : 0.9);
    for (double f = 10; f < 500; f += 10)
      EXPECT_NEAR(error_dB(s, preset, 2000, f), 0, 0.35) << f << " Hz, " << to_text(preset);
  }
}

// Truth: unit RMS over the whole band. T = 1000 s; relative standard error 1 / (2 sqrt(B_s T)), B_s = 103 Hz: 0.16 %.
TEST(Carrier, HasUnitRmsAndIsStationaryFromItsFirstSample) {
  Carrier carrier(corners(CarrierPreset::trunk), {2000}, RandomStream(5, "rms"));
  constexpr int n = 2000000;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double x = carrier.next();
    sum += x * x;
  }
  EXPECT_NEAR(std::sqrt(sum / n), 1, 4.5 * 0.0016);

  // The variance of the very first sample, over 20000 streams: relative standard error sqrt(2 / 20000) = 1 %.
  double first = 0;
  for (int i = 0; i < 20000; ++i) {
    Carrier fresh(corners(CarrierPreset::trunk), {500}, RandomStream(5, "first", i));
    const double x = fresh.next();
    first += x * x;
  }
  EXPECT_NEAR(first / 20000, 1, 0.045);
}

}  // namespace
}  // namespace unguard
