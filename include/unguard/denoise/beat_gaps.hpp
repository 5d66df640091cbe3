// SPDX-License-Identifier: Apache-2.0
// What gaps do to beats: one that lies in a beat spoils its fit, and one in which nothing can be heard while a beat is
// due may hide it. Short gaps are bridged well enough. The rule is our own. Cost: a comparison a sample.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class BeatGaps {
 public:
  // `reach`: frames from the end of a gap to the end of a beat in it.
  BeatGaps(Hertz rate, int channels, std::optional<int> lead, std::int64_t reach)
      : channels_(channels),
        lead_(lead),
        reach_(reach),
        hides_(samples_in(hides, rate)),
        gaps_(static_cast<std::size_t>(channels)),
        last_(gaps_.size(), never) {}

  // The marks of the frame that came in as the `now`-th, if it has any, and whether a beat is due.
  void take(const Marks* marks, std::int64_t now, bool due) noexcept {
    if (!marks) {
      if (within_) std::fill(gaps_.begin(), gaps_.end(), 0);
      within_ = false;
      return;
    }
    within_ = true;
    std::int64_t shortest = hides_;
    for (int c = 0; c < channels_; ++c) {
      std::int64_t& gap = gaps_[static_cast<std::size_t>(c)];
      gap = marks[c] & mark::withholding ? std::min(gap + 1, hides_) : 0;
      if (gap == hides_) last_[static_cast<std::size_t>(c)] = now;
      if (!lead_ || c == lead_) shortest = std::min(shortest, gap);
    }
    if (due && shortest == hides_) hidden_until_ = now + reach_;
  }
  void meet_beat() noexcept { hidden_until_ = 0; }

  // Whether there was a gap in the channel from this frame on.
  bool since(std::int64_t frame, std::size_t channel) const noexcept { return last_[channel] >= frame; }
  // Whether there may be a beat in this frame that nobody heard.
  bool may_hide(std::int64_t frame) const noexcept { return frame < hidden_until_; }

  void reset() noexcept {
    std::fill(gaps_.begin(), gaps_.end(), 0);
    std::fill(last_.begin(), last_.end(), never);
    hidden_until_ = 0;
    within_ = false;
  }
  template <class Archive>
  void state(Archive& archive, std::int64_t frames) {
    archive(gaps_);
    archive(last_);
    archive(hidden_until_);
    archive(within_);
    for (auto& gap : gaps_) gap = std::clamp<std::int64_t>(gap, 0, hides_);  // not from here
    hidden_until_ = std::min(hidden_until_, frames + reach_);
  }

 private:
  static constexpr Seconds hides{0.008};
  static constexpr std::int64_t never = -(std::int64_t{1} << 60);

  int channels_;
  std::optional<int> lead_;
  std::int64_t reach_, hides_;
  std::vector<std::int64_t> gaps_, last_;  // per channel: frames so far that say nothing, and the last of many
  std::int64_t hidden_until_ = 0;
  bool within_ = false;  // any of them
};

}  // namespace unguard
