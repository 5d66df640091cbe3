// SPDX-License-Identifier: Apache-2.0
// The level of an envelope as readings at a fixed pace: what a display, a cue or a log takes. The input is an envelope
// (Rms, Arv, TwoPole) with its marks; a reading has a value only while its channel is trusted (quality/trust.hpp).
// Latency: none of its own; a reading is up to one interval old before the next. Cost: one comparison a sample and
// channel.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/reading.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/quality/trust.hpp"

namespace unguard {

struct Levels {
  Seconds interval{0.010};
  Seconds hold{0.5};
  Seconds warmup{0.25};

  friend bool operator==(const Levels&, const Levels&) = default;
};
constexpr SpecInfo info(const Levels*) {
  return {"Levels", "readings of an envelope's level at a fixed pace", "unguard"};
}
constexpr auto fields(const Levels*) {
  return field_list(
      field<&Levels::interval>("interval", "from one reading of a channel to the next", between(1e-6, 60)),
      field<&Levels::hold>("hold", "a channel without believable values for longer is invalid", between(0, 60)),
      field<&Levels::warmup>("warmup", "how long its values must be good then, and at the start, before they are given",
                             between(0, 60)));
}

// A value: it copies, saves and loads. process() is for the real-time thread: no allocation, lock, system call or
// exception.
class LiveLevels {
 public:
  using spec_type = Levels;

  LiveLevels(const Levels& spec, StreamFormat format)
      : spec_(spec),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        every_(samples_in(spec_.interval, format_.rate)),
        full_scale_(format_.full_scale()),
        trust_(channels_, samples_in(spec_.hold, format_.rate), samples_in(spec_.warmup, format_.rate)),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  // One reading a channel at samples every - 1, 2 every - 1, ... of the stream, however it is cut and however small the
  // sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Reading>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    for (std::int64_t i = 0; i < in.frames; ++i, position_ = position_ + 1) {
      if (judged_ <= position_.value) judge(in.part(i, 1));
      if ((position_.value + 1) % every_ != 0) continue;
      // After a full sink: the channels of this frame that did not fit.
      for (; next_channel_ < channels_; ++next_channel_)
        if (!sink.push(read(in.part(i, 1), next_channel_))) return {Status::full, i};
      next_channel_ = 0;
    }
    return {Status::ok, in.frames};
  }

  // The end of the stream: nothing is held back.
  Status finish(Sink<Reading>&) noexcept {
    ended_ = true;
    return Status::ok;
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    position_ = at;
    next_channel_ = 0;
    ended_ = false;
    trust_.reset(at);
    judged_ = at.value;
  }
  // How far a channel is trusted, and since when.
  Trust trust(int channel) const noexcept { return trust_.state(channel); }
  SampleIndex trust_since(int channel) const noexcept { return trust_.since(channel); }
  std::int64_t period() const noexcept { return every_; }
  SampleIndex position() const noexcept { return position_; }
  Latency latency() const { return {format_.rate, {{std::string(info_of<Levels>().name), DelayKind::none, 0, {}}}}; }

  // Live change at a frame boundary: how far the channels are trusted is kept. Handed back unchanged when `next`
  // belongs to another format.
  LiveLevels change(LiveLevels next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.position_ = position_;
    next.judged_ = judged_;
    next.ended_ = ended_;
    next.trust_.adopt(trust_);
    // Of a frame that was half told: only if it has readings by the new pace, too.
    next.next_channel_ = (position_.value + 1) % next.every_ == 0 ? next_channel_ : 0;
    std::swap(*this, next);
    return next;
  }

  SavedState save() const { return save_state(const_cast<LiveLevels&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(next_channel_);
    archive(ended_);
    trust_.state(archive);
    archive(judged_);
    if (next_channel_ < 0 || next_channel_ > channels_) next_channel_ = 0;
  }

  const Levels& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }

 private:
  Marks marks_of(ConstBlock frame, int channel) const noexcept {
    const double value = frame.data[channel];
    return static_cast<Marks>(no_value(value, full_scale_) | (frame.marks ? frame.marks[channel] : mark::none));
  }
  // Once a frame, however often a full sink has it come again.
  void judge(ConstBlock frame) noexcept {
    for (int c = 0; c < channels_; ++c) trust_.step(c, marks_of(frame, c), position_);
    judged_ = position_.value + 1;
  }
  Reading read(ConstBlock frame, int channel) const noexcept {
    const Trust trust = trust_.state(channel);
    const Marks reasons = marks_of(frame, channel);
    if (trust == Trust::ok || trust == Trust::degraded)
      return Reading::valid(channel, position_, frame.data[channel], reasons);
    return Reading::invalid(channel, position_, reasons ? reasons : mark::settling, trust);
  }

  Levels spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t every_;
  double full_scale_;
  TrustMachines trust_;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
  int next_channel_ = 0;
  bool ended_ = false;
  std::int64_t judged_ = 0;  // frames up to here have been
};

// The analyser for this stream, or why there is none.
inline Result<LiveLevels> try_start(const Levels& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (samples_in(spec.interval, format.rate) < 1)
    return fault_of<Levels>("interval", spec.interval,
                            "at least one sample, " + to_text(Seconds{1 / format.rate.value}));
  return LiveLevels(spec, format);
}

#if defined(__cpp_exceptions)
// The analyser for this stream; throws ConfigError naming parameter, value found and what is allowed.
inline LiveLevels start(const Levels& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
