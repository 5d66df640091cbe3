// SPDX-License-Identifier: Apache-2.0
// Butterworth filters: maximally flat magnitude. Butterworth 1930, "On the theory of filter amplifiers", Wireless
// Engineer 7. Orders 1 to 12 of each edge, which is where the gain is -3 dB. Latency: group delay.
#pragma once

#include <cmath>
#include <numbers>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/prototype.hpp"

namespace unguard {

struct Lowpass {
  Hertz cutoff{450};
  int order = 4;

  friend bool operator==(const Lowpass&, const Lowpass&) = default;
};
constexpr SpecInfo info(const Lowpass*) {
  return {"Lowpass", "Butterworth low-pass, maximally flat", "Butterworth 1930"};
}
constexpr auto fields(const Lowpass*) {
  return field_list(field<&Lowpass::cutoff>("cutoff", "-3 dB frequency", positive),
                    field<&Lowpass::order>("order", "number of poles", between(1, 12)));
}

struct Highpass {
  Hertz cutoff{20};
  int order = 4;

  friend bool operator==(const Highpass&, const Highpass&) = default;
};
constexpr SpecInfo info(const Highpass*) {
  return {"Highpass", "Butterworth high-pass, maximally flat", "Butterworth 1930"};
}
constexpr auto fields(const Highpass*) {
  return field_list(field<&Highpass::cutoff>("cutoff", "-3 dB frequency", positive),
                    field<&Highpass::order>("order", "number of poles", between(1, 12)));
}

struct Bandpass {
  Hertz low{20};
  Hertz high{450};
  int order = 4;

  friend bool operator==(const Bandpass&, const Bandpass&) = default;
};
constexpr SpecInfo info(const Bandpass*) {
  return {"Bandpass", "Butterworth band-pass, maximally flat", "Butterworth 1930"};
}
constexpr auto fields(const Bandpass*) {
  return field_list(field<&Bandpass::low>("low", "lower -3 dB edge", positive),
                    field<&Bandpass::high>("high", "upper -3 dB edge", positive),
                    field<&Bandpass::order>("order", "order of each edge: 2 x order poles", between(1, 12)));
}

struct Bandstop {
  Hertz low{45};
  Hertz high{55};
  int order = 2;

  friend bool operator==(const Bandstop&, const Bandstop&) = default;
};
constexpr SpecInfo info(const Bandstop*) {
  return {"Bandstop", "Butterworth band-stop, maximally flat", "Butterworth 1930"};
}
constexpr auto fields(const Bandstop*) {
  return field_list(field<&Bandstop::low>("low", "lower -3 dB edge", positive),
                    field<&Bandstop::high>("high", "upper -3 dB edge", positive),
                    field<&Bandstop::order>("order", "order of each edge: 2 x order poles", between(1, 12)));
}

namespace zpk {
// s_k = -exp(i pi (2k - N + 1) / 2N).
inline Prototype butterworth(int order) {
  Prototype made{.as_released = true};
  for (int k = (order % 2 == 0) ? 1 : 0; k < order; k += 2) {
    const Real angle = std::numbers::pi_v<Real> * static_cast<Real>(k) / static_cast<Real>(2 * order);
    made.terms.push_back({{-std::cos(angle), k == 0 ? Real(0) : std::sin(angle)}});
  }
  return made;
}
}  // namespace zpk

inline Result<zpk::Design> unrounded(const Lowpass& spec, Hertz rate) {
  return zpk::lowpass(spec, zpk::butterworth(spec.order), rate);
}
inline Result<zpk::Design> unrounded(const Highpass& spec, Hertz rate) {
  return zpk::highpass(spec, zpk::butterworth(spec.order), rate);
}
inline Result<zpk::Design> unrounded(const Bandpass& spec, Hertz rate) {
  return zpk::bandpass(spec, zpk::butterworth(spec.order), rate);
}
inline Result<zpk::Design> unrounded(const Bandstop& spec, Hertz rate) {
  return zpk::bandstop(spec, zpk::butterworth(spec.order), rate);
}

}  // namespace unguard
