// SPDX-License-Identifier: Apache-2.0
// Bessel filters: maximally flat group delay in the pass band (before the bilinear transform bends it), so bursts keep
// their shape; not steep. Thomson 1949, doi:10.1049/pi-3.1949.0101.
// Orders 1 to 12 of each edge. Latency: group delay, nearly the same for every frequency of a low-pass.
#pragma once

#include <array>
#include <string_view>

#include "unguard/core/fields.hpp"
#include "unguard/filter/bessel_poles.hpp"
#include "unguard/filter/design.hpp"
#include "unguard/filter/prototype.hpp"

namespace unguard {

// What the edge is. `magnitude`: the -3 dB frequency. `phase`: the corner of the asymptotes, which are Butterworth's of
// that edge; the phase is about half way there. `delay`: 1 / (2 pi edge) is the analogue low-pass's delay at 0 Hz.
enum class BesselNorm { phase, delay, magnitude };
constexpr std::array<std::string_view, 3> names(const BesselNorm*) { return {"phase", "delay", "magnitude"}; }

struct BesselLowpass {
  Hertz cutoff{450};
  int order = 4;
  BesselNorm norm = BesselNorm::magnitude;

  friend bool operator==(const BesselLowpass&, const BesselLowpass&) = default;
};
constexpr SpecInfo info(const BesselLowpass*) {
  return {"BesselLowpass", "Bessel low-pass, maximally flat group delay", "Thomson 1949, doi:10.1049/pi-3.1949.0101"};
}
constexpr auto fields(const BesselLowpass*) {
  return field_list(field<&BesselLowpass::cutoff>("cutoff", "edge, as norm says", positive),
                    field<&BesselLowpass::order>("order", "number of poles", between(1, 12)),
                    field<&BesselLowpass::norm>("norm", "what the edge is"));
}

struct BesselHighpass {
  Hertz cutoff{20};
  int order = 4;
  BesselNorm norm = BesselNorm::magnitude;

  friend bool operator==(const BesselHighpass&, const BesselHighpass&) = default;
};
constexpr SpecInfo info(const BesselHighpass*) {
  return {"BesselHighpass", "Bessel high-pass, hardly any overshoot; the flat delay is the low-pass's alone",
          "Thomson 1949, doi:10.1049/pi-3.1949.0101"};
}
constexpr auto fields(const BesselHighpass*) {
  return field_list(field<&BesselHighpass::cutoff>("cutoff", "edge, as norm says", positive),
                    field<&BesselHighpass::order>("order", "number of poles", between(1, 12)),
                    field<&BesselHighpass::norm>("norm", "what the edge is"));
}

struct BesselBandpass {
  Hertz low{20};
  Hertz high{450};
  int order = 4;
  BesselNorm norm = BesselNorm::magnitude;

  friend bool operator==(const BesselBandpass&, const BesselBandpass&) = default;
};
constexpr SpecInfo info(const BesselBandpass*) {
  return {"BesselBandpass", "Bessel band-pass, hardly any overshoot; the flat delay is the low-pass's alone",
          "Thomson 1949, doi:10.1049/pi-3.1949.0101"};
}
constexpr auto fields(const BesselBandpass*) {
  return field_list(field<&BesselBandpass::low>("low", "lower edge, as norm says", positive),
                    field<&BesselBandpass::high>("high", "upper edge, as norm says", positive),
                    field<&BesselBandpass::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
                    field<&BesselBandpass::norm>("norm", "what the edge is"));
}

struct BesselBandstop {
  Hertz low{45};
  Hertz high{55};
  int order = 2;
  BesselNorm norm = BesselNorm::magnitude;

  friend bool operator==(const BesselBandstop&, const BesselBandstop&) = default;
};
constexpr SpecInfo info(const BesselBandstop*) {
  return {"BesselBandstop", "Bessel band-stop, hardly any overshoot; the flat delay is the low-pass's alone",
          "Thomson 1949, doi:10.1049/pi-3.1949.0101"};
}
constexpr auto fields(const BesselBandstop*) {
  return field_list(field<&BesselBandstop::low>("low", "lower edge, as norm says", positive),
                    field<&BesselBandstop::high>("high", "upper edge, as norm says", positive),
                    field<&BesselBandstop::order>("order", "order of each edge: 2 x order poles", between(1, 12)),
                    field<&BesselBandstop::norm>("norm", "what the edge is"));
}

namespace zpk {
inline Prototype bessel(int order, BesselNorm norm) {
  std::vector<Complex> poles = bessel_poles(order);
  const Real edge = norm == BesselNorm::magnitude ? half_power_frequency(poles)
                    : norm == BesselNorm::phase   ? geometric_mean(poles)
                                                  : Real(1);
  Prototype made;
  for (const Complex& s : poles) made.terms.push_back({s / edge});
  return made;
}
}  // namespace zpk

inline Result<zpk::Design> unrounded(const BesselLowpass& spec, Hertz rate) {
  return zpk::lowpass(spec, zpk::bessel(spec.order, spec.norm), rate);
}
inline Result<zpk::Design> unrounded(const BesselHighpass& spec, Hertz rate) {
  return zpk::highpass(spec, zpk::bessel(spec.order, spec.norm), rate);
}
inline Result<zpk::Design> unrounded(const BesselBandpass& spec, Hertz rate) {
  return zpk::bandpass(spec, zpk::bessel(spec.order, spec.norm), rate);
}
inline Result<zpk::Design> unrounded(const BesselBandstop& spec, Hertz rate) {
  return zpk::bandstop(spec, zpk::bessel(spec.order, spec.norm), rate);
}

}  // namespace unguard
