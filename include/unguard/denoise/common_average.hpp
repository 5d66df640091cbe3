// SPDX-License-Identifier: Apache-2.0
// What all electrodes have in common: the mean of those that can be believed at that sample. Electrodes lie millivolts
// and more apart, so a mean that loses one of them, or has one back, would leap; it goes on where it was instead, and
// what it is off by for good is an offset. What was found late had gone into the mean: that is marked on all channels.
// The average reference of Offner 1950 (Electroencephalogr Clin Neurophysiol 2:213-214). Cost: one sum a frame.
// Latency: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"

namespace unguard {

class CommonAverage {
 public:
  struct Value {
    double level = 0;
    Marks marks = mark::none;
  };

  CommonAverage(int channels, double full_scale)
      : full_scale_(full_scale),
        before_(static_cast<std::size_t>(channels)),
        in_(before_.size()),
        now_in_(before_.size()),
        both_(before_.size()) {}

  // The average of the next frame, and how it is marked.
  Value take(ConstBlock frame) noexcept {
    Value value;
    bool changed = false;
    for (std::size_t c = 0; c < before_.size(); ++c) {
      const Marks found = frame.marks ? frame.marks[c] : mark::none;
      now_in_[c] = !((found | no_value(frame.data[c], full_scale_)) & mark::withholding);
      changed |= now_in_[c] != in_[c];
      if (in_[c] && !now_in_[c] && (found & mark::found_late)) value.marks = mark::motion;
    }
    if (changed) hand_over(frame.data);
    if (any(in_)) level_ = mean(frame.data, in_) + offset_;
    std::copy_n(frame.data, before_.size(), before_.data());
    value.level = level_;
    return value;
  }

  void reset() noexcept {
    std::fill(before_.begin(), before_.end(), 0.0);
    std::fill(in_.begin(), in_.end(), std::uint8_t{0});
    offset_ = level_ = 0;
    begun_ = false;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(before_);
    archive(in_);
    archive(offset_);
    archive(level_);
    archive(begun_);
    for (auto& flag : in_) flag = flag != 0;
  }

 private:
  // Those that go were good one frame ago, those that come are good now: the mean of what stays tells both apart.
  void hand_over(const double* now) noexcept {
    for (std::size_t c = 0; c < both_.size(); ++c) both_[c] = in_[c] & now_in_[c];
    if (any(both_))
      offset_ += mean(before_.data(), in_) - mean(before_.data(), both_) + mean(now, both_) - mean(now, now_in_);
    else if (any(now_in_))
      offset_ = begun_ ? level_ - mean(now, now_in_) : 0;
    begun_ |= any(now_in_);
    in_ = now_in_;
  }
  static bool any(const std::vector<std::uint8_t>& of) noexcept {
    return std::any_of(of.begin(), of.end(), [](std::uint8_t flag) { return flag != 0; });
  }
  static double mean(const double* x, const std::vector<std::uint8_t>& of) noexcept {
    double sum = 0, count = 0;
    for (std::size_t c = 0; c < of.size(); ++c)
      if (of[c]) {
        sum += x[c];
        ++count;
      }
    return sum / count;
  }

  double full_scale_;
  std::vector<double> before_;                    // the frame before
  std::vector<std::uint8_t> in_, now_in_, both_;  // which electrodes the mean is of: so far, now, both
  double offset_ = 0, level_ = 0;
  bool begun_ = false;  // there has been a mean
};

}  // namespace unguard
