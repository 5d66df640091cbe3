// SPDX-License-Identifier: Apache-2.0
// What is measured of every bend and muscle, brought to life for one stream of EMG and trunk angle: phases, powers, and
// a report a muscle when somebody stands again. A value. process() is for the real-time thread: no allocation, lock,
// system call or exception; bounded work: when a bend is over its muscles are measured one a frame. What is measured,
// `Measure` says. Cost: a square a sample, and a bend's that of `Measure`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/bend_follower.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/report_queue.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

// `S` has `phases`. `Measure` has `Item`, with number, channel, doubts and reasons; `remember(ticks)`; `whole(course,
// follower, item)` of the last bend; `so_far(course, follower, now, item)` of the one under way.
template <class S, class Measure>
class LiveBendMeasure {
 public:
  using spec_type = S;
  using Item = typename Measure::Item;

  LiveBendMeasure(S spec, StreamFormat format, LiveBendPhases<BendPhases> phases, int column, Measure measure)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        column_(column),
        channels_(format_.channels.count()),
        muscles_(channels_ - 1),
        follower_(std::move(phases)),
        course_(format_.rate, muscles_, remembered),
        measure_(std::move(measure)),
        belongs_to_(hash_of(to_text(spec_), format_)),
        emg_(static_cast<std::size_t>(muscles_)),
        marks_(emg_.size()),
        reasons_(emg_.size()),
        over_(emg_.size()),
        waiting_(emg_.size()) {
    measure_.remember(remembered);
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Item>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    return take_frames(
        in.frames, position_, held_, [&](std::int64_t i) { step(in.part(i, 1)); },
        [&] { return waiting_.deliver(sink); });
  }
  // The end of the stream: a bend that is not over is none. `full`: empty the sink and call again.
  Status finish(Sink<Item>& sink) noexcept {
    const auto end = [&] {
      while (to_measure_ < muscles_) measure_next();
    };
    return end_frames(ended_, end, [&] { return waiting_.deliver(sink); });
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    follower_.begin_at(at);
    course_.begin_at(at.value);
    for (auto* marks : {&reasons_, &over_}) std::fill(marks->begin(), marks->end(), mark::none);
    to_measure_ = muscles_;
    waiting_.clear();
    position_ = at;
    held_ = ended_ = false;
  }
  // Bits repeat when the first sample is a multiple of it.
  std::int64_t period() const noexcept { return course_.period(); }

  // From the end of a return until it is decided, and a frame a muscle.
  Latency latency() const {
    Latency latency = follower_.phases().latency();
    latency.stages.front().stage = std::string(info_of<S>().name);
    latency.stages.front().samples += spec_.phases.dwell * format_.rate + muscles_;
    return latency;
  }

  SavedState save() const { return save_state(const_cast<LiveBendMeasure&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  Context phase() const noexcept { return follower_.phase(); }
  // Bends of which nothing is told, for a gap in the angle cut them off.
  std::int64_t lost() const noexcept { return follower_.lost(); }
  int angle_column() const noexcept { return column_; }
  // The column of a muscle, counted without the angle.
  int column(int muscle) const noexcept { return muscle + (muscle >= column_); }
  // The bend under way, as far as it has come. In the real-time thread, too; some tens of microseconds.
  Item so_far(int muscle) const noexcept {
    Item item{.number = follower_.bends() + 1, .channel = muscle};
    if (!follower_.bending()) return item;
    measure_.so_far(course_, follower_, position_, item);
    item.doubts |= follower_.doubts_so_far();
    item.reasons = reasons_[index(muscle)];
    return item;
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(held_);
    archive(ended_);
    follower_.state(archive);
    course_.state(archive);
    archive(reasons_);
    archive(over_);
    archive(to_measure_);
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
    const auto news = follower_.step(frame);
    if (news.ended) {
      over_ = reasons_;
      to_measure_ = 0;
    }
    if (news.began) std::fill(reasons_.begin(), reasons_.end(), mark::none);
  }

  void measure_next() noexcept {
    Item item{.number = follower_.bends(),
              .channel = to_measure_,
              .doubts = follower_.doubts(),
              .reasons = over_[index(to_measure_)]};
    measure_.whole(course_, follower_, item);
    waiting_.push(item);
    ++to_measure_;
  }

  S spec_;
  StreamFormat format_;
  int column_;
  int channels_, muscles_;
  BendFollower follower_;
  PowerCourse course_;
  Measure measure_;
  std::uint64_t belongs_to_;
  std::vector<double> emg_;
  std::vector<Marks> marks_;           // of the frame
  std::vector<Marks> reasons_, over_;  // met in the bend under way, and in the last one
  int to_measure_ = 0;                 // muscle of the last bend
  ReportQueue<Item> waiting_;
  SampleIndex position_{};
  bool held_ = false;
  bool ended_ = false;
};

}  // namespace unguard
