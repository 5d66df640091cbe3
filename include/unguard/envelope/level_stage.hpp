// SPDX-License-Identifier: Apache-2.0
// A stage behind an envelope that makes a level of a level, frame by frame, and says in marks what it thinks of it.
// It remembers nothing. Cost: that of its spec's apply(). No delay.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

// `Rule` is made of spec and format, and has `apply(levels, marks)` of one frame, in place. A level that is not finite
// or beyond full scale comes to it as 0, marked with the reason and `missing`.
template <Spec S, class Rule>
class LiveLevelStage {
 public:
  using spec_type = S;

  LiveLevelStage(S spec, StreamFormat format, Rule rule)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        rule_(std::move(rule)),
        channels_(format_.channels.count()),
        full_scale_(format_.full_scale()),
        marks_(static_cast<std::size_t>(channels_)),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    const FlushSubnormals guard;
    for (std::int64_t i = 0; i < in.frames; ++i) {
      double* levels = out.data + i * channels_;
      for (int c = 0; c < channels_; ++c) {
        const std::int64_t k = i * channels_ + c;
        const Marks none = no_value(in.data[k], full_scale_);
        non_finite_ += none == mark::non_finite;
        out_of_range_ += none == mark::out_of_range;
        marks_[static_cast<std::size_t>(c)] =
            static_cast<Marks>((in.marks ? in.marks[k] : mark::none) | none | (none ? mark::missing : mark::none));
        levels[c] = none ? 0 : in.data[k];
      }
      rule_.apply({levels, marks_.size()}, marks_);
      if (out.marks) std::copy(marks_.begin(), marks_.end(), out.marks + i * channels_);
    }
    position_ = position_ + in.frames;
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    non_finite_ = out_of_range_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  SampleIndex position() const noexcept { return position_; }
  // Live change at a frame boundary. Handed back unchanged when `next` belongs to another format.
  LiveLevelStage change(LiveLevelStage next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.position_ = position_;
    next.non_finite_ = non_finite_;
    next.out_of_range_ = out_of_range_;
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz = {100}) const {
    return {format_.rate, {{std::string(info_of<S>().name), DelayKind::none, 0, {}}}};
  }
  SavedState save() const { return save_state(const_cast<LiveLevelStage&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(non_finite_);
    archive(out_of_range_);
  }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  std::int64_t replaced_non_finite() const noexcept { return non_finite_; }
  std::int64_t replaced_out_of_range() const noexcept { return out_of_range_; }
  std::int64_t ringing() const noexcept { return 0; }

 private:
  S spec_;
  StreamFormat format_;
  Rule rule_;
  int channels_;
  double full_scale_;
  std::vector<Marks> marks_;  // of the frame under way
  std::int64_t non_finite_ = 0, out_of_range_ = 0;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

// What has to be measured has no default.
template <Spec S, class T>
std::optional<Fault> refuse_not_given(std::string_view parameter, const PerChannel<T>& given, std::string_view what) {
  if (!given.values.empty()) return std::nullopt;
  return fault_in_words<S>(parameter, "not given", std::string(what) + ", one for all channels or one for each");
}

// One value a channel of a PerChannel list.
template <Spec S, class T>
std::optional<Fault> refuse_count(std::string_view parameter, const PerChannel<T>& given, int channels) {
  if (given.values.size() == 1 || given.values.size() == static_cast<std::size_t>(channels)) return std::nullopt;
  return fault_in_words<S>(parameter, std::to_string(given.values.size()) + " values",
                           "one for all or one for each of " + std::to_string(channels) + " channels");
}

}  // namespace unguard
