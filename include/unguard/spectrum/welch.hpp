// SPDX-License-Identifier: Apache-2.0
// The power spectrum as the mean over segments that overlap: steadier the more there are, coarser the shorter they are.
// Welch 1967, doi:10.1109/TAU.1967.1161901; conventions of scipy.signal.welch: what is left behind the last whole
// segment is not used. A segment with a sample that must not count (whole_record.hpp) is left out of its channel's
// mean. Cost: one transform a segment, offline.
#pragma once

#include <optional>

#include "unguard/spectrum/windowed_stretch.hpp"

namespace unguard {

struct Welch {
  Seconds segment{0.5};
  double overlap = 0.5;
  Window window = Window::hann;
  std::optional<double> beta{};
  Detrend detrend = Detrend::constant;
  std::optional<int> nfft{};

  friend bool operator==(const Welch&, const Welch&) = default;
};
constexpr SpecInfo info(const Welch*) {
  return {"Welch", "power spectrum as the mean over overlapping segments", "Welch 1967, doi:10.1109/TAU.1967.1161901"};
}
constexpr auto fields(const Welch*) { return spectrum_detail::segment_fields<Welch>(); }

inline Result<PowerSpectrum> power_spectrum(const Welch& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse(spec, record, format)) return *fault;
  const auto segments = spectrum_detail::segments_of(spec, record.frames, format.rate);
  if (!segments) return segments.fault();
  const auto transform = spectrum_detail::transform_of(spec, (*segments).length);
  if (!transform) return transform.fault();
  if (auto fault = spectrum_detail::refuse_bins<Welch>(spec.nfft ? "nfft" : "segment", *transform, record.channels))
    return *fault;
  auto power = spectrum_detail::windowed(spec, (*segments).length, *transform, format.rate);
  if (!power) return power.fault();
  return spectrum_detail::averaged(std::move(*power), *segments, record, *transform, format);
}

}  // namespace unguard
