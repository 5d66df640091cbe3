// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/motor_unit_carrier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "simulate/spectrum.hpp"

namespace unguard {
namespace {

constexpr CarrierPreset presets[] = {CarrierPreset::trunk, CarrierPreset::between, CarrierPreset::limb};

// Truth: the gamma distribution of order 30: coefficient of variation 1 / sqrt(30). n = 2e5; bounds at 4.5 standard
// errors, that of the coefficient being about 1 / sqrt(2 n) of it.
TEST(MotorUnitCarrier, IntervalsVaryAsThoseOfMotorUnitsDo) {
  constexpr int n = 200000;
  RandomStream random(8, "intervals");
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double t = draw_interval(random, 0.1);
    ASSERT_GT(t, 0);
    sum += t;
    squares += t * t;
  }
  const double mean = sum / n, cv = std::sqrt(squares / n - mean * mean) / mean, wanted = 1 / std::sqrt(30.0);
  EXPECT_NEAR(mean, 0.1, 4.5 * 0.1 * wanted / std::sqrt(n));
  EXPECT_NEAR(cv, wanted, 4.5 * 1.1 * wanted / std::sqrt(2.0 * n));
  EXPECT_GE(cv, 0.15);
  EXPECT_LE(cv, 0.2);
}

// Truth: the formula of the preset. The mean over 40 pools, whose sizes, rates and speeds differ: between 40 Hz and
// 450 Hz (0.4 of the rate); below, trains that are nearly regular have less power than their waves, and about their
// rate more.
TEST(MotorUnitCarrier, FollowsTheFormulaAboveTheRatesOfFiring) {
  double above = 0, among = 0, one = 0;
  for (auto preset : presets)
    for (double rate : {500.0, 1000.0, 2000.0, 4000.0}) {
      const Spectrum truth = formula(preset, rate);
      const double all = truth.total() * truth.width;
      std::vector<double> mean;
      const auto error_at = [&](double power, double f) {
        return std::fabs(10 * std::log10(power / (carrier_power(corners(preset), {f}) / all)));
      };
      const double highest = std::min(450.0, 0.4 * rate);
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const MotorUnitCarrier carrier(corners(preset), {rate}, RandomStream(seed, "pool"));
        EXPECT_NEAR(carrier.density().whole(), 1, 1e-12);
        mean.resize(carrier.density().power.size());
        for (std::size_t k = 0; k < mean.size(); ++k) {
          mean[k] += carrier.density().power[k] / 40;
          const double f = static_cast<double>(k) * carrier.density().width.value;
          if (f >= 50 && f <= highest) one = std::max(one, error_at(carrier.density().power[k], f));
        }
      }
      for (std::size_t k = 0; k < mean.size(); ++k) {
        const double f = 0.5 * static_cast<double>(k);
        if (f >= 40 && f <= highest) above = std::max(above, error_at(mean[k], f));
        if (f >= 20 && f < 40) among = std::max(among, error_at(mean[k], f));
      }
    }
  std::printf(
      "[ MEASURED ] motor units, 40 pools: within %.2f dB from 40 to 450 Hz, %.2f dB from 20 to 40 Hz; "
      "the worst pool %.2f dB above 50 Hz\n",
      above, among, one);
  EXPECT_LT(above, 0.6);
  EXPECT_LT(among, 2);
  EXPECT_LT(one, 2.5);
}

// Truth: the spectrum that the carrier states of its own units. n = 3000 windows (3072 s); trains are regular, so bands
// scatter less than Gaussian noise does (0.7 %) where a single unit rules, and as much where many do.
TEST(MotorUnitCarrier, PlaysTheSpectrumThatItStates) {
  for (auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    MotorUnitCarrier carrier(corners(preset), {2000}, RandomStream(3, "pool"));
    const CarrierDensity stated = carrier.density();
    const Spectrum s = measured(carrier, 2000, 3000);
    const double all = s.total() * s.width;
    for (double f = 15; f < 450; f += 10) {
      double band = 0, wanted = 0;
      for (std::size_t i = 0; i < s.power.size(); ++i) {
        const double here = static_cast<double>(i) * s.width;
        if (std::fabs(here - f) > 5) continue;
        band += s.power[i] / all;
        const auto k = static_cast<std::size_t>(here / stated.width.value);
        const double u = here / stated.width.value - static_cast<double>(k);
        wanted += stated.power[k] + u * (stated.power[k + 1] - stated.power[k]);
      }
      EXPECT_NEAR(10 * std::log10(band / wanted), 0, 0.3) << f << " Hz, " << to_text(preset);
    }
  }
}

// Truth: unit RMS. n = 20 pools of 60 s: their mean within 4.5 of its own standard errors (19 degrees of freedom: a
// perfect one passes with a probability of 0.9998).
TEST(MotorUnitCarrier, HasUnitRmsWithAnyNumberOfUnits) {
  for (int units : {1, 5, 30, 100}) {
    double sum = 0, squares = 0, kurtosis = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      MotorUnitCarrier carrier(corners(CarrierPreset::limb), {1000}, RandomStream(seed, "rms"), {.units = units});
      double power = 0, fourth = 0;
      for (int i = 0; i < 60000; ++i) {
        const double x = carrier.next();
        power += x * x / 60000;
        fourth += x * x * x * x / 60000;
      }
      sum += power / 20;
      squares += power * power / 20;
      kurtosis += fourth / (power * power) / 20;
    }
    EXPECT_NEAR(sum, 1, 4.5 * std::sqrt((squares - sum * sum) / 19)) << units;
    EXPECT_NEAR(sum, 1, 0.02) << units;
    std::printf("[ MEASURED ] %d motor units: power %.4f, kurtosis %.2f\n", units, sum, kurtosis);
  }
}

// Truth: the firings of one unit at 10 Hz, whose waves (33 ms at most) leave silence between them. In 200 s 2000 of
// them; standard deviation 0.18 sqrt(2000) = 8.2, bound at 4.5 of it.
TEST(MotorUnitCarrier, ASingleUnitIsHeardFiringByFiring) {
  MotorUnitCarrier carrier(corners(CarrierPreset::limb), {2000}, RandomStream(1, "one"),
                           {.units = 1, .slowest = {10}, .fastest = {10}});
  int firings = 0, silent = 0;
  bool heard = true;
  for (int i = 0; i < 400000; ++i) {
    const bool now = carrier.next() != 0;
    firings += now && !heard;
    silent += !now;
    heard = now;
  }
  EXPECT_NEAR(firings, 2000, 37);
  EXPECT_GT(silent, 200000);
}

}  // namespace
}  // namespace unguard
