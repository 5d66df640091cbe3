// SPDX-License-Identifier: Apache-2.0
// Harmonic comb: a notch at a frequency and at each of its harmonics, all of one width in hertz. Notches of constant Q
// would grow with the harmonic: at Q = 10 on 50 Hz they take 5 + 10 + ... + 45 = 225 Hz up to 450 Hz, half of the EMG;
// 2 Hz each take 18 Hz. Orfanidis 1996, ch. 11.3. One section a notch. Latency: group delay.
#pragma once

#include <optional>
#include <string>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/edges.hpp"
#include "unguard/filter/resonance.hpp"

namespace unguard {

// Give how many notches, or up to which frequency; with neither there is one at every harmonic below half the rate.
struct Comb {
  Hertz frequency{50};
  Hertz width{2};
  std::optional<int> notches{};
  std::optional<Hertz> highest{};

  friend bool operator==(const Comb&, const Comb&) = default;
};
constexpr SpecInfo info(const Comb*) {
  return {"Comb", "notches of one width at a frequency and its harmonics", "Orfanidis 1996, ISBN 0-13-209172-0"};
}
constexpr auto fields(const Comb*) {
  return field_list(field<&Comb::frequency>("frequency", "the fundamental", positive),
                    field<&Comb::width>("width", "-3 dB width of every notch", positive),
                    field<&Comb::notches>("notches",
                                          "how many, the fundamental's included; all below half the rate when neither "
                                          "notches nor highest is given",
                                          between(1, 256)),
                    field<&Comb::highest>("highest", "no notch above this frequency, instead of notches", positive));
}

inline Result<zpk::Design> unrounded(const Comb& spec, Hertz rate) {
  const Hertz f = spec.frequency;
  if (auto fault = edges::refuse_above_nyquist<Comb>("frequency", f, rate)) return *fault;
  if (!(spec.width < f)) return fault_of<Comb>("width", spec.width, "below frequency, " + to_text(f));
  if (!(spec.width.value < rate.value / 2))
    return fault_of<Comb>("width", spec.width, "below half the sampling rate, " + to_text(rate / 2));
  if (spec.notches && spec.highest) return fault_of<Comb>("highest", *spec.highest, "notches or highest, not both");
  if (spec.notches && !(f.value * *spec.notches < rate.value / 2))
    return fault_of<Comb>("notches", *spec.notches,
                          "harmonics below half the sampling rate, " + to_text(rate / 2) + ": the last is at " +
                              to_text(f * *spec.notches));
  if (spec.highest && !(f <= *spec.highest))
    return fault_of<Comb>("highest", *spec.highest, "at least frequency, " + to_text(f));
  if (spec.highest)
    if (auto fault = edges::refuse_above_nyquist<Comb>("highest", *spec.highest, rate)) return *fault;
  const auto wanted = [&](int k) {
    if (spec.notches) return k <= *spec.notches;
    return spec.highest ? f * k <= *spec.highest : f.value * k < rate.value / 2;
  };
  constexpr int most = 256;
  zpk::Design design{{}, {0}, 1, "frequency", f};
  for (int k = 1; wanted(k); ++k) {
    if (k > most)
      return fault_of<Comb>("frequency", f, "at most " + std::to_string(most) + " harmonics; notches says how many");
    const auto r = zpk::resonance(f * k, spec.width, rate);
    design.factors.push_back({r.poles, r.at_frequency, r.notch_gain});
  }
  return design;
}

}  // namespace unguard
