// SPDX-License-Identifier: Apache-2.0
// The linear envelope: |x| or power through a low-pass of the first orders, given by its cutoff or by the boxcar that
// is as smooth. Inman et al. 1952, Electroencephalogr. Clin. Neurophysiol. 4:187; orders and delays: docs/envelope.md.
// Orders 1 and 2 lag half their window, as a boxcar does; order 4 lags 0.85 of it. Latency: the centroid of the impulse
// response. Cost: 9 operations a section.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/envelope/smoothed_kernel.hpp"
#include "unguard/filter/bessel.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/critically_damped.hpp"
#include "unguard/filter/noise_bandwidth.hpp"

namespace unguard {

// Butterworth: 4.3 % overshoot at order 2. Bessel: 0.4 %. Critically damped: none, equal real poles.
enum class SmootherKind { butterworth, bessel, critically_damped };
constexpr std::array<std::string_view, 3> names(const SmootherKind*) {
  return {"butterworth", "bessel", "critically damped"};
}

// Give the cutoff or the window; with neither the window is 0.125 s.
struct LinearEnvelope {
  SmootherKind kind = SmootherKind::butterworth;
  int order = 2;
  std::optional<Hertz> cutoff{};
  std::optional<Seconds> window{};
  Detection detection = Detection::rectified;

  friend bool operator==(const LinearEnvelope&, const LinearEnvelope&) = default;
};
constexpr SpecInfo info(const LinearEnvelope*) {
  return {"LinearEnvelope", "|x| or power through a low-pass, causal",
          "Inman et al. 1952, Electroencephalogr. Clin. Neurophysiol. 4:187"};
}
constexpr auto fields(const LinearEnvelope*) {
  return field_list(
      field<&LinearEnvelope::kind>("kind", "what the low-pass is"),
      field<&LinearEnvelope::order>("order", "number of poles", between(1, 12)),
      field<&LinearEnvelope::cutoff>("cutoff", "-3 dB frequency of the low-pass", positive),
      field<&LinearEnvelope::window>(
          "window", "instead of cutoff: length of the boxcar with the same noise bandwidth; 0.125 s with neither",
          between(1e-6, 3600)),
      field<&LinearEnvelope::detection>("detection", "what is smoothed: |x| or x^2 (then rooted)"));
}

namespace linear_envelope_detail {

inline Result<Sections> lowpass(const LinearEnvelope& spec, Hertz cutoff, Hertz rate) {
  switch (spec.kind) {
    case SmootherKind::bessel:
      return design(BesselLowpass{.cutoff = cutoff, .order = spec.order}, rate);
    case SmootherKind::critically_damped:
      return design(CriticallyDamped{.cutoff = cutoff, .order = spec.order}, rate);
    case SmootherKind::butterworth:
      break;
  }
  return design(Lowpass{.cutoff = cutoff, .order = spec.order}, rate);
}

// The cutoff at which the squares of the impulse response add up to 1 / samples: nearly inverse to the window, so that
// a few steps find it. From `long_enough` samples on it is inverse to 2e-5.
inline Result<Hertz> cutoff_for(const LinearEnvelope& spec, Seconds window, Hertz rate) {
  constexpr double long_enough = 65536;
  const double wanted = window * rate, samples = std::min(wanted, long_enough);
  double cutoff = std::min(0.45 / samples, 0.3);  // of the rate
  for (int i = 0; i < 30; ++i) {
    auto sections = lowpass(spec, {cutoff}, {1});
    if (!sections) return sections.fault();
    const double found = 1 / noise_power({{*sections, {}, {}}}).value_or(1);
    const double next = std::min(cutoff * found / samples, 0.499);
    const bool close = std::fabs(next / cutoff - 1) < 1e-13;
    cutoff = next;
    if (close) break;
  }
  return rate * (cutoff * samples / wanted);
}

// Shorter windows than this have no cutoff below half the rate.
inline constexpr double least_samples = 2;

}  // namespace linear_envelope_detail

inline Result<Sections> smoother_of(const LinearEnvelope& spec, Hertz rate) {
  using namespace linear_envelope_detail;
  if (spec.cutoff && spec.window) return fault_of<LinearEnvelope>("window", *spec.window, "cutoff or window, not both");
  if (spec.cutoff)
    if (auto fault = edges::refuse_above_nyquist<LinearEnvelope>("cutoff", *spec.cutoff, rate)) return *fault;
  // The root of what overshoots may be asked of a power below 0.
  if (spec.detection == Detection::power && spec.kind != SmootherKind::critically_damped && spec.order > 1)
    return fault_of<LinearEnvelope>("kind", spec.kind,
                                    "critically damped for power, or order 1: the others overshoot, and behind a burst "
                                    "the power would come out below 0");
  Hertz cutoff = spec.cutoff.value_or(Hertz{});
  if (!spec.cutoff) {
    const Seconds window = spec.window.value_or(Seconds{0.125});
    if (!(window * rate >= least_samples))
      return fault_of<LinearEnvelope>("window", window,
                                      "at least two samples, " + to_text(Seconds{least_samples / rate.value}));
    auto found = cutoff_for(spec, window, rate);
    if (!found) return found.fault();
    cutoff = *found;
  }
  auto sections = lowpass(spec, cutoff, rate);
  if (sections) return sections;
  Fault fault = sections.fault();
  fault.owner = std::string(info_of<LinearEnvelope>().name);
  return fault;
}

inline Result<SmoothedKernel> make_kernel(const LinearEnvelope& spec, const StreamFormat& format) {
  auto sections = smoother_of(spec, format.rate);
  if (!sections) return sections.fault();
  return SmoothedKernel("LinearEnvelope", std::move(*sections), spec.detection, format);
}

}  // namespace unguard
