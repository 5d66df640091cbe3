// SPDX-License-Identifier: Apache-2.0
// Is what recurs as brief as a QRS complex? The mean beat of each channel before it is cleaned, above 8 Hz and up to
// some 100 Hz, where of a heart little but the QRS is (Thakor et al. 1984, doi:10.1109/TBME.1984.325393); a strike or a
// step swings on. The rule is our own. Cost: one addition a sample and channel, one section 250 to 500 times a second,
// and some 130 additions once a beat.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/denoise/rows.hpp"
#include "unguard/filter/section.hpp"

namespace unguard {

class BeatShape {
 public:
  // `back`: by so much later beats may be learnt.
  BeatShape(Hertz rate, int channels, Seconds back)
      : step_(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate.value / 400)))),
        rate_{rate.value / static_cast<double>(step_)},
        sums_(static_cast<std::size_t>(channels)),
        out_(sums_.size()),
        s1_(sums_.size()),
        s2_(sums_.size()),
        before_(samples_in(before, rate_)),
        after_(samples_in(after, rate_)),
        qrs_(samples_in(qrs, rate_)),
        rows_(before_ + after_ + samples_in(back, rate_) + 4, sums_.size()),
        mean_(sums_.size() * static_cast<std::size_t>(before_ + after_ + 1)),
        brief_(sums_.size()),
        beats_(sums_.size()) {
    // Butterworth, second order.
    const double k = std::tan(std::numbers::pi * (high_pass / rate_)), q = std::numbers::sqrt2;
    const double n = 1 + q * k + k * k;
    section_ = {1 / n, -2 / n, 1 / n, 2 * (k * k - 1) / n, (1 - q * k + k * k) / n};
  }

  // The first channels of a frame that may have more.
  void take(const double* frame) noexcept {
    for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += frame[c];
    if (++taken_ < step_) return;
    taken_ = 0;
    for (std::size_t c = 0; c < sums_.size(); ++c) {
      const double mean = sums_[c] / static_cast<double>(step_);
      sums_[c] = 0;
      if (count_ == 0) {  // in steady state: electrodes stand on millivolts
        s1_[c] = -section_.b0 * mean;
        s2_[c] = section_.b2 * mean;
      }
      const double y = section_.b0 * mean + s1_[c];
      s1_[c] = (section_.b1 * mean - section_.a1 * y) + s2_[c];
      s2_[c] = section_.b2 * mean - section_.a2 * y;
      out_[c] = y;
    }
    rows_.add(out_.data());
    ++count_;
  }
  // The beat at this frame since the beginning, in one channel; all of it is there.
  void learn(std::int64_t r, int channel) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const std::int64_t ago = count_ - 1 - r / step_;
    if (ago < after_ || ago + before_ >= rows_.count() || ago + before_ >= count_) return;
    double* mean = mean_.data() + c * static_cast<std::size_t>(before_ + after_ + 1);
    beats_[c] = std::min(beats_[c] + 1, most_beats);
    const double share = 1.0 / static_cast<double>(beats_[c]);
    double inside = 0, all = 0;
    for (std::int64_t i = -before_; i <= after_; ++i) {
      double& m = mean[i + before_];
      m += share * (rows_.before(ago - i)[c] - m);
      all += m * m;
      if (i >= -qrs_ && i <= qrs_) inside += m * m;
    }
    brief_[c] = all > 0 ? inside / all : 0;
  }
  // How much of the mean beat's energy lies within 60 ms of R, 0 to 1.
  double brief(int channel) const noexcept { return brief_[static_cast<std::size_t>(channel)]; }

  void reset() noexcept {
    for (auto* v : {&sums_, &out_, &s1_, &s2_, &mean_, &brief_}) std::fill(v->begin(), v->end(), 0.0);
    std::fill(beats_.begin(), beats_.end(), 0);
    rows_.reset();
    taken_ = count_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* v : {&sums_, &out_, &s1_, &s2_, &mean_, &brief_}) archive(*v);
    archive(beats_);
    rows_.state(archive);
    archive(taken_);
    archive(count_);
    taken_ = std::clamp<std::int64_t>(taken_, 0, step_ - 1);  // not from here
    count_ = std::max<std::int64_t>(0, count_);
    for (auto& n : beats_) n = std::clamp<std::int64_t>(n, 0, most_beats);
  }

 private:
  static constexpr Hertz high_pass{8};
  static constexpr Seconds before{0.15}, after{0.25}, qrs{0.06};
  static constexpr std::int64_t most_beats = 20;

  std::int64_t step_;
  Hertz rate_;  // of rows
  Section section_{};
  std::vector<double> sums_, out_, s1_, s2_;  // per channel
  std::int64_t before_, after_, qrs_;         // rows
  Rows rows_;
  std::vector<double> mean_;   // channel by channel
  std::vector<double> brief_;  // per channel
  std::vector<std::int64_t> beats_;
  std::int64_t taken_ = 0, count_ = 0;
};

}  // namespace unguard
