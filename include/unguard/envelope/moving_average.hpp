// SPDX-License-Identifier: Apache-2.0
// What the moving RMS and the moving ARV share: a boxcar over a function of the samples, with window checks and delay.
// O(1) a sample, the same for every frame; state is one window. Latency: (W - 1) / 2 samples, the centroid of the
// boxcar.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

// `Law` has `before(x)`, applied to every sample or to four at a time, and `after(mean)`, to the mean over the window.
template <class Law>
class MovingAverageKernel {
 public:
  MovingAverageKernel(std::string name, std::int64_t window, int channels)
      : name_(std::move(name)), channels_(channels), sum_(window, channels) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    const std::int64_t tile = std::max<std::int64_t>(1, tile_values / channels_);
    const double share = 1 / static_cast<double>(sum_.window());
    for (std::int64_t first = 0; first < n; first += tile) {
      const std::int64_t frames = std::min(tile, n - first);
      sum_.run(x, y, frames, [](const auto& v) { return Law::before(v); });
      const double* end = y + frames * channels_;
      for (x += frames * channels_; y != end; ++y)
        *y = Law::after(*y * share);  // over all at once, for the root's sake
    }
  }
  void reset() noexcept { sum_.reset(); }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return sum_.period(); }
  double settle(int channel, double level) noexcept {
    sum_.settle(channel, Law::before(level));
    return Law::after(Law::before(level));
  }
  bool adopt(const MovingAverageKernel& other) noexcept {
    if (other.sum_.window() != sum_.window()) return false;
    sum_.adopt(other.sum_);
    return true;
  }
  // Exact: what has left the window has left nothing behind.
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(sum_.window(), ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }  // a mean is no larger than what it is made of
  StageLatency delay(Hertz) const {
    return {name_, DelayKind::centroid, static_cast<double>(sum_.window() - 1) / 2, {}};
  }
  template <class Archive>
  void state(Archive& archive) {
    sum_.state(archive);
  }

 private:
  static constexpr std::int64_t tile_values = 1024;  // input, sums and window of a tile stay in the first-level cache

  std::string name_;
  int channels_;
  MovingSum sum_;
};

// The window in samples, or a fault when it is shorter than one sample or longer than an hour.
template <Spec S>
Result<std::int64_t> window_in_samples(Seconds window, Hertz rate) {
  const std::int64_t n = samples_in(window, rate);
  if (n < 1) return fault_of<S>("window", window, "at least one sample, " + to_text(Seconds{1 / rate.value}));
  return n;
}

}  // namespace unguard
