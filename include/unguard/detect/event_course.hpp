// SPDX-License-Identifier: Apache-2.0
// One channel's events as they live, from the activities that ActivityDetector reports: an event is one activity, or
// several with gaps that are none. OPEN with the first alarm; what it is called follows its duration; CLOSE when no
// other activity can belong to it. A later one that is taken back leaves nothing on it. Rules: EventRule. Cost: a few
// comparisons a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/envelope_rhythm.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/event_rule.hpp"
#include "unguard/detect/phasic_episode.hpp"

namespace unguard {

// What a course is told at a sample, and where it reports.
struct CourseView {
  const EventRule& rule;
  const DeclaredContext& context;
  std::int64_t now = 0;
  double rest_power = 0;  // mean square of rest, as followed so far; where an event may begin
  double power = 0;       // of the last 25 ms
  double peak_power = 0;  // largest mean square of the activity that is on so far; 0: none is
  Marks marks = 0;        // of the sample: nobody knows whether it is on
  std::uint64_t& ids;
  EventQueue& out;
};

class EventCourse {
 public:
  static constexpr int most_reports_a_sample = 6;

  explicit EventCourse(Hertz rate) : rhythm_(rate) {}

  // Time alone brings nothing.
  bool is_quiet() const noexcept { return phase_ == Phase::idle && episode_.is_none(); }

  // A report of this channel's activity.
  void take(const CourseView& v, const Event& activity) noexcept {
    switch (activity.report) {
      case Report::open:
        if (phase_ == Phase::leaving && gap(v, activity.onset.value) >= join(v.rule)) close(v);
        if (phase_ == Phase::idle) begin(v, activity, EventKind::activity);
        phase_ = Phase::active;
        now_ = activity;
        return;
      case Report::update:
        now_ = activity;
        if (pieces_ > 0 || phase_ != Phase::active) return;
        event_.onset = activity.onset;
        event_.context = v.context.at(activity.onset.value);
        event_.confidence = activity.confidence;
        return report(v, Report::update);
      case Report::close:
        if (phase_ != Phase::active) return;
        add(activity);
        set_offset(v, activity);
        if (pieces_++ == 0 && event_.kind != EventKind::artefact && is_none(v.rule, activity))
          return end(v, Report::cancel);
        if (event_.kind != EventKind::artefact) event_.attributes = rhythm_.found();
        event_.kind = kind_so_far(v.rule, offset_ - event_.onset.value, square(event_.peak));
        phase_ = Phase::leaving;
        return say(v, event_.kind, square(event_.peak));
      case Report::cancel:
        if (phase_ != Phase::active) return;
        if (pieces_ > 0) {
          // What it was before stands, and no more: marks behind that, too, are wait()'s.
          phase_ = Phase::leaving;
          return say(v, event_.kind, square(event_.peak));
        }
        set_offset(v, activity);
        if (event_.kind == EventKind::artefact) {
          // It is one, however short.
          event_.reasons |= activity.reasons;
          pieces_ = 1;
          phase_ = Phase::leaving;
          return;
        }
        add(activity);
        event_.attributes.single_unit = fires_in_a_row(v.rule, activity);
        return end(v, Report::cancel);
    }
  }

  // What time alone brings, after the sample's reports.
  void pass(const CourseView& v) noexcept {
    // The envelope's, whatever a beat in it was taken for.
    if (phase_ != Phase::idle) rhythm_.step(v.power);
    if (phase_ == Phase::active) name(v);
    if (phase_ != Phase::idle && pieces_ > 0) wait(v);
    episode_.pass(v.rule, phase_ == Phase::idle ? nullptr : &event_, v.now, v.out);
  }

