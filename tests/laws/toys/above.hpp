// SPDX-License-Identifier: Apache-2.0
// A detector small enough to be seen through: an event opens at the third sample in a row above 10 uV, and closes when
// 200 samples have been below; a bad sample cancels it.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/detect/event_queue.hpp"

namespace unguard::laws::toys {

struct Above {};

class LiveAbove {
 public:
  explicit LiveAbove(int channels)
      : channels_(channels),
        above_(static_cast<std::size_t>(channels)),
        below_(static_cast<std::size_t>(channels)),
        open_(static_cast<std::size_t>(channels)),
        queue_(static_cast<std::size_t>(channels)) {}

  static constexpr double level = 10;
  static constexpr std::int64_t needed = 3, hold = 200;

  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    if (const Status status = shape(in); status != Status::ok || in.frames == 0) return {status, 0};
    for (std::int64_t i = 0; i < in.frames; ++i) {
      if (!held_) step(in.part(i, 1));
      held_ = !queue_.deliver(sink);
      if (held_) return {Status::full, i};
      position_ = position_ + 1;
    }
    return {Status::ok, in.frames};
  }
  Status finish(Sink<Event>& sink) noexcept {
    if (!queue_.deliver(sink)) return Status::full;
    if (!ended_) {
      ended_ = true;
      for (int c = 0; c < channels_; ++c)
        if (open_[at(c)].id) end(c, Report::close);
    }
    return queue_.deliver(sink) ? Status::ok : Status::full;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at_sample) noexcept {
    position_ = at_sample;
    ids_ = 0;
    std::fill(above_.begin(), above_.end(), 0);
    std::fill(below_.begin(), below_.end(), 0);
    std::fill(open_.begin(), open_.end(), Event{});
    queue_.clear();
    held_ = ended_ = false;
  }
  std::int64_t period() const noexcept { return 1; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const { return {{2000}, {{"Above", DelayKind::decision, static_cast<double>(needed - 1), {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveAbove&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(ids_);
    archive(above_);
    archive(below_);
    for (auto& e : open_) archive_report(archive, e);
    queue_.state(archive);
    archive(held_);
    archive(ended_);
  }

 protected:
  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  std::uint64_t belongs_to() const noexcept { return static_cast<std::uint64_t>(channels_); }
  Status shape(ConstBlock in) const noexcept {
    if (ended_) return Status::ended;
    if (in.channels != channels_) return Status::wrong_channels;
    if (in.frames < 0) return Status::wrong_frames;
    return in.frames > 0 && !in.data ? Status::missing_data : Status::ok;
  }
  void step(ConstBlock frame) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const double x = std::fabs(frame.data[c]);
      Event& e = open_[at(c)];
      if ((frame.marks && frame.marks[c]) || !(x < default_full_scale.value)) {
        if (e.id) end(c, Report::cancel);
        above_[at(c)] = below_[at(c)] = 0;
        continue;
      }
      above_[at(c)] = x > level ? above_[at(c)] + 1 : 0;
      below_[at(c)] = x > level ? 0 : below_[at(c)] + 1;
      if (e.id) e.peak.value = std::max(e.peak.value, x);
      if (!e.id && above_[at(c)] == needed) open(c, x);
      if (e.id && below_[at(c)] == hold) end(c, Report::close);
    }
  }
  void open(int c, double x) noexcept {
    Event& e = open_[at(c)];
    e = {};
    e.id = ++ids_;
    e.channel = c;
    e.onset = position_ - (needed - 1);
    e.decided = position_ - predates_;
    e.peak = {x};
    queue_.push(e);
  }
  void end(int c, Report how) noexcept {
    Event& e = open_[at(c)];
    e.report = how;
    e.offset = position_ - below_[at(c)];
    queue_.push(e);
    e = {};
  }

  int channels_;
  SampleIndex position_{};
  std::uint64_t ids_ = 0;
  std::vector<std::int64_t> above_, below_;
  std::vector<Event> open_;
  EventQueue queue_;
  bool held_ = false;
  bool ended_ = false;
  std::int64_t predates_ = 0;  // for a liar
};

inline LiveAbove start(const Above&, const StreamFormat& format) { return LiveAbove(format.channels.count()); }

}  // namespace unguard::laws::toys
