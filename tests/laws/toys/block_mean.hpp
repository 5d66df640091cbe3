// SPDX-License-Identifier: Apache-2.0
// An analyser small enough to be seen through: the mean over every 20 samples; no value when one of them was bad.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"

namespace unguard::laws::toys {

struct BlockMean {};

class LiveBlockMean {
 public:
  explicit LiveBlockMean(int channels)
      : channels_(channels), sum_(static_cast<std::size_t>(channels)), reasons_(static_cast<std::size_t>(channels)) {}

  static constexpr std::int64_t length = 20;

  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    if (const Status status = shape(in); status != Status::ok || in.frames == 0) return {status, 0};
    for (std::int64_t i = 0; i < in.frames; ++i) {
      if (!held_) add(in.part(i, 1));
      held_ = !say(sink);
      if (held_) return {Status::full, i};
      position_ = position_ + 1;
    }
    return {Status::ok, in.frames};
  }
  Status finish(Sink<Reading>&) noexcept {
    ended_ = true;
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    position_ = at;
    clear();
    next_ = 0;
    held_ = ended_ = false;
  }
  std::int64_t period() const noexcept { return length; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const { return {{2000}, {{"BlockMean", DelayKind::centroid, (length - 1) / 2.0, {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveBlockMean&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(sum_);
    archive(reasons_);
    archive(next_);
    archive(held_);
    archive(ended_);
  }

 protected:
  std::uint64_t belongs_to() const noexcept { return static_cast<std::uint64_t>(channels_); }
  Status shape(ConstBlock in) const noexcept {
    if (ended_) return Status::ended;
    if (in.channels != channels_) return Status::wrong_channels;
    if (in.frames < 0) return Status::wrong_frames;
    return in.frames > 0 && !in.data ? Status::missing_data : Status::ok;
  }
  void clear() noexcept {
    std::fill(sum_.begin(), sum_.end(), 0.0);
    std::fill(reasons_.begin(), reasons_.end(), mark::none);
  }
  void add(ConstBlock frame) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const double x = frame.data[c];
      if (frame.marks) reasons_[i] |= frame.marks[c];
      if (!std::isfinite(x))
        reasons_[i] |= mark::non_finite;
      else if (std::fabs(x) > default_full_scale.value)
        reasons_[i] |= mark::out_of_range;
      else
        sum_[i] += x;
    }
  }
  bool due() const noexcept { return (position_.value + 1) % length == 0; }
  // True when all that is due has gone into the sink.
  bool say(Sink<Reading>& sink) noexcept {
    if (!due()) return true;
    for (; next_ < channels_; ++next_) {
      const auto i = static_cast<std::size_t>(next_);
      if (!sink.push(reasons_[i] ? Reading::invalid(next_, position_, reasons_[i])
                                 : Reading::valid(next_, position_, sum_[i] / static_cast<double>(length))))
        return false;
    }
    next_ = 0;
    clear();
    return true;
  }

  int channels_;
  SampleIndex position_{};
  std::vector<double> sum_;
  std::vector<Marks> reasons_;
  int next_ = 0;
  bool held_ = false;
  bool ended_ = false;
};

inline LiveBlockMean start(const BlockMean&, const StreamFormat& format) {
  return LiveBlockMean(format.channels.count());
}

}  // namespace unguard::laws::toys
