// SPDX-License-Identifier: Apache-2.0
// The rules of BendPhases, tick by tick: which phase somebody is in, by how fast the angle changes against the peak of
// the same movement. A phase is opened when it is decided, where its movement began as far as that is known by then;
// all phases of a bend are closed, with edges by movement_edge.hpp, when their order is sure: standing, bending and
// full flexion when somebody has come half way back up. What was a pause, or no bend, is cancelled. A value; bounded
// work, for the real-time thread. Cost: an addition a sample, a straight line a hundred times a second.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/clinical/angle_memory.hpp"
#include "unguard/clinical/bend_reports.hpp"
#include "unguard/clinical/movement_edge.hpp"
#include "unguard/clinical/phase_report.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

template <class S>
class PhaseMachine {
 public:
  PhaseMachine(S spec, Hertz rate)
      : spec_(std::move(spec)),
        course_(spec_.smoothing, rate),
        dwell_(ticks(spec_.dwell)),
        pause_(ticks(spec_.longest_pause)),
        gap_(ticks(spec_.longest_gap)) {}

  void begin_at(SampleIndex at) noexcept {
    course_.begin_at(at.value);
    angles_.begin_at(at.value / course_.length());
    reports_.clear();
    usual_ = 0;
    forget();
  }

  // What was met in the angle.
  void meet(Marks why) noexcept { reports_.meet(why); }
  // The next sample of the angle, and where it lies in the stream.
  void add(double degrees, bool good, SampleIndex at) noexcept {
    reports_.decided = at;
    if (course_.add(degrees, good)) follow(course_.at());
  }
  // Whatever is open ends here.
  void end(std::int64_t at) noexcept {
    if (phase_ == Context::none) return;
    const bool back = phase_ == Context::returning;
    if (!(back && confirmed_)) {
      const bool stands = phase_ == Context::standing;
      if (reports_.standing.id != 0)
        reports_.close(reports_.standing, stands ? SampleIndex{at} : reports_.bending.onset);
      if (!stands) reports_.close(reports_.bending, hung() ? reports_.full.onset : SampleIndex{at});
      if (!stands && hung()) reports_.close(reports_.full, back ? reports_.returning.onset : SampleIndex{at});
    }
    if (back) reports_.close(reports_.returning, {at});
  }
  // True when all that was said has gone.
  bool deliver(Sink<PhaseReport>& sink) noexcept { return reports_.queue.deliver(sink); }

  // Goes on by the rules of another, which gets those that were followed.
  void swap_rules(PhaseMachine& other) noexcept {
    std::swap(spec_, other.spec_);
    std::swap(dwell_, other.dwell_);
    std::swap(pause_, other.pause_);
    std::swap(gap_, other.gap_);
  }

  const S& spec() const noexcept { return spec_; }
  const AngleCourse& course() const noexcept { return course_; }
  const AngleMemory& angles() const noexcept { return angles_; }
  // As decided so far; `none` where nothing is known.
  Context phase() const noexcept { return phase_; }

  template <class Archive>
  void state(Archive& archive) {
    archive(reports_.ids);
    course_.state(archive);
    archive(angles_.degrees);
    reports_.queue.state(archive);
    for (PhaseReport* e : {&reports_.standing, &reports_.bending, &reports_.full, &reports_.returning})
      archive_report(archive, *e);
    archive(phase_);
    archive(angles_.last);
    archive(angles_.first);
    archive(low_since_);
    archive(missing_);
    archive(opened_at_);
    archive(confirmed_);
    archive(reports_.reasons);
    archive(paused_);
    for (double* v : {&upright_, &top_, &hold_, &lowest_, &peak_, &from_, &first_stop_, &usual_}) {
      archive(*v);
      if (!std::isfinite(*v)) *v = 0;
    }
    // Not from here.
    for (double& angle : angles_.degrees)
      if (!std::isfinite(angle)) angle = 0;
    if (phase_ > Context::standing || phase_ == Context::rest) phase_ = Context::none;
    for (std::int64_t* tick : {&angles_.last, &angles_.first, &low_since_, &missing_, &opened_at_})
      if (!(*tick >= never && *tick < far_off)) *tick = 0;
  }

 private:
  static constexpr std::int64_t never = -1, far_off = std::int64_t{1} << 61;
  // A line through noise is never quite level.
  static constexpr double least_still = 0.25;  // of `moving`

