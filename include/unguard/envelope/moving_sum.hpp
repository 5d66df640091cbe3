// SPDX-License-Identifier: Apache-2.0
// The sum over the last W samples without ever subtracting, so that it is exact however large a sample once was.
// Two sums swap roles every window: one grows over the current window, the other is the suffix sum of the last window,
// made by one backward pass when the window ends. Amortised O(1); rounding never accumulates and the sum is never
// negative.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace unguard {

class MovingSum {
 public:
  MovingSum(std::int64_t window, int channels)
      : window_(window),
        channels_(channels),
        ring_(static_cast<std::size_t>(window * channels)),
        head_(static_cast<std::size_t>(channels)) {}

  std::int64_t window() const noexcept { return window_; }

  // Adds one frame (one value a channel) and writes the sums over the last `window` frames; `sums` may be `values`.
  void add(const double* values, double* sums) noexcept {
    double* slot = ring_.data() + position_ * channels_;
    double* head = head_.data();
    if (position_ + 1 < window_) {
      const double* suffix = slot + channels_;
      for (int c = 0; c < channels_; ++c) {
        const double v = values[c];
        head[c] += v;
        slot[c] = v;
        sums[c] = head[c] + suffix[c];
      }
      ++position_;
      return;
    }
    for (int c = 0; c < channels_; ++c) {
      const double v = values[c];
      slot[c] = v;
      sums[c] = head[c] + v;
      head[c] = 0;
    }
    for (std::int64_t i = (window_ - 1) * channels_ - 1; i >= 0; --i)
      ring_[static_cast<std::size_t>(i)] += ring_[static_cast<std::size_t>(i + channels_)];
    position_ = 0;
  }

  void reset() noexcept {
    std::fill(ring_.begin(), ring_.end(), 0.0);
    std::fill(head_.begin(), head_.end(), 0.0);
    position_ = 0;
  }
  // The sums as if every value so far had been `values`.
  void settle(const double* values) noexcept {
    reset();
    for (std::int64_t i = 0; i < window_; ++i)
      for (int c = 0; c < channels_; ++c)
        ring_[static_cast<std::size_t>(i * channels_ + c)] = static_cast<double>(window_ - i) * values[c];
  }
  void adopt(const MovingSum& other) noexcept {
    std::copy(other.ring_.begin(), other.ring_.end(), ring_.begin());
    std::copy(other.head_.begin(), other.head_.end(), head_.begin());
    position_ = other.position_;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(ring_);
    archive(head_);
    archive(position_);
  }

 private:
  std::int64_t window_;
  int channels_;
  std::vector<double> ring_;  // before position: values of this window; from it on: suffix sums of the last
  std::vector<double> head_;  // sum of this window so far
  std::int64_t position_ = 0;
};

}  // namespace unguard
