// SPDX-License-Identifier: Apache-2.0
// Second-order notch: zeros on the unit circle at the frequency, -3 dB width set by the poles; gain 1 at 0 Hz and rate
// / 2. Orfanidis 1996, Introduction to Signal Processing, ch. 11.3. Its memory is 1 / (pi width): 0.16 s at 2 Hz.
// Latency: group delay.
#pragma once

#include <optional>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/resonance.hpp"

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
  return field_list(field<&Notch::frequency>("frequency", "what is taken out", positive),
                    field<&Notch::width>("width", "-3 dB width; 2 Hz when neither width nor q is given", positive),
                    field<&Notch::q>("q", "frequency / width, instead of width", positive));
}

inline Result<zpk::Design> unrounded(const Notch& spec, Hertz rate) {
  const auto width = resonance_width(spec, {2}, rate);
  if (!width) return width.fault();
  const auto r = zpk::resonance(spec.frequency, *width, rate);
  return zpk::Design{{{r.poles, r.at_frequency, r.notch_gain}}, {0}, 1, "frequency", spec.frequency};
}

}  // namespace unguard
