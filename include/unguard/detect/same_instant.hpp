// SPDX-License-Identifier: Apache-2.0
// Have unrelated muscles gone on at the same instant? No nerve does that: a cable, the ground or a blow does. Onsets
// are compared once they have been looked at again, for the alarms themselves come some milliseconds apart, the sooner
// the stronger. Left and right of a muscle are one: they may go on together. A channel whose muscle is not stated says
// nothing about unrelated muscles, and is an artefact together with three that do. Our own rule. Cost: a comparison a
// channel and sample; at an onset one pass over all pairs of recent ones.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "unguard/core/format.hpp"

namespace unguard {

class SameInstant {
 public:
  SameInstant(const Channels& channels, int muscles, std::int64_t within, std::int64_t look, std::int64_t wait)
      : least_(muscles), within_(within), look_(look), wait_(wait) {
    std::vector<std::string> names;
    for (const Channel& c : channels) {
      const auto at = std::find(names.begin(), names.end(), c.muscle);
      muscle_.push_back(c.muscle.empty() ? unstated : static_cast<std::size_t>(at - names.begin()));
      if (!c.muscle.empty() && at == names.end()) names.push_back(c.muscle);
    }
    jumps_.resize(muscle_.size());
    together_.resize(muscle_.size());
    seen_.resize(names.size());
    possible_ = static_cast<int>(names.size()) >= least_;
    reset();
  }

  // The alarm of an activity, or where its onset lies by now.
  void alarm(int channel, std::int64_t onset, std::int64_t now) noexcept { jumps_[at(channel)] = {onset, now}; }
  void moved(int channel, std::int64_t onset) noexcept { jumps_[at(channel)].onset = onset; }

  // After all that was said at this sample: whether anything has been found, which together() then says of a channel.
  bool step(std::int64_t now) noexcept {
    if (!possible_) return false;
    const auto settles = [&](const Jump& j) { return j.alarm + look_ == now; };
    if (std::none_of(jumps_.begin(), jumps_.end(), settles)) return false;
    std::fill(together_.begin(), together_.end(), std::uint8_t{0});
    bool found = false;
    for (const Jump& first : jumps_) {
      if (!counts(first, now) || muscles_from(first.onset, now) < least_) continue;
      found = true;
      for (std::size_t c = 0; c < jumps_.size(); ++c)
        together_[c] |= counts(jumps_[c], now) && is_in(jumps_[c], first.onset);
    }
    return found;
  }
  bool together(int channel) const noexcept { return together_[at(channel)] != 0; }

  // Of as many channels.
  void adopt(const SameInstant& other) noexcept { std::copy(other.jumps_.begin(), other.jumps_.end(), jumps_.begin()); }
  void reset() noexcept { std::fill(jumps_.begin(), jumps_.end(), Jump{}); }
  template <class Archive>
  void state(Archive& archive) {
    for (Jump& j : jumps_) {
      archive(j.onset);
      archive(j.alarm);
    }
  }

 private:
  static constexpr std::size_t unstated = static_cast<std::size_t>(-1);
  static constexpr std::int64_t never = -(std::int64_t{1} << 61);
  struct Jump {
    std::int64_t onset = never;
    std::int64_t alarm = never;
  };
  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  bool counts(const Jump& j, std::int64_t now) const noexcept {
    return now - j.alarm >= look_ && now - j.alarm <= wait_;
  }
  bool is_in(const Jump& j, std::int64_t first) const noexcept {
    return j.onset >= first && j.onset - first <= within_;
  }
  int muscles_from(std::int64_t first, std::int64_t now) noexcept {
    std::fill(seen_.begin(), seen_.end(), std::uint8_t{0});
    for (std::size_t c = 0; c < jumps_.size(); ++c)
      if (muscle_[c] != unstated && counts(jumps_[c], now) && is_in(jumps_[c], first)) seen_[muscle_[c]] = 1;
    return static_cast<int>(std::count(seen_.begin(), seen_.end(), std::uint8_t{1}));
  }

  int least_;  // muscles
  std::int64_t within_, look_, wait_;
  bool possible_ = false;
  std::vector<std::size_t> muscle_;     // of a channel
  std::vector<Jump> jumps_;             // the last one of each channel
  std::vector<std::uint8_t> together_;  // as step() found
  std::vector<std::uint8_t> seen_;      // muscles
};

}  // namespace unguard
