// SPDX-License-Identifier: Apache-2.0
// Is what recurs as brief as a QRS complex? The mean beat of each channel before it is cleaned, above 8 Hz and up to
// some 100 Hz, where of a heart little but the QRS is (Thakor et al. 1984, doi:10.1109/TBME.1984.325393); a strike or a
// step swings on. The rule is our own. Cost: one addition a sample and channel, one section 250 to 500 times a second,
// and some 130 additions once a beat.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/denoise/qrs_filter.hpp"
#include "unguard/denoise/rows.hpp"

namespace unguard {

class BeatShape {
 public:
  // `back`: by so much later beats may be learnt.
  BeatShape(Hertz rate, int channels, Seconds back)
      : filter_(rate, channels, high_pass),
        before_(in(before)),
        after_(in(after)),
        qrs_(in(qrs)),
        rows_(before_ + after_ + in(back) + 4, static_cast<std::size_t>(channels)),
        mean_(static_cast<std::size_t>(channels) * static_cast<std::size_t>(before_ + after_ + 1)),
        brief_(static_cast<std::size_t>(channels)),
        beats_(brief_.size()) {}

  // The first channels of a frame that may have more.
  void take(const double* frame) noexcept {
    if (!filter_.take(frame)) return;
    rows_.add(filter_.values());
    ++count_;
  }
  // The beat at this frame since the beginning, in one channel; all of it is there.
  void learn(std::int64_t r, int channel) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const std::int64_t ago = count_ - 1 - r / filter_.step();
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
    filter_.reset();
    for (auto* v : {&mean_, &brief_}) std::fill(v->begin(), v->end(), 0.0);
    std::fill(beats_.begin(), beats_.end(), 0);
    rows_.reset();
    count_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    filter_.state(archive);
    for (auto* v : {&mean_, &brief_}) archive(*v);
    archive(beats_);
    rows_.state(archive);
    archive(count_);
    count_ = std::max<std::int64_t>(0, count_);  // not from here
    for (auto& n : beats_) n = std::clamp<std::int64_t>(n, 0, most_beats);
  }

 private:
  static constexpr Hertz high_pass{8};
  static constexpr Seconds before{0.15}, after{0.25}, qrs{0.06};
  static constexpr std::int64_t most_beats = 20;

  std::int64_t in(Seconds t) const noexcept { return samples_in(t, filter_.rate()); }

  QrsFilter filter_;
  std::int64_t before_, after_, qrs_;  // rows
  Rows rows_;
  std::vector<double> mean_;   // channel by channel
  std::vector<double> brief_;  // per channel
  std::vector<std::int64_t> beats_;
  std::int64_t count_ = 0;
};

}  // namespace unguard
