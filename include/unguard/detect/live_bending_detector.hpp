// SPDX-License-Identifier: Apache-2.0
// BendingDetector brought to life for one stream: EMG is divided by the level expected at this angle, an
// ActivityDetector finds what rises above that while bending is declared, and a HoldWatch looks at each declared full
// flexion. A value. process() is for the real-time thread: no allocation, lock, system call or exception; bounded work.
// Source of the rules: bending_detector.hpp. Cost: that of ActivityDetector, a look-up and a moving sum a sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/event.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/detect/activity_detector.hpp"
#include "unguard/detect/bending_profile.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/hold_watch.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

template <class S>
class LiveBendingDetector {
 public:
  using spec_type = S;
  using Rises = LiveOnsetDetector<ActivityDetector, ThinnedChannel>;

  LiveBendingDetector(S spec, StreamFormat format, Rises rises, std::optional<int> angle)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        rises_(std::move(rises)),
        angle_(angle),
        channels_(format_.channels.count()),
        muscles_(rises_.format().channels.count()),
        full_scale_(rises_.format().full_scale()),
        held_(samples_in(spec_.held, format_.rate)),
        smoothing_(-std::expm1(-1 / (level_memory * format_.rate))),
        belongs_to_(hash_of(to_text(spec_), format_)),
        squares_(samples_in(peak_window, format_.rate), muscles_),
        context_(Context::none),
        queue_(static_cast<std::size_t>(6 * muscles_)),
        found_(static_cast<std::size_t>(2 * muscles_)),
        tracks_(static_cast<std::size_t>(muscles_)),
        even_(tracks_.size()),
        marks_(tracks_.size()),
        level_(tracks_.size()),
        square_(tracks_.size()),
        power_(tracks_.size()) {
    for (int m = 0; m < muscles_; ++m) expected_.emplace_back(spec_.profile, m, spec_.around, spec_.least_share);
    for (int m = 0; m < muscles_ && !spec_.profile.holds.empty(); ++m)
      holds_.emplace_back(spec_.profile.holds[at(m)], spec_.profile.spreads[at(m)], held_,
                          std::min(1.0, independent.value / format_.rate.value));
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    return take_frames(
        in.frames, position_, waiting_, [&](std::int64_t i) { step(in.part(i, 1)); },
        [&] { return queue_.deliver(sink); });
  }

  // The end of the stream: open events close. `full`: empty the sink and call again.
  Status finish(Sink<Event>& sink) noexcept {
    const auto end = [&] {
      rises_.finish(found_);
      take_found();
      for (int m = 0; m < muscles_; ++m) end_hold(m, next());
    };
    return end_frames(ended_, end, [&] { return queue_.deliver(sink); });
  }

