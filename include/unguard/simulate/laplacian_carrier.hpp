// SPDX-License-Identifier: Apache-2.0
// Surface EMG whose samples follow a Laplace distribution, as at low effort: Clancy & Hogan 1999,
// doi:10.1109/10.764949. A Gaussian process is mapped value by value, so the distribution is exact; its spectrum is
// bent beforehand until the mapped one is the carrier's: Liu & Munson 1982, doi:10.1109/TASSP.1982.1163990.
// From 20 to 450 Hz (0.45 of the rate) within 0.1 dB of the formula. Cost: a normal number, an erfc, a logarithm and
// rate x 0.2 s products a sample; at the start some transforms of a second's length.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/core/real_fft.hpp"
#include "unguard/simulate/carrier.hpp"
#include "unguard/simulate/carrier_density.hpp"

namespace unguard {

// The number of a Laplace distribution of variance 1 that as many lie below as below x in the normal distribution.
inline double laplacian_of(double x) noexcept {
  const double beyond = std::erfc(std::fabs(x) / std::numbers::sqrt2);  // the share of larger magnitudes
  return std::copysign(-std::log(beyond) / std::numbers::sqrt2, x);
}

// How that map changes a correlation r: into w1 r + w3 r^3 + w5 r^5 + ..., w_k = E[g(X) He_k(X)]^2 / k!. Price 1958,
// doi:10.1109/TIT.1958.1057444. The first weighs 0.963, which is why little is to be bent.
class LaplacianCorrelation {
 public:
  LaplacianCorrelation() {
    constexpr double step = 0.01;
    std::array<double, count> projection{};
    for (int i = 1; i <= 900; ++i) {  // to 9 standard deviations; odd times odd: twice the positive half
      const double x = step * i, share = 2 * step * std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
      const double y = share * laplacian_of(x);
      double before = 1, here = x;  // He_0 / sqrt(0!), He_1 / sqrt(1!)
      for (int k = 1; k < 2 * count; ++k) {
        if (k % 2 == 1) projection[static_cast<std::size_t>(k / 2)] += y * here;
        const double after = (x * here - std::sqrt(static_cast<double>(k)) * before) / std::sqrt(k + 1.0);
        before = std::exchange(here, after);
      }
    }
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += weights_[k] = projection[k] * projection[k];
    for (auto& w : weights_) w /= sum;  // what is left out, 1e-5, is spread over those that are there
  }
  double operator()(double r) const noexcept {
    double sum = 0;
    for (std::size_t k = count; k-- > 0;) sum = weights_[k] + r * r * sum;
    return r * sum;
  }
  const auto& weights() const noexcept { return weights_; }

 private:
  static constexpr int count = 10;  // odd powers up to 19
  std::array<double, count> weights_{};
};

// What colours the Gaussian process, and the spectrum that comes of it behind the map.
struct LaplacianDesign {
  std::vector<double> taps;  // symmetric, of an odd number; the sum of their squares is 1
  CarrierDensity density;
};

inline LaplacianDesign laplacian_design(CarrierCorners c, Hertz rate) {
  int length = 512;
  while (length < rate.value) length *= 2;
  const auto n = static_cast<std::size_t>(length), bins = n / 2 + 1;
  RealFft fft(length);
  const LaplacianCorrelation mapped;
  std::vector<double> wanted(bins), spectrum, x(n);
  std::vector<std::complex<double>> y(bins);
  const auto correlation_of = [&](const std::vector<double>& power) {
    std::copy(power.begin(), power.end(), y.begin());
    fft.inverse(y.data(), x.data());
    const double all = x[0];
    for (auto& r : x) r /= all;
  };
  // What the map makes of the Gaussian correlation in x, as a spectrum whose correlation at lag 0 is 1.
  const auto map = [&](std::vector<double>& power) {
    for (auto& r : x) r = mapped(r);
    fft.forward(x.data(), y.data());
    for (std::size_t k = 0; k < bins; ++k) power[k] = y[k].real();
  };
  for (std::size_t k = 0; k < bins; ++k) wanted[k] = carrier_power(c, rate * (static_cast<double>(k) / length));
  correlation_of(wanted);
  fft.forward(x.data(), y.data());
  for (std::size_t k = 0; k < bins; ++k) wanted[k] = y[k].real();

  // What the map adds where the carrier has little is taken out there; four rounds settle it.
  spectrum = wanted;
  std::vector<double> made(bins);
  for (int round = 0; round < 4; ++round) {
    correlation_of(spectrum);
    map(made);
    for (std::size_t k = 1; k < bins; ++k) spectrum[k] *= std::max(0.0, wanted[k]) / std::max(made[k], 1e-12);
    spectrum[0] = 0;
  }

  // Symmetric taps from the square root of the spectrum, cut at 0.1 s to either side.
  for (std::size_t k = 0; k < bins; ++k) y[k] = std::sqrt(spectrum[k]);
  fft.inverse(y.data(), x.data());
  const auto half = static_cast<std::size_t>(samples_in({0.1}, rate));
  LaplacianDesign design{std::vector<double>(2 * half + 1), {std::vector<double>(bins), rate / length}};
  double squares = 0;
  for (std::size_t i = 0; i <= 2 * half; ++i) {
    const double tap = x[i < half ? half - i : i - half];
    design.taps[i] = tap;
    squares += tap * tap;
  }
  for (auto& tap : design.taps) tap /= std::sqrt(squares);

  // The spectrum of what is really played: of these taps, behind the map.
  std::fill(x.begin(), x.end(), 0.0);
  std::copy(design.taps.begin(), design.taps.end(), x.begin());
  fft.forward(x.data(), y.data());
  for (std::size_t k = 0; k < bins; ++k) spectrum[k] = std::norm(y[k]);
  correlation_of(spectrum);
  map(design.density.power);
  for (auto& p : design.density.power) p *= 2 / rate.value;
  return design;
}

// An endless stream of unit RMS, stationary from its first sample.
class LaplacianCarrier {
 public:
  LaplacianCarrier(CarrierCorners c, Hertz rate, RandomStream random)
      : random_(std::move(random)), rate_(rate), design_(laplacian_design(c, rate)), past_(2 * design_.taps.size()) {
    for (std::size_t i = 0; i < design_.taps.size(); ++i) next();
  }
  double next() noexcept {
    const std::size_t n = design_.taps.size();
    // Written twice, so that the last n lie in a row.
    newest_ = newest_ == 0 ? n - 1 : newest_ - 1;
    past_[newest_] = past_[newest_ + n] = random_.normal();
    const double *a = past_.data() + newest_, *b = a + n - 1, *tap = design_.taps.data();
    double sum = tap[n / 2] * a[n / 2];
    for (std::size_t i = 0; i < n / 2; ++i) sum += tap[i] * (a[i] + *(b - i));
    return laplacian_of(sum);
  }
  const CarrierDensity& density() const noexcept { return design_.density; }
  // The mean power behind a filter.
  double power_behind(const Sections& band) const { return design_.density.behind(band, rate_); }

 private:
  RandomStream random_;
  Hertz rate_;
  LaplacianDesign design_;
  std::vector<double> past_;
  std::size_t newest_ = 0;
};

}  // namespace unguard
