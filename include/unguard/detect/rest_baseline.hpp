// SPDX-License-Identifier: Apache-2.0
// The level above which something happens, and its slow tracking: up or down by a fixed small share at every look,
// which follows the median (Robbins & Monro 1951, doi:10.1214/aoms/1177729586) and can never run faster than stated.
// The level stays within `cap` times the calibrated one, both ways; the spreads scale with the levels.
// Cost: two comparisons a look, one look a fast window. Frozen while the caller does not look.
#pragma once

#include <algorithm>
#include <cmath>

#include "unguard/detect/rest_noise.hpp"

namespace unguard {

// The constants of the entering and leaving rules, see SpasmDetector.
struct ThresholdRule {
  double slow_spreads = 4;
  double fast_spreads = 6;
  double rise = 1;
  double margin = 1;  // uV
  double leave = 0.6;
};

// Squared, because envelopes are compared as mean squares.
struct Thresholds {
  double enter = 0;
  double leave = 0;
};

class RestBaseline {
 public:
  RestBaseline(ThresholdRule rule, double share_a_look, double cap)
      : rule_(rule), up_(1 + share_a_look), down_(1 / (1 + share_a_look)), cap_(cap) {}

  void calibrate(const RestNoise& noise) noexcept {
    calibrated_ = now_ = noise;
    update();
  }
  bool calibrated() const noexcept { return calibrated_.level > 0; }
  const RestNoise& noise() const noexcept { return now_; }
  const RestNoise& calibrated_noise() const noexcept { return calibrated_; }
  const Thresholds& slow() const noexcept { return slow_; }
  const Thresholds& fast() const noexcept { return fast_; }
  double power() const noexcept { return now_.level * now_.level; }

  // One look at the mean squares at rest.
  void track(double slow_power, double fast_power) noexcept {
    now_.level = follow(now_.level, calibrated_.level, slow_power);
    now_.fast_level = follow(now_.fast_level, calibrated_.fast_level, fast_power);
    now_.spread = calibrated_.spread * (now_.level / calibrated_.level);
    now_.fast_spread = calibrated_.fast_spread * (now_.fast_level / calibrated_.fast_level);
    update();
  }
  // The level as the other one knows it, with thresholds of its own.
  void adopt(const RestBaseline& other) noexcept {
    calibrated_ = other.calibrated_;
    now_ = other.now_;
    update();
  }
  void reset() noexcept {
    calibrated_ = now_ = {};
    slow_ = fast_ = {};
  }
  template <class Archive>
  void state(Archive& archive) {
    for (RestNoise* n : {&calibrated_, &now_}) {
      archive(n->level);
      archive(n->spread);
      archive(n->fast_level);
      archive(n->fast_spread);
    }
    update();
  }

 private:
  double follow(double level, double calibrated, double power) const noexcept {
    const double next = level * (power > level * level ? up_ : down_);
    return std::clamp(next, calibrated / cap_, calibrated * cap_);
  }
  Thresholds around(double level, double spread, double spreads) const noexcept {
    const double rise = std::max({spreads * spread, rule_.rise * level, rule_.margin});
    const double enter = level + rise, leave = level + rule_.leave * rise;
    return {enter * enter, leave * leave};
  }
  void update() noexcept {
    slow_ = around(now_.level, now_.spread, rule_.slow_spreads);
    fast_ = around(now_.fast_level, now_.fast_spread, rule_.fast_spreads);
  }

  ThresholdRule rule_;
  double up_;
  double down_;
  double cap_;
  RestNoise calibrated_{};
  RestNoise now_{};
  Thresholds slow_{};
  Thresholds fast_{};
};

}  // namespace unguard
