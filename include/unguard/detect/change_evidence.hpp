// SPDX-License-Identifier: Apache-2.0
// One channel's evidence of activity: EMG is whitened by the prediction error of its calibrated noise and goes into a
// ChangeBank. Where the caller says that there is rest, its level and how it drifts are followed by a fading memory
// of a straight line, two constant gains (Morrison 1969, Introduction to Sequential Smoothing and Prediction). Cost: a
// prediction error and the bank a sample. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/newest_first.hpp"

namespace unguard {

// How the level of rest is followed: one look every `block` samples. The logarithm of its mean square drifts by no more
// than `fastest` a look, is set right by no more than that again, and stays within `farthest` of the calibrated one.
struct RestFollowing {
  std::int64_t block = 1;
  double level_gain = 0;
  double drift_gain = 0;
  double fastest = 0;
  double farthest = 0;
  std::int64_t unseen = 0;  // most looks at something else that it drifts on
  double from_level = 0;    // what it begins with: a logarithm as above,
  double from_drift = 0;    // and how much that moves a look,
  double from_unsure = 0;   // and the SD of what is known of it

  // How far off the level of a look is, of a mean square. The logarithm of a mean of n squares lies 1/n low. A look
  // that is far off counts as less far: an action potential in it, or the beginning of an activity, is no rest.
  double off(double mean_square, double level) const noexcept {
    constexpr double most_off = 0.3;
    const double found = std::log(std::max(1e-12, mean_square)) + 1 / static_cast<double>(block);
    return std::clamp(found - level, -most_off, most_off);
  }
  // Takes a look. `unsure`: variance of what is known of the level; as long as that is more than following leaves of
  // it, the look counts for as much as it says beside it (Kalman 1960, doi:10.1115/1.3662552).
  void look(double mean_square, double& level, double& drift, double& unsure) const noexcept {
    const double o = off(mean_square, level);
    const double of_look = 2 / static_cast<double>(block), share = unsure / (unsure + of_look);
    unsure -= share * unsure;
    drift = std::clamp(drift + drift_gain * o, -fastest, fastest);
    const double right = share > level_gain ? share * o : std::clamp(level_gain * o, -fastest, fastest);
    level = std::clamp(level + drift + right, -farthest, farthest);
  }

  friend bool operator==(const RestFollowing&, const RestFollowing&) = default;
};
// Gains that remember about so many looks, critically damped.
inline RestFollowing rest_following(std::int64_t block, double looks, double fastest, double farthest) {
  const double kept = 1 - 1 / std::max(1.0, looks);
  return {.block = block,
          .level_gain = 1 - kept * kept,
          .drift_gain = (1 - kept) * (1 - kept),
          .fastest = fastest,
          .farthest = farthest,
          .unseen = std::llround(looks)};
}

class ChangeEvidence {
 public:
  // `noise`: a1, a2, ...; `error`: RMS of what they cannot predict; the last `kept` whitened samples can be looked at.
  ChangeEvidence(std::vector<double> noise, double error, ChangeBank bank, RestFollowing following, std::int64_t kept)
      : noise_(std::move(noise)),
        power_(error * error),
        following_(following),
        past_(noise_.size()),
        white_(static_cast<std::size_t>(kept) + bank.lags() + 1),
        bank_(std::move(bank)) {
    reset();
  }

  // Of the newest sample and those before. 0 as long as there is no past to predict from.
  double step(double x) noexcept {
    double error = x;
    const double* past = past_.data();
    for (std::size_t i = 0; i < noise_.size(); ++i) error += noise_[i] * past[i];
    past_.add(x);
    known_ = blind_ == 0 && seen_ >= static_cast<std::int64_t>(noise_.size());
    if (blind_ > 0) {
      --blind_;
      unknown();
      bank_.skip();
      return 0;
    }
    white_.add(error * gain_);
    if (seen_ < fewest()) {
      ++seen_;
      return 0;
    }
    return bank_.step(white_.data());
  }
  // A sample that was not handed over: nothing is known of it, so it is as loud as rest; nor of those that it is the
  // past of.
  void skip() noexcept {
    unknown();
    bank_.skip();
    blind_ = static_cast<std::int64_t>(noise_.size());
    not_rest();
  }
  // That sample was rest. One that was not predicted from all of its past says nothing of how loud rest is.
  void rest() noexcept {
    if (!known_) return;
    const double w = white_.data()[0];
    sum_ += w * w;
    if (++block_ < following_.block) return;
    // sum_ is of what is whitened to the level as followed.
    following_.look(scale_ * sum_ / static_cast<double>(block_), log_scale_, drift_, unsure_);
    unseen_ = 0;
    set_gain();
    not_rest();
  }
  // That sample was something else, and rest drifts on beneath it, for as long as it is remembered how: an activity
  // would never end that rest has risen into meanwhile. Nor one that rest has sunk beneath: it does not.
  void drift_on() noexcept {
    sum_ = 0;
    if (++block_ < following_.block) return;
    block_ = 0;
    if (unseen_ >= following_.unseen || drift_ < 0) return;
    ++unseen_;
    log_scale_ = std::clamp(log_scale_ + drift_, -following_.farthest, following_.farthest);
    set_gain();
  }
  // What is no louder than the calibrated rest is rest, however quiet it was just now: mean squares, of rest as
  // followed, times this are of the louder of the two.
  double of_louder_rest() const noexcept { return of_louder_rest_; }
  // Rest has come back, that loud: a mean square as whitened. It is followed there at once, as far as it was
  // calibrated.
  void rest_is_back(double mean_square) noexcept {
    const double now = std::min(following_.from_level, log_scale_ + std::log(std::max(1e-12, mean_square)));
    if (now <= log_scale_) return;
    log_scale_ = now;
    drift_ = 0;
    set_gain();
  }
  // It may have been none: the look begins anew.
  void not_rest() noexcept {
    block_ = 0;
    sum_ = 0;
  }

