// SPDX-License-Identifier: Apache-2.0
// A declared stretch as ThinnedChannel hears it: means of so many samples. A mean is marked where any of its samples
// is, or is missing, not finite or beyond full scale. Cost: a copy; allocates, so not for the real-time thread.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Samples to a mean, so that between 2000 and 4000 means a second are looked at; of a slower stream every sample is.
inline int thinning(Hertz rate) {
  constexpr double fewest_a_second = 2000;
  return static_cast<int>(std::fmax(1, std::floor(rate.value / fewest_a_second)));
}

struct ThinnedStretch {
  std::vector<double> data{};
  std::vector<Marks> marks{};
  std::int64_t frames = 0;
  int channels = 0;

  ConstBlock block() const { return {data.data(), frames, channels, marks.data()}; }
};
inline ThinnedStretch thinned(ConstBlock stretch, int mean_of, double full_scale) {
  ThinnedStretch means{.frames = stretch.frames / mean_of, .channels = stretch.channels};
  const std::int64_t values = means.frames * means.channels;
  means.data.resize(static_cast<std::size_t>(values));
  means.marks.resize(static_cast<std::size_t>(values));
  for (std::int64_t k = 0; k < values; ++k) {
    const std::int64_t first = k / means.channels * mean_of * means.channels + k % means.channels;
    double sum = 0;
    Marks marks = mark::none;
    for (std::int64_t i = first; i < first + mean_of * means.channels; i += means.channels) {
      const double x = stretch.data[i];
      if (stretch.marks) marks |= stretch.marks[i];
      if (!(std::fabs(x) < full_scale))
        marks |= mark::out_of_range;
      else
        sum += x;
    }
    means.data[static_cast<std::size_t>(k)] = sum / mean_of;
    means.marks[static_cast<std::size_t>(k)] = marks;
  }
  return means;
}

// RMS of the samples over that of their means, of one channel, where nothing is left out: what is above half the rate
// of the means is in the samples alone. 1 where nothing is left.
inline double over_means(ConstBlock stretch, const ThinnedStretch& means, std::span<const Marks> left_out, int channel,
                         int mean_of) {
  double of_samples = 0, of_means = 0;
  for (std::int64_t k = 0; k < means.frames; ++k) {
    const auto at = static_cast<std::size_t>(k * means.channels + channel);
    if (left_out[at]) continue;
    of_means += means.data[at] * means.data[at] * mean_of;
    for (std::int64_t i = k * mean_of; i < (k + 1) * mean_of; ++i)
      of_samples += stretch(i, channel) * stretch(i, channel);
  }
  return of_means > 0 ? std::sqrt(of_samples / of_means) : 1;
}

}  // namespace unguard
