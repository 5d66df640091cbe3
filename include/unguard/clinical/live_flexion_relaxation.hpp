// SPDX-License-Identifier: Apache-2.0
// FlexionRelaxation brought to life for one stream. A value. process() is for the real-time thread: no allocation,
// lock, system call or exception; bounded work: when a bend is over its muscles are measured one a frame. Source of the
// rules: flexion_relaxation.hpp. Cost: a square a sample; a bend of 20 s, 0.2 ms a muscle.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/bend_phases.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/report_queue.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

template <class S>
class LiveFlexionRelaxation {
 public:
  using spec_type = S;

  LiveFlexionRelaxation(S spec, StreamFormat format, LiveBendPhases<BendPhases> phases, int column, BendLevelRule rule)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        column_(column),
        channels_(format_.channels.count()),
        muscles_(channels_ - 1),
        phases_(std::move(phases)),
        found_(16),
        course_(format_.rate, muscles_, remembered),
        levels_(std::move(rule)),
        belongs_to_(hash_of(to_text(spec_), format_)),
        emg_(static_cast<std::size_t>(muscles_)),
        marks_(emg_.size()),
        reasons_(emg_.size()),
        over_(emg_.size()),
        waiting_(emg_.size()) {
    levels_.remember(remembered);
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same bends however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Bend>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    return take_frames(
        in.frames, position_, held_, [&](std::int64_t i) { step(in.part(i, 1)); },
        [&] { return waiting_.deliver(sink); });
  }
  // The end of the stream: a bend that is not over is none. `full`: empty the sink and call again.
  Status finish(Sink<Bend>& sink) noexcept {
    const auto end = [&] {
      while (to_measure_ < muscles_) measure_next();
    };
    return end_frames(ended_, end, [&] { return waiting_.deliver(sink); });
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    phases_.begin_at(at);
    found_.clear();
    course_.begin_at(at.value);
    now_ = edges_ = {};
    for (auto* marks : {&reasons_, &over_}) std::fill(marks->begin(), marks->end(), mark::none);
    bends_ = 0;
    to_measure_ = muscles_;
    waiting_.clear();
    doubts_ = doubts_of_now_ = doubt::none;
    position_ = at;
    held_ = ended_ = false;
  }
  // Bits repeat when the first sample is a multiple of it.
  std::int64_t period() const noexcept { return course_.period(); }

  // From the end of a return until it is decided, and a frame a muscle.
  Latency latency() const {
    Latency latency = phases_.latency();
    latency.stages.front().stage = std::string(info_of<S>().name);
    latency.stages.front().samples += spec_.phases.dwell * format_.rate + muscles_;
    return latency;
  }

