// SPDX-License-Identifier: Apache-2.0
// One side signal as it comes in: each sample is given its time on the EMG's sample clock, taken once and in order, and
// held until the frames of the EMG have met it; what cannot be taken is counted. Cost: a copy a sample, and a search in
// the last 1,024 for one that is refused. Latency: none by itself.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/format.hpp"
#include "unguard/stream/sample_time.hpp"
#include "unguard/stream/side_channel.hpp"
#include "unguard/stream/side_clock.hpp"

namespace unguard {

// With a clock its samples are numbered, and their times follow from it; without, each comes with its own time.
struct SideInput {
  StreamFormat format;
  std::optional<SideClock> clock{};

  friend bool operator==(const SideInput&, const SideInput&) = default;
};

// Since the start. received = taken + duplicate + out_of_order.
struct SideCounts {
  std::int64_t received = 0;      // samples, of all channels together one
  std::int64_t taken = 0;         // into the values of frames
  std::int64_t late = 0;          // of those taken: a frame at or after it had gone out
  std::int64_t duplicate = 0;     // had been taken before, as far as remembered: the last 1,024
  std::int64_t out_of_order = 0;  // not after the one before it, or without a time that can be counted
  std::int64_t replaced = 0;      // single values that were no number, or beyond full scale
  std::int64_t unawaited = 0;     // frames that went out before it was known what this input is there

  friend bool operator==(const SideCounts&, const SideCounts&) = default;
};

class LiveSideInput {
 public:
  // Where the frames of the EMG stand.
  struct Frames {
    SampleIndex begun{};  // the first
    SampleIndex next{};   // to go out
    SampleIndex heard{};  // to come
    double ahead = 0;     // how many frames a sample may be ahead of them
  };

  LiveSideInput(SideInput input, Hertz emg, const SideRule& rule, std::size_t room)
      : input_(std::move(input)),
        emg_(emg),
        rule_(rule),
        full_scale_(input_.format.full_scale()),
        channels_(static_cast<std::size_t>(input_.format.channels.count()), SideChannel(room)),
        last_good_(channels_.size()),
        seen_at_(remembered),
        seen_fraction_(remembered) {
    reset();
  }

  const StreamFormat& format() const noexcept { return input_.format; }
  bool numbered() const noexcept { return input_.clock.has_value(); }
  const SideClock& clock() const noexcept { return clock_; }
  const SideCounts& counts() const noexcept { return counts_; }

  // For the samples that come from now on.
  Status set_clock(const SideClock& clock) noexcept {
    const bool good = clock.rate.value > 0 && clock.rate <= max_rate && can_be_counted(clock.first) &&
                      clock.origin.fraction >= 0 && clock.origin.fraction < 1 && can_be_counted(clock.origin.at);
    if (!numbered() || !good) return Status::wrong_time;
    clock_ = clock;
    return Status::ok;
  }

  void reset() noexcept {
    clock_ = input_.clock.value_or(SideClock{});
    for (auto& channel : channels_) channel.clear();
    std::fill(last_good_.begin(), last_good_.end(), 0.0);
    known_ = stamp_ = before_all_time;
    counts_ = {};
  }

  // One sample of all channels. `full`: not yet, nor counted; any other status: it has had its turn.
  Status take(const SampleTime& came_with, const double* values, const Marks* marks, const Frames& frames) noexcept {
    const std::optional<SampleTime> time = time_of(came_with);
    const SampleTime stamp = numbered() ? came_with : time.value_or(before_all_time);
    // Both: a clock that is set back must not take a number twice, nor one set forward a time.
    if (!time || !(stamp > stamp_) || !(*time > known_)) {
      ++counts_.received;
      ++(seen(stamp) ? counts_.duplicate : counts_.out_of_order);
      return Status::wrong_time;
    }
    if (samples_between({frames.heard}, *time) > frames.ahead) return Status::full;
    for (auto& channel : channels_) {
      channel.pass(frames.next);
      if (channel.full()) return Status::full;
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) take_value(c, *time, values[c], marks ? marks[c] : mark::none);
    const auto place = static_cast<std::size_t>(counts_.taken % remembered);
    seen_at_[place] = stamp.at.value;
    seen_fraction_[place] = stamp.fraction;
    stamp_ = stamp;
    known_ = *time;
    ++counts_.received;
    ++counts_.taken;
    counts_.late += frames.next > frames.begun && *time <= SampleTime{frames.next - 1};
    return Status::ok;
  }

  // Whether the values at this frame are what they will be. Frames are asked for in order.
  bool settled(SampleIndex frame) noexcept {
    bool all = true;
    for (auto& channel : channels_) {
      channel.pass(frame);
      all = all && channel.settled(frame, known_, rule_);
    }
    return all;
  }
  // Its values at a frame that settled() has been asked for; one that must go may not be.
  void give(SampleIndex frame, bool must_go, double* values, Marks* marks) noexcept {
    counts_.unawaited += must_go && !settled(frame);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const SideValue found = channels_[c].at(frame, rule_);
      values[c] = found.value;
      marks[c] = found.marks;
    }
  }

  bool torn() const noexcept {
    return counts_.taken < 0 ||
           std::any_of(channels_.begin(), channels_.end(), [](const SideChannel& c) { return c.torn(); });
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(clock_.rate.value);
    for (SampleTime* time : {&clock_.origin, &known_, &stamp_}) {
      archive(time->at.value);
      archive(time->fraction);
    }
    archive(clock_.first.value);
    for (auto& channel : channels_) channel.state(archive);
    archive(last_good_);
    archive(seen_at_);
    archive(seen_fraction_);
    for (auto* count : {&counts_.received, &counts_.taken, &counts_.late, &counts_.duplicate, &counts_.out_of_order,
                        &counts_.replaced, &counts_.unawaited})
      archive(*count);
  }

 private:
  static constexpr std::int64_t remembered = 1024;  // samples

  std::optional<SampleTime> time_of(const SampleTime& stamp) const noexcept {
    return numbered() ? clock_.time_of(stamp.at, emg_) : later({stamp.at, 0}, stamp.fraction);
  }
  // Whether it is one of the last that were taken.
  bool seen(const SampleTime& stamp) const noexcept {
    const std::int64_t kept = std::min(counts_.taken, remembered);
    std::int64_t low = counts_.taken - kept, high = counts_.taken;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      const auto place = static_cast<std::size_t>(middle % remembered);
      const SampleTime one{{seen_at_[place]}, seen_fraction_[place]};
      if (one == stamp) return true;
      (one < stamp ? low : high) = one < stamp ? middle + 1 : middle;
    }
    return false;
  }
  void take_value(std::size_t c, const SampleTime& time, double value, Marks marks) noexcept {
    // Lost before it came here: bridged like one that never came.
    if (marks & mark::missing) return;
    const bool number = std::isfinite(value), within = number && std::fabs(value) <= full_scale_;
    if (within) {
      last_good_[c] = value;
    } else {
      marks |= number ? mark::out_of_range : mark::non_finite;
      ++counts_.replaced;
    }
    channels_[c].take(time, last_good_[c], marks);
  }

  SideInput input_;
  Hertz emg_;
  SideRule rule_;
  double full_scale_;
  std::vector<SideChannel> channels_;
  std::vector<double> last_good_;
  std::vector<std::int64_t> seen_at_;
  std::vector<double> seen_fraction_;

  SideClock clock_{};
  SampleTime known_{}, stamp_{};  // of the last sample taken: its time, and what it came with
  SideCounts counts_{};
};

}  // namespace unguard