  std::int64_t ticks(Seconds t) const {
    return std::max<std::int64_t>(1, std::llround(t.value / course_.tick().value));
  }
  std::int64_t now() const noexcept { return angles_.last; }
  SampleIndex sample_of(TickTime at) const noexcept {
    return {std::max<std::int64_t>(0, course_.middle(at.tick, at.off))};
  }
  bool hung() const noexcept { return reports_.hung(); }

  void follow(const AngleTick& t) noexcept {
    if (t.number < angles_.first) return;
    angles_.add(t.number, t.degrees);
    if (t.good) {
      missing_ = 0;
      return decide(t);
    }
    reports_.meet(mark::gap);
    if (++missing_ > gap_ && phase_ != Context::none) {
      end(sample_of({now() - missing_}).value);
      forget();
    }
  }
  void forget() noexcept {
    phase_ = Context::none;
    low_since_ = never;
    missing_ = 0;
    opened_at_ = 0;
    confirmed_ = false;
    reports_.reasons = mark::none;
    paused_ = false;
    upright_ = top_ = hold_ = lowest_ = peak_ = from_ = first_stop_ = 0;
  }

  void decide(const AngleTick& t) noexcept {
    switch (phase_) {
      case Context::standing:
        return stand(t);
      case Context::bending:
        return bend(t);
      case Context::full_flexion:
        return hang(t);
      case Context::returning:
        return come_back(t);
      default:
        if (low_for(std::fabs(t.speed) < spec_.moving.value, dwell_)) {
          upright_ = settled();
          open(reports_.standing, Context::standing, sample_of({low_since_}));
        }
    }
  }
  void open(PhaseReport& e, Context phase, SampleIndex onset) noexcept {
    reports_.open(e, phase, onset);
    phase_ = phase;
  }

  // Whether the speed has been low for long enough.
  bool low_for(bool low, std::int64_t how_long) noexcept {
    if (!low)
      low_since_ = never;
    else if (low_since_ == never)
      low_since_ = now();
    return low && now() - low_since_ >= how_long;
  }
  double slow() const noexcept { return std::max(spec_.still * peak_, least_still * spec_.moving.value); }
  // Where somebody has come to rest.
  double settled() const noexcept { return angles_.mean(now() - dwell_ / 2, now()); }

  void begin_movement(double peak) noexcept {
    opened_at_ = now();
    peak_ = peak;
    low_since_ = never;
  }
  void follow_peak(double speed) noexcept { peak_ = std::max(peak_, speed); }
  SampleIndex start_of(double from, double to) const noexcept {
    return sample_of(angles_.start_of(from, to, opened_at_));
  }
  SampleIndex end_of(double from, double to) const noexcept { return sample_of(angles_.end_of(from, to, low_since_)); }

  void stand(const AngleTick& t) noexcept {
    if (std::fabs(t.speed) < least_still * spec_.moving.value)
      upright_ += 0.1 * (t.degrees - upright_);
    else if (t.speed >= spec_.moving.value && t.degrees - upright_ >= spec_.begun.value)
      begin_bend(t);
  }

  void begin_bend(const AngleTick& t) noexcept {
    begin_movement(t.speed);
    top_ = t.degrees;
    reports_.full = {};
    from_ = upright_;
    first_stop_ = upright_ + std::max(usual_, 2 * spec_.least_range.value);
    paused_ = false;
    open(reports_.bending, Context::bending, bend_onset());
  }
  void bend(const AngleTick& t) noexcept {
    follow_peak(t.speed);
    top_ = std::max(top_, t.degrees);
    const bool far = top_ - upright_ >= spec_.least_range.value;
    if (t.speed <= -spec_.moving.value && top_ - t.degrees >= spec_.begun.value) {
      if (!far) return no_bend(t);
      hold_ = top_;
      settle_bend_onset();
      return begin_return(t);
    }
    if (!low_for(t.speed < slow(), dwell_)) return;
    if (!far) return no_bend(t);
    hold_ = settled();
    settle_bend_onset();
    open(reports_.full, Context::full_flexion, std::max(end_of(from_, hold_), reports_.bending.onset));
  }
  // Not before what came before.
  SampleIndex bend_onset() const noexcept {
    return std::max(start_of(upright_, first_stop_), std::max(reports_.standing.onset, reports_.returning.offset));
  }
  void settle_bend_onset() noexcept {
    if (!paused_) first_stop_ = hold_;
    reports_.refine(reports_.bending, bend_onset());
  }
  void no_bend(const AngleTick& t) noexcept {
    reports_.cancel(reports_.bending);
    phase_ = Context::standing;
    upright_ = t.degrees;
    low_since_ = never;
  }

