// SPDX-License-Identifier: Apache-2.0
// Moving median of |x|: what at least half of a window's magnitudes do not exceed. No spike, heartbeat or artefact
// shorter than a good part of half the window moves it far. Of Gaussian EMG it is 0.6745 of the RMS, with 0.37 of the
// RMS's statistical efficiency: Rousseeuw & Croux 1993, doi:10.1080/01621459.1993.10476408. Tukey 1977, Exploratory
// Data Analysis. Latency: half the window. Cost: a search in the sorted window, and what lies between the magnitude
// that comes and the one that goes moves by one place: at most one window.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "unguard/core/fields.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/envelope/moving_average.hpp"

namespace unguard {

struct MovingMedian {
  Seconds window{0.125};

  friend bool operator==(const MovingMedian&, const MovingMedian&) = default;
};
constexpr SpecInfo info(const MovingMedian*) {
  return {"MovingMedian", "moving median of |x|, causal", "Tukey 1977, Exploratory Data Analysis"};
}
constexpr auto fields(const MovingMedian*) {
  return field_list(field<&MovingMedian::window>("window", "length of the window", between(1e-6, 60)));
}

class MovingMedianKernel {
 public:
  MovingMedianKernel(std::int64_t window, int channels)
      : window_(window),
        channels_(channels),
        came_(static_cast<std::size_t>(window * channels)),
        sorted_(came_.size()),
        counted_(static_cast<std::size_t>(channels), window) {}

  void run(const double* x, double* y, std::int64_t n) noexcept {
    for (; n > 0; --n, x += channels_, y += channels_) {
      for (int c = 0; c < channels_; ++c) y[c] = next(c, std::fabs(x[c]));
      oldest_ = oldest_ + 1 == window_ ? 0 : oldest_ + 1;
    }
  }
  // One frame of which only those that count are in the window, for Gated: the median of what is left. `shares`: of the
  // window, how much that is.
  void run_where(const double* x, const std::uint8_t* counts, double* y, double* shares) noexcept {
    for (int c = 0; c < channels_; ++c) {
      y[c] = next(c, counts[c] ? std::fabs(x[c]) : absent);
      shares[c] = static_cast<double>(counted_[static_cast<std::size_t>(c)]) / static_cast<double>(window_);
    }
    oldest_ = oldest_ + 1 == window_ ? 0 : oldest_ + 1;
  }
  // A channel as if everything so far had been 0 and had counted, 1, or had not, 0.
  void begin(int channel, double share) noexcept {
    settle(channel, 0);
    if (share > 0) return;
    std::fill_n(came_.data() + channel * window_, window_, absent);
    std::fill_n(sorted_.data() + channel * window_, window_, absent);
    counted_[static_cast<std::size_t>(channel)] = 0;
  }
  std::int64_t refills_within(double) const { return window_; }
  void reset() noexcept {
    std::fill(counted_.begin(), counted_.end(), window_);
    std::fill(came_.begin(), came_.end(), 0.0);
    std::fill(sorted_.begin(), sorted_.end(), 0.0);
    oldest_ = 0;
  }
  void seek(std::int64_t) noexcept {}
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    std::fill_n(came_.data() + channel * window_, window_, std::fabs(level));
    std::fill_n(sorted_.data() + channel * window_, window_, std::fabs(level));
    counted_[static_cast<std::size_t>(channel)] = window_;
    return std::fabs(level);
  }
  bool adopt(const MovingMedianKernel& other) noexcept {
    if (other.window_ != window_) return false;
    std::copy(other.came_.begin(), other.came_.end(), came_.begin());
    std::copy(other.sorted_.begin(), other.sorted_.end(), sorted_.begin());
    std::copy(other.counted_.begin(), other.counted_.end(), counted_.begin());
    oldest_ = other.oldest_;
    return true;
  }
  RingingSamples ringing(const ErrorRatios& ratios) const { return rings_for(window_, ratios); }
  double error_gain() const { return 1; }
  double reach(double level) const { return level; }
  // Half the window after a step, the level has changed.
  StageLatency delay(Hertz) const {
    return {"MovingMedian", DelayKind::centroid, static_cast<double>(window_ - 1) / 2, {}};
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(came_);
    archive(oldest_);
    if (oldest_ < 0 || oldest_ >= window_) oldest_ = 0;  // not from here
    for (double& v : came_)
      if (!((v >= 0 && v < largest_value) || v == absent)) v = 0;
    std::copy(came_.begin(), came_.end(), sorted_.begin());
    for (int c = 0; c < channels_; ++c) {
      double* first = sorted_.data() + c * window_;
      std::sort(first, first + window_);
      counted_[static_cast<std::size_t>(c)] = std::lower_bound(first, first + window_, absent) - first;
    }
  }

 private:
  // Behind all that counts.
  static constexpr double absent = std::numeric_limits<double>::infinity();

  // The new magnitude takes the place of the oldest; in the sorted window, those between the two move up or down.
  double next(int channel, double comes) noexcept {
    double* sorted = sorted_.data() + channel * window_;
    double& oldest = came_[static_cast<std::size_t>(channel * window_ + oldest_)];
    double* gone = std::lower_bound(sorted, sorted + window_, oldest);
    std::int64_t& counted = counted_[static_cast<std::size_t>(channel)];
    counted += (comes != absent) - (oldest != absent);
    oldest = comes;
    if (comes >= *gone) {
      double* place = std::upper_bound(gone, sorted + window_, comes) - 1;
      std::memmove(gone, gone + 1, static_cast<std::size_t>(place - gone) * sizeof(double));
      *place = comes;
    } else {
      double* place = std::lower_bound(sorted, gone, comes);
      std::memmove(place + 1, place, static_cast<std::size_t>(gone - place) * sizeof(double));
      *place = comes;
    }
    if (counted == 0) return 0;
    const double* middle = sorted + counted / 2;
    return counted % 2 != 0 ? *middle : 0.5 * middle[-1] + 0.5 * *middle;
  }

  std::int64_t window_;
  int channels_;
  std::vector<double> came_;           // per channel: magnitudes in the order of time, from the oldest on
  std::vector<double> sorted_;         // the same in the order of size
  std::vector<std::int64_t> counted_;  // per channel, of the window
  std::int64_t oldest_ = 0;
};

inline Result<MovingMedianKernel> make_kernel(const MovingMedian& spec, const StreamFormat& format) {
  auto window = window_in_samples<MovingMedian>(spec.window, format.rate);
  if (!window) return window.fault();
  return MovingMedianKernel(*window, format.channels.count());
}

}  // namespace unguard
