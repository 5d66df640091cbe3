// SPDX-License-Identifier: Apache-2.0
// Butterworth filters: maximally flat magnitude. Butterworth 1930, "On the theory of filter amplifiers", Wireless
// Engineer 7. Orders 1 to 12 of each edge. Every section has gain 1 at the reference frequency (0, rate / 2 or the
// band's centre), and a band-pass section has a zero at 0 Hz and one at rate / 2, so an electrode offset is gone after
// the first section. Latency: group delay.
#pragma once

#include <algorithm>
#include <tuple>

#include "unguard/core/fields.hpp"
#include "unguard/filter/section.hpp"
#include "unguard/filter/sos_kernel.hpp"
#include "unguard/filter/zpk.hpp"

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
  return std::tuple{field<&Lowpass::cutoff>("cutoff", "-3 dB frequency", positive),
                    field<&Lowpass::order>("order", "number of poles", between(1, 12))};
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
  return std::tuple{field<&Highpass::cutoff>("cutoff", "-3 dB frequency", positive),
                    field<&Highpass::order>("order", "number of poles", between(1, 12))};
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
  return std::tuple{field<&Bandpass::low>("low", "lower -3 dB edge", positive),
                    field<&Bandpass::high>("high", "upper -3 dB edge", positive),
                    field<&Bandpass::order>("order", "order of each edge: 2 x order poles", between(1, 12))};
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
  return std::tuple{field<&Bandstop::low>("low", "lower -3 dB edge", positive),
                    field<&Bandstop::high>("high", "upper -3 dB edge", positive),
                    field<&Bandstop::order>("order", "order of each edge: 2 x order poles", between(1, 12))};
}

namespace butterworth_detail {

template <class S>
std::optional<Fault> above_nyquist(std::string_view parameter, Hertz f, Hertz rate) {
  if (f.value < rate.value / 2) return std::nullopt;
  return fault_of<S>(parameter, f, "below half the sampling rate, " + to_text(rate / 2));
}

// The frequency that the bilinear transform of the band's centre sqrt(low high) lands on, on the unit circle.
inline zpk::Complex centre(zpk::Real low, zpk::Real high) {
  const zpk::Real w2 = low * high, w = std::sqrt(w2);
  return {(1 - w2) / (1 + w2), 2 * w / (1 + w2)};
}
inline Hertz frequency_of(zpk::Complex z, Hertz rate) {
  return rate * static_cast<double>(std::arg(z) / (2 * std::numbers::pi_v<zpk::Real>));
}

template <class S>
std::optional<Fault> refuse_band(const S& spec, Hertz rate) {
  if (auto fault = above_nyquist<S>("high", spec.high, rate)) return fault;
  if (!(spec.low < spec.high)) return fault_of<S>("low", spec.low, "below high, " + to_text(spec.high));
  return std::nullopt;
}

}  // namespace butterworth_detail

// The poles, zeros and gains in extended precision; design() below rounds them.
inline Result<zpk::Design> unrounded(const Lowpass& spec, Hertz rate) {
  if (auto fault = butterworth_detail::above_nyquist<Lowpass>("cutoff", spec.cutoff, rate)) return *fault;
  zpk::Design design{{}, {0}, "cutoff", spec.cutoff};
  for (const auto& pair : zpk::lowpass(zpk::butterworth_poles(spec.order), zpk::prewarp(spec.cutoff, rate)))
    design.factors.push_back(zpk::factor_at(pair, pair.single ? 1 : 2, pair.single ? 0 : 1, 1));
  return design;
}

inline Result<zpk::Design> unrounded(const Highpass& spec, Hertz rate) {
  if (auto fault = butterworth_detail::above_nyquist<Highpass>("cutoff", spec.cutoff, rate)) return *fault;
  zpk::Design design{{}, rate / 2, "cutoff", spec.cutoff};
  for (const auto& pair : zpk::highpass(zpk::butterworth_poles(spec.order), zpk::prewarp(spec.cutoff, rate)))
    design.factors.push_back(zpk::factor_at(pair, pair.single ? -1 : -2, pair.single ? 0 : 1, -1));
  return design;
}

inline Result<zpk::Design> unrounded(const Bandpass& spec, Hertz rate) {
  if (auto fault = butterworth_detail::refuse_band(spec, rate)) return *fault;
  const zpk::Real low = zpk::prewarp(spec.low, rate), high = zpk::prewarp(spec.high, rate);
  const zpk::Complex centre = butterworth_detail::centre(low, high);
  const auto edges = zpk::bandpass(zpk::butterworth_poles(spec.order), low, high);
  zpk::Design design{{}, butterworth_detail::frequency_of(centre, rate), "low", spec.low};
  for (const auto& e : edges)
    design.factors.push_back(zpk::factor_at(e.lower, e.both ? -2 : 0, e.both ? 1 : -1, centre));
  for (const auto& e : edges)
    if (e.both) design.factors.push_back(zpk::factor_at(e.upper, 2, 1, centre));
  return design;
}

inline Result<zpk::Design> unrounded(const Bandstop& spec, Hertz rate) {
  if (auto fault = butterworth_detail::refuse_band(spec, rate)) return *fault;
  const zpk::Real low = zpk::prewarp(spec.low, rate), high = zpk::prewarp(spec.high, rate);
  const zpk::Real w2 = low * high, n1 = -2 * (1 - w2) / (1 + w2);
  // The numerator at 0 Hz and at rate / 2, 2 -+ 2 cos w0 without cancellation.
  const zpk::Real at_zero = 4 * w2 / (1 + w2), at_nyquist = 4 / (1 + w2);
  // Balanced between 0 Hz and rate / 2, and the two edges of a pole next to each other, so that neither side of the
  // stop band is amplified on the way.
  const auto balanced = [=](const zpk::PolePair& pair) -> zpk::Factor {
    return {pair, std::sqrt(pair.distance(1) / at_zero * pair.distance(-1) / at_nyquist), n1, 1};
  };
  zpk::Design design{{}, {0}, "low", spec.low};
  for (const auto& e : zpk::bandstop(zpk::butterworth_poles(spec.order), low, high)) {
    design.factors.push_back(balanced(e.lower));
    if (e.both) design.factors.push_back(balanced(e.upper));
  }
  return design;
}

template <class S>
concept ButterworthSpec = requires(const S& s, Hertz rate) {
  { unrounded(s, rate) } -> std::same_as<Result<zpk::Design>>;
};

// Rounds once, then checks itself: stable, finite, gain 1 where it was designed to be.
template <ButterworthSpec S>
Result<Sections> design(const S& spec, Hertz rate) {
  const auto exact = unrounded(spec, rate);
  if (!exact) return exact.fault();
  Sections sections;
  for (const auto& factor : (*exact).factors) sections.push_back(factor.rounded());
  const double gain = std::abs(response(sections, (*exact).reference, rate));
  if (stable(sections) && std::fabs(gain - 1) < 1e-3) return sections;
  return fault_of<S>((*exact).parameter, (*exact).edge,
                     "a frequency whose poles double precision can place: this design came out with gain " +
                         to_text(gain) + (stable(sections) ? "" : " and unstable"));
}

}  // namespace unguard
