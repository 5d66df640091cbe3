// SPDX-License-Identifier: Apache-2.0
// Which of a detector's events may be heartbeats: those that open before it is known whether there is a heart, and what
// it looks like. They bear the reason `heart` as long as they live, whatever becomes known later.
// Cost: none but a flag a frame. Latency: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"

namespace unguard {

class EventDoubts {
 public:
  EventDoubts(int channels, std::int64_t tile)
      : unsure_(static_cast<std::size_t>(tile)), doubted_(static_cast<std::size_t>(channels)) {}

  // Of the frames of a tile.
  void note(std::int64_t frame, bool unsure) noexcept { unsure_[static_cast<std::size_t>(frame)] = unsure; }
  // `at`: the frame of that tile at which the event was decided.
  void mark(Event& event, std::int64_t at) noexcept {
    const auto channel = static_cast<std::size_t>(event.channel);
    if (channel >= doubted_.size()) return;  // of a state that is not from here
    const std::int64_t last = static_cast<std::int64_t>(unsure_.size()) - 1;
    const bool unsure = unsure_[static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, last))];
    if (event.report == Report::open && unsure) doubted_[channel] = event.id;
    if (event.id == doubted_[channel]) event.reasons |= mark::heart;
  }

  void reset() noexcept {
    std::fill(unsure_.begin(), unsure_.end(), std::uint8_t{0});
    std::fill(doubted_.begin(), doubted_.end(), std::uint64_t{0});
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(unsure_);
    archive(doubted_);
  }

 private:
  std::vector<std::uint8_t> unsure_;    // a flag a frame
  std::vector<std::uint64_t> doubted_;  // per channel: the id of the last event that may be a beat; 0: none
};

}  // namespace unguard
