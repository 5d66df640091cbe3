// SPDX-License-Identifier: Apache-2.0
// Second-order notch: zeros on the unit circle at the frequency, -3 dB width set by the poles; gain 1 at 0 Hz and rate
// / 2. Orfanidis 1996, Introduction to Signal Processing, ch. 11.3. Its memory is 1 / (pi width): 0.16 s at 2 Hz.
// Latency: group delay.
#pragma once

#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>

#include "unguard/core/fields.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"

namespace unguard {

// Give the width or the Q; with neither the width is 2 Hz, which mains drift of 0.2 Hz does not leave.
struct Notch {
  Hertz frequency{50};
  std::optional<Hertz> width{};
  std::optional<double> q{};

  friend bool operator==(const Notch&, const Notch&) = default;
};
constexpr SpecInfo info(const Notch*) {
  return {"Notch", "second-order notch of a width in hertz or by Q = frequency / width",
          "Orfanidis 1996, ISBN 0-13-209172-0"};
}
constexpr auto fields(const Notch*) {
  return std::tuple{field<&Notch::frequency>("frequency", "what is taken out", positive),
                    field<&Notch::width>("width", "-3 dB width; 2 Hz when neither width nor q is given", positive),
                    field<&Notch::q>("q", "frequency / width, instead of width", positive)};
}

inline Result<Sections> design(const Notch& spec, Hertz rate) {
  if (!(spec.frequency.value < rate.value / 2))
    return fault_of<Notch>("frequency", spec.frequency, "below half the sampling rate, " + to_text(rate / 2));
  if (spec.width && spec.q) return fault_of<Notch>("q", *spec.q, "width or q, not both");
  const Hertz width = spec.q ? spec.frequency / *spec.q : spec.width.value_or(Hertz{2});
  if (!(width.value < rate.value / 2)) {
    if (spec.q)
      return fault_of<Notch>(
          "q", *spec.q, "above " + to_text(spec.frequency / (rate / 2)) + ", a width below half the sampling rate");
    return fault_of<Notch>("width", width, "below half the sampling rate, " + to_text(rate / 2));
  }
  using Real = long double;
  const Real w0 =
      2 * std::numbers::pi_v<Real> * static_cast<Real>(spec.frequency.value) / static_cast<Real>(rate.value);
  const Real bw = 2 * std::numbers::pi_v<Real> * static_cast<Real>(width.value) / static_cast<Real>(rate.value);
  const Real g = 1 / (1 + std::tan(bw / 2));
  const Section s{static_cast<double>(g), static_cast<double>(-2 * g * std::cos(w0)), static_cast<double>(g),
                  static_cast<double>(-2 * g * std::cos(w0)), static_cast<double>(2 * g - 1)};
  if (!stable(s)) return fault_of<Notch>("frequency", spec.frequency, "a notch whose poles double precision can place");
  return Sections{s};
}

}  // namespace unguard
