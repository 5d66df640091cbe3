// SPDX-License-Identifier: Apache-2.0
// What comes out late is bridged from both ends. When samples are lost only what came before is known, and a slope that
// was an R wave leads away; behind a treatment that waits, what comes after the gap is known, too, and the heart is off
// both ends: a straight line between them. A gap whose end does not come in time stays where it began. The rule is our
// own. Cost: one copy a sample, and a byte while gaps are about. Latency: none of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"

namespace unguard {

class BothEnds {
 public:
  // `delay`: by how many frames what comes out is later.
  BothEnds(int channels, std::int64_t delay)
      : channels_(channels),
        kept_(delay + 1),
        what_(static_cast<std::size_t>(kept_ * channels)),
        last_(static_cast<std::size_t>(channels)),
        step_(last_.size()),
        within_(last_.size()) {}

  // The marks of the frame that came in as the `now`-th, or none.
  void take(const Marks* marks, std::int64_t now) noexcept {
    bool any = false;
    for (int c = 0; marks && c < channels_; ++c) any = any || (marks[c] & mark::withholding);
    if (any) last_wrong_ = now;
    if (now - last_wrong_ > kept_) return;  // only zeros are left
    for (int c = 0; c < channels_; ++c) {
      const Marks m = marks ? marks[c] & mark::withholding : mark::none;
      what(now, c) = m == mark::none ? good : m & mark::gap ? bridged : bad;
    }
  }
  // The frame that comes out as the `out`-th; `clean(frame, channel)`: what will come out later, as far as is known.
  template <class Clean>
  void run(double* y, std::int64_t out, std::int64_t now, Clean clean) noexcept {
    if (out < 0 || out > last_wrong_) return;  // a gap is known long before it comes out
    for (int c = 0; c < channels_; ++c) {
      const auto k = static_cast<std::size_t>(c);
      const bool gap = what(out, c) == bridged;
      if (gap && !within_[k]) {
        std::int64_t end = out + 1;
        while (end <= now && what(end, c) == bridged) ++end;
        const bool known = end <= now && what(end, c) == good;
        step_[k] = known ? (clean(end, c) - last_[k]) / static_cast<double>(end - out + 1) : 0;
      }
      within_[k] = gap;
      if (gap) y[c] = last_[k] + step_[k];
    }
    std::copy_n(y, channels_, last_.data());
  }

  void reset() noexcept {
    std::fill(what_.begin(), what_.end(), good);
    std::fill(last_.begin(), last_.end(), 0.0);
    std::fill(within_.begin(), within_.end(), std::uint8_t{0});
    last_wrong_ = never;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(what_);
    archive(last_);
    archive(step_);
    archive(within_);
    for (auto& flag : within_) flag = flag != 0;
    archive(last_wrong_);
    last_wrong_ = std::clamp(last_wrong_, never, -never);  // not from here
  }

 private:
  static constexpr std::uint8_t good = 0, bridged = 1, bad = 2;
  static constexpr std::int64_t never = -(std::int64_t{1} << 60);

  std::uint8_t& what(std::int64_t frame, int channel) noexcept {
    return what_[static_cast<std::size_t>(frame % kept_ * channels_ + channel)];
  }

  int channels_;
  std::int64_t kept_;
  std::vector<std::uint8_t> what_;  // of the frames that have not come out, and of the one that does
  std::vector<double> last_, step_;
  std::vector<std::uint8_t> within_;
  std::int64_t last_wrong_ = never;
};

}  // namespace unguard