  void hang(const AngleTick& t) noexcept {
    if (std::fabs(t.speed) < least_still * spec_.moving.value) hold_ += 0.1 * (t.degrees - hold_);
    const double further = std::max(spec_.begun.value, 0.1 * (hold_ - upright_));
    if (t.speed >= spec_.moving.value && t.degrees - hold_ >= further) {
      // A pause on the way down.
      reports_.cancel(reports_.full);
      phase_ = Context::bending;
      paused_ = true;
      from_ = hold_;
      begin_movement(t.speed);
      top_ = std::max(top_, t.degrees);
    } else if (t.speed <= -spec_.moving.value && hold_ - t.degrees >= spec_.begun.value) {
      begin_return(t);
    }
  }

  void begin_return(const AngleTick& t) noexcept {
    begin_movement(-t.speed);
    lowest_ = t.degrees;
    confirmed_ = false;
    from_ = hold_;
    open(reports_.returning, Context::returning, return_onset());
  }
  SampleIndex return_onset() const noexcept {
    return std::max(start_of(hold_, upright_), hung() ? reports_.full.onset : reports_.bending.onset);
  }
  void come_back(const AngleTick& t) noexcept {
    follow_peak(-t.speed);
    lowest_ = std::min(lowest_, t.degrees);
    const double range = hold_ - upright_;
    if (!confirmed_) {
      if (2 * (hold_ - t.degrees) >= range)
        confirm();
      else if (t.speed >= spec_.moving.value && hold_ - t.degrees <= spec_.begun.value)
        return went_on_hanging(t);
    }
    const bool again = t.speed >= spec_.moving.value && t.degrees - lowest_ >= spec_.least_range.value;
    if (confirmed_ && again) {
      // Down again before standing.
      reports_.close(reports_.returning, sample_of({now()}));
      reports_.standing = {};
      return begin_bend(t);
    }
    const bool low = low_for(-t.speed < slow(), dwell_);
    if (!low) return;
    const bool upright = t.degrees - upright_ <= std::max(spec_.near_upright.value, spec_.near_share * range);
    const bool given_up = now() - low_since_ >= pause_;
    if (!upright && !given_up) {
      from_ = t.degrees;
      return;
    }
    if (!confirmed_) return went_on_hanging(t);
    stand_again(range);
  }
  // Nothing of the phases before can change any more.
  void confirm() noexcept {
    confirmed_ = true;
    // A turn is slow, too.
    if (hung() && return_onset() - reports_.full.onset < dwell_ * course_.length()) reports_.cancel(reports_.full);
    const SampleIndex onset = return_onset();
    if (reports_.standing.id != 0) reports_.close(reports_.standing, reports_.bending.onset);
    reports_.close(reports_.bending, hung() ? reports_.full.onset : onset);
    if (hung()) reports_.close(reports_.full, onset);
    reports_.refine(reports_.returning, onset);
  }
  void went_on_hanging(const AngleTick& t) noexcept {
    reports_.cancel(reports_.returning);
    hold_ = t.degrees;
    low_since_ = never;
    if (hung())
      phase_ = Context::full_flexion;
    else
      open(reports_.full, Context::full_flexion, sample_of({now()}));
  }
  void stand_again(double range) noexcept {
    usual_ = range;
    const SampleIndex offset = std::max(end_of(from_, settled()), reports_.returning.onset);
    reports_.close(reports_.returning, offset);
    upright_ = settled();
    open(reports_.standing, Context::standing, offset);
    reports_.bending = reports_.full = reports_.returning = {};
    low_since_ = never;
  }

  S spec_;
  AngleCourse course_;
  std::int64_t dwell_, pause_, gap_;  // ticks
  AngleMemory angles_;
  BendReports reports_;
  Context phase_ = Context::none;
  std::int64_t low_since_ = never;                        // tick
  std::int64_t missing_ = 0;                              // ticks in a row
  std::int64_t opened_at_ = 0;                            // tick of the movement under way
  bool confirmed_ = false;                                // that somebody comes back up
  double upright_ = 0, top_ = 0, hold_ = 0, lowest_ = 0;  // deg
  double peak_ = 0;                                       // deg/s, of the movement under way
  bool paused_ = false;                                   // on the way down
  double from_ = 0;        // deg, where the movement under way, or what was left of it behind a pause, began
  double first_stop_ = 0;  // deg, where the bend's first movement ended
  double usual_ = 0;       // deg, range of the last bend; 0: there was none
};

}  // namespace unguard
