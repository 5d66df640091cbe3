// SPDX-License-Identifier: Apache-2.0
// The mean heartbeat in every channel, as far to either side of R as the QRS complex goes: a running mean over 40
// beats. Forty as in Petersen et al. 2020, doi:10.1109/ACCESS.2020.2972731. Cost: one multiplication a value, once a
// beat.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/denoise/rows.hpp"

namespace unguard {

class MeanBeat {
 public:
  static constexpr std::int64_t most_beats = 40;

  // `reach` values to either side of R.
  MeanBeat(std::int64_t reach, std::size_t channels)
      : reach_(reach), channels_(channels), values_(static_cast<std::size_t>(2 * reach + 1) * channels) {}

  std::int64_t reach() const noexcept { return reach_; }
  // All channels, so many values from R.
  const double* row(std::int64_t from_r) const noexcept {
    return values_.data() + (from_r + reach_) * static_cast<std::int64_t>(channels_);
  }
  std::vector<double>& values() noexcept { return values_; }

  // The beat whose R lies so many rows before the newest, after so many others; for every channel, for how many rows
  // nothing has been wrong with it.
  void take(const Rows& history, std::int64_t ago, std::int64_t beats, const CleanRows& clean) noexcept {
    const double share = 1.0 / static_cast<double>(std::min(beats + 1, most_beats));
    for (std::int64_t i = -reach_; i <= reach_; ++i) {
      const double* x = history.before(ago - i);
      double* t = values_.data() + (i + reach_) * static_cast<std::int64_t>(channels_);
      for (std::size_t c = 0; c < channels_; ++c)
        if (clean[c] > 2 * reach_) t[c] += share * (x[c] - t[c]);
    }
  }

  // R is the first of the large waves of this channel: there the beat turns, whatever follows.
  std::int64_t r_wave(std::size_t channel) const noexcept {
    const std::int64_t reach = 2 * reach_ / 3;
    const auto size = [&](std::int64_t i) { return std::fabs(row(i)[channel]); };
    double most = 0;
    for (std::int64_t i = -reach; i <= reach; ++i) most = std::max(most, size(i));
    std::int64_t r = -reach;
    while (r < reach && !(size(r) >= 0.6 * most && size(r) >= size(r + 1))) ++r;
    return r;
  }
  // What stood so far behind R stands at R from now on.
  void move(std::int64_t by) noexcept {
    const auto n = std::abs(by) * static_cast<std::int64_t>(channels_);
    if (by > 0) std::copy(values_.begin() + n, values_.end(), values_.begin());
    if (by < 0) std::copy_backward(values_.begin(), values_.end() - n, values_.end());
  }
  // How far the wave at R stands beside it: the parabola through its top; at most a value and a half.
  double off_centre(std::size_t channel) const noexcept {
    const double sign = row(0)[channel] < 0 ? -1 : 1;
    const auto height = [&](std::int64_t i) { return sign * row(i)[channel]; };
    std::int64_t top = 0;
    for (std::int64_t i = -2; i <= 2; ++i)
      if (height(i) > height(top)) top = i;
    const double a = height(top - 1), b = height(top), d = height(top + 1), bend = a - 2 * b + d;
    return std::clamp(static_cast<double>(top) + (bend < 0 ? 0.5 * (a - d) / bend : 0), -1.5, 1.5);
  }

  void reset() noexcept { std::fill(values_.begin(), values_.end(), 0.0); }
  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
  }

 private:
  std::int64_t reach_;
  std::size_t channels_;
  std::vector<double> values_;
};

}  // namespace unguard
