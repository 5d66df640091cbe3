// SPDX-License-Identifier: Apache-2.0
// One channel of ActivityDetector: whitens, gathers evidence by a ChangeBank, says "on" when it is enough, looks at the
// onset again by maximum likelihood when more has come, and says "off" when there is as much evidence that rest has
// come back. Edges: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3. Between events the level of rest is followed
// by Robbins & Monro 1951, doi:10.1214/aoms/1177729586. Cost: a prediction error and the bank a sample; at an edge one
// pass over the history. Fixed memory.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "unguard/detect/change_bank.hpp"
#include "unguard/detect/newest_first.hpp"
#include "unguard/detect/onset_channel.hpp"

namespace unguard {

// The spec in samples and nats.
struct ChangeRule {
  double enough = 15;         // evidence that makes an onset
  double enough_again = 8;    // the same while the end of an event is waited for
  double enough_off = 6;      // evidence of rest that makes an offset
  std::int64_t look = 0;      // how much later an onset is looked at again
  std::int64_t back = 0;      // how far an onset may lie back
  std::int64_t shortest = 0;  // shorter is no event
  std::int64_t join = 0;      // a shorter gap is none
  std::int64_t block = 1;     // samples of one look at the level of rest
  double up = 1;              // factors of the mean square of rest at a look
  double down = 1;
  double cap = 1;         // it stays within so much of the calibrated one, both ways
  double log_alarms = 0;  // ln of the alarms of rest at evidence g in the time that confidence speaks of, plus g

  friend bool operator==(const ChangeRule&, const ChangeRule&) = default;
};

class ChangeChannel {
 public:
  ChangeChannel(std::vector<double> noise, double error, double level, ChangeBank bank, ChangeRule rule)
      : noise_(std::move(noise)),
        power_(error * error),
        level_(level * level),
        rule_(rule),
        past_(noise_.size()),
        white_(static_cast<std::size_t>(rule.back + rule.join + 2 * rule.look) + bank.lags() + 1),
        bank_(std::move(bank)) {
    reset();
  }

  OnsetChange step(double x, std::int64_t at) noexcept {
    white_.add(whitened(x));
    // Without a past there is no prediction.
    if (seen_ < fewest()) {
      ++seen_;
      return {};
    }
    seen_ = std::min(seen_ + 1, fewest() + rule_.back);
    const double evidence = bank_.step(white_.data());
    switch (phase_) {
      case Phase::rest:
        if (evidence > rule_.enough) return begin(evidence, at);
        follow_rest(evidence);
        return {};
      case Phase::active:
        most_ = std::max(most_, evidence);
        return stay(at);
      case Phase::leaving:
        return wait(evidence, at);
    }
    return {};
  }

