// SPDX-License-Identifier: Apache-2.0
// The sum over the last W samples without ever subtracting, so that it is exact however large a sample once was.
// Time is laid out in halves of a window. The sum is what this half holds so far, all of the last half, and the end of
// the one before, whose suffix sums were made one step a frame while the last half came in: every frame costs the same.
// O(1) a sample; rounding never accumulates and the sum is never negative.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/core/simd.hpp"

namespace unguard {

class MovingSum {
 public:
  MovingSum(std::int64_t window, int channels)
      : window_(window),
        half_(std::max<std::int64_t>(1, window / 2)),
        channels_(channels),
        tails_(static_cast<std::size_t>((half_ + 1) * channels)),
        turning_(tails_.size()),
        tail_(static_cast<std::size_t>(channels)),
        whole_(tail_.size()),
        head_(tail_.size()) {}

  std::int64_t window() const noexcept { return window_; }
  // The halves begin with the stream: a sum begun at a multiple of this repeats the bits.
  std::int64_t period() const noexcept { return half_; }

  // Adds one frame (one value a channel) and writes the sums over the last `window` frames; `sums` may be `values`.
  void add(const double* values, double* sums) noexcept {
    run(values, sums, 1, [](const auto& v) { return v; });
  }
  // The same for n frames of `before(value)`, a function of four channels (f64x4) and of one (double).
  template <class Before>
  void run(const double* x, double* sums, std::int64_t n, Before before) noexcept {
    if (window_ == 1) {
      for (std::int64_t i = 0; i < n * channels_; ++i) sums[i] = before(x[i]);
      return;
    }
    while (n > 0) {
      const std::int64_t m = std::min(n, half_ - position_);
      int c = 0;
      for (; c + 4 <= channels_; c += 4) grow<Four>(x + c, sums + c, m, c, before);
      for (; c < channels_; ++c) grow<One>(x + c, sums + c, m, c, before);
      position_ += m;
      x += m * channels_;
      sums += m * channels_;
      n -= m;
      if (position_ == half_) begin_half();
    }
  }

  void reset() noexcept {
    for (auto* values : {&tails_, &turning_, &tail_, &whole_, &head_}) std::fill(values->begin(), values->end(), 0.0);
    position_ = 0;
  }
  // A channel's sums as if every value so far had been this one.
  void settle(int channel, double value) noexcept {
    const auto times = [value](std::int64_t n) { return static_cast<double>(n) * value; };
    for (std::int64_t i = 0; i < half_; ++i) {
      const auto k = static_cast<std::size_t>(i * channels_ + channel);
      tails_[k] = i < position_ ? value : times(half_ - i);
      turning_[k] = i < half_ - position_ ? value : times(half_ - i);
    }
    const auto c = static_cast<std::size_t>(channel);
    head_[c] = tail_[c] = times(position_);
    whole_[c] = times(half_);
  }
  void adopt(const MovingSum& other) noexcept {
    std::copy(other.tails_.begin(), other.tails_.end(), tails_.begin());
    std::copy(other.turning_.begin(), other.turning_.end(), turning_.begin());
    std::copy(other.tail_.begin(), other.tail_.end(), tail_.begin());
    std::copy(other.whole_.begin(), other.whole_.end(), whole_.begin());
    std::copy(other.head_.begin(), other.head_.end(), head_.begin());
    position_ = other.position_;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(tails_);
    archive(turning_);
    archive(tail_);
    archive(whole_);
    archive(head_);
    archive(position_);
    // A state from elsewhere must not point outside, nor hold what would never be heard.
    bool sound = position_ >= 0 && position_ < half_;
    for (const auto* values : {&tails_, &turning_, &tail_, &whole_, &head_})
      sound = sound && std::all_of(values->begin(), values->end(), [](double v) { return std::isfinite(v); });
    if (!sound) reset();
  }

 private:
  struct One {
    static double load(const double* p) { return *p; }
    static void store(double* p, double v) { *p = v; }
  };
  struct Four {
    static f64x4 load(const double* p) { return load4(p); }
    static void store(double* p, const f64x4& v) { store4(p, v); }
  };

  // m frames of one channel, or four, within the half.
  template <class L, class Before>
  void grow(const double* x, double* sums, std::int64_t m, int c, Before before) noexcept {
    double* slot = tails_.data() + position_ * channels_ + c;
    // An odd window reaches one further back than two halves.
    const double* end = slot + (window_ % 2 ? 0 : channels_);
    double* turn = turning_.data() + (half_ - 1 - position_) * channels_ + c;
    auto head = L::load(head_.data() + c), tail = L::load(tail_.data() + c);
    const auto whole = L::load(whole_.data() + c);
    for (std::int64_t i = 0; i < m; ++i) {
      const auto v = before(L::load(x));
      head = head + v;
      L::store(sums, head + (whole + L::load(end)));
      L::store(slot, v);
      tail = L::load(turn) + tail;
      L::store(turn, tail);
      x += channels_;
      sums += channels_;
      slot += channels_;
      end += channels_;
      turn -= channels_;
    }
    L::store(head_.data() + c, head);
    L::store(tail_.data() + c, tail);
  }
  void begin_half() noexcept {
    std::swap(tails_, turning_);
    std::swap(whole_, head_);
    std::fill(head_.begin(), head_.end(), 0.0);
    std::fill(tail_.begin(), tail_.end(), 0.0);
    position_ = 0;
  }

  std::int64_t window_;
  std::int64_t half_;
  int channels_;
  std::vector<double> tails_;    // before position: values of this half; from it on: suffix sums of the one before last
  std::vector<double> turning_;  // the last half: its end suffix sums already, its beginning still values
  std::vector<double> tail_;     // the last suffix sum made
  std::vector<double> whole_;    // sum of the last half
  std::vector<double> head_;     // sum of this half so far
  std::int64_t position_ = 0;
};

}  // namespace unguard
