// SPDX-License-Identifier: Apache-2.0
// How often and for how long a muscle lets go: gaps, short rests below a low level (Veiersted et al. 1990, Int. Arch.
// Occup. Environ. Health 62:31), and the share of the time at rest, which says more (Veiersted et al. 2013,
// doi:10.1016/j.jelekin.2012.12.004). Two levels: 0.3 % of the maximum for how often, 0.5 % for how much (Hansson et
// al. 2000, J. Electromyogr. Kinesiol. 10:103). Behind NoiseSubtracted: they are often below a microvolt. Cost: O(1).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "unguard/clinical/sampling_rate.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Levels in percent of a reference.
struct MuscleRest {
  double gap_level = 0.3;
  double rest_level = 0.5;
  Seconds least_gap{0.2};

  friend bool operator==(const MuscleRest&, const MuscleRest&) = default;
};
constexpr SpecInfo info(const MuscleRest*) {
  return {"MuscleRest", "gaps and rest time of a muscle at work",
          "Veiersted et al. 2013, doi:10.1016/j.jelekin.2012.12.004; Hansson et al. 2000, J. Electromyogr. Kinesiol. "
          "10:103"};
}
constexpr auto fields(const MuscleRest*) {
  return field_list(
      field<&MuscleRest::gap_level>("gap_level", "% of the reference; below it for `least_gap` is a gap", positive),
      field<&MuscleRest::rest_level>("rest_level", "% of the reference; below it the muscle rests", positive),
      field<&MuscleRest::least_gap>("least_gap", "shortest gap", between(0.01, 10)));
}

struct RestTime {
  Seconds observed{};         // with a value
  Seconds resting{};          // of it below rest_level
  std::int64_t gaps = 0;      // that have lasted for least_gap
  Seconds in_gaps{};          // their whole time
  Seconds longest_without{};  // longest time without one, values or none

  double rest_share() const noexcept { return observed.value > 0 ? resting / observed : 0; }
  double gaps_a_minute() const noexcept {
    return observed.value > 0 ? 60 * static_cast<double>(gaps) / observed.value : 0;
  }
  friend bool operator==(const RestTime&, const RestTime&) = default;
};

// Of one channel, while its levels come. A value; add() is for the real-time thread. What has no value, NaN, is no time
// observed and ends a gap.
class MuscleRestCounter {
 public:
  MuscleRestCounter(const MuscleRest& spec, Hertz rate)
      : spec_(spec), rate_(rate), least_(std::max<std::int64_t>(1, samples_in(spec.least_gap, rate))) {}

  void add(double level) noexcept {
    const bool there = !std::isnan(level);
    observed_ += there;
    resting_ += level < spec_.rest_level;
    if (!(level < spec_.gap_level)) {
      below_ = 0;
      longest_ = std::max(longest_, ++without_);
      return;
    }
    ++below_;
    if (below_ < least_) {
      longest_ = std::max(longest_, ++without_);
      return;
    }
    if (below_ == least_) {
      ++gaps_;
      in_gaps_ += least_;
      // What looked like activity until now was the gap's beginning.
      if (longest_ == without_) longest_ = std::max(longest_before_, without_ - (least_ - 1));
      longest_before_ = longest_;
      without_ = 0;
    } else {
      ++in_gaps_;
    }
  }
  RestTime so_far() const noexcept {
    const auto seconds = [&](std::int64_t n) { return Seconds{static_cast<double>(n) / rate_.value}; };
    return {seconds(observed_), seconds(resting_), gaps_, seconds(in_gaps_), seconds(longest_)};
  }

  template <class Archive>
  void state(Archive& archive) {
    for (std::int64_t* n :
         {&observed_, &resting_, &gaps_, &in_gaps_, &below_, &without_, &longest_, &longest_before_}) {
      archive(*n);
      if (!(*n >= 0 && *n < (std::int64_t{1} << 48))) *n = 0;  // not from here
    }
  }

 private:
  MuscleRest spec_;
  Hertz rate_;
  std::int64_t least_;
  std::int64_t observed_ = 0, resting_ = 0, gaps_ = 0, in_gaps_ = 0;
  std::int64_t below_ = 0;                         // in a row
  std::int64_t without_ = 0;                       // since the last gap
  std::int64_t longest_ = 0, longest_before_ = 0;  // of these, and when the last gap ended
};

inline Result<MuscleRestCounter> try_start(const MuscleRest& spec, Hertz rate) {
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse_rate("MuscleRest", rate)) return *fault;
  return MuscleRestCounter(spec, rate);
}

}  // namespace unguard
