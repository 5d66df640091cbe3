// SPDX-License-Identifier: Apache-2.0
// Chebyshev filters of the first kind: ripples in the pass band, steeper beyond it than Butterworth; the edge is where
// the last ripple ends. Parks & Burrus 1987, Digital Filter Design, ch. 7. Orders 1 to 12 of each edge. With an even
// order the gain at the reference (0 Hz, rate / 2, the band's centre) is -ripple, with an odd one 1; it never exceeds
// 1. Latency: group delay, large by the edge.
#pragma once

#include <cmath>
#include <numbers>

#include "unguard/core/fields.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/prototype.hpp"

namespace unguard {

inline constexpr Limits ripple_limits = between(0.001, 12);

struct Chebyshev1Lowpass {
  Hertz cutoff{450};
  int order = 4;
  Decibels ripple{0.5};

  friend bool operator==(const Chebyshev1Lowpass&, const Chebyshev1Lowpass&) = default;
};
constexpr SpecInfo info(const Chebyshev1Lowpass*) {
  return {"Chebyshev1Lowpass", "Chebyshev low-pass of the first kind, ripples in the pass band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev1Lowpass*) {
  return field_list(
      field<&Chebyshev1Lowpass::cutoff>("cutoff", "end of the pass band, gain -ripple", positive),
      field<&Chebyshev1Lowpass::order>("order", "number of poles", between(1, 12)),
      field<&Chebyshev1Lowpass::ripple>("ripple", "how far the gain falls within the pass band", ripple_limits));
}

struct Chebyshev1Highpass {
  Hertz cutoff{20};
  int order = 4;
  Decibels ripple{0.5};

  friend bool operator==(const Chebyshev1Highpass&, const Chebyshev1Highpass&) = default;
};
constexpr SpecInfo info(const Chebyshev1Highpass*) {
  return {"Chebyshev1Highpass", "Chebyshev high-pass of the first kind, ripples in the pass band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev1Highpass*) {
  return field_list(
      field<&Chebyshev1Highpass::cutoff>("cutoff", "end of the pass band, gain -ripple", positive),
      field<&Chebyshev1Highpass::order>("order", "number of poles", between(1, 12)),
      field<&Chebyshev1Highpass::ripple>("ripple", "how far the gain falls within the pass band", ripple_limits));
}

struct Chebyshev1Bandpass {
  Hertz low{20};
  Hertz high{450};
  int order = 4;
  Decibels ripple{0.5};

  friend bool operator==(const Chebyshev1Bandpass&, const Chebyshev1Bandpass&) = default;
};
constexpr SpecInfo info(const Chebyshev1Bandpass*) {
  return {"Chebyshev1Bandpass", "Chebyshev band-pass of the first kind, ripples in the pass band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev1Bandpass*) {
  return field_list(
      field<&Chebyshev1Bandpass::low>("low", "lower edge, gain -ripple", positive),
      field<&Chebyshev1Bandpass::high>("high", "upper edge, gain -ripple", positive),
      field<&Chebyshev1Bandpass::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
      field<&Chebyshev1Bandpass::ripple>("ripple", "how far the gain falls within the pass band", ripple_limits));
}

struct Chebyshev1Bandstop {
  Hertz low{45};
  Hertz high{55};
  int order = 2;
  Decibels ripple{0.5};

  friend bool operator==(const Chebyshev1Bandstop&, const Chebyshev1Bandstop&) = default;
};
constexpr SpecInfo info(const Chebyshev1Bandstop*) {
  return {"Chebyshev1Bandstop", "Chebyshev band-stop of the first kind, ripples in the pass band",
          "Parks & Burrus 1987, Digital Filter Design, ch. 7"};
}
constexpr auto fields(const Chebyshev1Bandstop*) {
  return field_list(
      field<&Chebyshev1Bandstop::low>("low", "lower edge, gain -ripple", positive),
      field<&Chebyshev1Bandstop::high>("high", "upper edge, gain -ripple", positive),
      field<&Chebyshev1Bandstop::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
      field<&Chebyshev1Bandstop::ripple>("ripple", "how far the gain falls within the pass band", ripple_limits));
}

namespace zpk {
// 10^(v / 10) - 1 without cancellation.
inline Real power_above_one(Decibels v) {
  return std::expm1(static_cast<Real>(v.value) / 10 * std::numbers::ln10_v<Real>);
}
// On an ellipse: Butterworth's angles, half axes sinh and cosh of asinh(1 / epsilon) / N.
inline Prototype chebyshev1(int order, Decibels ripple) {
  const Real epsilon2 = power_above_one(ripple), mu = std::asinh(1 / std::sqrt(epsilon2)) / static_cast<Real>(order);
  Prototype made{.gain = order % 2 == 0 ? 1 / std::sqrt(1 + epsilon2) : Real(1)};
  for (int k = (order % 2 == 0) ? 1 : 0; k < order; k += 2) {
    const Real angle = std::numbers::pi_v<Real> * static_cast<Real>(k) / static_cast<Real>(2 * order);
    made.terms.push_back({{-std::sinh(mu) * std::cos(angle), k == 0 ? Real(0) : std::cosh(mu) * std::sin(angle)}});
  }
  return made;
}
}  // namespace zpk

inline Result<zpk::Design> unrounded(const Chebyshev1Lowpass& spec, Hertz rate) {
  return zpk::lowpass(spec, zpk::chebyshev1(spec.order, spec.ripple), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev1Highpass& spec, Hertz rate) {
  return zpk::highpass(spec, zpk::chebyshev1(spec.order, spec.ripple), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev1Bandpass& spec, Hertz rate) {
  return zpk::bandpass(spec, zpk::chebyshev1(spec.order, spec.ripple), rate);
}
inline Result<zpk::Design> unrounded(const Chebyshev1Bandstop& spec, Hertz rate) {
  return zpk::bandstop(spec, zpk::chebyshev1(spec.order, spec.ripple), rate);
}

}  // namespace unguard
