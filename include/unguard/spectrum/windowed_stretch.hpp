// SPDX-License-Identifier: Apache-2.0
// What the estimators that look through one window share: their fields window, beta, detrend and nfft, checked and
// brought to life, and how a record is cut into segments that overlap. Welch 1967, doi:10.1109/TAU.1967.1161901.
// Cost: at set-up only.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "unguard/core/fast_length.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/spectrum/power_spectrum.hpp"
#include "unguard/spectrum/tapered_power.hpp"
#include "unguard/spectrum/whole_record.hpp"

namespace unguard {

// Two hours at 2 kHz: a longer record is one for welch. A transform of the longest works with 1 to 1.5 GiB, as does
// one of the longest slow length, which goes by way of a chirp (chirp_fft.hpp).
inline constexpr int longest_transform = 1 << 24;
inline constexpr int longest_slow_transform = 1 << 22;

namespace spectrum_detail {

// A transform that would need more memory than a record is worth. `parameter` is what made it so long.
template <Spec S>
std::optional<Fault> refuse_transform(std::string_view parameter, std::int64_t length) {
  if (length > longest_transform)
    return fault_in_words<S>(parameter, std::to_string(length) + " samples at once",
                             "at most " + std::to_string(longest_transform) + " samples at once");
  const int whole = static_cast<int>(length);
  if (whole > longest_slow_transform && !is_fast_length(whole))
    return fault_in_words<S>(parameter, std::to_string(length) + " samples at once",
                             "at most " + std::to_string(longest_slow_transform) +
                                 " samples at once, or a length without other factors than 2, 3 and 5, as nfft = " +
                                 std::to_string(fast_length(whole)));
  return std::nullopt;
}

// How long the transform of so many samples is, or why it cannot be.
template <Spec S>
Result<int> transform_of(const S& spec, std::int64_t length) {
  if (spec.nfft && *spec.nfft < length)
    return fault_of<S>("nfft", *spec.nfft, "at least the " + std::to_string(length) + " samples that are transformed");
  constexpr bool in_segments = requires { &S::segment; };
  const char* whole = in_segments ? "segment" : "record";
  if (auto fault = refuse_transform<S>(spec.nfft ? "nfft" : whole, spec.nfft ? *spec.nfft : length)) return *fault;
  return spec.nfft.value_or(static_cast<int>(length));
}

// Spectra of a whole record each, of a transform that is allowed, that would not fit.
template <Spec S>
std::optional<Fault> refuse_bins(std::string_view parameter, int transform, int channels) {
  const int bins = transform / 2 + 1;
  if (!whole_record::too_many({bins, channels})) return std::nullopt;
  return fault_in_words<S>(parameter,
                           std::to_string(transform) + " samples, which makes " + std::to_string(bins) + " bins of " +
                               std::to_string(channels) + " channels",
                           whole_record::at_most_numbers());
}

template <Spec S>
Result<TaperedPower> windowed(const S& spec, std::int64_t length, int transform, Hertz rate) {
  if (spec.beta && spec.window != Window::kaiser)
    return fault_of<S>("beta", *spec.beta, "no beta without the Kaiser window");
  if (!spec.beta && spec.window == Window::kaiser)
    return fault_in_words<S>("beta", "none", "a number of at least 0 for the Kaiser window");
  return TaperedPower({periodic_window(spec.window, static_cast<int>(length), spec.beta.value_or(0))}, transform, rate,
                      spec.detrend);
}

// What every estimator refuses alike; those that look at a whole record at once, also samples that spoil it.
template <Spec S>
std::optional<Fault> refuse(const S& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = whole_record::refuse_shape(record, format)) return fault;
  return validate(spec);
}
template <Spec S>
std::optional<Fault> refuse_whole(const S& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = refuse(spec, record, format)) return fault;
  return whole_record::refuse_spoilt(record, format);
}

// What specs of overlapping segments have in common.
template <class S>
constexpr auto segment_fields() {
  return field_list(
      field<&S::segment>("segment", "length of a segment", positive),
      field<&S::overlap>("overlap", "share of a segment that the next one has too; whole samples, rounded down",
                         {0, 1, true, false}),
      field<&S::window>("window", "what each segment is multiplied with"),
      field<&S::beta>("beta", "of the Kaiser window, for which alone it is given", between(0, 700)),
      field<&S::detrend>("detrend", "what is taken off each segment: nothing, the mean or a straight line"),
      field<&S::nfft>("nfft", "length of the transforms, filled up with zeros; none: that of a segment",
                      between(1, longest_transform)));
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

inline PowerSpectrum empty(int transform, Hertz rate, int channels) {
  PowerSpectrum made{.step = rate / static_cast<double>(transform),
                     .end = rate / 2,
                     .transform = transform,
                     .bins = transform / 2 + 1,
                     .channels = channels};
  made.segments.assign(static_cast<std::size_t>(channels), 1);
  made.density.assign(static_cast<std::size_t>(made.bins) * static_cast<std::size_t>(channels), 0.0);
  return made;
}

// The mean of the densities of each channel's segments, without those that are spoilt.
inline Result<PowerSpectrum> averaged(TaperedPower power, const Segments& segments, ConstBlock record, int transform,
                                      const StreamFormat& format) {
  PowerSpectrum made = empty(transform, format.rate, record.channels);
  const double full_scale = format.full_scale();
  for (int c = 0; c < record.channels; ++c) {
    const std::span<double> density(made.density.data() + static_cast<std::ptrdiff_t>(c) * made.bins,
                                    static_cast<std::size_t>(made.bins));
    std::int64_t& counted = made.segments[static_cast<std::size_t>(c)] = 0;
    for (std::int64_t s = 0; s < segments.count; ++s) {
      if (!whole_record::take(record, s * segments.step, c, full_scale, power.stretch())) continue;
      power.add_to(density);
      ++counted;
    }
    if (counted == 0)
      return whole_record::fault_of_first(
          record, format, c,
          segments.count > 1 ? ", with another such sample in each of " + std::to_string(segments.count) + " segments"
                             : "");
    for (double& v : density) v /= static_cast<double>(counted);
  }
  return made;
}

}  // namespace spectrum_detail

}  // namespace unguard
