// SPDX-License-Identifier: Apache-2.0
// What the estimators that look through one window share: their fields window, beta, detrend and nfft, checked and
// brought to life, and how a record is cut into segments that overlap. Welch 1967, doi:10.1109/TAU.1967.1161901.
// Cost: at set-up only.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/spectrum/power_spectrum.hpp"
#include "unguard/spectrum/tapered_power.hpp"

namespace unguard {

// A longer transform has no use for signals of the body.
inline constexpr int longest_transform = 1 << 26;

namespace spectrum_detail {

// How long the transform of so many samples is, or why it cannot be.
template <Spec S>
Result<int> transform_of(const S& spec, std::int64_t length) {
  if (length > longest_transform)
    return fault_in_words<S>("record", std::to_string(length) + " samples at once",
                             "at most " + std::to_string(longest_transform) + " samples at once");
  if (spec.nfft && *spec.nfft < length)
    return fault_of<S>("nfft", *spec.nfft, "at least the " + std::to_string(length) + " samples that are transformed");
  return spec.nfft.value_or(static_cast<int>(length));
}

template <Spec S>
Result<TaperedPower> windowed(const S& spec, std::int64_t length, Hertz rate) {
  if (spec.beta && spec.window != Window::kaiser)
    return fault_of<S>("beta", *spec.beta, "no beta without the Kaiser window");
  if (!spec.beta && spec.window == Window::kaiser)
    return fault_in_words<S>("beta", "none", "a number of at least 0 for the Kaiser window");
  const auto transform = transform_of(spec, length);
  if (!transform) return transform.fault();
  return TaperedPower({periodic_window(spec.window, static_cast<int>(length), spec.beta.value_or(0))}, *transform, rate,
                      spec.detrend);
}

// What every estimator refuses alike.
template <Spec S>
std::optional<Fault> refuse(const S& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return fault;
  if (auto fault = power_spectrum_detail::refuse_record(record, format)) return fault;
  return validate(spec);
}

// What specs of overlapping segments have in common.
template <class S>
constexpr auto segment_fields() {
  return std::tuple{
      field<&S::segment>("segment", "length of a segment", positive),
      field<&S::overlap>("overlap", "share of a segment that the next one has too; whole samples, rounded down",
                         {0, 1, true, false}),
      field<&S::window>("window", "what each segment is multiplied with"),
      field<&S::beta>("beta", "of the Kaiser window, for which alone it is given", between(0, 700)),
      field<&S::detrend>("detrend", "what is taken off each segment: nothing, the mean or a straight line"),
      field<&S::nfft>("nfft", "length of the transforms, filled up with zeros; none: that of a segment",
                      between(1, longest_transform))};
}

// Segments of `length` samples, each `step` behind the one before.
struct Segments {
  std::int64_t length = 0;
  std::int64_t step = 0;
  std::int64_t count = 0;
};
template <Spec S>
Result<Segments> segments_of(const S& spec, std::int64_t frames, Hertz rate) {
  Segments s;
  s.length = samples_in(spec.segment, rate);
  if (s.length < 1)
    return fault_of<S>("segment", spec.segment, "at least one sample, " + to_text(Seconds{1 / rate.value}));
  if (s.length > frames)
    return fault_of<S>("segment", spec.segment,
                       "at most the whole record, " + to_text(Seconds{static_cast<double>(frames) / rate.value}));
  // Whole samples; 0.29 of 100 is 29, although the product of the doubles lies just below.
  const auto shared = static_cast<std::int64_t>(std::floor(spec.overlap * static_cast<double>(s.length) + 1e-9));
  s.step = std::max<std::int64_t>(1, s.length - shared);
  s.count = (frames - s.length) / s.step + 1;
  return s;
}

// One channel's samples from a frame on, into where they are transformed.
inline void take(TaperedPower& power, ConstBlock record, std::int64_t from, int channel) noexcept {
  const auto stretch = power.stretch();
  for (std::size_t n = 0; n < stretch.size(); ++n) stretch[n] = record(from + static_cast<std::int64_t>(n), channel);
}

inline PowerSpectrum empty(int transform, Hertz rate, int channels) {
  PowerSpectrum made{.step = rate / static_cast<double>(transform),
                     .end = rate / 2,
                     .transform = transform,
                     .bins = transform / 2 + 1,
                     .channels = channels};
  made.density.assign(static_cast<std::size_t>(made.bins) * static_cast<std::size_t>(channels), 0.0);
  return made;
}

// The mean of the densities of all segments.
inline PowerSpectrum averaged(TaperedPower power, const Segments& segments, ConstBlock record, int transform,
                              Hertz rate) {
  PowerSpectrum made = empty(transform, rate, record.channels);
  made.segments = segments.count;
  for (int c = 0; c < record.channels; ++c) {
    const std::span<double> density(made.density.data() + static_cast<std::ptrdiff_t>(c) * made.bins,
                                    static_cast<std::size_t>(made.bins));
    for (std::int64_t s = 0; s < segments.count; ++s) {
      take(power, record, s * segments.step, c);
      power.add_to(density);
    }
    for (double& v : density) v /= static_cast<double>(segments.count);
  }
  return made;
}

}  // namespace spectrum_detail

}  // namespace unguard
