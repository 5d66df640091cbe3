// SPDX-License-Identifier: Apache-2.0
// One channel's events as they live: idle, active, leaving. Enters when either envelope crosses its threshold, leaves
// when both are below theirs, waits whether the gap is one, and places both edges by maximum likelihood.
// Rules: ActivityRule; edges: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00067-3. Cost: four comparisons a sample;
// at an edge one pass over the history.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/detect/activity_rule.hpp"
#include "unguard/detect/activity_view.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/noise_tail.hpp"

namespace unguard {

class Activity {
 public:
  static constexpr int most_reports_a_sample = 3;

  bool idle() const noexcept { return phase_ == Phase::idle; }
  // No event may begin before this sample: the envelopes still hold what was marked.
  bool blocked(std::int64_t now) const noexcept { return now < blocked_until_; }

  // As new; the next sample is `at`, and the envelopes are not full before `at + slow`.
  void reset(std::int64_t at, std::int64_t slow) noexcept {
    *this = Activity{};
    floor_ = at;
    blocked_until_ = at + slow - 1;
  }

  void step(const ActivityView& v, std::uint64_t& ids, EventQueue& out) noexcept {
    if (v.marks) {
      meet_marks(v, out);
    } else {
      marked_run_ = 0;
    }
    switch (phase_) {
      case Phase::idle:
        if (!blocked(v.now) && has_entered(v))
          open(v, activity_began(v, v.now, floor_, std::max(v.fast, v.slow)), ids, out);
        break;
      case Phase::active:
        measure(v);
        if (v.now == refine_at_) refine(v, out);
        if (phase_ == Phase::active) stay(v, out);
        break;
      case Phase::leaving:
        if (another_began(v, ids, out)) break;
        measure(v);
        if (v.now == refine_at_) refine(v, out);
        wait(v, out);
        break;
    }
  }

  // The stream has ended before sample `v.now`; v's histories end with the sample before it.
  void finish(const ActivityView& v, EventQueue& out) noexcept {
    if (phase_ == Phase::idle) return;
    if (phase_ == Phase::active) {
      offset_ = v.now;
      area_to_offset_ = area_ + lead_;
    }
    close(v, out);
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(phase_);
    archive_report(archive, event_);
    archive(offset_);
    archive(left_at_);
    archive(refine_at_);
    archive(last_fast_);
    archive(floor_);
    archive(blocked_until_);
    archive(marked_run_);
    archive(first_marked_);
    archive(peak_slow_);
    archive(peak_fast_);
    archive(area_);
    archive(lead_);
    archive(area_to_offset_);
    archive(slow_entered_);
    archive(fast_entered_);
    if (phase_ < Phase::idle || phase_ > Phase::leaving) *this = Activity{};  // not from here
  }

 private:
  enum class Phase { idle, active, leaving };

  void open(const ActivityView& v, std::int64_t onset, std::uint64_t& ids, EventQueue& out) noexcept {
    phase_ = Phase::active;
    event_ = {};
    event_.id = ++ids;
    event_.channel = v.channel;
    event_.decided = {v.now};
    event_.onset = {onset};
    event_.context = v.context.at(onset);
    peak_slow_ = peak_fast_ = area_ = lead_ = area_to_offset_ = 0;
    slow_entered_ = fast_entered_ = false;
    last_fast_ = v.now;
    refine_at_ = v.now + v.rule.look;
    measure(v);
    report(v, Report::open, out);
  }

  void measure(const ActivityView& v) noexcept {
    peak_slow_ = std::max(peak_slow_, v.slow);
    peak_fast_ = std::max(peak_fast_, v.fast);
    slow_entered_ = slow_entered_ || v.slow > v.baseline.slow().enter;
    fast_entered_ = fast_entered_ || v.fast > v.baseline.fast().enter;
    if (v.fast >= v.baseline.fast().leave) last_fast_ = v.now;
    area_ += area_of(v, v.slow);
  }

  // Looks at the onset again, with what has come since.
  void refine(const ActivityView& v, EventQueue& out) noexcept {
    refine_at_ = -1;
    const std::int64_t onset = activity_began(v, event_.decided.value, floor_, std::max(peak_fast_, peak_slow_));
    // The slow envelope is half a window late.
    const std::int64_t from = onset + v.rule.slow / 2, decided = event_.decided.value;
    lead_ = area_under(v, from, decided) - area_under(v, decided, from);
    if (onset == event_.onset.value) return;
    event_.onset = {onset};
    event_.context = v.context.at(onset);
    report(v, Report::update, out);
  }

  // Active: kind so far, and whether both envelopes have left.
  void stay(const ActivityView& v, EventQueue& out) noexcept {
    if (has_left(v)) {
      phase_ = Phase::leaving;
      left_at_ = v.now;
      resolve_offset(v);
      return;
    }
    // What the fast envelope's smear cannot explain away.
    const std::int64_t sure = last_fast_ - v.rule.fast - event_.onset.value;
    if (event_.context != Context::rest || sure < v.rule.burst || !slow_entered_) return;
    const EventKind kind = kind_of(v.rule, event_.context, sure, fast_entered_, slow_entered_);
    if (kind == event_.kind) return;
    event_.kind = kind;
    report(v, Report::update, out);
  }

