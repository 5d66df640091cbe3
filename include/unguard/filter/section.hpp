// SPDX-License-Identifier: Apache-2.0
// A second-order section, and what a cascade of them does: response, group delay, stability, steady state, how long it
// remembers. Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5-6.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2)
struct Section {
  double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;

  friend constexpr bool operator==(const Section&, const Section&) = default;
};

using Sections = std::vector<Section>;

// Both poles inside the unit circle (Jury's test), everything finite.
inline bool stable(const Section& s) {
  return std::isfinite(s.b0) && std::isfinite(s.b1) && std::isfinite(s.b2) && std::isfinite(s.a1) &&
         std::isfinite(s.a2) && s.a2 < 1 && std::fabs(s.a1) < 1 + s.a2;
}
inline bool stable(const Sections& sections) {
  return std::all_of(sections.begin(), sections.end(), [](const Section& s) { return stable(s); });
}

// The complex gain of a cascade at frequency f.
inline std::complex<double> response(const Sections& sections, Hertz f, Hertz rate) {
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * (f / rate));
  std::complex<double> h = 1;
  for (const auto& s : sections) h *= (s.b0 + z1 * (s.b1 + z1 * s.b2)) / (1.0 + z1 * (s.a1 + z1 * s.a2));
  return h;
}

namespace section_detail {
// Group delay of c0 + c1 z^-1 + c2 z^-2 in samples. A (skew-)symmetric polynomial delays by its centre at every
// frequency, also where it is zero.
inline double polynomial_delay(double c0, double c1, double c2, std::complex<double> z1) {
  if (c2 == 0 && c1 == 0) return 0;
  if (c2 == 0 && std::fabs(c1) == std::fabs(c0)) return 0.5;
  if (c2 == c0 || (c2 == -c0 && c1 == 0)) return 1;
  if (c0 + c1 + c2 == 0) return 0.5 + polynomial_delay(c0, -c2, 0, z1);  // one zero at 0 Hz
  if (c0 - c1 + c2 == 0) return 0.5 + polynomial_delay(c0, c2, 0, z1);   // one at half the rate
  return ((z1 * (c1 + 2.0 * z1 * c2)) / (c0 + z1 * (c1 + z1 * c2))).real();
}
}  // namespace section_detail

// Group delay of a cascade at frequency f, in samples.
inline double group_delay(const Sections& sections, Hertz f, Hertz rate) {
  const std::complex<double> z1 = std::polar(1.0, -2 * std::numbers::pi * (f / rate));
  double delay = 0;
  for (const auto& s : sections)
    delay +=
        section_detail::polynomial_delay(s.b0, s.b1, s.b2, z1) - section_detail::polynomial_delay(1, s.a1, s.a2, z1);
  return delay;
}

// The largest pole radius.
inline double pole_radius(const Sections& sections) {
  double radius = 0;
  for (const auto& s : sections) {
    const double d = s.a1 * s.a1 - 4 * s.a2;
    radius = std::max(radius, d < 0 ? std::sqrt(s.a2) : (std::fabs(s.a1) + std::sqrt(d)) / 2);
  }
  return radius;
}

// One channel, one sample: the arithmetic of design section 7 in scalar form.
struct SectionState {
  double s1 = 0, s2 = 0;
};
inline double step(const Section& c, SectionState& s, double x) {
  const double y = c.b0 * x + s.s1;
  s.s1 = (c.b1 * x - c.a1 * y) + s.s2;
  s.s2 = c.b2 * x - c.a2 * y;
  return y;
}

// The state in which a constant input x gives a constant output; x becomes that output.
inline SectionState steady(const Section& c, double& x) {
  const double y = (c.b0 + c.b1 + c.b2) / (1 + c.a1 + c.a2) * x;
  const double s2 = c.b2 * x - c.a2 * y;
  const SectionState state{(c.b1 * x - c.a1 * y) + s2, s2};
  x = y;
  return state;
}

// Samples after which a cascade's memory of an input is below 1e-12 of it.
inline std::int64_t memory(const Sections& sections) {
  const double radius = pole_radius(sections);
  const std::int64_t delays = 2 * static_cast<std::int64_t>(sections.size()) + 1;
  if (radius <= 0) return delays;
  return delays + static_cast<std::int64_t>(
                      std::min(0x1p50, 28.0 * (1 + 0.25 * static_cast<double>(sections.size())) / -std::log(radius)));
}
// What is followed to its end, sample by sample, at start: ten million, more than an hour at 2 kHz.
inline constexpr std::int64_t longest_followed = 10'000'000;

// The power of the output for white noise of power 1: the sum of the squares of the impulse response.
inline double noise_power(const Sections& sections) {
  std::vector<SectionState> state(sections.size());
  const std::int64_t n = std::min(memory(sections), longest_followed);
  double power = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    double h = i == 0 ? 1.0 : 0.0;
    for (std::size_t k = 0; k < sections.size(); ++k) h = step(sections[k], state[k], h);
    power += h * h;
  }
  return power;
}

}  // namespace unguard
