// SPDX-License-Identifier: Apache-2.0
// After a long loss a channel listens again: what it held meanwhile is no longer where the signal is. The median of the
// first good samples is the level to go on from, as at an explicit start (Priming). Reason: a hold followed by the
// other level is a step, and a step into a high-pass looks like a contraction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "unguard/core/median.hpp"

namespace unguard {

class Recovery {
 public:
  // Losses of more than `length` samples, which is also for how long is listened; 0: never.
  Recovery(int channels, std::int64_t length)
      : length_(length),
        have_(static_cast<std::size_t>(channels), none),
        heard_(static_cast<std::size_t>(length * channels)),
        sorted_(static_cast<std::size_t>(length)) {}

  bool needed_after(std::int64_t lost) const noexcept { return length_ > 0 && lost > length_; }
  bool listening(int channel) const noexcept { return have_[static_cast<std::size_t>(channel)] != none; }
  void begin(int channel) noexcept { have_[static_cast<std::size_t>(channel)] = 0; }
  // Takes a good sample; true when that was the last one wanted.
  bool take(int channel, double value) noexcept {
    std::int64_t& have = have_[static_cast<std::size_t>(channel)];
    heard_[static_cast<std::size_t>(channel * length_ + have)] = value;
    return ++have == length_;
  }
  // The median of what was heard, and how far from end to end that lay; the channel listens no more.
  struct Heard {
    double median = 0, range = 0;
  };
  Heard end(int channel) noexcept {
    have_[static_cast<std::size_t>(channel)] = none;
    std::copy_n(heard_.begin() + channel * length_, length_, sorted_.begin());
    const auto [lowest, highest] = std::minmax_element(sorted_.begin(), sorted_.end());
    const double range = *highest - *lowest;
    return {median(sorted_.begin(), sorted_.end()), range};
  }

  void reset() noexcept { std::fill(have_.begin(), have_.end(), none); }
  // What a changed processor keeps from the one it replaces.
  void adopt(const Recovery& other) noexcept {
    if (other.length_ != length_) return reset();
    std::copy(other.have_.begin(), other.have_.end(), have_.begin());
    std::copy(other.heard_.begin(), other.heard_.end(), heard_.begin());
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(have_);
    archive(heard_);
    for (auto& have : have_)
      if (have < none || have >= length_) have = none;  // a state from elsewhere must not point outside
  }

 private:
  static constexpr std::int64_t none = -1;

  std::int64_t length_;
  std::vector<std::int64_t> have_;  // per channel: how many samples were heard
  std::vector<double> heard_;
  std::vector<double> sorted_;
};

}  // namespace unguard