  void resolve_offset(const ActivityView& v) noexcept {
    offset_ = activity_ended(v, event_.onset.value, std::max(peak_fast_, peak_slow_));
    area_to_offset_ = area_ + lead_ - area_under(v, offset_ + v.rule.slow / 2, v.now + 1);
  }

  std::int64_t join(const ActivityView& v) const noexcept {
    if (event_.context != Context::rest) return v.rule.activity_join;
    const bool tonic = offset_ - event_.onset.value > v.rule.tonic;
    return tonic ? v.rule.tonic_join : v.rule.join;
  }

  // Leaving, and the muscle is on again. Another event closes this one before anything of it is measured as this one's;
  // after a mere gap this one goes on.
  bool another_began(const ActivityView& v, std::uint64_t& ids, EventQueue& out) noexcept {
    if (blocked(v.now) || !has_entered(v)) return false;
    const std::int64_t again = activity_began(v, v.now, offset_, std::max(v.fast, v.slow));
    if (again - offset_ < join(v)) {
      phase_ = Phase::active;
      return false;
    }
    close(v, out);
    open(v, again, ids, out);
    return true;
  }

  // Leaving, and still off; or on again after a gap.
  void wait(const ActivityView& v, EventQueue& out) noexcept {
    if (phase_ == Phase::active) return;
    if (v.now == left_at_ + v.rule.look) resolve_offset(v);
    if (v.now - offset_ >= join(v) + v.rule.slow) close(v, out);
  }

  void close(const ActivityView& v, EventQueue& out) noexcept {
    const std::int64_t duration = offset_ - event_.onset.value;
    const bool is_event = duration >= v.rule.shortest;
    event_.kind =
        is_event ? kind_of(v.rule, event_.context, duration, fast_entered_, slow_entered_) : EventKind::activity;
    end(v, is_event ? Report::close : Report::cancel, out);
  }

  void end(const ActivityView& v, Report how, EventQueue& out) noexcept {
    event_.offset = {offset_};
    event_.area_uV_s = area_to_offset_;
    report(v, how, out);
    phase_ = Phase::idle;
    floor_ = std::max(floor_, offset_);
    refine_at_ = -1;
  }

  void meet_marks(const ActivityView& v, EventQueue& out) noexcept {
    if (marked_run_++ == 0) first_marked_ = v.now;
    blocked_until_ = std::max(blocked_until_, v.now + v.rule.slow);
    if (phase_ != Phase::idle) {
      event_.reasons |= v.marks;
      const bool late = (v.marks & mark::found_late) && v.now - event_.onset.value < v.rule.late;
      if (late || first_marked_ - event_.onset.value < v.rule.guard) {
        // Young: what was marked may be what opened it.
        offset_ = std::max(event_.onset.value, first_marked_);
        event_.kind = EventKind::activity;
        area_to_offset_ = area_;
        end(v, Report::cancel, out);
      } else if (phase_ == Phase::leaving) {
        close(v, out);
      } else if (marked_run_ > v.rule.bridge) {
        offset_ = first_marked_;
        area_to_offset_ = area_ + lead_;
        close(v, out);
      }
    }
    if (phase_ == Phase::idle) floor_ = v.now + 1;
  }

  void report(const ActivityView& v, Report how, EventQueue& out) noexcept {
    const RestNoise& rest = v.baseline.noise();
    const double slow = std::sqrt(peak_slow_), fast = std::sqrt(peak_fast_);
    const double sure = std::max(stays_below(slow, rest.level, rest.spread, v.rule.slow_looks),
                                 stays_below(fast, rest.fast_level, rest.fast_spread, v.rule.fast_looks));
    event_.report = how;
    event_.peak = {event_.kind == EventKind::spike ? fast : slow};
    event_.confidence = std::max(0.0, 2 * sure - 1);  // either envelope may have been the one
    out.push(event_);
  }

  Phase phase_ = Phase::idle;
  Event event_{};
  std::int64_t offset_ = 0;
  std::int64_t left_at_ = 0;
  std::int64_t refine_at_ = -1;
  std::int64_t last_fast_ = 0;  // last sample with the fast envelope above its leaving level
  std::int64_t floor_ = 0;      // no onset before this sample
  std::int64_t blocked_until_ = 0;
  std::int64_t marked_run_ = 0;
  std::int64_t first_marked_ = 0;
  double peak_slow_ = 0;  // squared
  double peak_fast_ = 0;
  double area_ = 0;  // since decided
  double lead_ = 0;  // from the onset to decided
  double area_to_offset_ = 0;
  bool slow_entered_ = false;
  bool fast_entered_ = false;
};

}  // namespace unguard
