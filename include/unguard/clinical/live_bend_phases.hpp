// SPDX-License-Identifier: Apache-2.0
// BendPhases brought to life for one stream: the angle of each frame goes to phase_machine.hpp, its leaps undone and
// what must not be believed left out, and what is said there to the sink. A value. process() is for the real-time
// thread: no allocation, lock, system call or exception; bounded work. Cost: that of the machine. Latency: decision
// delay.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "unguard/clinical/phase_machine.hpp"
#include "unguard/clinical/phase_report.hpp"
#include "unguard/clinical/stuck_angle.hpp"
#include "unguard/clinical/whole_turns.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

template <class S>
class LiveBendPhases {
 public:
  using spec_type = S;

  LiveBendPhases(S spec, StreamFormat format, int column)
      : format_(std::move(format)),
        column_(column),
        channels_(format_.channels.count()),
        belongs_to_(hash_of(to_text(spec), format_)),
        stuck_(spec.moving, format_.rate),
        machine_(std::move(spec), format_.rate) {
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<PhaseReport>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    return take_frames(
        in.frames, position_, waiting_, [&](std::int64_t i) { step(in, i); }, [&] { return machine_.deliver(sink); });
  }

  // The end of the stream: open phases end there. `full`: empty the sink and call again.
  Status finish(Sink<PhaseReport>& sink) noexcept {
    return end_frames(
        ended_, [&] { machine_.end(position_.value + waiting_); }, [&] { return machine_.deliver(sink); });
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    machine_.begin_at(at);
    turns_ = {};
    stuck_.begin();
    position_ = at;
    waiting_ = ended_ = false;
  }
  // Bits repeat when the first sample is a multiple of it.
  std::int64_t period() const noexcept { return machine_.course().length(); }

  // Live change at a frame boundary: ids, phases under way and what has not been delivered go on by the new rule.
  // Handed back unchanged when `next` belongs to another format, looks elsewhere for the angle or smooths otherwise.
  LiveBendPhases change(LiveBendPhases next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate || next.column_ != column_ ||
        next.spec().smoothing != spec().smoothing)
      return next;
    machine_.swap_rules(next.machine_);
    std::swap(belongs_to_, next.belongs_to_);
    return next;
  }

  // Of a movement that is at once as fast as `moving` and has come as far as `begun`: half the smoothing.
  Latency latency() const {
    return {format_.rate,
            {{std::string(info_of<S>().name), DelayKind::decision, static_cast<double>(machine_.course().late()), {}}}};
  }

  SavedState save() const { return save_state(const_cast<LiveBendPhases&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return machine_.spec(); }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  // As decided so far; `none` where nothing is known.
  Context phase() const noexcept { return machine_.phase(); }
  // Ticks up to this one have an angle; it comes behind the samples by half the smoothing.
  std::int64_t angles_end() const noexcept { return machine_.angles().last + 1; }
  // The mean angle around a sample of the last minute.
  Degrees angle_at(SampleIndex at) const noexcept {
    return {machine_.angles().around(at.value / machine_.course().length())};
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(waiting_);
    archive(ended_);
    machine_.state(archive);
    turns_.state(archive);
    stuck_.state(archive);
  }

 private:
  static constexpr double farthest = 720;  // deg, that a trunk can be at, however a sensor counts

  void step(const ConstBlock& in, std::int64_t i) noexcept {
    const bool known = !is_marked(in, i, column_), good = known && std::fabs(in(i, column_)) <= farthest;
    if (!good)
      stuck_.lose();
    else if (stuck_.add(turns_.undone(in(i, column_)), position_.value))
      machine_.meet(mark::clipped);
    if (known != good) machine_.meet(mark::out_of_range);
    if (!known && in.marks) machine_.meet(in.marks[i * in.channels + column_]);
    machine_.add(good ? turns_.last : 0.0, good, position_);
  }

  StreamFormat format_;
  int column_;
  int channels_;
  std::uint64_t belongs_to_;
  WholeTurns turns_{};
  StuckAngle stuck_;
  PhaseMachine<S> machine_;
  SampleIndex position_{};
  bool waiting_ = false;
  bool ended_ = false;
};

}  // namespace unguard
