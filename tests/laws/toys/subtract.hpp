// SPDX-License-Identifier: Apache-2.0
// A combiner small enough to be seen through: the first input, one sample late, minus the second. One sample late so
// that it has a state.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/quarantine.hpp"

namespace unguard::laws::toys {

struct Subtract {};

class LiveSubtract {
 public:
  explicit LiveSubtract(int channels)
      : channels_(channels),
        first_(channels, default_full_scale.value, 1),
        second_(channels, default_full_scale.value, 0),
        a_(static_cast<std::size_t>(channels)),
        b_(static_cast<std::size_t>(channels)),
        late_(static_cast<std::size_t>(channels)),
        marks_a_(static_cast<std::size_t>(channels)),
        marks_b_(static_cast<std::size_t>(channels)) {}

  Status process(std::span<const ConstBlock> in, Block out) noexcept {
    if (const Status status = shape(in, out); status != Status::ok) return status;
    for (std::int64_t i = 0; i < out.frames; ++i) take(in[0].part(i, 1), in[1].part(i, 1), out.part(i, 1));
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    position_ = at;
    first_.reset(at);
    second_.reset(at);
    std::fill(late_.begin(), late_.end(), 0.0);
  }
  std::int64_t period() const noexcept { return 1; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const { return {{2000}, {{"Subtract", DelayKind::centroid, 1, {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveSubtract&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    first_.state(archive);
    second_.state(archive);
    archive(late_);
  }

 protected:
  std::uint64_t belongs_to() const noexcept { return static_cast<std::uint64_t>(channels_); }
  Status shape(std::span<const ConstBlock> in, Block out) const noexcept {
    if (in.size() != 2 || out.channels != channels_) return Status::wrong_channels;
    for (const ConstBlock& block : in) {
      if (block.channels != channels_) return Status::wrong_channels;
      if (block.frames != out.frames || block.frames < 0) return Status::wrong_frames;
      if (block.frames > 0 && (!block.data || !out.data)) return Status::missing_data;
    }
    return Status::ok;
  }
  void take(ConstBlock a, ConstBlock b, Block out) noexcept {
    first_.admit(a, position_, a_.data(), marks_a_.data());
    second_.admit(b, position_, b_.data(), marks_b_.data());
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      out(0, c) = late_[i] - b_[i];
      late_[i] = a_[i];
      if (out.marks) out.marks[c] = static_cast<Marks>(marks_a_[i] | marks_b_[i]);
    }
    position_ = position_ + 1;
  }

  int channels_;
  SampleIndex position_{};
  Quarantine first_, second_;
  std::vector<double> a_, b_, late_;
  std::vector<Marks> marks_a_, marks_b_;
};

inline LiveSubtract start(const Subtract&, const StreamFormat& format) { return LiveSubtract(format.channels.count()); }

}  // namespace unguard::laws::toys