  bool learning() const noexcept { return false; }
  std::int64_t latency() const noexcept {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(rule_.enough / bank_.most_a_sample()))) - 1;
  }
  // Mean square of rest as followed so far, uV^2.
  double rest_power() const noexcept { return level_ * scale_; }

  void reset() noexcept {
    scale_ = 1;
    restart();
  }
  void restart() noexcept {
    past_.reset();
    white_.reset();
    bank_.clear();
    phase_ = Phase::rest;
    seen_ = block_ = 0;
    sum_ = off_ = most_ = 0;
  }
  // Goes on where the other one is, by this one's rule. False, and nothing done, where they do not whiten alike.
  bool adopt(const ChangeChannel& other) noexcept {
    if (noise_ != other.noise_ || power_ != other.power_ || white_.length() != other.white_.length() ||
        bank_.sizes().size() != other.bank_.sizes().size())
      return false;
    for (std::size_t k = 0; k < bank_.sizes().size(); ++k)
      if (bank_.sizes()[k].size != other.bank_.sizes()[k].size ||
          bank_.sizes()[k].predictor != other.bank_.sizes()[k].predictor)
        return false;
    const ChangeRule rule = rule_;
    *this = other;
    rule_ = rule;
    return true;
  }

  template <class Archive>
  void state(Archive& archive) {
    past_.state(archive);
    white_.state(archive);
    bank_.state(archive);
    archive(phase_);
    archive(scale_);
    archive(seen_);
    archive(block_);
    archive(sum_);
    archive(off_);
    archive(most_);
    archive(onset_);
    archive(offset_);
    archive(decided_);
    archive(size_);
    if (phase_ < Phase::rest || phase_ > Phase::leaving || size_ >= bank_.sizes().size() || !(scale_ > 0) ||
        seen_ < 0 || seen_ > fewest() + rule_.back)
      reset();  // not from here
  }

 private:
  enum class Phase { rest, active, leaving };

  // Samples until both predictions have all of their past.
  std::int64_t fewest() const noexcept { return static_cast<std::int64_t>(noise_.size() + bank_.lags()); }

  double whitened(double x) noexcept {
    double error = x;
    const double* past = past_.data();
    for (std::size_t i = 0; i < noise_.size(); ++i) error += noise_[i] * past[i];
    past_.add(x);
    return error / std::sqrt(power_ * scale_);
  }

  OnsetChange begin(double evidence, std::int64_t at) noexcept {
    phase_ = Phase::active;
    decided_ = at;
    most_ = evidence;
    size_ = bank_.likeliest();
    onset_ = at - began_ago(0, std::min(rule_.back, seen_ - fewest()));
    off_ = 0;
    return {OnsetSays::on, onset_, 0, confidence()};
  }

  OnsetChange stay(std::int64_t at) noexcept {
    if (at == decided_ + rule_.look) {
      const std::int64_t since = at - onset_ + 1;
      double sum = 0;
      for (std::int64_t i = 0; i < since; ++i) sum += white_.data()[i] * white_.data()[i];
      size_ = bank_.nearest(sum / static_cast<double>(since) - 1);
      onset_ = at - began_ago(0, std::min(rule_.look + rule_.back, seen_ - fewest()));
      return {OnsetSays::moved, onset_, 0, confidence()};
    }
    off_ = std::max(0.0, off_ - says(leaving_size(), 0));
    if (off_ < rule_.enough_off) return {};
    offset_ = at + 1 - ended_ago(std::min<std::int64_t>(at - onset_, rule_.back));
    if (offset_ - onset_ < rule_.shortest && !confirmed_) return end(OnsetSays::cancelled);
    confirmed_ = true;
    phase_ = Phase::leaving;
    bank_.clear();
    return {};
  }

  // Off; on again after a gap, or off for good.
  OnsetChange wait(double evidence, std::int64_t at) noexcept {
    if (evidence > rule_.enough_again) {
      phase_ = Phase::active;
      most_ = std::max(most_, evidence);
      off_ = 0;
      return {};
    }
    return at - offset_ < rule_.join ? OnsetChange{} : end(OnsetSays::off);
  }
  OnsetChange end(OnsetSays how) noexcept {
    phase_ = Phase::rest;
    bank_.clear();
    block_ = 0;
    sum_ = 0;
    confirmed_ = false;
    return {how, onset_, offset_, confidence()};
  }

  // What one sample of the past says for a size, nothing cut off.
  double says(std::size_t size, std::int64_t ago) const noexcept { return bank_.says(size, white_.data() + ago); }
  // Rest is told from an activity that is well below this one, but not from the weakest there may be.
  std::size_t leaving_size() const noexcept { return size_ > 1 ? 1 : size_; }

  // How many samples ago it began: the start of the stretch up to `newest` with the most evidence of its size.
  std::int64_t began_ago(std::int64_t newest, std::int64_t oldest) const noexcept {
    double sum = 0, best = -std::numeric_limits<double>::infinity();
    std::int64_t began = newest;
    for (std::int64_t ago = newest; ago <= oldest; ++ago) {
      sum += says(size_, ago);
      if (sum > best) {
        best = sum;
        began = ago;
      }
    }
    return began;
  }
  // How many samples of rest there have been: the length of the last stretch with the most evidence against it.
  std::int64_t ended_ago(std::int64_t oldest) const noexcept {
    double sum = 0, best = 0;
    std::int64_t ended = 0;
    for (std::int64_t ago = 0; ago <= oldest; ++ago) {
      sum -= says(size_, ago);
      if (sum > best) {
        best = sum;
        ended = ago + 1;
      }
    }
    return ended;
  }

  void follow_rest(double evidence) noexcept {
    // A block in which something may have begun says nothing of rest.
    if (evidence > 0.5 * rule_.enough) {
      block_ = 0;
      sum_ = 0;
      return;
    }
    sum_ += white_.data()[0] * white_.data()[0];
    if (++block_ < rule_.block) return;
    // The median of a mean of n squares (Wilson & Hilferty 1931).
    const auto n = static_cast<double>(block_);
    const double m = 1 - 2 / (9 * n), median = m * m * m;
    scale_ = std::clamp(scale_ * (sum_ > n * median ? rule_.up : rule_.down), 1 / rule_.cap, rule_.cap);
    block_ = 0;
    sum_ = 0;
  }

  // One minus the chance that rest alone brings so much evidence in the time that is spoken of.
  double confidence() const noexcept { return std::exp(-std::exp(std::min(50.0, rule_.log_alarms - most_))); }

  std::vector<double> noise_;  // a1, a2, ...
  double power_;               // of what it cannot predict
  double level_;               // mean square of rest as calibrated
  ChangeRule rule_;
  NewestFirst past_;
  NewestFirst white_;
  ChangeBank bank_;
  Phase phase_ = Phase::rest;
  double scale_ = 1;        // of the power of rest
  std::int64_t seen_ = 0;   // samples since the last restart, no more than matter
  std::int64_t block_ = 0;  // samples in this look at rest
  double sum_ = 0;          // their squares, whitened
  double off_ = 0;          // evidence of rest
  double most_ = 0;         // evidence of activity
  std::int64_t onset_ = 0, offset_ = 0, decided_ = 0;
  std::size_t size_ = 0;    // of the bank, that edges are looked for with
  bool confirmed_ = false;  // has been longer than the shortest event
};

}  // namespace unguard
