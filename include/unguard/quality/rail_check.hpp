// SPDX-License-Identifier: Apache-2.0
// Samples at the end of the converter's range. Where the rails are known, every sample that reaches one; where not, a
// plateau: three equal values, none further out before, entered or left by a leap that no smooth top makes. Once learnt
// it is a rail. A rule of our own. Cost: some comparisons a sample. Latency: none; unknown rails: three samples.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "unguard/core/format.hpp"

namespace unguard {

// One end of a channel's range; the lower one by negated values.
class Rail {
 public:
  // At it from here on.
  explicit Rail(double known) : rail_(known), known_(true) {}
  Rail() = default;

  bool take(double x) noexcept {
    if (known_) return x >= rail_;
    // A value beyond it refutes what was learnt.
    if (x > rail_) rail_ = std::numeric_limits<double>::infinity();
    return x >= rail_ || learn(x);
  }
  void forget() noexcept { equal_ = 0; }

  template <class Archive>
  void state(Archive& archive) {
    archive(rail_);
    archive(furthest_);
    archive(last_);
    archive(step_);
    archive(leap_);
    archive(equal_);
  }

 private:
  // The top of a wave of A steps that has three equal values has the next ones no more than eight steps lower.
  static constexpr double steep = 16;
  static constexpr std::int64_t plateau = 3;

  bool learn(double x) noexcept {
    if (equal_ == 0) return start(x);
    const double leap = std::fabs(x - last_);
    if (leap == 0) {
      ++equal_;
      return judge(x);
    }
    step_ = std::min(step_, leap);
    // Left by a leap: what was equal before it may have been a plateau, too.
    const bool left_steeply = last_ >= furthest_ && equal_ >= plateau && leap >= steep * step_;
    if (left_steeply) rail_ = last_;
    leap_ = leap;
    equal_ = 1;
    last_ = x;
    furthest_ = std::max(furthest_, x);
    return x >= rail_;
  }
  bool start(double x) noexcept {
    last_ = x;
    leap_ = 0;
    equal_ = 1;
    furthest_ = std::max(furthest_, x);
    return false;
  }
  bool judge(double x) noexcept {
    if (equal_ < plateau || x < furthest_ || !(leap_ >= steep * step_)) return false;
    rail_ = x;
    return true;
  }

  double rail_ = std::numeric_limits<double>::infinity();
  bool known_ = false;
  double furthest_ = -std::numeric_limits<double>::infinity();
  double last_ = 0;
  double step_ = std::numeric_limits<double>::infinity();  // the smallest change seen
  double leap_ = 0;                                        // into the equal values
  std::int64_t equal_ = 0;                                 // values in a row
};

class RailCheck {
 public:
  RailCheck(int channels, const Converter& converter) {
    // Rounding to codes may leave the last one half a step inside the rail.
    const double inside = converter.step ? 0.5 * converter.step->value : 0;
    const Rail low = converter.low_rail ? Rail(-converter.low_rail->value - inside) : Rail();
    const Rail high = converter.high_rail ? Rail(converter.high_rail->value - inside) : Rail();
    low_.assign(static_cast<std::size_t>(channels), low);
    high_.assign(static_cast<std::size_t>(channels), high);
    as_started_ = {low, high};
  }

  bool take(int channel, double x) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const bool low = low_[c].take(-x), high = high_[c].take(x);
    return low || high;
  }
  void forget(int channel) noexcept {
    low_[static_cast<std::size_t>(channel)].forget();
    high_[static_cast<std::size_t>(channel)].forget();
  }
  void reset() noexcept {
    std::fill(low_.begin(), low_.end(), as_started_[0]);
    std::fill(high_.begin(), high_.end(), as_started_[1]);
  }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* rails : {&low_, &high_})
      for (auto& rail : *rails) rail.state(archive);
  }

 private:
  std::vector<Rail> low_, high_;
  std::array<Rail, 2> as_started_;
};

}  // namespace unguard
