// SPDX-License-Identifier: Apache-2.0
// EventDetector brought to life for one stream: ActivityDetector inside, one EventCourse a channel, and what all
// channels together say. A value. process() is for the real-time thread: no allocation, lock, system call or exception;
// bounded work. Source of the rules: event_detector.hpp. Cost: a few comparisons a sample beside ActivityDetector's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/event_course.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/event_rule.hpp"
#include "unguard/detect/same_instant.hpp"

namespace unguard {

template <class S>
class LiveEventDetector {
 public:
  using spec_type = S;
  using Activities = LiveOnsetDetector<ActivityDetector, ThinnedChannel>;

  LiveEventDetector(S spec, Activities activities, SameInstant same_instant, EventRule rule, Context first,
                    std::uint64_t belongs_to)
      : spec_(std::move(spec)),
        activities_(std::move(activities)),
        rule_(rule),
        channels_(activities_.format().channels.count()),
        belongs_to_(belongs_to),
        same_instant_(std::move(same_instant)),
        context_(first),
        heard_(3 * count()),
        queue_(EventCourse::most_reports_a_sample * count()),
        courses_(count(), EventCourse(activities_.format().rate)) {
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    return take_frames(
        in.frames, position_, held_, [&](std::int64_t i) { step(in.part(i, 1)); },
        [&] { return queue_.deliver(sink); });
  }

  // The end of the stream: open events close. `full`: empty the sink and call again.
  Status finish(Sink<Event>& sink) noexcept {
    const auto end = [&] {
      activities_.finish(heard_);
      hear();
      for (int c = 0; c < channels_; ++c) courses_[at(c)].finish(view(c));
    };
    return end_frames(ended_, end, [&] { return queue_.deliver(sink); });
  }

  // Declares something about the stream, from its sample on. Refused for samples already processed.
  Status declare(const Marker& marker) noexcept { return markers_.add(marker, {next()}); }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at_sample) noexcept {
    activities_.begin_at(at_sample);
    same_instant_.reset();
    context_.reset();
    markers_.clear();
    heard_.clear();
    queue_.clear();
    for (EventCourse& course : courses_) course.reset();
    position_ = at_sample;
    ids_ = 0;
    held_ = ended_ = false;
  }
  std::int64_t period() const noexcept { return activities_.period(); }

  // Live change at a frame boundary: ids, open events, what was declared and what has not been delivered go on, by the
  // new rules. Activities go on where only thresholds differ; otherwise they end here, and their events go on if they
  // are found anew soon enough. Handed back unchanged when `next` belongs to another format.
  LiveEventDetector change(LiveEventDetector next) noexcept {
    if (next.channels_ != channels_ || next.activities_.format().rate != activities_.format().rate) return next;
    next.begin_at(position_);
    next.activities_ = activities_.change(std::move(next.activities_));
    std::swap(next.activities_, activities_);
    next.same_instant_.adopt(same_instant_);
    next.context_.adopt(context_);
    next.markers_ = markers_;
    next.courses_ = courses_;
    next.queue_ = queue_;
    next.ids_ = ids_;
    next.held_ = held_;
    next.ended_ = ended_;
    std::swap(*this, next);
    return next;
  }

  // ActivityDetector's: an event opens with its first alarm.
  Latency latency() const {
    Latency all = activities_.latency();
    for (auto& stage : all.stages) stage.stage = std::string(info_of<S>().name);
    return all;
  }

  SavedState save() const { return save_state(const_cast<LiveEventDetector&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return activities_.format(); }
  SampleIndex position() const noexcept { return position_; }
  // Of the last event; those to come are numbered on from it.
  std::uint64_t last_id() const noexcept { return ids_; }
  void number_from(std::uint64_t last) noexcept { ids_ = last; }
  Marks standing(int c) const noexcept { return activities_.standing(c); }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(ids_);
    archive(held_);
    archive(ended_);
    activities_.state(archive);
    same_instant_.state(archive);
    context_.state(archive);
    markers_.state(archive);
    queue_.state(archive);
    for (auto& course : courses_) course.state(archive);
  }

 private:
  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  std::size_t count() const noexcept { return at(channels_); }
  // The sample after the last one worked through.
  std::int64_t next() const noexcept { return position_.value + held_; }

  void step(ConstBlock frame) noexcept {
    while (markers_.due(position_)) context_.take(markers_.take());
    activities_.process(frame, heard_);
    hear();
    if (same_instant_.step(position_.value))
      for (int c = 0; c < channels_; ++c)
        if (same_instant_.together(c)) courses_[at(c)].becomes_artefact(view(c));
    for (int c = 0; c < channels_; ++c)
      if (!courses_[at(c)].is_quiet()) courses_[at(c)].pass(view_of_time(c));
  }
  // What the activities said: no more than one report a channel and sample, and what a change left.
  void hear() noexcept {
    for (const Event& e : heard_.items()) {
      if (e.report == Report::open) same_instant_.alarm(e.channel, e.onset.value, position_.value);
      if (e.report == Report::update) same_instant_.moved(e.channel, e.onset.value);
      courses_[at(e.channel)].take(view(e.channel), e);
    }
    heard_.clear();
  }
  CourseView view(int c) noexcept {
    CourseView v = view_of_time(c);
    v.rest_power = activities_.channel(c).rest_power();
    return v;
  }
  // The level of rest is an exponential, which no sample without a report needs.
  CourseView view_of_time(int c) noexcept {
    const Marks marks = standing(c) & mark::of_samples;
    return {rule_, context_, position_.value, 0, activities_.power(c), activities_.peak_power(c), marks, ids_, queue_};
  }

  S spec_;
  Activities activities_;
  EventRule rule_;
  int channels_;
  std::uint64_t belongs_to_;
  SameInstant same_instant_;
  DeclaredContext context_;
  MarkerQueue markers_{};
  Sink<Event> heard_;
  EventQueue queue_;
  std::vector<EventCourse> courses_;
  std::uint64_t ids_ = 0;
  SampleIndex position_{};
  bool held_ = false;
  bool ended_ = false;
};

}  // namespace unguard
