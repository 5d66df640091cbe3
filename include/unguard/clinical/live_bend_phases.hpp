// SPDX-License-Identifier: Apache-2.0
// BendPhases brought to life for one stream. A value. process() is for the real-time thread: no allocation, lock,
// system call or exception; bounded work. A phase OPENs when it is decided, where its movement began as far as that is
// known by then; all phases of a bend CLOSE, with edges by movement_edge.hpp, when their order is sure: standing,
// bending and full flexion when somebody has come half way back up. What was a pause, or no bend, is cancelled.
// Cost: an addition a sample, a straight line a hundred times a second. Latency: decision delay.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/clinical/movement_edge.hpp"
#include "unguard/clinical/phase_report.hpp"
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
      : spec_(std::move(spec)),
        format_(std::move(format)),
        column_(column),
        channels_(format_.channels.count()),
        course_(spec_.smoothing, format_.rate),
        dwell_(ticks(spec_.dwell)),
        pause_(ticks(spec_.longest_pause)),
        gap_(ticks(spec_.longest_gap)),
        belongs_to_(hash_of(to_text(spec_), format_)),
        degrees_(static_cast<std::size_t>(remembered)),
        queue_(most_at_once) {
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<PhaseReport>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    return take_frames(
        in.frames, position_, waiting_, [&](std::int64_t i) { step(in, i); }, [&] { return queue_.deliver(sink); });
  }

  // The end of the stream: open phases end there. `full`: empty the sink and call again.
  Status finish(Sink<PhaseReport>& sink) noexcept {
    return end_frames(
        ended_, [&] { end_all(position_.value + waiting_, mark::none); }, [&] { return queue_.deliver(sink); });
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    course_.begin_at(at.value);
    std::fill(degrees_.begin(), degrees_.end(), 0.0);
    for (PhaseReport* e : {&standing_, &bending_, &full_, &returning_}) *e = {};
    queue_.clear();
    now_ = at.value / course_.length();
    usual_ = turns_ = last_sample_ = 0;
    first_ = now_;
    forget();
    ids_ = 0;
    position_ = at;
    waiting_ = ended_ = false;
  }
  // Bits repeat when the first sample is a multiple of it.
  std::int64_t period() const noexcept { return course_.length(); }

  // Live change at a frame boundary: ids, phases under way and what has not been delivered go on by the new rule.
  // Handed back unchanged when `next` belongs to another format, looks elsewhere for the angle or smooths otherwise.
  LiveBendPhases change(LiveBendPhases next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate || next.column_ != column_ ||
        next.spec_.smoothing != spec_.smoothing)
      return next;
    std::swap(spec_, next.spec_);
    std::swap(dwell_, next.dwell_);
    std::swap(pause_, next.pause_);
    std::swap(gap_, next.gap_);
    std::swap(belongs_to_, next.belongs_to_);
    return next;
  }

  // Of a movement that is at once as fast as `moving` and has come as far as `begun`: half the smoothing.
  Latency latency() const {
    return {format_.rate,
            {{std::string(info_of<S>().name), DelayKind::decision, static_cast<double>(course_.late()), {}}}};
  }

  SavedState save() const { return save_state(const_cast<LiveBendPhases&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  // As decided so far; `none` where nothing is known.
  Context phase() const noexcept { return phase_; }
  // Ticks up to this one have an angle; it comes behind the samples by half the smoothing.
  std::int64_t angles_end() const noexcept { return now_ + 1; }
  // The mean angle around a sample of the last minute.
  Degrees angle_at(SampleIndex at) const noexcept {
    const std::int64_t tick = at.value / course_.length();
    return {mean_degrees(tick - 2, tick + 2)};
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(waiting_);
    archive(ended_);
    archive(ids_);
    course_.state(archive);
    archive(degrees_);
    queue_.state(archive);
    for (PhaseReport* e : {&standing_, &bending_, &full_, &returning_}) archive_report(archive, *e);
    archive(phase_);
    archive(now_);
    archive(first_);
    archive(low_since_);
    archive(missing_);
    archive(opened_at_);
    archive(confirmed_);
    archive(reasons_);
    archive(paused_);
    for (double* v :
         {&upright_, &top_, &hold_, &lowest_, &peak_, &from_, &first_stop_, &usual_, &turns_, &last_sample_})
      archive(*v);
    // Not from here.
    for (double& angle : degrees_)
      if (!std::isfinite(angle)) angle = 0;
    for (double* v :
         {&upright_, &top_, &hold_, &lowest_, &peak_, &from_, &first_stop_, &usual_, &turns_, &last_sample_})
      if (!std::isfinite(*v)) *v = 0;
    if (phase_ > Context::standing || phase_ == Context::rest) phase_ = Context::none;
    for (std::int64_t* tick : {&now_, &first_, &low_since_, &missing_, &opened_at_})
      if (!(*tick >= never && *tick < far_off)) *tick = 0;
  }

 private:
  static constexpr std::int64_t never = -1, far_off = std::int64_t{1} << 61;
  static constexpr std::int64_t remembered = 6000;  // ticks, a minute
  static constexpr std::size_t most_at_once = 8;
  static constexpr double farthest = 720;  // deg, that a trunk can be at, however a sensor counts
  // A line through noise is never quite level.
  static constexpr double least_still = 0.25;  // of `moving`

  std::int64_t ticks(Seconds t) const {
    return std::max<std::int64_t>(1, std::llround(t.value / course_.tick().value));
  }
  // The nearest that is remembered.
  double degrees(std::int64_t tick) const noexcept {
    return degrees_[slot(std::clamp(tick, std::max(first_, now_ - remembered + 1), now_))];
  }
  double mean_degrees(std::int64_t first, std::int64_t last) const noexcept {
    double sum = 0;
    for (std::int64_t n = first; n <= last; ++n) sum += degrees(n);
    return sum / static_cast<double>(last - first + 1);
  }
  // Where somebody has come to rest.
  double settled() const noexcept { return mean_degrees(now_ - dwell_ / 2, now_); }
  static std::size_t slot(std::int64_t tick) noexcept { return static_cast<std::size_t>(tick % remembered); }
  SampleIndex sample_of(TickTime at) const noexcept {
    return {std::max<std::int64_t>(0, course_.middle(at.tick, at.off))};
  }

  void step(const ConstBlock& in, std::int64_t i) noexcept {
    const bool known = !is_marked(in, i, column_), good = known && std::fabs(in(i, column_)) <= farthest;
    if (good) follow_turns(in(i, column_));
    if (known != good) reasons_ = static_cast<Marks>(reasons_ | mark::out_of_range);
    if (!known && in.marks) reasons_ = static_cast<Marks>(reasons_ | in.marks[i * in.channels + column_]);
    if (!course_.add(good ? last_sample_ : 0.0, good)) return;
    const AngleTick t = course_.at();
    if (t.number < first_) return;
    now_ = t.number;
    degrees_[slot(now_)] = t.degrees;
    if (!t.good) {
      reasons_ = static_cast<Marks>(reasons_ | mark::gap);
      if (++missing_ > gap_ && phase_ != Context::none) {
        end_all(sample_of({now_ - missing_}).value, mark::gap);
        forget();
      }
      return;
    }
    missing_ = 0;
    decide(t);
  }

  // A sensor that counts from 0 to 360 leaps where a trunk does not; the first sample says what is upright.
  void follow_turns(double degrees) noexcept {
    const double leap = degrees + turns_ - last_sample_;
    if (std::fabs(leap) > 180) turns_ -= 360 * std::round(leap / 360);
    last_sample_ = degrees + turns_;
  }

  void forget() noexcept {
    phase_ = Context::none;
    low_since_ = never;
    missing_ = 0;
    opened_at_ = 0;
    confirmed_ = false;
    reasons_ = mark::none;
    paused_ = false;
    upright_ = top_ = hold_ = lowest_ = peak_ = from_ = first_stop_ = 0;
  }

  // Whether the speed has been low for long enough.
  bool low_for(bool low, std::int64_t how_long) noexcept {
    if (!low)
      low_since_ = never;
    else if (low_since_ == never)
      low_since_ = now_;
    return low && now_ - low_since_ >= how_long;
  }
  double slow() const noexcept { return std::max(spec_.still * peak_, least_still * spec_.moving.value); }

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
          open(standing_, Context::standing, sample_of({low_since_}));
        }
    }
  }

  void stand(const AngleTick& t) noexcept {
    if (std::fabs(t.speed) < least_still * spec_.moving.value)
      upright_ += 0.1 * (t.degrees - upright_);
    else if (t.speed >= spec_.moving.value && t.degrees - upright_ >= spec_.begun.value)
      begin_bend(t);
  }
  void begin_bend(const AngleTick& t) noexcept {
    begin_movement(t.speed);
    top_ = t.degrees;
    full_ = {};
    from_ = upright_;
    first_stop_ = upright_ + std::max(usual_, 2 * spec_.least_range.value);
    paused_ = false;
    open(bending_, Context::bending, bend_onset());
  }
  void begin_movement(double peak) noexcept {
    opened_at_ = now_;
    peak_ = peak;
    low_since_ = never;
  }
  void follow_peak(double speed) noexcept { peak_ = std::max(peak_, speed); }
  // Where a movement from one angle to another began, beside a tick, and where it ended.
  SampleIndex start_of(double from, double to, std::int64_t near) const noexcept {
    const auto way = [&](std::int64_t n) { return n > now_ ? 1.0 : (mean_degrees(n - 2, n + 2) - from) / (to - from); };
    return sample_of(movement_edge(way, near, 1, remembered));
  }
  SampleIndex end_of(double from, double to, std::int64_t near) const noexcept {
    const auto way = [&](std::int64_t n) { return n < first_ ? 1.0 : (to - mean_degrees(n - 2, n + 2)) / (to - from); };
    return sample_of(movement_edge(way, near, -1, remembered));
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
    open(full_, Context::full_flexion, std::max(end_of(from_, hold_, low_since_), bending_.onset));
  }
  // Not before what came before.
  SampleIndex bend_onset() const noexcept {
    return std::max(start_of(upright_, first_stop_, opened_at_), std::max(standing_.onset, returning_.offset));
  }
  void settle_bend_onset() noexcept {
    if (!paused_) first_stop_ = hold_;
    refine(bending_, bend_onset());
  }
  void no_bend(const AngleTick& t) noexcept {
    cancel(bending_);
    phase_ = Context::standing;
    upright_ = t.degrees;
    low_since_ = never;
  }

  void hang(const AngleTick& t) noexcept {
    if (std::fabs(t.speed) < least_still * spec_.moving.value) hold_ += 0.1 * (t.degrees - hold_);
    const double further = std::max(spec_.begun.value, 0.1 * (hold_ - upright_));
    if (t.speed >= spec_.moving.value && t.degrees - hold_ >= further) {
      // A pause on the way down.
      cancel(full_);
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
    open(returning_, Context::returning, return_onset());
  }
  SampleIndex return_onset() const noexcept {
    return std::max(start_of(hold_, upright_, opened_at_), hung() ? full_.onset : bending_.onset);
  }
  bool hung() const noexcept { return full_.id != 0; }

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
      close(returning_, sample_of({now_}));
      standing_ = {};
      return begin_bend(t);
    }
    const bool low = low_for(-t.speed < slow(), dwell_);
    if (!low) return;
    const bool upright = t.degrees - upright_ <= std::max(spec_.near_upright.value, spec_.near_share * range);
    const bool given_up = now_ - low_since_ >= pause_;
    if (!upright && !given_up) {
      from_ = t.degrees;
      return;
    }
    if (!confirmed_) return went_on_hanging(t);
    usual_ = range;
    const SampleIndex offset = std::max(end_of(from_, settled(), low_since_), returning_.onset);
    close(returning_, offset);
    upright_ = settled();
    open(standing_, Context::standing, offset);
    bending_ = full_ = returning_ = {};
    low_since_ = never;
  }
  void went_on_hanging(const AngleTick& t) noexcept {
    cancel(returning_);
    hold_ = t.degrees;
    low_since_ = never;
    if (hung())
      phase_ = Context::full_flexion;
    else
      open(full_, Context::full_flexion, sample_of({now_}));
  }
  // Nothing of the phases before can change any more.
  void confirm() noexcept {
    confirmed_ = true;
    // A turn is slow, too.
    if (hung() && return_onset() - full_.onset < dwell_ * course_.length()) cancel(full_);
    const SampleIndex onset = return_onset();
    if (standing_.id != 0) close(standing_, bending_.onset);
    close(bending_, hung() ? full_.onset : onset);
    if (hung()) close(full_, onset);
    refine(returning_, onset);
  }

  SampleIndex decided() const noexcept { return position_; }
  void open(PhaseReport& e, Context phase, SampleIndex onset) noexcept {
    e = {.id = ++ids_,
         .report = Report::open,
         .phase = phase,
         .onset = std::min(onset, decided()),
         .decided = decided()};
    phase_ = phase;
    reasons_ = mark::none;
    queue_.push(e);
  }
  void refine(PhaseReport& e, SampleIndex onset) noexcept {
    e.onset = std::min(onset, decided());
    e.report = Report::update;
    note(e);
    queue_.push(e);
  }
  void close(PhaseReport& e, SampleIndex offset) noexcept {
    e.report = Report::close;
    e.offset = std::max(offset, e.onset);
    note(e);
    queue_.push(e);
  }
  void cancel(PhaseReport& e) noexcept {
    e.report = Report::cancel;
    e.offset = decided();
    note(e);
    queue_.push(e);
    e = {};
  }
  // What was missing since the last phase opened is said of all that are open.
  void note(PhaseReport& e) const noexcept { e.reasons = static_cast<Marks>(e.reasons | reasons_); }

  // Whatever is open ends here.
  void end_all(std::int64_t at, Marks why) noexcept {
    reasons_ = static_cast<Marks>(reasons_ | why);
    const bool back = phase_ == Context::returning;
    const bool closed = back && confirmed_;
    if (phase_ == Context::none) return;
    if (!closed) {
      if (standing_.id != 0) close(standing_, phase_ == Context::standing ? SampleIndex{at} : bending_.onset);
      if (phase_ != Context::standing) close(bending_, hung() ? full_.onset : SampleIndex{at});
      if (phase_ != Context::standing && hung()) close(full_, back ? returning_.onset : SampleIndex{at});
    }
    if (back) close(returning_, {at});
  }

  S spec_;
  StreamFormat format_;
  int column_;
  int channels_;
  AngleCourse course_;
  std::int64_t dwell_, pause_, gap_;  // ticks
  std::uint64_t belongs_to_;
  std::vector<double> degrees_;  // of the last ticks
  PhaseQueue queue_;
  PhaseReport standing_{}, bending_{}, full_{}, returning_{};  // id 0: there is none
  Context phase_ = Context::none;
  std::int64_t now_ = 0, first_ = 0;  // ticks
  std::int64_t low_since_ = never;    // tick
  std::int64_t missing_ = 0;          // ticks in a row
  std::int64_t opened_at_ = 0;        // tick of the movement under way
  bool confirmed_ = false;            // that somebody comes back up
  Marks reasons_ = mark::none;
  double upright_ = 0, top_ = 0, hold_ = 0, lowest_ = 0;  // deg
  double peak_ = 0;                                       // deg/s, of the movement under way
  bool paused_ = false;                                   // on the way down
  double from_ = 0;        // deg, where the movement under way, or what was left of it behind a pause, began
  double first_stop_ = 0;  // deg, where the bend's first movement ended
  double usual_ = 0;       // deg, range of the last bend; 0: there was none
  double turns_ = 0, last_sample_ = 0;  // deg, whole turns that were added, and the sample that they were added to
  std::uint64_t ids_ = 0;
  SampleIndex position_{};
  bool waiting_ = false;
  bool ended_ = false;
};

}  // namespace unguard