  SavedState save() const { return save_state(const_cast<LiveFlexionRelaxation&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  Context phase() const noexcept { return phases_.phase(); }
  // The column of a muscle, counted without the angle.
  int column(int muscle) const noexcept { return muscle + (muscle >= column_); }
  // The bend under way, as far as it has come; levels of phases that have not begun are not known. In the real-time
  // thread, too; some microseconds.
  Bend so_far(int muscle) const noexcept {
    Bend bend{.number = bends_ + 1, .channel = muscle};
    const std::int64_t now = position_.value;
    const bool down = phase() == Context::bending, hung = phase() == Context::full_flexion;
    if (!down && !hung && phase() != Context::returning) return bend;
    BendEdges edges = now_;
    if (down) edges.full = now;
    if (down || hung) edges.returning = now;
    edges.hung = now_.hung && !down;
    edges.end = now;
    levels_.levels(course_, edges, now, bend);
    describe(edges, bend);
    bend.doubts |= doubts_of_now_;
    bend.reasons = reasons_[index(muscle)];
    return bend;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(held_);
    archive(ended_);
    phases_.state(archive);
    course_.state(archive);
    for (BendEdges* e : {&now_, &edges_}) {
      for (std::int64_t* at : {&e->standing, &e->bending, &e->full, &e->returning, &e->end, &e->pause, &e->pause_end}) {
        archive(*at);
        if (!(*at >= 0 && *at < (std::int64_t{1} << 61))) *at = 0;  // not from here
      }
      archive(e->hung);
    }
    archive(reasons_);
    archive(over_);
    archive(bends_);
    archive(to_measure_);
    archive(doubts_);
    archive(doubts_of_now_);
    waiting_.state(archive);
    if (!(to_measure_ >= 0 && to_measure_ <= muscles_)) to_measure_ = muscles_;
  }

 private:
  static constexpr std::int64_t remembered = 6000;  // ticks, a minute

  static std::size_t index(int muscle) noexcept { return static_cast<std::size_t>(muscle); }

  void step(ConstBlock frame) noexcept {
    for (int m = 0; m < muscles_; ++m) {
      const int c = column(m);
      emg_[index(m)] = frame(0, c);
      marks_[index(m)] = frame.marks ? frame.marks[c] : mark::none;
      reasons_[index(m)] |= marks_[index(m)];
    }
    course_.add(emg_.data(), marks_.data());
    if (to_measure_ < muscles_) measure_next();
    phases_.process(frame, found_);
    for (const PhaseReport& e : found_.items()) take(e);
    found_.clear();
  }

  void take(const PhaseReport& e) noexcept {
    if (e.reasons & (mark::gap | mark::missing)) doubts_of_now_ |= doubt::angle_gap;
    const bool begins = e.report == Report::open || e.report == Report::update;
    switch (e.phase) {
      case Context::standing:
        now_.standing = e.onset.value;
        break;
      case Context::bending:
        if (e.report == Report::open) begin_bend();
        now_.bending = e.onset.value;
        if (e.report == Report::close) now_.full = now_.returning = e.offset.value;
        break;
      case Context::full_flexion:
        now_.full = e.onset.value;
        now_.hung = e.report != Report::cancel;
        if (e.report == Report::close) now_.returning = e.offset.value;
        if (e.report == Report::cancel) pause(e);
        break;
      default:
        if (begins) now_.returning = e.onset.value;
        if (e.report == Report::close && phase() != Context::none) end_bend(e.offset);
    }
  }
  void begin_bend() noexcept {
    const std::int64_t standing = now_.standing;
    now_ = {.standing = standing, .hung = false};
    doubts_of_now_ = doubt::none;
    std::fill(reasons_.begin(), reasons_.end(), mark::none);
  }
  // On the way down, and long enough to have a level; the last one counts.
  void pause(const PhaseReport& e) noexcept {
    const std::int64_t left = e.offset.value - samples_in(spec_.phases.smoothing, format_.rate);
    if (left - e.onset.value < samples_in({1}, format_.rate)) return;
    now_.pause = e.onset.value;
    now_.pause_end = left;
  }
  void end_bend(SampleIndex end) noexcept {
    now_.end = end.value;
    edges_ = now_;
    doubts_ = doubts_of_now_;
    over_ = reasons_;
    ++bends_;
    to_measure_ = 0;
    // Who went down again did not stand.
    now_ = {.standing = end.value, .hung = false};
  }

  void measure_next() noexcept {
    Bend bend{.number = bends_, .channel = to_measure_, .doubts = doubts_, .reasons = over_[index(to_measure_)]};
    levels_.whole(course_, edges_, bend);
    describe(edges_, bend);
    waiting_.push(bend);
    ++to_measure_;
  }
  void describe(const BendEdges& e, Bend& b) const noexcept {
    b.bending = {e.bending};
    b.full = {e.full};
    b.returning = {e.returning};
    b.end = {e.end};
    b.upright = phases_.angle_at({e.bending});
    b.deepest = phases_.angle_at({(e.full + e.returning) / 2});
    if (!b.has_silence) return;
    b.silence_from = phases_.angle_at(b.silence_begins);
    b.silence_to = phases_.angle_at(b.silence_ends);
  }
  S spec_;
  StreamFormat format_;
  int column_;
  int channels_, muscles_;
  LiveBendPhases<BendPhases> phases_;
  Sink<PhaseReport> found_;
  PowerCourse course_;
  BendLevels levels_;
  std::uint64_t belongs_to_;
  std::vector<double> emg_;
  std::vector<Marks> marks_;           // of the frame
  std::vector<Marks> reasons_, over_;  // met in the bend under way, and in the last one
  BendEdges now_{}, edges_{};          // of both
  Doubts doubts_ = doubt::none, doubts_of_now_ = doubt::none;
  std::int64_t bends_ = 0;
  int to_measure_ = 0;  // muscle of the last bend
  ReportQueue<Bend> waiting_;
  SampleIndex position_{};
  bool held_ = false;
  bool ended_ = false;
};

}  // namespace unguard
