// SPDX-License-Identifier: Apache-2.0
// Power spectra of segments that overlap, one after the other: how a spectrum changes over a record. Allen & Rabiner
// 1977, doi:10.1109/PROC.1977.10770; conventions of scipy.signal.spectrogram with the scaling "density". Latency: a
// column stands for the middle of its segment. Cost: one transform a segment, offline.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unguard/spectrum/windowed_stretch.hpp"

namespace unguard {

struct Spectrogram {
  Seconds segment{0.5};
  double overlap = 0.5;
  Window window = Window::hann;
  std::optional<double> beta{};
  Detrend detrend = Detrend::constant;
  std::optional<int> nfft{};

  friend bool operator==(const Spectrogram&, const Spectrogram&) = default;
};
constexpr SpecInfo info(const Spectrogram*) {
  return {"Spectrogram", "power spectra of overlapping segments, one after the other",
          "Allen & Rabiner 1977, doi:10.1109/PROC.1977.10770"};
}
constexpr auto fields(const Spectrogram*) { return spectrum_detail::segment_fields<Spectrogram>(); }

struct PowerSpectrogram {
  Hertz step{};
  Hertz end{};
  int transform = 0;
  int bins = 0;
  int channels = 0;
  std::vector<Seconds> times{};  // the middle of each segment, from the beginning of the record
  // Channel after channel, segment after segment, each 0 Hz first; NaN for a segment with a sample that must not count
  // (whole_record.hpp).
  std::vector<double> density{};
};

namespace spectrum_detail {

// More columns than fit, and what made them so many.
inline std::optional<Fault> refuse_columns(const Spectrogram& spec, const Segments& segments, int transform,
                                           ConstBlock record) {
  const std::int64_t bins = transform / 2 + 1, channels = record.channels, length = segments.length;
  if (!whole_record::too_many({segments.count, bins, channels})) return std::nullopt;
  const std::string makes = ", which makes " + to_text(segments.count) + " segments of " + to_text(bins) +
                            " bins and " + to_text(channels) + " channels";
  if (!whole_record::too_many({record.frames / length, bins, channels}))
    return fault_in_words<Spectrogram>("overlap", to_text(spec.overlap) + makes, whole_record::at_most_numbers());
  if (spec.nfft && !whole_record::too_many({segments.count, length / 2 + 1, channels}))
    return fault_in_words<Spectrogram>("nfft", to_text(transform) + makes, whole_record::at_most_numbers());
  return fault_in_words<Spectrogram>("record", to_text(record.frames) + " samples" + makes,
                                     whole_record::at_most_numbers());
}

}  // namespace spectrum_detail

inline Result<PowerSpectrogram> spectrogram(const Spectrogram& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse(spec, record, format)) return *fault;
  const auto segments = spectrum_detail::segments_of(spec, record.frames, format.rate);
  if (!segments) return segments.fault();
  const auto [length, step, count] = *segments;
  const auto found = spectrum_detail::transform_of(spec, length);
  if (!found) return found.fault();
  const int transform = *found;
  if (auto fault = spectrum_detail::refuse_columns(spec, *segments, transform, record)) return *fault;
  auto power = spectrum_detail::windowed(spec, length, transform, format.rate);
  if (!power) return power.fault();
  PowerSpectrogram made{.step = format.rate / static_cast<double>(transform),
                        .end = format.rate / 2,
                        .transform = transform,
                        .bins = transform / 2 + 1,
                        .channels = record.channels};
  for (std::int64_t s = 0; s < count; ++s)
    made.times.push_back({(static_cast<double>(s * step) + static_cast<double>(length) / 2) / format.rate.value});
  const auto bins = static_cast<std::size_t>(made.bins);
  made.density.assign(bins * static_cast<std::size_t>(count * record.channels), 0.0);
  std::span<double> left(made.density);
  const double full_scale = format.full_scale();
  for (int c = 0; c < record.channels; ++c)
    for (std::int64_t s = 0; s < count; ++s, left = left.subspan(bins)) {
      const auto column = left.first(bins);
      if (whole_record::take(record, s * step, c, full_scale, (*power).stretch()))
        (*power).add_to(column);
      else
        std::fill(column.begin(), column.end(), std::numeric_limits<double>::quiet_NaN());
    }
  return made;
}

}  // namespace unguard