  ChangeBank& bank() noexcept { return bank_; }
  const ChangeBank& bank() const noexcept { return bank_; }
  // Whitened, newest first; before the last restart there are zeros.
  const double* white() const noexcept { return white_.data(); }
  // Of the whitened sample so long ago: its square, and what it says for that size of the bank.
  double square(std::int64_t ago) const noexcept { return white()[ago] * white()[ago]; }
  double says(std::size_t size, std::int64_t ago) const noexcept { return bank_.says(size, white() + ago); }
  // Of so many newest whitened samples.
  double mean_square(std::int64_t samples) const noexcept {
    double sum = 0;
    for (std::int64_t ago = 0; ago < samples; ++ago) sum += square(ago);
    return sum / static_cast<double>(samples);
  }
  // Samples until both predictions have all of their past.
  std::int64_t fewest() const noexcept { return static_cast<std::int64_t>(noise_.size() + bank_.lags()); }
  // Mean square of rest, of the calibrated one.
  double scale() const noexcept { return scale_; }
  bool whitens_like(const ChangeEvidence& other) const noexcept {
    return noise_ == other.noise_ && power_ == other.power_ && white_.length() == other.white_.length() &&
           bank_.sizes() == other.bank_.sizes();
  }
  const RestFollowing& following() const noexcept { return following_; }
  // From here on by another rule.
  void follow_like(const RestFollowing& following, double most_a_sample) noexcept {
    following_ = following;
    log_scale_ = std::clamp(log_scale_, -following_.farthest, following_.farthest);
    drift_ = std::clamp(drift_, -following_.fastest, following_.fastest);
    set_gain();
    bank_.limit(most_a_sample);
  }

  void reset() noexcept {
    log_scale_ = following_.from_level;
    unsure_ = following_.from_unsure * following_.from_unsure;
    set_gain();
    restart();
    drift_ = following_.from_drift;
  }
  void restart() noexcept {
    past_.reset();
    white_.reset();
    bank_.clear();
    seen_ = blind_ = unseen_ = 0;
    drift_ = 0;
    not_rest();
  }
  template <class Archive>
  void state(Archive& archive) {
    past_.state(archive);
    white_.state(archive);
    bank_.state(archive);
    archive(log_scale_);
    archive(drift_);
    archive(unsure_);
    archive(seen_);
    archive(blind_);
    archive(block_);
    archive(sum_);
    archive(unseen_);
    if (!(std::fabs(log_scale_) <= following_.farthest)) log_scale_ = 0;  // not from here
    if (!(std::fabs(drift_) <= following_.fastest)) drift_ = 0;
    if (!(unsure_ >= 0 && unsure_ <= following_.farthest * following_.farthest)) unsure_ = 0;
    if (seen_ < 0 || seen_ > fewest()) seen_ = 0;
    if (blind_ < 0 || blind_ > fewest()) blind_ = 0;
    if (block_ < 0 || block_ >= following_.block || !(sum_ >= 0 && std::isfinite(sum_))) not_rest();
    if (unseen_ < 0 || unseen_ > following_.unseen) unseen_ = 0;
    set_gain();
  }

 private:
  void set_gain() noexcept {
    scale_ = std::exp(log_scale_);
    gain_ = std::exp(-0.5 * log_scale_) / std::sqrt(power_);
    of_louder_rest_ = std::exp(std::min(0.0, log_scale_ - following_.from_level));
  }
  void unknown() noexcept { white_.add(white_.data()[0] > 0 ? -1 : 1); }

  std::vector<double> noise_;
  double power_;  // of the prediction error of rest as calibrated
  RestFollowing following_;
  NewestFirst past_;
  NewestFirst white_;
  ChangeBank bank_;
  double log_scale_ = 0;  // of the mean square of rest, over the calibrated one
  double drift_ = 0;      // of that, a look
  double unsure_ = 0;     // variance of what is known of it
  double scale_ = 1;
  double gain_ = 1;
  double of_louder_rest_ = 1;
  std::int64_t seen_ = 0;    // samples since the last restart, until there is a past
  std::int64_t blind_ = 0;   // samples until there is a past again behind some that were not handed over
  bool known_ = false;       // the newest whitened sample, from all of its past
  std::int64_t block_ = 0;   // samples in this look at rest
  double sum_ = 0;           // their squares
  std::int64_t unseen_ = 0;  // looks that rest has drifted on since the last one at it
};

}  // namespace unguard
