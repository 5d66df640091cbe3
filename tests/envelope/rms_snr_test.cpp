// SPDX-License-Identifier: Apache-2.0
// How steady the moving RMS of a steady effort is, against the theory: SNR = 2 sqrt(B_s T), with the statistical
// bandwidth B_s of what the band-pass lets through. Hogan & Mann 1980, doi:10.1109/TBME.1980.326652.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/rms.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

struct Steadiness {
  std::int64_t windows = 0;
  double sum = 0, squares = 0;

  double mean() const { return sum / static_cast<double>(windows); }
  double snr() const {
    const double m = mean();
    return m / std::sqrt(squares / static_cast<double>(windows) - m * m);
  }
};

// (integral of P)^2 / integral of P^2, P the power density of the carrier behind the band-pass.
struct Band {
  double statistical_bandwidth = 0;
  double power = 0;
};
Band band_of(const Sections& shaping, const Sections& band, double rate) {
  double area = 0, square = 0;
  const double step = 0.01;
  for (double f = step / 2; f < rate / 2; f += step) {
    const double p = std::norm(response(shaping, {f}, {rate})) * std::norm(response(band, {f}, {rate})) * 2 / rate;
    area += p * step;
    square += p * p * step;
  }
  return {area * area / square, area};
}

void holds(CarrierPreset preset, double rate) {
  constexpr double windows_ms[] = {100, 125, 200, 250, 500};
  constexpr std::int64_t least = 25000;
  const Bandpass spec{.low = {20}, .high = {std::min(450.0, 0.45 * rate)}};
  const StreamFormat format{.rate = {rate}, .channels = Channels::unnamed(1)};
  const Band band = band_of(carrier_sections(corners(preset), {rate}), *design(spec, {rate}), rate);

  Carrier carrier(corners(preset), {rate}, RandomStream(90125, "rms snr"));
  auto filter = start(spec, format);
  std::vector<LiveFilter<Rms>> envelopes;
  for (double ms : windows_ms) envelopes.push_back(start(Rms{.window = {ms / 1000}}, format));
  std::vector<Steadiness> found(std::size(windows_ms));

  const std::int64_t block = static_cast<std::int64_t>(rate / 2);  // holds whole windows of every length
  std::vector<double> x(static_cast<std::size_t>(block)), y(x.size());
  for (std::int64_t b = -4; b < least; ++b) {
    for (double& v : x) v = carrier.next();
    filter.process({x.data(), block, 1}, {x.data(), block, 1});
    for (std::size_t k = 0; k < envelopes.size(); ++k) {
      envelopes[k].process({x.data(), block, 1}, {y.data(), block, 1});
      const std::int64_t window = std::llround(windows_ms[k] * rate / 1000);
      if (b < 0) continue;  // the band-pass settles
      for (std::int64_t i = window - 1; i < block; i += window) {
        const double v = y[static_cast<std::size_t>(i)];
        ++found[k].windows;
        found[k].sum += v;
        found[k].squares += v * v;
      }
    }
  }
  for (std::size_t k = 0; k < found.size(); ++k) {
    const double seconds = windows_ms[k] / 1000, theory = 2 * std::sqrt(band.statistical_bandwidth * seconds);
    std::printf(
        "[ measured ] %s, %g Hz, B_s %.1f Hz, T %3.0f ms: SNR %.3f, theory %.3f, ratio %.4f, %lld windows\n",
        std::string(names(static_cast<const CarrierPreset*>(nullptr))[static_cast<std::size_t>(preset)]).c_str(), rate,
        band.statistical_bandwidth, windows_ms[k], found[k].snr(), theory, found[k].snr() / theory,
        static_cast<long long>(found[k].windows));
    EXPECT_GE(found[k].windows, 20000);
    EXPECT_NEAR(found[k].snr() / theory, 1, 0.05) << windows_ms[k] << " ms";
    // The mean RMS of a window with 2 B_s T degrees of freedom lies 1 / (4 x 2 B_s T) below the true one; the sampling
    // error of the mean is 1 / (SNR sqrt(windows)) < 0.0015.
    const double bias = 1 - 1 / (8 * band.statistical_bandwidth * seconds);
    EXPECT_NEAR(found[k].mean() / std::sqrt(band.power), bias, 0.003) << windows_ms[k] << " ms";
  }
}

// Truth: the closed form, over windows that do not overlap.
TEST(Rms, IsAsSteadyAsTheoryAllowsOnTheTrunk) { holds(CarrierPreset::trunk, 2000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsBetweenTrunkAndLimb) { holds(CarrierPreset::between, 2000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsOnALimb) { holds(CarrierPreset::limb, 2000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsAtOneKilohertz) { holds(CarrierPreset::trunk, 1000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsOnALimbAtOneKilohertz) { holds(CarrierPreset::limb, 1000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsAt500Hertz) { holds(CarrierPreset::trunk, 500); }
TEST(Rms, IsAsSteadyAsTheoryAllowsOnALimbAt500Hertz) { holds(CarrierPreset::limb, 500); }
TEST(Rms, IsAsSteadyAsTheoryAllowsAt4Kilohertz) { holds(CarrierPreset::trunk, 4000); }
TEST(Rms, IsAsSteadyAsTheoryAllowsOnALimbAt4Kilohertz) { holds(CarrierPreset::limb, 4000); }

}  // namespace
}  // namespace unguard
