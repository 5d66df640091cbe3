// SPDX-License-Identifier: Apache-2.0
// One channel's evidence of activity: EMG is whitened by the prediction error of its calibrated noise and goes into a
// ChangeBank. Where the caller says that there is rest, the level of rest is followed by Robbins & Monro 1951,
// doi:10.1214/aoms/1177729586. Cost: a prediction error and the bank a sample. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/newest_first.hpp"

namespace unguard {

// How the level of rest is followed: one look every `block` samples, up or down by a factor of its mean square, within
// `cap` times the calibrated one both ways.
struct RestFollowing {
  std::int64_t block = 1;
  double step = 1;
  double cap = 1;

  friend bool operator==(const RestFollowing&, const RestFollowing&) = default;
};

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
    white_.add(error * gain_);
    if (seen_ < fewest()) {
      ++seen_;
      return 0;
    }
    return bank_.step(white_.data());
  }
  // That sample was rest.
  void rest() noexcept {
    const double w = white_.data()[0];
    sum_ += w * w;
    if (++block_ < following_.block) return;
    // The median of a mean of n squares (Wilson & Hilferty 1931).
    const auto n = static_cast<double>(block_);
    const double m = 1 - 2 / (9 * n), median = m * m * m;
    scale_ = std::clamp(sum_ > n * median ? scale_ * following_.step : scale_ / following_.step, 1 / following_.cap,
                        following_.cap);
    gain_ = 1 / std::sqrt(power_ * scale_);
    not_rest();
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
  // Mean square of rest, of the calibrated one.
  double scale() const noexcept { return scale_; }
  bool whitens_like(const ChangeEvidence& other) const noexcept {
    return noise_ == other.noise_ && power_ == other.power_ && white_.length() == other.white_.length() &&
           bank_.sizes() == other.bank_.sizes();
  }
  // By the rule of another one that whitens alike.
  void follow_like(const ChangeEvidence& other) noexcept {
    following_ = other.following_;
    bank_.limit_like(other.bank_);
  }

  void reset() noexcept {
    scale_ = 1;
    gain_ = 1 / std::sqrt(power_);
    restart();
  }
  void restart() noexcept {
    past_.reset();
    white_.reset();
    bank_.clear();
    seen_ = 0;
    not_rest();
  }
  template <class Archive>
  void state(Archive& archive) {
    past_.state(archive);
    white_.state(archive);
    bank_.state(archive);
    archive(scale_);
    archive(seen_);
    archive(block_);
    archive(sum_);
    if (!(scale_ >= 1 / following_.cap && scale_ <= following_.cap)) scale_ = 1;  // not from here
    gain_ = 1 / std::sqrt(power_ * scale_);
  }

 private:
  // Samples until both predictions have all of their past.
  std::int64_t fewest() const noexcept { return static_cast<std::int64_t>(noise_.size() + bank_.lags()); }

  std::vector<double> noise_;
  double power_;  // of the prediction error of rest as calibrated
  RestFollowing following_;
  NewestFirst past_;
  NewestFirst white_;
  ChangeBank bank_;
  double scale_ = 1;
  double gain_ = 1;
  std::int64_t seen_ = 0;   // samples since the last restart, until there is a past
  std::int64_t block_ = 0;  // samples in this look at rest
  double sum_ = 0;          // their squares
};

}  // namespace unguard
