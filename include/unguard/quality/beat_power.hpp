// SPDX-License-Identifier: Apache-2.0
// The mean heartbeat of one channel as power: at every moment from R, summed up to it, and as what compares powers with
// a memory would show. A running mean over 20 beats; what is wrong weighs less, and what a mean of so few beats owes to
// muscle is left out of it. Averaging: Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003. Cost: three
// multiplications a sample of a beat, once a beat.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"
#include "unguard/denoise/past_frames.hpp"

namespace unguard {

class BeatPower {
 public:
  // What it holds, from R.
  static constexpr Seconds before{0.08}, after{0.25};

  // `leak`: by so much a sample what compares powers follows.
  BeatPower(Hertz rate, double leak)
      : before_(samples_in(before, rate)),
        after_(samples_in(after, rate)),
        leak_(leak),
        mean_(static_cast<std::size_t>(before_ + after_ + 1)),
        power_(mean_.size()),
        sum_(mean_.size() + 1),
        leaked_(mean_.size()) {}

  bool known() const noexcept { return beats_ >= least_beats; }
  // Beats that are alike: so many times what one differs from another by, beyond what muscle of this power makes it, is
  // less than one of them.
  bool alike(double muscle, double times) const noexcept {
    return known() && energy() > times * (usual_left_ - muscle * static_cast<double>(mean_.size()));
  }
  // Of one beat, uV^2 samples.
  double energy() const noexcept { return known() ? sum_.back() : 0; }
  // So many samples from R, which lie in a beat.
  double at(std::int64_t from_r) const noexcept {
    return known() ? power_[static_cast<std::size_t>(from_r + before_)] : 0;
  }
  // The energy of what lies before that.
  double until(std::int64_t from_r) const noexcept {
    return sum_[static_cast<std::size_t>(std::clamp<std::int64_t>(from_r + before_, 0, std::ssize(sum_) - 1))];
  }
  // What a leaky power shows of it so many samples from R, which lie before the end of a beat; 0 before one.
  double leaked(std::int64_t from_r) const noexcept {
    if (!known() || from_r < -before_) return 0;
    return leaked_[static_cast<std::size_t>(std::min(from_r, after_) + before_)];
  }
  double most_leaked() const noexcept { return known() ? most_leaked_ : 0; }

  // The beat at this frame, all of which is there.
  void learn(const PastFrames& past, int channel, std::int64_t r) noexcept {
    double left = 0, own = 0, all = 0;
    for (std::int64_t i = -before_; i <= after_; ++i) {
      const double x = past.frame(r + i)[channel], m = mean_[static_cast<std::size_t>(i + before_)];
      left += (x - m) * (x - m);
      own += x * x;
      all += m * m;
    }
    // A beat in a burst of muscle or a movement says less, in proportion to its power.
    double weight = 1;
    if (beats_ >= 2) {
      if (beats_ >= least_beats) weight = std::min(1.0, 2 * usual_left_ / std::max(left, 1e-12));
      const double step = beats_ < 12 ? 1.3 : 1.08;
      usual_left_ = !(usual_left_ > 0) ? left : left > usual_left_ ? step * usual_left_ : usual_left_ / step;
    }
    double share = weight / static_cast<double>(std::min<std::int64_t>(beats_ + 1, most_beats));
    // Muscle makes no beat smaller: several of less than half the mean say that the heart is taken off by now.
    smaller_ = own < 0.5 * all ? std::min<std::int64_t>(smaller_ + 1, enough_smaller) : 0;
    if (smaller_ == enough_smaller) {
      share = 0.5;
      usual_left_ = std::min(usual_left_, own);
    }
    all = 0;
    for (std::int64_t i = -before_; i <= after_; ++i) {
      double& m = mean_[static_cast<std::size_t>(i + before_)];
      m += share * (past.frame(r + i)[channel] - m);
      all += m * m;
    }
    beats_ = std::min<std::int64_t>(beats_ + 1, 1000);
    muscle_left_ = (1 - share) * (1 - share) * muscle_left_ + share * share * left;
    tabulate(all > muscle_left_ ? 1 - muscle_left_ / all : 0);
  }

  void reset() noexcept {
    for (auto* v : {&mean_, &power_, &sum_, &leaked_}) std::fill(v->begin(), v->end(), 0.0);
    beats_ = smaller_ = 0;
    usual_left_ = muscle_left_ = most_leaked_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* v : {&mean_, &power_, &sum_, &leaked_}) archive(*v);
    archive(beats_);
    archive(smaller_);
    archive(usual_left_);
    archive(muscle_left_);
    archive(most_leaked_);
  }

 private:
  static constexpr std::int64_t least_beats = 5, most_beats = 20, enough_smaller = 3;

  // `heart`: the share of the mean that is.
  void tabulate(double heart) noexcept {
    double sum = 0, leaked = 0;
    most_leaked_ = 0;
    for (std::size_t i = 0; i < mean_.size(); ++i) {
      const double power = heart * mean_[i] * mean_[i];
      power_[i] = power;
      sum += power;
      sum_[i + 1] = sum;
      leaked += leak_ * (power - leaked);
      leaked_[i] = leaked;
      most_leaked_ = std::max(most_leaked_, leaked);
    }
  }

  std::int64_t before_, after_;
  double leak_;
  std::vector<double> mean_;    // uV
  std::vector<double> power_;   // uV^2
  std::vector<double> sum_;     // of the powers before
  std::vector<double> leaked_;  // as a leaky mean of the powers shows it
  std::int64_t beats_ = 0;
  std::int64_t smaller_ = 0;  // beats in a row of less than half the mean's energy, up to enough
  double usual_left_ = 0;     // energy by which a beat differs from the mean, usually
  double muscle_left_ = 0;    // energy that the mean has of what they differ by: its variance, summed
  double most_leaked_ = 0;
};

}  // namespace unguard
