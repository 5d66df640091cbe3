// SPDX-License-Identifier: Apache-2.0
// Second-order peak: what a notch takes out, and nothing else: gain 1 at the frequency, zeros at 0 Hz and rate / 2,
// -3 dB width set by the poles. Orfanidis 1996, Introduction to Signal Processing, ch. 11.3. Its memory is
// 1 / (pi width): 0.16 s at 2 Hz. Latency: group delay.
#pragma once

#include <optional>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/resonance.hpp"

namespace unguard {

// Give the width or the Q; with neither the width is 2 Hz, as the notch's.
struct Peak {
  Hertz frequency{50};
  std::optional<Hertz> width{};
  std::optional<double> q{};

  friend bool operator==(const Peak&, const Peak&) = default;
};
constexpr SpecInfo info(const Peak*) {
  return {"Peak", "second-order peak of a width in hertz or by Q = frequency / width",
          "Orfanidis 1996, ISBN 0-13-209172-0"};
}
constexpr auto fields(const Peak*) {
  return field_list(field<&Peak::frequency>("frequency", "what is let through, gain 1", positive),
                    field<&Peak::width>("width", "-3 dB width; 2 Hz when neither width nor q is given", positive),
                    field<&Peak::q>("q", "frequency / width, instead of width", positive));
}

inline Result<zpk::Design> unrounded(const Peak& spec, Hertz rate) {
  const auto width = resonance_width(spec, {2}, rate);
  if (!width) return width.fault();
  const auto r = zpk::resonance(spec.frequency, *width, rate);
  return zpk::Design{
      {{r.poles, zpk::zeros_at_both_ends(), r.peak_gain}}, spec.frequency, 1, "frequency", spec.frequency};
}

}  // namespace unguard
