// SPDX-License-Identifier: Apache-2.0
// Chebyshev filters of the second kind: flat in the pass band, ripples in the stop band that never rise above
// -attenuation; the edge is where that is first reached. Parks & Burrus 1987, Digital Filter Design, ch. 7. Orders 1
// to 12 of each edge. With an even order an electrode offset is not removed by a high- or band-pass but attenuated, by
// just this much. Latency: group delay.
#pragma once

#include <cmath>
#include <complex>
#include <numbers>

#include "unguard/core/fields.hpp"
#include "unguard/filter/chebyshev1.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/prototype.hpp"

namespace unguard {

inline constexpr Limits attenuation_limits = between(3, 200);

struct Chebyshev2Lowpass {
  Hertz cutoff{450};
  int order = 4;
  Decibels attenuation{40};

  friend bool operator==(const Chebyshev2Lowpass&, const Chebyshev2Lowpass&) = default;
};
constexpr SpecInfo info(const Chebyshev2Lowpass*) {
  return {"Chebyshev2Lowpass", "Chebyshev low-pass of the second kind, ripples in the stop band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev2Lowpass*) {
  return field_list(
      field<&Chebyshev2Lowpass::cutoff>("cutoff", "beginning of the stop band, gain -attenuation", positive),
      field<&Chebyshev2Lowpass::order>("order", "number of poles", between(1, 12)),
      field<&Chebyshev2Lowpass::attenuation>("attenuation", "how far down the stop band is", attenuation_limits));
}

struct Chebyshev2Highpass {
  Hertz cutoff{20};
  int order = 4;
  Decibels attenuation{40};

  friend bool operator==(const Chebyshev2Highpass&, const Chebyshev2Highpass&) = default;
};
constexpr SpecInfo info(const Chebyshev2Highpass*) {
  return {"Chebyshev2Highpass", "Chebyshev high-pass of the second kind, ripples in the stop band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev2Highpass*) {
  return field_list(
      field<&Chebyshev2Highpass::cutoff>("cutoff", "beginning of the stop band, gain -attenuation", positive),
      field<&Chebyshev2Highpass::order>("order", "number of poles", between(1, 12)),
      field<&Chebyshev2Highpass::attenuation>("attenuation", "how far down the stop band is", attenuation_limits));
}

struct Chebyshev2Bandpass {
  Hertz low{20};
  Hertz high{450};
  int order = 4;
  Decibels attenuation{40};

  friend bool operator==(const Chebyshev2Bandpass&, const Chebyshev2Bandpass&) = default;
};
constexpr SpecInfo info(const Chebyshev2Bandpass*) {
  return {"Chebyshev2Bandpass", "Chebyshev band-pass of the second kind, ripples in the stop band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev2Bandpass*) {
  return field_list(
      field<&Chebyshev2Bandpass::low>("low", "lower edge, gain -attenuation", positive),
      field<&Chebyshev2Bandpass::high>("high", "upper edge, gain -attenuation", positive),
      field<&Chebyshev2Bandpass::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
      field<&Chebyshev2Bandpass::attenuation>("attenuation", "how far down the stop band is", attenuation_limits));
}

struct Chebyshev2Bandstop {
  Hertz low{45};
  Hertz high{55};
  int order = 2;
  Decibels attenuation{40};

  friend bool operator==(const Chebyshev2Bandstop&, const Chebyshev2Bandstop&) = default;
};
constexpr SpecInfo info(const Chebyshev2Bandstop*) {
  return {"Chebyshev2Bandstop", "Chebyshev band-stop of the second kind, ripples in the stop band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev2Bandstop*) {
  return field_list(
      field<&Chebyshev2Bandstop::low>("low", "lower edge, gain -attenuation", positive),
      field<&Chebyshev2Bandstop::high>("high", "upper edge, gain -attenuation", positive),
      field<&Chebyshev2Bandstop::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
      field<&Chebyshev2Bandstop::attenuation>("attenuation", "how far down the stop band is", attenuation_limits));
}

namespace zpk {
// The first kind turned inside out: poles and zeros are the inverses of its poles and of the extremes of its ripples.
inline Prototype chebyshev2(int order, Decibels attenuation) {
  const Real mu = std::asinh(std::sqrt(power_above_one(attenuation))) / static_cast<Real>(order);
  Prototype made;
  for (int k = (order % 2 == 0) ? 1 : 0; k < order; k += 2) {
    const Real angle = std::numbers::pi_v<Real> * static_cast<Real>(k) / static_cast<Real>(2 * order);
    if (k == 0)
      made.terms.push_back({-1 / std::sinh(mu)});
    else
      made.terms.push_back(
          {Real(1) / Complex(-std::sinh(mu) * std::cos(angle), -std::cosh(mu) * std::sin(angle)), 1 / std::sin(angle)});
  }
  return made;
}
}  // namespace zpk

inline Result<zpk::Design> unrounded(const Chebyshev2Lowpass& spec, Hertz rate) {
  return zpk::lowpass(spec, zpk::chebyshev2(spec.order, spec.attenuation), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev2Highpass& spec, Hertz rate) {
  return zpk::highpass(spec, zpk::chebyshev2(spec.order, spec.attenuation), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev2Bandpass& spec, Hertz rate) {
  return zpk::bandpass(spec, zpk::chebyshev2(spec.order, spec.attenuation), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev2Bandstop& spec, Hertz rate) {
  return zpk::bandstop(spec, zpk::chebyshev2(spec.order, spec.attenuation), rate);
}

}  // namespace unguard