  // The activity that is on, or the event's only one, began when unrelated muscles jumped: what it was called is taken
  // back.
  void becomes_artefact(const CourseView& v) noexcept {
    if (phase_ == Phase::idle || event_.kind == EventKind::artefact) return;
    if (phase_ == Phase::active && pieces_ > 0) {
      close(v);
      return begin_artefact(v, Phase::active);
    }
    // It was taken back by itself, or a part of it that is over.
    if (phase_ == Phase::leaving && now_.onset != event_.onset) return;
    const Phase phase = phase_;
    const std::int64_t offset = offset_;
    const int pieces = pieces_;
    offset_ = phase == Phase::active ? v.now + 1 : offset;
    end(v, Report::cancel);
    begin_artefact(v, phase);
    offset_ = offset;
    pieces_ = pieces;
  }

  // The stream has ended; so have its activities.
  void finish(const CourseView& v) noexcept {
    if (phase_ == Phase::leaving) close(v);
    episode_.end(v.out);
  }

  void reset() noexcept {
    phase_ = Phase::idle;
    said_ = EventKind::activity;
    event_ = now_ = {};
    pieces_ = fired_ = 0;
    offset_ = marked_ = 0;
    last_fired_ = long_ago;
    rest_power_ = 0;
    rhythm_.reset();
    episode_ = {};
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(phase_);
    archive(said_);
    archive_report(archive, event_);
    archive_report(archive, now_);
    archive(pieces_);
    archive(offset_);
    archive(marked_);
    archive(rest_power_);
    archive(fired_);
    archive(last_fired_);
    rhythm_.state(archive);
    episode_.state(archive);
    if (phase_ < Phase::idle || phase_ > Phase::leaving) reset();  // not from here
  }

 private:
  enum class Phase { idle, active, leaving };
  static constexpr int in_a_row = 3;
  static constexpr std::int64_t long_ago = -(std::int64_t{1} << 61);

  void begin(const CourseView& v, const Event& activity, EventKind kind) noexcept {
    event_ = activity;
    event_.id = ++v.ids;
    event_.kind = said_ = kind;
    event_.context = v.context.at(activity.onset.value);
    event_.reasons = mark::none;
    event_.area_uV_s = 0;
    pieces_ = 0;
    rest_power_ = v.rest_power;
    rhythm_.reset();
    report(v, Report::open);
  }
  void begin_artefact(const CourseView& v, Phase phase) noexcept {
    Event artefact = now_;
    artefact.offset = {};
    artefact.decided = {v.now};
    begin(v, artefact, EventKind::artefact);
    if (phase == Phase::leaving) add(now_);
    phase_ = phase;
  }
  void add(const Event& activity) noexcept {
    event_.peak = std::max(event_.peak, activity.peak);
    event_.area_uV_s += activity.area_uV_s;
    // The first one's, as it is now known; then that of the surest.
    event_.confidence = pieces_ == 0 ? activity.confidence : std::max(event_.confidence, activity.confidence);
    event_.reasons |= activity.reasons;
  }
  // A mark that ended it began there.
  void set_offset(const CourseView& v, const Event& activity) noexcept {
    offset_ = activity.offset.value;
    marked_ = v.marks ? v.now - offset_ : 0;
  }

  // A sample that is marked is neither on nor off, for a while.
  std::int64_t gap(const CourseView& v, std::int64_t until) const noexcept {
    return until - offset_ - std::min(marked_, v.rule.marked_join);
  }
  // Behind what is over, and also while a later one is on, which may yet be taken back.
  void wait(const CourseView& v) noexcept {
    marked_ += v.marks != 0;
    // What is marked a while after its fault may have been why it seemed to be over: a lifted electrode is silent.
    if (v.now - offset_ < v.rule.late) event_.reasons |= v.marks & mark::found_late;
    if (phase_ == Phase::leaving && gap(v, v.now) >= join(v.rule) + v.rule.look) close(v);
  }

