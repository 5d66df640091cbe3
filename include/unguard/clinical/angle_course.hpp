// SPDX-License-Identifier: Apache-2.0
// An angle a hundred times a second and how fast it changes: means of the samples, and the slope of the least-squares
// line through those of `smoothing`: the first derivative of Savitzky & Golay 1964, doi:10.1021/ac60214a047, over those
// that are there. Cost: an addition a sample; `smoothing` additions a tick. Latency: half of `smoothing`.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

// The middle tick of the line, once as many have come behind it as before it.
struct AngleTick {
  std::int64_t number = 0;  // ticks since sample 0
  double degrees = 0;       // mean of its samples; of the last good tick where it has none
  double speed = 0;         // deg/s; 0 where nothing is known
  bool good = false;        // at least half of the line is there, and this tick of it
};

// How often angles and powers are looked at, and how many samples that is.
inline constexpr Hertz tick_rate{100};
inline std::int64_t tick_length(Hertz rate) {
  return std::max<std::int64_t>(1, samples_in({1 / tick_rate.value}, rate));
}

class AngleCourse {
 public:
  AngleCourse(Seconds smoothing, Hertz rate)
      : length_(tick_length(rate)),
        tick_(static_cast<double>(length_) / rate.value),
        half_(std::max<std::int64_t>(1, std::llround(smoothing.value / tick_ / 2))),
        values_(static_cast<std::size_t>(2 * half_ + 1)),
        there_(values_.size()) {
    begin_at(0);
  }

  // Samples of a tick; ticks begin at multiples of it.
  std::int64_t length() const noexcept { return length_; }
  Seconds tick() const noexcept { return {tick_}; }
  // Samples from the middle of a tick to the sample at which it is told.
  std::int64_t late() const noexcept { return half_ * length_ + length_ / 2; }
  // So many ticks off the middle of a tick, in samples.
  std::int64_t middle(std::int64_t number, double off = 0) const noexcept {
    return number * length_ + std::llround((0.5 + off) * static_cast<double>(length_));
  }

  void begin_at(std::int64_t sample) noexcept {
    std::fill(values_.begin(), values_.end(), 0.0);
    std::fill(there_.begin(), there_.end(), std::uint8_t{0});
    next_ = sample;
    sum_ = last_ = 0;
    good_ = 0;
  }
  // The next sample; whether it completes a tick, which `at()` then tells.
  bool add(double degrees, bool good) noexcept {
    if (good) {
      sum_ += degrees;
      ++good_;
    }
    ++next_;
    if (next_ % length_ != 0) return false;
    const bool there = good_ > 0;
    if (there) last_ = sum_ / static_cast<double>(good_);
    const std::int64_t number = next_ / length_ - 1;
    values_[slot(number)] = last_;
    there_[slot(number)] = there;
    sum_ = 0;
    good_ = 0;
    return true;
  }
  AngleTick at() const noexcept {
    const std::int64_t middle = next_ / length_ - 1 - half_;
    double count = 0, x = 0, y = 0;
    for (std::int64_t i = -half_; i <= half_; ++i)
      if (there_[slot(middle + i)]) {
        count += 1;
        x += static_cast<double>(i);
        y += values_[slot(middle + i)];
      }
    AngleTick t{middle, values_[slot(middle)], 0, false};
    if (!(2 * count > static_cast<double>(values_.size()))) return t;
    double both = 0, squares = 0;
    for (std::int64_t i = -half_; i <= half_; ++i)
      if (there_[slot(middle + i)]) {
        const double off = static_cast<double>(i) - x / count;
        both += off * (values_[slot(middle + i)] - y / count);
        squares += off * off;
      }
    t.speed = both / squares / tick_;
    t.good = there_[slot(middle)] != 0;
    return t;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(values_);
    archive(there_);
    archive(next_);
    archive(sum_);
    archive(last_);
    archive(good_);
    // Not from here.
    for (auto& flag : there_) flag = flag != 0;
    for (double& value : values_)
      if (!std::isfinite(value)) value = 0;
    if (!std::isfinite(sum_)) sum_ = 0;
    if (!std::isfinite(last_)) last_ = 0;
    if (!(next_ >= 0 && next_ < far_off)) next_ = 0;
    if (!(good_ >= 0 && good_ <= length_)) good_ = 0;
  }

 private:
  static constexpr std::int64_t far_off = std::int64_t{1} << 61;

  // Ticks before sample 0 share the slots of those to come, of which none is there yet.
  std::size_t slot(std::int64_t number) const noexcept {
    const auto size = std::ssize(values_);
    return static_cast<std::size_t>((number % size + size) % size);
  }

  std::int64_t length_;
  double tick_;  // s
  std::int64_t half_;
  std::vector<double> values_;
  std::vector<std::uint8_t> there_;
  std::int64_t next_ = 0;  // sample
  double sum_ = 0, last_ = 0;
  std::int64_t good_ = 0;  // samples of this tick
};

}  // namespace unguard
