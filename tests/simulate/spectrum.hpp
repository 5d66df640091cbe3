// SPDX-License-Identifier: Apache-2.0
// What the tests of carriers compare: the formula of a preset, and the spectrum of what is played.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

#include "unguard/core/real_fft.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {

struct Spectrum {
  std::vector<double> power;  // one a bin, from bin 0
  double width;               // of a bin, Hz

  double total() const {
    double sum = 0;
    for (double p : power) sum += p;
    return sum;
  }
  double mean_frequency() const {
    double sum = 0;
    for (std::size_t i = 0; i < power.size(); ++i) sum += static_cast<double>(i) * width * power[i];
    return sum / total();
  }
  double median_frequency() const {
    const double half = total() / 2;
    double sum = 0;
    for (std::size_t i = 0; i < power.size(); ++i) {
      if (sum + power[i] >= half) return (static_cast<double>(i) - 0.5 + (half - sum) / power[i]) * width;
      sum += power[i];
    }
    return 0;
  }
};

// The formula itself, up to half the rate.
inline Spectrum formula(CarrierPreset preset, double rate) {
  Spectrum s{std::vector<double>(static_cast<std::size_t>(rate / 2 * 10) + 1), 0.1};
  for (std::size_t i = 0; i < s.power.size(); ++i)
    s.power[i] = carrier_power(corners(preset), {static_cast<double>(i) * s.width});
  return s;
}

// Averaged periodogram of n Hann windows of 2048 samples, end to end.
template <class Played>
Spectrum measured(Played& carrier, double rate, int n) {
  constexpr std::size_t size = 2048;
  RealFft fft(size);
  Spectrum s{std::vector<double>(size / 2), rate / size};
  std::vector<double> x(size);
  std::vector<std::complex<double>> bins(size / 2 + 1);
  for (int w = 0; w < n; ++w) {
    for (std::size_t i = 0; i < size; ++i)
      x[i] = carrier.next() * (1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / size));
    fft.forward(x.data(), bins.data());
    for (std::size_t i = 0; i < size / 2; ++i) s.power[i] += std::norm(bins[i]);
  }
  return s;
}

// The share of the power that lies within 5 Hz of f, over the share that the formula has there, in dB.
inline double error_dB(const Spectrum& s, CarrierPreset preset, double rate, double f) {
  const Spectrum truth = formula(preset, rate);
  double band = 0, wanted = 0;
  for (std::size_t i = 0; i < s.power.size(); ++i)
    if (std::fabs(static_cast<double>(i) * s.width - f) <= 5) {
      band += s.power[i];
      wanted += carrier_power(corners(preset), {static_cast<double>(i) * s.width});
    }
  return 10 * std::log10(band / s.total() / (wanted / (truth.total() * truth.width / s.width)));
}

}  // namespace unguard
