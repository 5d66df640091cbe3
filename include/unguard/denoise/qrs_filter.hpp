// SPDX-License-Identifier: Apache-2.0
// Where QRS complexes stand out from muscle: means of a few samples, 250 to 500 a second, high-passed at 5 Hz; the
// matched filter that follows makes it about 5 to 25 Hz. Pan & Tompkins 1985, doi:10.1109/TBME.1985.325532, whose band
// has too long a delay here. Cost: one addition a sample, one section a mean. Delay of a mean: half its samples.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/filter/section.hpp"

namespace unguard {

class QrsFilter {
 public:
  static constexpr Hertz slow_waves{5};

  // `high_pass`: its edge. A frame may have more channels behind those that are filtered.
  QrsFilter(Hertz rate, int channels, Hertz high_pass = slow_waves)
      : step_(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate.value / 400)))),
        rate_{rate.value / static_cast<double>(step_)},
        sums_(static_cast<std::size_t>(channels)),
        out_(sums_.size()),
        s1_(sums_.size()),
        s2_(sums_.size()) {
    // Butterworth, second order.
    const double k = std::tan(std::numbers::pi * (high_pass / rate_)), q = std::numbers::sqrt2;
    const double n = 1 + q * k + k * k;
    section_ = {1 / n, -2 / n, 1 / n, 2 * (k * k - 1) / n, (1 - q * k + k * k) / n};
  }

  // True when values() is new: with every step()-th frame.
  bool take(const double* frame) noexcept {
    for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += frame[c];
    if (++taken_ < step_) return false;
    taken_ = 0;
    for (std::size_t c = 0; c < sums_.size(); ++c) {
      const double mean = sums_[c] / static_cast<double>(step_);
      sums_[c] = 0;
      // In steady state for the first value: electrodes stand on millivolts.
      if (first_) {
        s1_[c] = -section_.b0 * mean;
        s2_[c] = section_.b2 * mean;
      }
      const double y = section_.b0 * mean + s1_[c];
      s1_[c] = (section_.b1 * mean - section_.a1 * y) + s2_[c];
      s2_[c] = section_.b2 * mean - section_.a2 * y;
      out_[c] = y;
    }
    first_ = false;
    return true;
  }
  const double* values() const noexcept { return out_.data(); }
  std::int64_t step() const noexcept { return step_; }
  Hertz rate() const noexcept { return rate_; }

  void reset() noexcept {
    for (auto* v : {&sums_, &out_, &s1_, &s2_}) std::fill(v->begin(), v->end(), 0.0);
    taken_ = 0;
    first_ = true;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(sums_);
    archive(out_);
    archive(s1_);
    archive(s2_);
    archive(taken_);
    archive(first_);
    taken_ = std::clamp<std::int64_t>(taken_, 0, step_ - 1);  // not from here
  }

 private:
  std::int64_t step_;
  Hertz rate_;
  Section section_{};
  std::vector<double> sums_, out_, s1_, s2_;  // one a channel
  std::int64_t taken_ = 0;
  bool first_ = true;
};

}  // namespace unguard
