// SPDX-License-Identifier: Apache-2.0
// Finite impulse responses by window: the ideal low-pass, high-pass, band-pass or band-stop, cut to a length under a
// window. Linear phase. Oppenheim & Schafer 2010, ch. 7.5; Kaiser 1974; the taps of scipy.signal.firwin.
// Cost: see fir_kernel.hpp. Latency: (L - 1) / 2 samples at every frequency: 90 ms at 2 kHz for an edge at 20 Hz.
#pragma once

#include <algorithm>
#include <optional>

#include "unguard/core/fields.hpp"
#include "unguard/filter/windowed.hpp"

namespace unguard {

// Edges are where half the amplitude passes (-6 dB). Give the length, or the transition width, from which Kaiser's rule
// finds it; with neither, the transition is as wide as the edges leave room for.
struct FirLowpass {
  Hertz cutoff{450};
  std::optional<int> length{};
  std::optional<Hertz> transition{};
  double attenuation = 60;
  Window window = Window::kaiser;
  std::optional<double> beta{};
  bool scaled = true;

  friend bool operator==(const FirLowpass&, const FirLowpass&) = default;
};
struct FirHighpass {
  Hertz cutoff{20};
  std::optional<int> length{};
  std::optional<Hertz> transition{};
  double attenuation = 60;
  Window window = Window::kaiser;
  std::optional<double> beta{};
  bool scaled = true;

  friend bool operator==(const FirHighpass&, const FirHighpass&) = default;
};
struct FirBandpass {
  Hertz low{20};
  Hertz high{450};
  std::optional<int> length{};
  std::optional<Hertz> transition{};
  double attenuation = 60;
  Window window = Window::kaiser;
  std::optional<double> beta{};
  bool scaled = true;

  friend bool operator==(const FirBandpass&, const FirBandpass&) = default;
};
struct FirBandstop {
  Hertz low{45};
  Hertz high{55};
  std::optional<int> length{};
  std::optional<Hertz> transition{};
  double attenuation = 60;
  Window window = Window::kaiser;
  std::optional<double> beta{};
  bool scaled = true;

  friend bool operator==(const FirBandstop&, const FirBandstop&) = default;
};

constexpr SpecInfo info(const FirLowpass*) {
  return {"FirLowpass", "low-pass by window, linear phase", "Kaiser 1974; scipy.signal.firwin"};
}
constexpr SpecInfo info(const FirHighpass*) {
  return {"FirHighpass", "high-pass by window, linear phase", "Kaiser 1974; scipy.signal.firwin"};
}
constexpr SpecInfo info(const FirBandpass*) {
  return {"FirBandpass", "band-pass by window, linear phase", "Kaiser 1974; scipy.signal.firwin"};
}
constexpr SpecInfo info(const FirBandstop*) {
  return {"FirBandstop", "band-stop by window, linear phase", "Kaiser 1974; scipy.signal.firwin"};
}

namespace windowed_detail {
template <class S>
constexpr auto shape_fields() {
  return field_list(
      field<&S::length>("length", "taps", between(1, max_taps)),
      field<&S::transition>("transition", "width between pass and stop band, instead of the length", positive),
      field<&S::attenuation>("attenuation", "of the stop band in dB, which gives the Kaiser window's beta",
                             between(8, 200)),
      field<&S::window>("window", "window"),
      field<&S::beta>("beta", "of the Kaiser window, instead of the one the attenuation gives", between(0, 100)),
      field<&S::scaled>("scaled", "gain exactly 1 in the middle of the first pass band"));
}
template <class S>
constexpr auto cutoff_fields() {
  return joined_fields(field_list(field<&S::cutoff>("cutoff", "-6 dB edge", positive)), shape_fields<S>());
}
template <class S>
constexpr auto band_fields() {
  return joined_fields(field_list(field<&S::low>("low", "lower -6 dB edge", positive),
                                  field<&S::high>("high", "upper -6 dB edge", positive)),
                       shape_fields<S>());
}
}  // namespace windowed_detail

constexpr auto fields(const FirLowpass*) { return windowed_detail::cutoff_fields<FirLowpass>(); }
constexpr auto fields(const FirHighpass*) { return windowed_detail::cutoff_fields<FirHighpass>(); }
constexpr auto fields(const FirBandpass*) { return windowed_detail::band_fields<FirBandpass>(); }
constexpr auto fields(const FirBandstop*) { return windowed_detail::band_fields<FirBandstop>(); }

inline Result<Taps> design_taps(const FirLowpass& spec, Hertz rate) {
  using namespace windowed_detail;
  if (auto fault = refuse_edge<FirLowpass>("cutoff", spec.cutoff, rate)) return *fault;
  const Hertz room = std::min(spec.cutoff, rate / 2 - spec.cutoff);
  return taps_or_fault(spec, {{0, part(spec.cutoff, rate)}}, shape(spec, room, rate, false));
}
inline Result<Taps> design_taps(const FirHighpass& spec, Hertz rate) {
  using namespace windowed_detail;
  if (auto fault = refuse_edge<FirHighpass>("cutoff", spec.cutoff, rate)) return *fault;
  const Hertz room = std::min(spec.cutoff, rate / 2 - spec.cutoff);
  return taps_or_fault(spec, {{part(spec.cutoff, rate), 1}}, shape(spec, room, rate, true));
}

namespace windowed_detail {
template <class S>
std::optional<Fault> refuse_edges(const S& spec, Hertz rate) {
  if (!(spec.low < spec.high)) return fault_of<S>("low", spec.low, "below high, " + to_text(spec.high));
  return refuse_edge<S>("high", spec.high, rate);
}
// The transitions of a band must not meet inside it either.
template <class S>
Hertz room(const S& spec, Hertz rate) {
  return std::min({spec.low, spec.high - spec.low, rate / 2 - spec.high});
}
}  // namespace windowed_detail

inline Result<Taps> design_taps(const FirBandpass& spec, Hertz rate) {
  using namespace windowed_detail;
  if (auto fault = refuse_edges(spec, rate)) return *fault;
  return taps_or_fault(spec, {{part(spec.low, rate), part(spec.high, rate)}},
                       shape(spec, room(spec, rate), rate, false));
}
inline Result<Taps> design_taps(const FirBandstop& spec, Hertz rate) {
  using namespace windowed_detail;
  if (auto fault = refuse_edges(spec, rate)) return *fault;
  return taps_or_fault(spec, {{0, part(spec.low, rate)}, {part(spec.high, rate), 1}},
                       shape(spec, room(spec, rate), rate, true));
}

}  // namespace unguard
