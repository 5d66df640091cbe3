// SPDX-License-Identifier: Apache-2.0
// R looked for once more, beside the one that is known. Where beats look another way in every channel, as when the
// electrodes were turned over, what R is taken for may be a later wave of them, too late for what comes before to be
// taken off. The rule is our own. Cost: RPeakTracker's while it looks, for a minute at most; else none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/block.hpp"
#include "unguard/core/units.hpp"
#include "unguard/denoise/moment.hpp"
#include "unguard/denoise/r_peak_tracker.hpp"

namespace unguard {

class SecondLook {
 public:
  SecondLook(const RPeakTracker& tracker, Hertz rate) : tracker_(tracker), rate_(rate) {}

  bool looking() const noexcept { return looking_; }
  // From the frame on that comes in next, behind so many.
  void begin(std::int64_t frames) noexcept {
    tracker_.reset();
    began_ = frames;
    last_ = {};
    looking_ = true;
  }
  void end() noexcept { looking_ = false; }

  // One frame, the last of so many, while it looks, and what the known tracker says: whether it is believed, whether it
  // has just decided a beat, and its last one. True where R has been found to be another wave: its tracker is the one
  // to go by, then.
  bool take(const double* x, const Marks* wrong, std::int64_t frames, bool believed, bool decided,
            const Moment& known) noexcept {
    const bool found = tracker_.take(x, wrong);
    if (found) last_ = Moment{tracker_.beat().at.frame + began_, tracker_.beat().at.beyond};
    if (frames - began_ > samples_in(longest, rate_) || !believed) looking_ = false;
    if (!looking_ || !(found || decided) || !tracker_.believable()) return false;
    const double apart = std::fabs(last_.until(known.frame) + known.beyond);
    if (apart > of_one_beat * rate_) return false;
    looking_ = false;
    return apart >= of_one_wave * rate_;
  }
  // What it has found with, and the frame it began at; the known one may be left in its place.
  RPeakTracker& tracker() noexcept { return tracker_; }
  std::int64_t began() const noexcept { return began_; }

  template <class Archive>
  void state(Archive& archive, std::int64_t frames) {
    tracker_.state(archive);
    archive(began_);
    archive(looking_);
    last_.state(archive);
    began_ = std::clamp<std::int64_t>(began_, 0, std::max<std::int64_t>(frames, 0));  // not from here
  }

 private:
  static constexpr Seconds longest{60}, of_one_beat{0.1}, of_one_wave{0.008};

  RPeakTracker tracker_;
  Hertz rate_;
  std::int64_t began_ = 0;
  Moment last_{};
  bool looking_ = false;
};

}  // namespace unguard
