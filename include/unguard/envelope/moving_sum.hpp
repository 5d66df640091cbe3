// SPDX-License-Identifier: Apache-2.0
// The sum over the last W samples without ever subtracting, so that it is exact however large a sample once was.
// Two sums swap roles every window: one grows over the current window, the other is the suffix sum of the last window,
// made by one backward pass when the window ends. Amortised O(1); rounding never accumulates and the sum is never
// negative.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unguard/core/simd.hpp"

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
    run(values, sums, 1, [](const auto& v) { return v; });
  }
  // The same for n frames of `before(value)`, a function of four channels (f64x4) and of one (double).
  template <class Before>
  void run(const double* x, double* sums, std::int64_t n, Before before) noexcept {
    while (n > 0) {
      const std::int64_t m = std::min(n, window_ - 1 - position_);
      int c = 0;
      for (; c + 4 <= channels_; c += 4) grow<Four>(x + c, sums + c, m, c, before);
      for (; c < channels_; ++c) grow<One>(x + c, sums + c, m, c, before);
      position_ += m;
      x += m * channels_;
      sums += m * channels_;
      n -= m;
      if (n == 0) return;
      for (c = 0; c + 4 <= channels_; c += 4) turn<Four>(x + c, sums + c, c, before);
      for (; c < channels_; ++c) turn<One>(x + c, sums + c, c, before);
      position_ = 0;
      x += channels_;
      sums += channels_;
      --n;
    }
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
    if (position_ < 0 || position_ >= window_) reset();  // a state from elsewhere must not point outside
  }

 private:
  struct One {
    static double load(const double* p) { return *p; }
    static void store(double* p, double v) { *p = v; }
    static double zero() { return 0; }
  };
  struct Four {
    static f64x4 load(const double* p) { return load4(p); }
    static void store(double* p, const f64x4& v) { store4(p, v); }
    static f64x4 zero() { return fill4(0); }
  };

  // m frames of one channel, or four, within the window.
  template <class L, class Before>
  void grow(const double* x, double* sums, std::int64_t m, int c, Before before) noexcept {
    double* slot = ring_.data() + position_ * channels_ + c;
    auto head = L::load(head_.data() + c);
    for (std::int64_t i = 0; i < m; ++i, x += channels_, sums += channels_, slot += channels_) {
      const auto v = before(L::load(x));
      head = head + v;
      L::store(sums, head + L::load(slot + channels_));
      L::store(slot, v);
    }
    L::store(head_.data() + c, head);
  }
  // The window's last frame; then its values become suffix sums.
  template <class L, class Before>
  void turn(const double* x, double* sums, int c, Before before) noexcept {
    double* slot = ring_.data() + position_ * channels_ + c;
    auto suffix = before(L::load(x));
    L::store(sums, L::load(head_.data() + c) + suffix);
    L::store(head_.data() + c, L::zero());
    L::store(slot, suffix);
    for (std::int64_t i = 1; i < window_; ++i) {
      slot -= channels_;
      suffix = L::load(slot) + suffix;
      L::store(slot, suffix);
    }
  }

  std::int64_t window_;
  int channels_;
  std::vector<double> ring_;  // before position: values of this window; from it on: suffix sums of the last
  std::vector<double> head_;  // sum of this window so far
  std::int64_t position_ = 0;
};

}  // namespace unguard
