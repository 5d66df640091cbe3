// SPDX-License-Identifier: Apache-2.0
// Surface EMG at constant effort: Gaussian noise with P(f) ~ f_h^4 f^2 / [(f^2 + f_l^2)(f^2 + f_h^2)^2].
// Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738 (after Shwedyk et al. 1977, IEEE TBME 24:417).
// Cost: one normal number and two second-order sections a sample.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <string_view>

#include "unguard/core/random.hpp"
#include "unguard/filter/section.hpp"

namespace unguard {

// Paraspinal EMG lies between trunk and between.
enum class CarrierPreset { trunk, between, limb };
constexpr std::array<std::string_view, 3> names(const CarrierPreset*) { return {"trunk", "between", "limb"}; }

// The two corner frequencies of P(f).
struct CarrierCorners {
  Hertz low;
  Hertz high;
};
constexpr CarrierCorners corners(CarrierPreset preset) {
  switch (preset) {
    case CarrierPreset::trunk:
      return {{30}, {60}};
    case CarrierPreset::between:
      return {{40}, {80}};
    case CarrierPreset::limb:
      break;
  }
  return {{60}, {120}};
}

// P(f) with k = 1.
inline double carrier_power(CarrierCorners c, Hertz f) {
  const double f2 = f.value * f.value, l2 = c.low.value * c.low.value, h2 = c.high.value * c.high.value;
  return h2 * h2 * f2 / ((f2 + l2) * (f2 + h2) * (f2 + h2));
}

// Poles at exp(-2 pi f / rate), a zero at 0 Hz, and two zeros that make the power exact at 5, 50 and 95 % of half the
// rate (a quadratic in cos w, factored). The bilinear transform would be 3 dB low at 450 Hz; this stays, at 2 kHz,
// within 0.07 dB of the formula up to 500 Hz and 0.7 dB up to 1 kHz. Scaled to variance 1 over the whole band, 0 to
// half the rate, for white input of variance 1.
inline Sections carrier_sections(CarrierCorners c, Hertz rate) {
  using std::numbers::pi;
  const double pl = std::exp(-2 * pi * (c.low / rate)), ph = std::exp(-2 * pi * (c.high / rate));
  const auto wanted = [&](double w, double x) {
    const double dl = 1 - 2 * pl * x + pl * pl, dh = 1 - 2 * ph * x + ph * ph;
    return carrier_power(c, rate * (w / (2 * pi))) * dl * dh * dh / (2 - 2 * x);
  };
  double x[3], q[3];
  const double nodes[3] = {0.05 * pi, 0.5 * pi, 0.95 * pi};
  for (int i = 0; i < 3; ++i) {
    x[i] = std::cos(nodes[i]);
    q[i] = wanted(nodes[i], x[i]);
  }
  // q(x) = c0 + c1 x + c2 x^2 through the three points; its roots x, and for each the z within the unit circle.
  const double slope = (q[1] - q[0]) / (x[1] - x[0]);
  const double c2 = ((q[2] - q[1]) / (x[2] - x[1]) - slope) / (x[2] - x[0]);
  const double c1 = slope - c2 * (x[0] + x[1]);
  const double c0 = q[0] - x[0] * (c1 + c2 * x[0]);
  const std::complex<double> root = std::sqrt(std::complex<double>(c1 * c1 - 4 * c2 * c0));
  const auto within = [](std::complex<double> at) {
    const std::complex<double> r = std::sqrt(at * at - 1.0);
    const std::complex<double> z = at + r;
    return std::abs(z) < 1 ? z : at - r;
  };
  const std::complex<double> z1 = within((-c1 + root) / (2 * c2)), z2 = within((-c1 - root) / (2 * c2));
  Sections sections{{1, -1, 0, -pl, 0}, {1, -(z1 + z2).real(), (z1 * z2).real(), -2 * ph, ph * ph}};

  const double variance = noise_power(sections);
  const double gain = 1 / std::sqrt(variance);
  sections[1].b0 *= gain;
  sections[1].b1 *= gain;
  sections[1].b2 *= gain;
  return sections;
}

// An endless stream of unit-RMS EMG, stationary from its first sample (the filter has run in on the same stream).
class Carrier {
 public:
  Carrier(CarrierCorners c, Hertz rate, RandomStream random)
      : random_(std::move(random)), sections_{carrier_sections(c, rate)[0], carrier_sections(c, rate)[1]} {
    const std::int64_t run_in = samples_in({6 / c.low.value}, rate);  // exp(-2 pi 6): 4e-17
    for (std::int64_t i = 0; i < run_in; ++i) next();
  }
  double next() noexcept { return step(sections_[1], state_[1], step(sections_[0], state_[0], random_.normal())); }
  // The mean power behind a filter.
  double power_behind(const Sections& band) const {
    Sections both(sections_.begin(), sections_.end());
    both.insert(both.end(), band.begin(), band.end());
    return noise_power(both);
  }

 private:
  RandomStream random_;
  std::array<Section, 2> sections_;
  std::array<SectionState, 2> state_{};
};

}  // namespace unguard
