// SPDX-License-Identifier: Apache-2.0
// Power spectra of segments that overlap, one after the other: how a spectrum changes over a record. Allen & Rabiner
// 1977, doi:10.1109/PROC.1977.10770; conventions of scipy.signal.spectrogram with the scaling "density". Latency: a
// column stands for the middle of its segment. Cost: one transform a segment, offline.
#pragma once

#include <optional>
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
  std::vector<Seconds> times{};   // the middle of each segment, from the beginning of the record
  std::vector<double> density{};  // channel after channel, segment after segment, each 0 Hz first
};

inline Result<PowerSpectrogram> spectrogram(const Spectrogram& spec, ConstBlock record, const StreamFormat& format) {
  if (auto fault = spectrum_detail::refuse(spec, record, format)) return *fault;
  const auto segments = spectrum_detail::segments_of(spec, record.frames, format.rate);
  if (!segments) return segments.fault();
  const auto [length, step, count] = *segments;
  auto power = spectrum_detail::windowed(spec, length, format.rate);
  if (!power) return power.fault();
  const int transform = spec.nfft.value_or(static_cast<int>(length));
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
  for (int c = 0; c < record.channels; ++c)
    for (std::int64_t s = 0; s < count; ++s, left = left.subspan(bins)) {
      spectrum_detail::take(*power, record, s * step, c);
      (*power).add_to(left.first(bins));
    }
  return made;
}

}  // namespace unguard
