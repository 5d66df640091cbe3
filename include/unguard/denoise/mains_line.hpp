// SPDX-License-Identifier: Apache-2.0
// One line of one channel's hum: amplitude and phase, how far both can be trusted, and how much of it is taken out.
// A least-mean-squares pair of weights, Widrow et al. 1975, doi:10.1109/PROC.1975.10036, whose gain falls while the
// muscle is louder than before and rises when the line has jumped. Cost: some 50 operations a cycle.
#pragma once

#include <algorithm>
#include <cmath>

#include "unguard/denoise/mains_loop.hpp"

namespace unguard {

// Phasors are against the line's reference, exp(j k phase); powers in uV2. Counters are doubles that stop at 2^50.
class MainsLine {
 public:
  double re() const noexcept { return re_; }
  double im() const noexcept { return im_; }
  double taken_re() const noexcept { return share_ * re_; }
  double taken_im() const noexcept { return share_ * im_; }
  double power() const noexcept { return re_ * re_ + im_ * im_; }
  // Variance of the estimate.
  double doubt() const noexcept { return doubt_; }
  // Of the gain it would have if the muscle were as quiet as it has been.
  double held() const noexcept { return held_; }
  // The gain of a line that was found a while ago.
  double search() const noexcept { return search_; }

  // What this cycle's residual says the estimate is off by. `cycles`: how many have been heard. True where the line has
  // jumped, by `jumped_power()`, and is estimated anew.
  bool correct(const MainsLoop& loop, double cycles, double re, double im) noexcept {
    // The residual is without what was taken out, and the estimate may be more than that.
    re += taken_re() - re_;
    im += taken_im() - im_;
    learn_noise(loop, cycles, re, im);
    const bool jumped = has_jumped(loop, cycles);
    if (jumped) {
      age_ = 0;
      noise_ = std::min(noise_, quiet_);  // what jumped is no noise
      jumped_power_ = mean_re_ * mean_re_ + mean_im_ * mean_im_;
      mean_re_ = mean_im_ = 0;
    }
    // One loud cycle counts before the average has risen: with it a burst begins.
    const double noise = std::max(noise_, chance_[0] / 4), calm = 3 * quiet_ + 1e-4 * power();
    search_ = 4 / (age_ + 4);
    const double gain = std::max(loop.gain * (noise > calm ? calm / noise : 1), search_);
    held_ = gain / std::max(loop.gain, search_);
    age_ = std::min(age_ + 1, 0x1p50);
    off_re_ = re;
    off_im_ = im;
    re_ = std::clamp(re_ + gain * re, -loop.largest, loop.largest);
    im_ = std::clamp(im_ + gain * im, -loop.largest, loop.largest);
    doubt_ = (1 - gain) * (1 - gain) * doubt_ + gain * gain * noise;
    return jumped;
  }
  double jumped_power() const noexcept { return jumped_power_; }
  // By how much its phase lags, times its power.
  double lag() const noexcept { return off_im_ * re_ - off_re_ * im_; }

  // Opens and closes smoothly; true where it is certain enough to be taken out. Of chance alone the certainty is
  // exponential with mean 1: it exceeds 8 in 3 of 10,000 cycles, and its average over 1.5 s hardly ever exceeds 3.
  bool weigh(const MainsLoop& loop, double cycles) noexcept {
    if (cycles <= loop.heard) return false;
    const double certainty = power() / (doubt_ + 1e-12);
    evidence_ += loop.evidence_gain * (std::min(certainty, 16.0) - evidence_);
    const double wanted = std::clamp(std::max((certainty - 8) / 8, (evidence_ - 3) / 1.5), 0.0, 1.0);
    share_ += (wanted > share_ ? loop.opening : loop.closing) * (wanted - share_);
    if (wanted == 0 && share_ < 1e-3) share_ = 0;  // without hum the signal passes untouched, to the last bit
    return wanted > 0;
  }

  template <class Archive>
  void state(Archive& archive) {
    for (double* value :
         {&re_, &im_, &share_, &evidence_, &doubt_, &held_, &search_, &age_, &off_re_, &off_im_, &mean_re_, &mean_im_,
          &jumped_power_, &noise_, &brief_, &quiet_, &chance_[0], &chance_[1], &chance_[2]})
      archive(*value);
  }

 private:
  // From the differences of one cycle to the next: a line that is not yet known does not show in them.
  void learn_noise(const MainsLoop& loop, double cycles, double re, double im) noexcept {
    const double d = re - off_re_, e = im - off_im_;
    mean_re_ += loop.brief_gain * (re - mean_re_);
    mean_im_ += loop.brief_gain * (im - mean_im_);
    if (cycles < 2) return;
    chance_[2] = chance_[1];
    chance_[1] = chance_[0];
    chance_[0] = (d * d + e * e) / 2;
    const double start = 1 / (cycles - 1);
    noise_ += std::max(loop.noise_gain, start) * (chance_[0] - noise_);
    brief_ += std::max(loop.brief_gain, start) * (chance_[0] - brief_);
    // A burst is over when three cycles in a row say so; of chance alone they do in 6 of 1000.
    if (cycles > loop.heard) noise_ = std::min(noise_, 5 * std::max({chance_[0], chance_[1], chance_[2]}));
    quiet_ = cycles <= loop.heard ? noise_ : std::min(noise_, quiet_ * loop.quiet_growth);
  }
  // The mean of the last corrections is far more than chance would make of it, and no trifle for the line itself. Not
  // while the line is still sought: a frequency not yet found makes it turn.
  bool has_jumped(const MainsLoop& loop, double cycles) const noexcept {
    if (cycles <= loop.heard || age_ < loop.sought) return false;
    const double by_chance = std::max(noise_, brief_) * loop.brief_gain / (2 - loop.brief_gain);
    return mean_re_ * mean_re_ + mean_im_ * mean_im_ > 50 * by_chance + 0.01 * power();
  }

  double re_ = 0, im_ = 0;                    // the estimate
  double share_ = 0;                          // of it that is taken out
  double evidence_ = 0;                       // certainty, averaged
  double doubt_ = 0, held_ = 1, search_ = 1;  // see above
  double age_ = 0;                            // cycles since it has been sought
  double off_re_ = 0, off_im_ = 0;            // the last correction
  double mean_re_ = 0, mean_im_ = 0;          // and the mean of those of 0.1 s
  double jumped_power_ = 0;
  double noise_ = 0, brief_ = 0;  // variance of a correction by chance, over 0.25 s and 0.1 s
  double quiet_ = 0;              // the first while the muscle is least active
  double chance_[3] = {};         // what the last three cycles say of it
};

}  // namespace unguard