  // Declares something about the stream, from its sample on. Refused for samples already processed.
  Status declare(const Marker& marker) noexcept { return markers_.add(marker, {next()}); }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at_sample) noexcept {
    rises_.begin_at(at_sample);
    squares_.reset();
    context_.reset();
    markers_.clear();
    queue_.clear();
    found_.clear();
    for (auto& t : tracks_) t = {};
    for (auto& h : holds_) h.begin();
    for (auto* v : {&even_, &level_, &square_, &power_}) std::fill(v->begin(), v->end(), 0.0);
    std::fill(marks_.begin(), marks_.end(), mark::none);
    position_ = at_sample;
    phase_ = Context::none;
    phase_began_ = at_sample.value;
    degrees_ = 0;
    ids_ = 0;
    waiting_ = ended_ = false;
  }
  std::int64_t period() const noexcept { return rises_.period(); }

  // Live change at a frame boundary: ids, what was declared and what has not been delivered go on, and open events by
  // the new rule. Handed back unchanged when `next` belongs to another format or looks elsewhere for the angle.
  LiveBendingDetector change(LiveBendingDetector next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate || next.angle_ != angle_) return next;
    next.rises_ = rises_.change(std::move(next.rises_));
    std::swap(spec_, next.spec_);
    std::swap(belongs_to_, next.belongs_to_);
    std::swap(held_, next.held_);
    std::swap(expected_, next.expected_);
    // A hold that is being looked at goes on by the new rule, if that knows of holds.
    const bool go_on = holds_.size() == next.holds_.size();
    for (int m = 0; m < muscles_ && !go_on; ++m) end_hold(m, this->next());
    std::swap(holds_, next.holds_);
    for (std::size_t m = 0; m < holds_.size() && go_on; ++m) holds_[m].adopt(next.holds_[m]);
    return next;
  }

  // The delay of the decision about a rise far above the margin; weaker ones take longer.
  Latency latency() const {
    Latency latency = rises_.latency();
    latency.stages.front().stage = std::string(info_of<S>().name);
    return latency;
  }

  SavedState save() const { return save_state(const_cast<LiveBendingDetector&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(phase_);
    archive(phase_began_);
    archive(degrees_);
    archive(ids_);
    archive(waiting_);
    archive(ended_);
    rises_.state(archive);
    squares_.state(archive);
    context_.state(archive);
    markers_.state(archive);
    queue_.state(archive);
    for (auto& h : holds_) h.state(archive);
    for (int m = 0; m < muscles_; ++m) {
      Track& t = tracks_[at(m)];
      archive_report(archive, t.rise);
      archive_report(archive, t.hold);
      archive(t.rising);
      archive(t.guarding);
      archive(t.peak);
      archive(t.most);
      archive(t.area);
      // Not from here.
      if (t.guarding) t.hold.channel = column(m);
      t.guarding = t.guarding && !holds_.empty();
      for (double* v : {&t.peak, &t.most, &t.area})
        if (!std::isfinite(*v)) *v = 0;
    }
    archive(power_);
    archive(level_);
    if (!std::isfinite(degrees_)) degrees_ = 0;
    // What is not above 0 begins at the expected level.
    for (double& level : level_)
      if (!(level > 0 && std::isfinite(level))) level = 0;
  }

 private:
  // A muscle's rise, and its hold.
  struct Track {
    Event rise{};
    Event hold{};
    bool rising = false;
    bool guarding = false;
    double peak = 0;  // uV
    double most = 0;  // the same over the expected level
    double area = 0;  // uV samples above it
  };

  static constexpr Seconds level_memory{0.05};
  // Values of EMG's power, a second: twice the statistical bandwidth of the narrowest, trunk EMG through fat.
  static constexpr Hertz independent{200};

  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  // The sample after the last one worked through.
  std::int64_t next() const noexcept { return position_.value + waiting_; }
  // The muscle's column.
  int column(int muscle) const noexcept { return angle_ && muscle >= *angle_ ? muscle + 1 : muscle; }

  void step(ConstBlock frame) noexcept {
    while (markers_.due(position_)) context_.take(markers_.take());
    const Context now = context_.at(position_.value);
    if (now != phase_) change_phase(now);
    // A lost angle is that of the sample before; what rises meanwhile is not judged.
    bool lost = false;
    if (angle_) {
      lost = is_marked(frame, 0, *angle_);
      if (!lost) degrees_ = frame(0, *angle_);
    }
    const double window = static_cast<double>(squares_.window());
    for (int m = 0; m < muscles_; ++m) {
      const std::size_t i = at(m);
      const double x = frame(0, column(m));
      // Smoothed, for an angle that is measured jitters; from where it stands when the bend begins.
      const double level = expected_[i].at(degrees_);
      level_[i] =
          phase_began_ == position_.value || level_[i] == 0 ? level : level_[i] + smoothing_ * (level - level_[i]);
      even_[i] = x / (spec_.margin * level_[i]);
      // Asked here, for divided by the level a value lies within any range.
      marks_[i] = (frame.marks ? frame.marks[column(m)] : mark::none) | no_value(x, full_scale_);
      const bool good = (marks_[i] & mark::of_samples) == 0;
      square_[i] = good ? x * x : power_[i];
      if (phase_ == Context::full_flexion && !holds_.empty()) holds_[i].add(x * x, good);
      if (lost || phase_ != Context::bending) marks_[i] |= mark::settling;
    }
    squares_.add(square_.data(), power_.data());
    for (double& p : power_) p /= window;
    rises_.process({even_.data(), 1, muscles_, marks_.data()}, found_);
    take_found();
    for (int m = 0; m < muscles_; ++m) {
      measure(m);
      watch_hold(m);
    }
  }

  void change_phase(Context now) noexcept {
    if (phase_ == Context::full_flexion)
      for (int m = 0; m < muscles_; ++m) end_hold(m, position_.value);
    phase_ = now;
    phase_began_ = position_.value;
    for (auto& h : holds_) h.begin();
  }

  void measure(int m) noexcept {
    Track& t = tracks_[at(m)];
    if (!t.rising) return;
    const double rms = std::sqrt(power_[at(m)]);
    t.peak = std::max(t.peak, rms);
    t.most = std::max(t.most, rms / level_[at(m)]);
    t.area += std::max(0.0, rms - level_[at(m)]);
  }

  // What has risen, in this detector's words.
  void take_found() noexcept {
    for (const Event& found : found_.items()) {
      if (found.channel < 0 || found.channel >= muscles_) continue;  // from a state that was none
      Track& t = tracks_[at(found.channel)];
      if (found.report == Report::open) {
        t.rising = true;
        t.peak = t.most = t.area = 0;
        measure(found.channel);
        t.rise = found;
        t.rise.id = ++ids_;
        t.rise.kind = EventKind::spike_on_bending;
        t.rise.context = Context::bending;
      }
      const std::uint64_t id = t.rise.id;
      const EventKind kind = t.rise.kind;
      t.rise = found;
      t.rise.id = id;
      t.rise.kind = kind;
      t.rise.channel = column(found.channel);
      t.rise.context = Context::bending;
      t.rise.peak = {t.peak};
      t.rise.area_uV_s = t.area / format_.rate.value;
      if (found.report == Report::close || found.report == Report::cancel) {
        const bool spike =
            found.offset - found.onset <= samples_in(spec_.longest, format_.rate) && t.most >= spec_.rise;
        if (!spike) t.rise.kind = EventKind::activity;
        t.rising = false;
      }
      queue_.push(t.rise);
    }
    found_.clear();
  }

  void watch_hold(int m) noexcept {
    if (phase_ != Context::full_flexion || holds_.empty()) return;
    Track& t = tracks_[at(m)];
    const HoldWatch& hold = holds_[at(m)];
    if (t.guarding || hold.count() < held_ || hold.above() <= spec_.guarded) return;
    t.guarding = true;
    t.hold = {};
    t.hold.id = ++ids_;
    t.hold.channel = column(m);
    t.hold.kind = EventKind::guarding;
    t.hold.context = Context::full_flexion;
    t.hold.onset = {phase_began_};
    t.hold.decided = position_;
    report_hold(m, Report::open);
  }
  void end_hold(int m, std::int64_t end) noexcept {
    Track& t = tracks_[at(m)];
    if (!t.guarding) return;
    t.hold.offset = {end};
    report_hold(m, holds_[at(m)].above() > spec_.guarded ? Report::close : Report::cancel);
    t.guarding = false;
  }
  void report_hold(int m, Report how) noexcept {
    Track& t = tracks_[at(m)];
    const HoldWatch& hold = holds_[at(m)];
    t.hold.report = how;
    t.hold.peak = {hold.rms()};
    t.hold.area_uV_s =
        std::max(0.0, hold.rms() - spec_.profile.holds[at(m)]) * static_cast<double>(hold.count()) / format_.rate.value;
    // The share of good holds that lie lower, at one look: not corrected for looking again at every sample, nor for how
    // few trials the spread is from. No chance that the hold is guarded.
    t.hold.confidence = 1 - 0.5 * std::erfc(hold.above() / std::numbers::sqrt2);
    queue_.push(t.hold);
  }

  S spec_;
  StreamFormat format_;
  Rises rises_;
  std::optional<int> angle_;
  int channels_;
  int muscles_;
  double full_scale_;  // of the muscles, uV
  std::int64_t held_;
  double smoothing_;
  std::uint64_t belongs_to_;
  MovingSum squares_;
  DeclaredContext context_;
  MarkerQueue markers_{};
  EventQueue queue_;
  Sink<Event> found_;
  std::vector<Track> tracks_;
  std::vector<ExpectedLevel> expected_{};  // one a muscle
  std::vector<HoldWatch> holds_{};         // one a muscle; none where nothing is known of holds
  std::vector<double> even_;               // of the last frame: EMG over its expected level and the margin
  std::vector<Marks> marks_;
  std::vector<double> level_, square_, power_;  // expected, uV; squares and mean squares
  Context phase_ = Context::none;
  std::int64_t phase_began_ = 0;
  double degrees_ = 0;
  std::uint64_t ids_ = 0;
  SampleIndex position_{};
  bool waiting_ = false;
  bool ended_ = false;
};

}  // namespace unguard
