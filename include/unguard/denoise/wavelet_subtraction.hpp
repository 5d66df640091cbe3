// SPDX-License-Identifier: Apache-2.0
// The heart of a whole record by wavelets: around each R peak, coefficients that stand out of the muscle's are the
// heart's and are taken off. Hard threshold as in Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731; noise by the
// median, Donoho & Johnstone 1994, doi:10.1093/biomet/81.3.425. It knows no shape of beat, so it serves beats of any
// shape, and costs more of the muscle. Cost: 1 us a sample. Latency: offline, the whole record.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/median.hpp"
#include "unguard/denoise/remove_ecg.hpp"
#include "unguard/denoise/stationary_wavelet.hpp"

namespace unguard {

// Three levels at 1 kHz, as published, leave a QRS complex where it is below 64 Hz, or all muscle there to the heart.
struct WaveletSubtraction {
  std::optional<int> levels{};  // none: as many as leave nothing above 10 Hz
  double threshold = 4.5;       // of a coefficient, in standard deviations of the muscle's
  Seconds window{1};            // around R, in which those are estimated
  Seconds reach{0.05};          // to either side of R: the heart's, and no part of the estimate

  friend bool operator==(const WaveletSubtraction&, const WaveletSubtraction&) = default;
};
constexpr SpecInfo info(const WaveletSubtraction*) {
  return {"WaveletSubtraction", "offline: wavelet coefficients that stand out around R peaks, subtracted",
          "Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731"};
}
constexpr auto fields(const WaveletSubtraction*) {
  using S = WaveletSubtraction;
  return field_list(
      field<&S::levels>("levels", "levels of the wavelet transform; none: as many as leave nothing above 10 Hz",
                        between(1, 14)),
      field<&S::threshold>("threshold",
                           "least size of the heart's coefficients, in standard deviations of the muscle's",
                           between(1, 20)),
      field<&S::window>("window", "stretch around R in which the muscle's are estimated, by their median",
                        between(0.3, 60)),
      field<&S::reach>("reach", "to either side of R, where coefficients may be the heart's and are no muscle's",
                       between(0.01, 0.2)));
}

inline constexpr Hertz lowest_of_wavelets{10};

inline int levels_of(const WaveletSubtraction& spec, Hertz rate) {
  if (spec.levels) return *spec.levels;
  int levels = 1;
  while (rate.value / static_cast<double>(std::int64_t{2} << levels) > lowest_of_wavelets.value) ++levels;
  return levels;
}

namespace wavelet_detail {

// The record with both ends mirrored, so that it does not jump where it goes round.
inline std::vector<double> mirrored(std::span<const double> x, std::int64_t by) {
  const auto n = static_cast<std::int64_t>(x.size()), period = 2 * n;
  std::vector<double> y(static_cast<std::size_t>(n + 2 * by));
  for (std::int64_t i = 0; i < n + 2 * by; ++i) {
    const std::int64_t k = ((i - by) % period + period) % period;
    y[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(k < n ? k : period - 1 - k)];
  }
  return y;
}

// One level's coefficients, each at the sample in the middle of what it looks at.
class Level {
 public:
  Level(std::vector<double>& coefficients, std::int64_t shift, const HeartChannel& channel, std::int64_t reach)
      : w_(coefficients), shift_(shift), n_(static_cast<std::int64_t>(channel.x.size())), reach_(reach) {
    muscle_ = channel.good;
    for (const std::int64_t r : channel.beats)
      for (std::int64_t i = first(r, reach); i < last(r, reach); ++i) muscle_[static_cast<std::size_t>(i)] = false;
  }

  // Leaves what is the heart's, and 0 elsewhere.
  void keep(const WaveletSubtraction& spec, const HeartChannel& channel) {
    std::vector<bool> heart(w_.size());
    const std::int64_t half = samples_in(spec.window, channel.rate) / 2;
    double usual = -1;
    for (const std::int64_t r : channel.beats) {
      double deviation = estimate(first(r, half), last(r, half));
      if (deviation < 0) deviation = usual >= -0.5 ? usual : (usual = estimate(0, n_));
      if (deviation < 0) continue;
      for (std::int64_t i = first(r, reach_); i < last(r, reach_); ++i)
        if (std::fabs(at(i)) > spec.threshold * deviation) heart[static_cast<std::size_t>(i + shift_)] = true;
    }
    for (std::size_t k = 0; k < w_.size(); ++k)
      if (!heart[k]) w_[k] = 0;
  }

 private:
  static constexpr std::ptrdiff_t least_values = 20;

  double& at(std::int64_t i) { return w_[static_cast<std::size_t>(i + shift_)]; }
  std::int64_t first(std::int64_t r, std::int64_t by) const { return std::max<std::int64_t>(0, r - by); }
  std::int64_t last(std::int64_t r, std::int64_t by) const { return std::min(n_, r + by + 1); }

  // Standard deviation of the muscle's; -1 where there is too little of it.
  double estimate(std::int64_t from, std::int64_t to) {
    sizes_.clear();
    for (std::int64_t i = from; i < to; ++i)
      if (muscle_[static_cast<std::size_t>(i)]) sizes_.push_back(std::fabs(at(i)));
    if (static_cast<std::ptrdiff_t>(sizes_.size()) < least_values) return -1;
    return median(sizes_.begin(), sizes_.end()) / normal_median;
  }

  std::vector<double>& w_;
  std::int64_t shift_, n_, reach_;
  std::vector<bool> muscle_{};
  std::vector<double> sizes_{};
};

}  // namespace wavelet_detail

// What the heart adds to a channel.
inline std::vector<double> heart_in(const WaveletSubtraction& spec, const HeartChannel& channel) {
  using namespace wavelet_detail;
  const int levels = levels_of(spec, channel.rate);
  const std::int64_t edge = StationaryWavelet::look_ahead(levels - 1) + 1;
  StationaryWavelet::Parts parts = StationaryWavelet::forward(mirrored(channel.x, edge), levels);
  std::fill(parts.rest.begin(), parts.rest.end(), 0.0);
  for (int j = 0; j < levels; ++j) {
    // A wave at R is seen by coefficients as far away as they are long.
    const std::int64_t half = StationaryWavelet::look_ahead(j) / 2;
    const std::int64_t reach = samples_in(spec.reach, channel.rate) + half;
    Level(parts.details[static_cast<std::size_t>(j)], edge - half, channel, reach).keep(spec, channel);
  }
  const std::vector<double> heart = StationaryWavelet::inverse(parts);
  return {heart.begin() + edge, heart.end() - edge};
}

}  // namespace unguard
