// SPDX-License-Identifier: Apache-2.0
// The last frames of a stream by their number, and values between two samples: cubic through the four nearest
// (Lagrange), exact to 0.4 % up to a tenth of the rate. A definition, no source. Cost: one copy a frame; four
// multiplications a value in between.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/denoise/moment.hpp"

namespace unguard {

// The value at x in [0, 1] between b and c, by the cubic through all four.
inline double cubic(double a, double b, double c, double d, double x) noexcept {
  const double left = x + 1, right = x - 1, far = x - 2;
  return (left * x * right * d - x * right * far * a) / 6 + (left * right * far * b - left * x * far * c) / 2;
}

class PastFrames {
 public:
  PastFrames(std::int64_t frames, int channels)
      : frames_(frames), channels_(channels), values_(static_cast<std::size_t>(frames * channels)) {}

  void add(const double* frame) noexcept {
    std::copy_n(frame, channels_, values_.data() + count_ % frames_ * channels_);
    ++count_;
  }
  // How many there have been: the number of the next.
  std::int64_t count() const noexcept { return count_; }
  // The first that is still there.
  std::int64_t oldest() const noexcept { return count_ - frames_; }
  // One of the last frames, or the oldest there is. Before the stream lie zeros, or what settle() has put there.
  const double* frame(std::int64_t i) const noexcept {
    const std::int64_t slot = std::clamp(i, count_ - frames_, count_ - 1) % frames_;
    return values_.data() + (slot < 0 ? slot + frames_ : slot) * channels_;
  }
  double between(const Moment& at, int channel) const noexcept {
    const std::int64_t i = at.frame;
    return cubic(frame(i - 1)[channel], frame(i)[channel], frame(i + 1)[channel], frame(i + 2)[channel], at.beyond);
  }

  // As if this channel had always stood there.
  void settle(int channel, double level) noexcept {
    for (std::int64_t i = 0; i < frames_; ++i) values_[static_cast<std::size_t>(i * channels_ + channel)] = level;
  }
  void reset() noexcept {
    std::fill(values_.begin(), values_.end(), 0.0);
    count_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
    archive(count_);
    count_ = std::max<std::int64_t>(0, count_);  // not from here
  }

 private:
  std::int64_t frames_;
  int channels_;
  std::vector<double> values_;
  std::int64_t count_ = 0;
};

}  // namespace unguard
