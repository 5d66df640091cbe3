// SPDX-License-Identifier: Apache-2.0
// One channel's events as they live: idle, active, leaving. Enters when either envelope crosses its threshold, leaves
// when both are below theirs, waits whether the gap is one, and places both edges by maximum likelihood.
// Rules: ActivityRule; edges: Staude & Wolf 1999, doi:10.1016/S1350-4533(99)00060-2. Cost: four comparisons a sample;
// at an edge one pass over the history.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/core/event.hpp"
#include "unguard/detect/activity_rule.hpp"
#include "unguard/detect/change_point.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/noise_tail.hpp"
#include "unguard/detect/rest_baseline.hpp"

namespace unguard {

// What an Activity sees of its stream at one sample.
struct ActivityView {
  const ActivityRule& rule;
  const History& squares;      // newest: this sample
  const History& slow_powers;  // the slow envelope, squared
  const DeclaredContext& context;
  const RestBaseline& baseline;
  int channel = 0;
  std::int64_t now = 0;
  double slow = 0;  // mean squares of this sample
  double fast = 0;
  Marks marks = 0;
};

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
        if (!blocked(v.now) && entered(v)) open(v, began(v, floor_), ids, out);
        break;
      case Phase::active:
        measure(v);
        if (v.now == refine_at_) refine(v, out);
        if (phase_ == Phase::active) stay(v, out);
        break;
      case Phase::leaving:
        measure(v);
        if (v.now == refine_at_) refine(v, out);
        wait(v, ids, out);
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
    archive_event(archive, event_);
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
  }

 private:
  enum class Phase { idle, active, leaving };

  // The fast envelope counts in declared rest only: it is there for spikes.
  static bool in_rest(const ActivityView& v) noexcept { return v.context.at(v.now) == Context::rest; }
  static bool entered(const ActivityView& v) noexcept {
    return v.slow > v.baseline.slow().enter || (v.fast > v.baseline.fast().enter && in_rest(v));
  }
  static bool left(const ActivityView& v) noexcept {
    return v.slow < v.baseline.slow().leave && (v.fast < v.baseline.fast().leave || !in_rest(v));
  }

  // The variance an edge is told from: that of the event, but no more than twentyfold rest, so that a slow beginning of
  // a strong one counts.
  static ActivityEvidence evidence(const ActivityView& v, double power) noexcept {
    const double rest = v.baseline.power();
    return {rest, std::clamp(power, lowest_contrast * rest, highest_contrast * rest)};
  }
  // An onset lies within the slow window that crossed: what is older did not make it cross.
  static std::int64_t oldest_onset(const ActivityView& v, std::int64_t decided, std::int64_t floor) noexcept {
    const std::int64_t first = std::max(floor, decided - v.rule.slow);
    return std::clamp<std::int64_t>(v.now - first, 0, v.squares.length() - 1);
  }
  std::int64_t began(const ActivityView& v, std::int64_t floor) const noexcept {
    const std::int64_t oldest = oldest_onset(v, v.now, floor);
    return v.now - began_ago(v.squares, v.channel, oldest, 0, evidence(v, std::max(v.fast, v.slow)));
  }

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
    area_ += excess(v, v.slow);
  }
  static double excess(const ActivityView& v, double slow_power) noexcept {
    return std::max(0.0, std::sqrt(slow_power) - v.baseline.noise().level) / v.rule.rate;
  }
  // The area under the slow envelope over samples [first, last), as far as the history goes.
  static double area(const ActivityView& v, std::int64_t first, std::int64_t last) noexcept {
    double sum = 0;
    for (std::int64_t i = std::max(first, v.now - v.slow_powers.length() + 1); i < std::min(last, v.now + 1); ++i)
      sum += excess(v, v.slow_powers.at(v.channel, v.now - i));
    return sum;
  }

  // Looks at the onset again, with what has come since.
  void refine(const ActivityView& v, EventQueue& out) noexcept {
    refine_at_ = -1;
    const std::int64_t oldest = oldest_onset(v, event_.decided.value, floor_);
    const std::int64_t onset =
        v.now - began_ago(v.squares, v.channel, oldest, 0, evidence(v, std::max(peak_fast_, peak_slow_)));
    // The slow envelope is half a window late.
    const std::int64_t from = onset + v.rule.slow / 2, decided = event_.decided.value;
    lead_ = area(v, from, decided) - area(v, decided, from);
    if (onset == event_.onset.value) return;
    event_.onset = {onset};
    event_.context = v.context.at(onset);
    report(v, Report::update, out);
  }

  // Active: kind so far, and whether both envelopes have left.
  void stay(const ActivityView& v, EventQueue& out) noexcept {
    if (left(v)) {
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
    const std::int64_t oldest = std::clamp<std::int64_t>(v.now - event_.onset.value, 0, v.squares.length() - 1);
    offset_ = v.now + 1 - ended_ago(v.squares, v.channel, oldest, 0, evidence(v, std::max(peak_fast_, peak_slow_)));
    area_to_offset_ = area_ + lead_ - area(v, offset_ + v.rule.slow / 2, v.now + 1);
  }

  std::int64_t join(const ActivityView& v) const noexcept {
    if (event_.context != Context::rest) return v.rule.activity_join;
    const bool tonic = offset_ - event_.onset.value > v.rule.tonic;
    return tonic ? v.rule.tonic_join : v.rule.join;
  }

  // Leaving: is it a gap, or the end?
  void wait(const ActivityView& v, std::uint64_t& ids, EventQueue& out) noexcept {
    if (!blocked(v.now) && entered(v)) {
      const std::int64_t again = began(v, offset_);
      if (again - offset_ < join(v)) {
        phase_ = Phase::active;
        return;
      }
      close(v, out);
      open(v, again, ids, out);
      return;
    }
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
      if (first_marked_ - event_.onset.value < v.rule.guard) {
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

  static constexpr double lowest_contrast = 4;
  static constexpr double highest_contrast = 20;

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
