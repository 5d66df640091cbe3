// SPDX-License-Identifier: Apache-2.0
// From "above" and "below", sample by sample, to events: enters when it has been above for long enough, leaves when it
// has been below for long enough. With drop-outs: Lidierth 1986, doi:10.1016/0013-4694(86)90163-X. Cost: three
// comparisons a sample.
#pragma once

#include <algorithm>
#include <cstdint>

#include "unguard/detect/onset_channel.hpp"

namespace unguard {

// What is counted are calls of step(): samples, or pairs of them where a method looks at pairs. What is set back are
// samples.
struct CrossingTimes {
  std::int64_t enter_for = 1;    // as many above make an onset
  std::int64_t drop_out = 0;     // as many below in a row do not interrupt their count
  std::int64_t leave_for = 1;    // as many below in a row make an offset
  std::int64_t onset_back = 0;   // the reported onset lies so many samples before the first one above
  std::int64_t offset_back = 0;  // the reported last sample lies so many before the last one above
  std::int64_t shortest = 0;     // events of fewer samples are cancelled

  friend bool operator==(const CrossingTimes&, const CrossingTimes&) = default;
};

class CrossingRun {
 public:
  explicit CrossingRun(CrossingTimes times) : times_(times) {}

  OnsetChange step(bool above, std::int64_t at) noexcept { return step(above, at, at); }
  // Where what is above reaches from `first` to `last`.
  OnsetChange step(bool above, std::int64_t first, std::int64_t last) noexcept {
    return active_ ? stay(above, last) : wait(above, first, last);
  }

  bool active() const noexcept { return active_; }
  std::int64_t onset() const noexcept { return onset_; }
  std::int64_t last_above() const noexcept { return last_above_; }
  std::int64_t latency() const noexcept { return times_.enter_for - 1; }
  // The reported onset of an open event, looked at again.
  void move_onset(std::int64_t onset) noexcept { onset_ = onset; }

  void reset() noexcept {
    above_ = below_ = 0;
    active_ = false;
  }
  // Goes on where the other one is, with the times of this one.
  void adopt(const CrossingRun& other) noexcept {
    const CrossingTimes times = times_;
    *this = other;
    times_ = times;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(above_);
    archive(below_);
    archive(first_above_);
    archive(last_above_);
    archive(onset_);
    archive(active_);
  }

 private:
  OnsetChange wait(bool above, std::int64_t first, std::int64_t last) noexcept {
    if (!above) {
      if (++below_ > times_.drop_out) above_ = 0;
      return {};
    }
    below_ = 0;
    if (above_++ == 0) first_above_ = first;
    if (above_ < times_.enter_for) return {};
    active_ = true;
    above_ = 0;
    last_above_ = last;
    onset_ = first_above_ - times_.onset_back;
    return {OnsetSays::on, onset_, 0};
  }
  OnsetChange stay(bool above, std::int64_t last) noexcept {
    if (above) {
      below_ = 0;
      last_above_ = last;
      return {};
    }
    if (++below_ < times_.leave_for) return {};
    active_ = false;
    above_ = below_ = 0;
    const std::int64_t offset = std::max(onset_, last_above_ + 1 - times_.offset_back);
    return {offset - onset_ < times_.shortest ? OnsetSays::cancelled : OnsetSays::off, onset_, offset};
  }

  CrossingTimes times_;
  std::int64_t above_ = 0;  // drop-outs allowed
  std::int64_t below_ = 0;  // in a row
  std::int64_t first_above_ = 0;
  std::int64_t last_above_ = 0;
  std::int64_t onset_ = 0;
  bool active_ = false;
};

}  // namespace unguard
