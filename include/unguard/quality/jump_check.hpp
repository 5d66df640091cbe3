// SPDX-License-Identifier: Apache-2.0
// A level that changes within a millisecond and stays: a tugged cable, a shifted electrode, an amplifier that recovers.
// Suspected at a change that no muscle makes, held for 20 ms or until it has come back, confirmed where the median
// after it lies away from the median before. Reason: a step into a high-pass looks like a contraction. Rule of our own,
// after the median filter's edges: Tukey 1977, Exploratory Data Analysis. Cost: some operations a sample. Latency: none
// to suspect.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/median.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

enum class Jump { none, suspected, confirmed };

class JumpCheck {
 public:
  // `length` samples before and after are compared.
  JumpCheck(int channels, Microvolts least, std::int64_t length, Hertz rate)
      : least_(least.value),
        length_(length),
        apart_(std::max<std::int64_t>(1, samples_in(rise, rate))),
        returned_(std::max<std::int64_t>(1, samples_in(back, rate))),
        more_(std::exp(1 / (learns * rate))),
        last_(static_cast<std::size_t>(channels * apart_)),
        oldest_(static_cast<std::size_t>(channels)),
        seen_(static_cast<std::size_t>(channels)),
        base_(static_cast<std::size_t>(channels)),
        near_(static_cast<std::size_t>(channels)),
        usual_(static_cast<std::size_t>(channels), least.value / (4 * unusual)),
        jump_(static_cast<std::size_t>(channels)),
        known_(static_cast<std::size_t>(channels)),
        held_(static_cast<std::size_t>(channels)),
        at_(static_cast<std::size_t>(channels)),
        before_(static_cast<std::size_t>(channels * length)),
        after_(static_cast<std::size_t>(channels * length)),
        sorted_(static_cast<std::size_t>(length)) {}

  // Whether this sample must not be taken as it stands.
  Jump take(int channel, double x) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const double change = changed(c, x), most = std::max(least_, unusual * usual_[c]);
    // Also of what is held: most changes being like that is how the signal is.
    usual_[c] = std::fabs(change) > usual_[c] ? usual_[c] * more_ : std::max(usual_[c] / more_, least_ / (4 * unusual));
    if (held_[c] > 0 && held_[c] < length_) {
      after_[static_cast<std::size_t>(channel * length_ + held_[c]++)] = x;
      near_[c] = std::fabs(x - base_[c]) < std::fabs(jump_[c]) / 4 ? near_[c] + 1 : 0;
      if (near_[c] == returned_) release(c);
      return Jump::suspected;
    }
    // Of a confirmed one the first sample after those held is lost, too, or the loss would be bridged.
    if (held_[c] == length_ && confirmed(c)) return Jump::confirmed;
    if (std::fabs(change) > most) {
      jump_[c] = change;
      base_[c] = middle(before_, c, known_[c]);
      near_[c] = 0;
      held_[c] = 1;
      after_[static_cast<std::size_t>(channel * length_)] = x;
      return Jump::suspected;
    }
    remember(c, x);
    return Jump::none;
  }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    known_[c] = held_[c] = at_[c] = seen_[c] = oldest_[c] = near_[c] = 0;
  }
  void reset() noexcept {
    for (std::size_t c = 0; c < known_.size(); ++c) forget(static_cast<int>(c));
    std::fill(usual_.begin(), usual_.end(), least_ / (4 * unusual));
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(last_);
    archive(oldest_);
    archive(seen_);
    archive(usual_);
    archive(jump_);
    archive(base_);
    archive(near_);
    archive(known_);
    archive(held_);
    archive(at_);
    archive(before_);
    archive(after_);
    for (std::size_t c = 0; c < known_.size(); ++c)  // a state from elsewhere must not point outside
      if (!(within(known_[c]) && within(held_[c]) && at_[c] >= 0 && at_[c] < length_ && oldest_[c] >= 0 &&
            oldest_[c] < apart_ && seen_[c] >= 0 && near_[c] >= 0))
        forget(static_cast<int>(c));
  }

 private:
  // The median of all changes is tracked, by steps that take so long for a factor of e: pulses that go on, of a
  // stimulator, do not become usual as long as most of the time there is none.
  static constexpr Seconds learns{0.025};
  // Of the median absolute change: Gaussian noise goes beyond once in 10^14 samples.
  static constexpr double unusual = 12;
  // An anti-alias filter spreads a step over about that.
  static constexpr Seconds rise{0.001};
  // For so long near where it came from, it has come back: one motor unit's action potential, not a step.
  static constexpr Seconds back{0.002};

  bool within(std::int64_t n) const noexcept { return n >= 0 && n <= length_; }

  // From the value a rise ago to this one.
  double changed(std::size_t c, double x) noexcept {
    double& oldest = last_[c * static_cast<std::size_t>(apart_) + static_cast<std::size_t>(oldest_[c])];
    // At the beginning: since the first value.
    const double before = seen_[c] == 0 ? x : seen_[c] < apart_ ? last_[c * static_cast<std::size_t>(apart_)] : oldest;
    oldest = x;
    oldest_[c] = oldest_[c] + 1 == apart_ ? 0 : oldest_[c] + 1;
    seen_[c] = std::min(seen_[c] + 1, apart_);
    return x - before;
  }
  void remember(std::size_t c, double x) noexcept {
    before_[c * static_cast<std::size_t>(length_) + static_cast<std::size_t>(at_[c])] = x;
    at_[c] = at_[c] + 1 == length_ ? 0 : at_[c] + 1;
    known_[c] = std::min(known_[c] + 1, length_);
  }
  // It was no step: what was held is part of the signal.
  void release(std::size_t c) noexcept {
    const std::int64_t n = held_[c];
    held_[c] = 0;
    for (std::int64_t i = 0; i < n; ++i)
      remember(c, after_[c * static_cast<std::size_t>(length_) + static_cast<std::size_t>(i)]);
  }
  // Ends the suspicion; what was held is what came before from now on.
  bool confirmed(std::size_t c) noexcept {
    held_[c] = 0;
    const double moved = middle(after_, c, length_) - middle(before_, c, known_[c]);
    std::copy_n(after_.begin() + static_cast<std::ptrdiff_t>(c) * length_, length_,
                before_.begin() + static_cast<std::ptrdiff_t>(c) * length_);
    at_[c] = 0;
    known_[c] = length_;
    return std::fabs(moved) > std::fabs(jump_[c]) / 2;
  }
  double middle(const std::vector<double>& of, std::size_t c, std::int64_t n) noexcept {
    std::copy_n(of.begin() + static_cast<std::ptrdiff_t>(c) * length_, n, sorted_.begin());
    return median(sorted_.begin(), sorted_.begin() + n);
  }

  double least_;
  std::int64_t length_, apart_, returned_;
  double more_;
  std::vector<double> last_;          // per channel: the last values, as many as lie in a rise
  std::vector<std::int64_t> oldest_;  // per channel: the oldest of them
  std::vector<std::int64_t> seen_;    // per channel: how many there are
  std::vector<double> base_;          // per channel: where the jump set out from
  std::vector<std::int64_t> near_;    // per channel: samples in a row that have come back
  std::vector<double> usual_, jump_;
  std::vector<std::int64_t> known_;  // per channel: samples in `before_`, which is full at `length_`
  std::vector<std::int64_t> held_;   // per channel: samples in `after_`, while a jump is suspected
  std::vector<std::int64_t> at_;     // per channel: the oldest in `before_`
  std::vector<double> before_, after_, sorted_;
};

}  // namespace unguard