  // It seemed to go on for long enough, and did not; or a single unit that fires in a row fired twice.
  bool is_none(const EventRule& rule, const Event& activity) noexcept {
    const std::int64_t duration = offset_ - event_.onset.value;
    if (duration < rule.shortest) return true;
    const bool in_row = fired_ == in_a_row && event_.onset.value - last_fired_ <= rule.firing;
    if (!in_row || duration >= rule.among_units) return false;
    event_.attributes.single_unit = fires_in_a_row(rule, activity);
    return true;
  }
  // An alarm that is taken back, and no mark says why. A unit fires at 5 to 12 Hz; now and then one is not heard.
  bool fires_in_a_row(const EventRule& rule, const Event& activity) noexcept {
    if (activity.reasons != mark::none) return false;
    fired_ = activity.onset.value - last_fired_ <= rule.firing ? std::min(fired_ + 1, in_a_row) : 1;
    last_fired_ = activity.onset.value;
    return fired_ == in_a_row;
  }

  // With what is on. Its first activity makes the event, and takes it along if it is taken back. A later one counts
  // only once that hardly happens any more, and changes what is said of the event, not what it is.
  void name(const CourseView& v) noexcept {
    const bool first = pieces_ == 0;
    if (!first && v.now - now_.decided.value < v.rule.settled) return;
    const double peak_power = std::max(square(event_.peak), v.peak_power);
    const EventKind kind = kind_so_far(v.rule, v.now - v.rule.sure - event_.onset.value, peak_power);
    if (first) event_.kind = kind;
    say(v, kind, peak_power);
  }
  // Once it cannot become less: a SPIKE may always become more.
  EventKind kind_so_far(const EventRule& rule, std::int64_t duration, double peak_power) const noexcept {
    if (event_.kind == EventKind::artefact || duration < rule.burst) return event_.kind;
    return kind_of(rule, event_.context, duration, is_loud(rule, peak_power));
  }
  void say(const CourseView& v, EventKind kind, double peak_power) noexcept {
    if (kind == said_) return;
    said_ = kind;
    Event so_far = event_;
    so_far.report = Report::update;
    so_far.kind = kind;
    so_far.peak = {std::sqrt(peak_power)};
    v.out.push(so_far);
  }
  bool is_loud(const EventRule& rule, double peak_power) const noexcept {
    return peak_power >= rule.least_peak * rest_power_;
  }
  static double square(Microvolts v) noexcept { return v.value * v.value; }
  std::int64_t join(const EventRule& rule) const noexcept {
    if (event_.kind == EventKind::artefact) return rule.artefact_join;
    if (event_.context != Context::rest) return rule.activity_join;
    return offset_ - event_.onset.value > rule.tonic ? rule.tonic_join : rule.join;
  }

  void close(const CourseView& v) noexcept {
    if (event_.kind != EventKind::artefact)
      event_.kind = kind_of(v.rule, event_.context, offset_ - event_.onset.value, is_loud(v.rule, square(event_.peak)));
    end(v, Report::close);
    if (event_.kind != EventKind::artefact) episode_.take(v.rule, event_, v.now, v.ids, v.out);
  }
  void end(const CourseView& v, Report how) noexcept {
    event_.offset = {std::max(offset_, event_.onset.value)};
    report(v, how);
    phase_ = Phase::idle;
  }
  void report(const CourseView& v, Report how) noexcept {
    event_.report = how;
    v.out.push(event_);
  }

  Phase phase_ = Phase::idle;
  EventKind said_ = EventKind::activity;  // what it was called last
  Event event_{};                         // of the activities that are over, or of the first one
  Event now_{};                           // the last activity, as last reported
  int pieces_ = 0;                        // activities of this event that are over
  std::int64_t offset_ = 0;               // of the last of them
  std::int64_t marked_ = 0;               // samples since then that are marked
  double rest_power_ = 0;                 // when it began
  int fired_ = 0;                         // alarms taken back in a row, the last at last_fired_
  std::int64_t last_fired_ = long_ago;
  EnvelopeRhythm rhythm_;
  PhasicEpisode episode_{};
};

}  // namespace unguard
