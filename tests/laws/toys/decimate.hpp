// SPDX-License-Identifier: Apache-2.0
// A resampler small enough to be seen through: one frame, the mean, for every four.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unguard/core/format.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/quarantine.hpp"

namespace unguard::laws::toys {

struct Decimate {};

class LiveDecimate {
 public:
  explicit LiveDecimate(int channels)
      : channels_(channels),
        quarantine_(channels, default_full_scale.value, 0),
        clean_(static_cast<std::size_t>(channels)),
        found_(static_cast<std::size_t>(channels)),
        sum_(static_cast<std::size_t>(channels)),
        marks_(static_cast<std::size_t>(channels)) {}

  static constexpr std::int64_t factor = 4;

  Produced process(ConstBlock in, Block out) noexcept {
    if (const Status status = shape(in, out); status != Status::ok) return {status, 0, 0};
    std::int64_t written = 0;
    for (std::int64_t i = 0; i < in.frames; ++i) written += take(in.part(i, 1), out, written);
    return {Status::ok, in.frames, written};
  }
  // Wherever in a group of four the block begins.
  std::int64_t most_written(std::int64_t frames) const noexcept { return (frames + factor - 1) / factor; }
  // Holds nothing that could still come out.
  std::int64_t tail() const noexcept { return 0; }
  Produced finish(Block out) noexcept {
    return {out.channels == channels_ ? Status::ok : Status::wrong_channels, 0, 0};
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    position_ = at;
    quarantine_.reset(at);
    std::fill(sum_.begin(), sum_.end(), 0.0);
    std::fill(marks_.begin(), marks_.end(), mark::none);
  }
  std::int64_t period() const noexcept { return factor; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const { return {{2000}, {{"Decimate", DelayKind::centroid, (factor - 1) / 2.0, {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveDecimate&>(*this), belongs_to()); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to()); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    quarantine_.state(archive);
    archive(sum_);
    archive(marks_);
  }

 protected:
  std::uint64_t belongs_to() const noexcept { return static_cast<std::uint64_t>(channels_); }
  Status shape(ConstBlock in, Block out) const noexcept {
    if (in.channels != channels_ || out.channels != channels_) return Status::wrong_channels;
    if (in.frames < 0 || out.frames < most_written(in.frames)) return Status::wrong_frames;
    return in.frames > 0 && (!in.data || !out.data) ? Status::missing_data : Status::ok;
  }
  // One frame in; how many came out.
  int take(ConstBlock frame, Block out, std::int64_t at) noexcept {
    quarantine_.admit(frame, position_, clean_.data(), found_.data());
    const bool last = (position_.value + 1) % factor == 0;
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      sum_[i] += clean_[i];
      marks_[i] |= found_[i];
      if (!last) continue;
      out(at, c) = sum_[i] / static_cast<double>(factor);
      if (out.marks) out.marks[at * channels_ + c] = marks_[i];
      sum_[i] = 0;
      marks_[i] = mark::none;
    }
    position_ = position_ + 1;
    return last;
  }

  int channels_;
  SampleIndex position_{};
  Quarantine quarantine_;
  std::vector<double> clean_;
  std::vector<Marks> found_;
  std::vector<double> sum_;
  std::vector<Marks> marks_;
};

inline LiveDecimate start(const Decimate&, const StreamFormat& format) { return LiveDecimate(format.channels.count()); }

}  // namespace unguard::laws::toys
