// SPDX-License-Identifier: Apache-2.0
// The level at which somebody answers "yes", or right, with a given chance: down after so many such answers in a row,
// up after one other, so that levels gather where both are as likely (transformed up-down: Levitt 1971,
// doi:10.1121/1.1912375; steps of two sizes, weighted up-down: Kaernbach 1991, doi:10.3758/BF03214307). On the
// logarithm of the level. Chance aimed at: (up / (up + down))^(1 / down_after); with even steps 0.5, 0.707, 0.794.
// Where the step up is the larger, reversals lie about a quarter of the difference too high; steps much finer than the
// observer is sure make the interval too short. Cost: none; a value, without allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "unguard/core/calibration.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/quantiles.hpp"

namespace unguard {

// Levels in any unit; steps are shares of the level.
struct Staircase {
  double first = 16;
  double lowest = 0.5, highest = 64;  // what can be shown
  int down_after = 1;                 // answers "yes" in a row; one "no" goes up
  double down = 0.12, up = 0.12;      // steps, ln of the ratio
  double early = 3;                   // times as large, up to the second reversal
  int reversals = 12;                 // that count, behind the first four
  int most_trials = 200;

  // Of "yes", that the levels gather around.
  double chance() const noexcept { return std::pow(up / (up + down), 1.0 / down_after); }
  friend bool operator==(const Staircase&, const Staircase&) = default;
};
constexpr SpecInfo info(const Staircase*) {
  return {"Staircase", "the level that is noticed with a given chance, by going up and down",
          "Levitt 1971, doi:10.1121/1.1912375; Kaernbach 1991, doi:10.3758/BF03214307"};
}
inline constexpr int most_reversals = 64;
constexpr auto fields(const Staircase*) {
  using S = Staircase;
  return field_list(
      field<&S::first>("first", "level to begin with", positive),
      field<&S::lowest>("lowest", "level that can be shown", positive),
      field<&S::highest>("highest", "level that can be shown", positive),
      field<&S::down_after>("down_after", "answers yes in a row before the level falls", between(1, 4)),
      field<&S::down>("down", "step down, ln of the ratio", between(0.001, 3)),
      field<&S::up>("up", "step up, ln of the ratio", between(0.001, 3)),
      field<&S::early>("early", "how many times larger steps are up to the second reversal", between(1, 10)),
      field<&S::reversals>("reversals", "that count, behind the first four; an even number",
                           between(4, most_reversals)),
      field<&S::most_trials>("most_trials", "then it ends, too", between(10, 10000)));
}

class StaircaseRun {
 public:
  // Large steps end with the second; the next two lead from where the run began to where it belongs.
  static constexpr int early_reversals = 2, left_out = 4;

  explicit StaircaseRun(const Staircase& spec) : spec_(spec) { reset(); }

  // What to show next.
  double level() const noexcept { return std::exp(log_); }
  bool done() const noexcept { return reversals_ >= spec_.reversals + left_out || trials_ >= spec_.most_trials; }
  int trials() const noexcept { return trials_; }
  int reversals() const noexcept { return reversals_; }

  // The answer to what was shown; the next level. Once it is done, nothing changes.
  double next(bool yes) noexcept {
    if (done()) return level();
    ++trials_;
    if (yes && ++in_a_row_ < spec_.down_after) return level();
    in_a_row_ = 0;
    const int way = yes ? -1 : 1;
    if (way_ != 0 && way != way_) {
      if (reversals_ >= left_out) turns_[static_cast<std::size_t>(reversals_ - left_out)] = log_;
      ++reversals_;
    }
    way_ = way;
    const double step = (yes ? -spec_.down : spec_.up) * (reversals_ < early_reversals ? spec_.early : 1);
    const double wanted = log_ + step, low = std::log(spec_.lowest), high = std::log(spec_.highest);
    log_ = std::clamp(wanted, low, high);
    if (log_ != wanted && reversals_ >= left_out) ++ends_hit_;
    return level();
  }

  // The mean of the last reversals on the logarithm, and its 95 % interval by how far pairs of them differ; as a level.
  // A range whose end was hit, or too few reversals, tell none.
  Result<Estimate> threshold() const {
    if (reversals_ < spec_.reversals + left_out)
      return fault_in_words<Staircase>(
          "reversals",
          std::to_string(std::max(0, reversals_ - left_out)) + " in " + std::to_string(trials_) + " trials",
          std::to_string(spec_.reversals) + " behind the first four");
    if (ends_hit_ > 0)
      return fault_in_words<Staircase>(
          "level",
          "at an end of the range in " + std::to_string(ends_hit_) + " of " + std::to_string(trials_) + " trials",
          "levels that stay within " + to_text(spec_.lowest) + " to " + to_text(spec_.highest));
    // Above and below take turns: each pair is one look at the level between.
    const int pairs = spec_.reversals / 2;
    double mean = 0, squares = 0;
    const auto pair = [&](int i) {
      const auto k = static_cast<std::size_t>(2 * i);
      return (turns_[k] + turns_[k + 1]) / 2;
    };
    for (int i = 0; i < pairs; ++i) mean += pair(i) / pairs;
    for (int i = 0; i < pairs; ++i) squares += (pair(i) - mean) * (pair(i) - mean);
    // Pairs follow from each other: runs of drawn observers have neighbours correlated by about a half.
    const double alike = std::sqrt((1 + 0.5) / (1 - 0.5));
    const double off = alike * student_95(pairs - 1) * std::sqrt(squares / (pairs - 1) / pairs);
    return Estimate{std::exp(mean), std::exp(mean - off), std::exp(mean + off)};
  }

  void reset() noexcept {
    log_ = std::log(spec_.first);
    turns_.fill(0);
    trials_ = reversals_ = in_a_row_ = way_ = ends_hit_ = 0;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(log_);
    for (double& turn : turns_) {
      archive(turn);
      if (!std::isfinite(turn)) turn = 0;  // not from here
    }
    for (int* n : {&trials_, &reversals_, &in_a_row_, &way_, &ends_hit_}) archive(*n);
    if (!(log_ >= std::log(spec_.lowest) && log_ <= std::log(spec_.highest) && trials_ >= 0 && reversals_ >= 0 &&
          reversals_ <= spec_.reversals + left_out && in_a_row_ >= 0 && in_a_row_ < spec_.down_after && way_ >= -1 &&
          way_ <= 1 && ends_hit_ >= 0))
      reset();
  }

 private:
  Staircase spec_;
  double log_ = 0;
  std::array<double, most_reversals> turns_{};  // ln of the level at each that counts
  int trials_ = 0, reversals_ = 0;
  int in_a_row_ = 0;  // answers yes
  int way_ = 0;       // of the last step; 0: there was none
  int ends_hit_ = 0;  // while reversals counted
};

inline Result<StaircaseRun> try_start(const Staircase& spec) {
  using S = Staircase;
  if (auto fault = validate(spec)) return *fault;
  if (!(spec.lowest < spec.highest))
    return fault_of<S>("lowest", spec.lowest, "below highest, " + to_text(spec.highest));
  if (!(spec.first >= spec.lowest && spec.first <= spec.highest))
    return fault_of<S>("first", spec.first, to_text(spec.lowest) + " to " + to_text(spec.highest));
  if (spec.reversals % 2 != 0) return fault_of<S>("reversals", spec.reversals, "an even number");
  return StaircaseRun(spec);
}

}  // namespace unguard
