// SPDX-License-Identifier: Apache-2.0
// A session that runs: what a device hands over goes through the stages of a Pipeline tile by tile, and readings and
// events come out as soon as they are known. Two paths: the detector hears the cleaned signal at once, heart included,
// and cancels what was the heart's; the level waits until the heart is taken out. Cost and latency: those of the
// stages. Fixed memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "unguard/core/sink.hpp"
#include "unguard/denoise/bridge.hpp"
#include "unguard/stream/change_stage.hpp"
#include "unguard/stream/event_doubts.hpp"
#include "unguard/stream/lead_column.hpp"
#include "unguard/stream/pipeline_plan.hpp"

namespace unguard {

// A value: it copies, saves and loads, in the middle of a tile that a full sink has interrupted, too. process() and
// change() are for the real-time thread: no allocation, lock, system call or exception.
template <FilterSpec Cleaning>
class LivePipeline {
 public:
  using spec_type = Pipeline<Cleaning>;
  using Detector = LiveSessionDetector;
  using Heart = SessionHeart<Cleaning>;
  static constexpr std::int64_t tile = 32;  // frames; stays in the first-level cache through all stages

  LivePipeline(Pipeline<Cleaning> plan, StreamFormat from, std::optional<LeadColumn> lead, LiveSignalCheck check,
               LiveMontage montage, std::optional<LiveMains> mains, std::optional<Heart> heart,
               LiveFilter<Cleaning> cleaning, LiveResidual residual, LevelReasons reasons, LiveGatedRms level,
               LiveLevels readings, std::optional<Detector> events, std::optional<LiveStreamWatch> watch)
      : plan_(std::move(plan)),
        from_(std::move(from)),
        lead_(std::move(lead)),
        check_(std::move(check)),
        montage_(std::move(montage)),
        mains_(std::move(mains)),
        bridge_(montage_.format()),
        heart_(std::move(heart)),
        cleaning_(std::move(cleaning)),
        residual_(std::move(residual)),
        reasons_(std::move(reasons)),
        level_(std::move(level)),
        readings_(std::move(readings)),
        events_(std::move(events)),
        watch_(std::move(watch)),
        channels_(montage_.format().channels.count()),
        doubts_(channels_, tile),
        checked_(values(check_.format().channels.count())),
        checked_marks_(checked_.size()),
        raw_(values(channels_)),
        clean_(raw_.size()),
        height_(raw_.size()),
        raw_marks_(raw_.size()),
        clean_marks_(raw_.size()),
        height_marks_(raw_.size()),
        later_(values(lead_ ? lead_->wide() : channels_)),
        alarm_(raw_.size()),
        later_marks_(later_.size()),
        alarm_marks_(raw_.size()),
        belongs_to_(pipeline_detail::hash_of(plan_, from_)) {
    for (int c = 0; c < channels_; ++c) last_.push_back(Reading::invalid(c, {}, mark::settling, Trust::warmup));
  }

  // What the device handed over, its marks included (PacketAssembly's `missing`). `full`: empty the sinks and go on
  // with the first frame not consumed; what was consumed is not lost.
  Consumed process(ConstBlock in, Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (in.channels != from_.channels.count()) return {Status::wrong_channels, 0};
    if (in.frames < 0) return {Status::wrong_frames, 0};
    if (in.frames > 0 && !in.data) return {Status::missing_data, 0};
    if (ended_) return {Status::ended, 0};
    for (std::int64_t done = 0;;) {
      if (const Status status = tell(readings, events); status != Status::ok) return {status, done};
      if (done == in.frames) return {Status::ok, done};
      const std::int64_t n = std::min(in.frames - done, tile);
      hear(in.part(done, n));
      done += n;
    }
  }
  // The end of the stream: open events close. `full`: empty the sinks and call again.
  Status finish(Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (const Status status = tell(readings, events); status != Status::ok) return status;
    ended_ = true;
    if (events_) {
      const std::size_t before = events.items().size();
      const Status status = events_->finish(events);
      doubt(events.behind(before));
      if (status != Status::ok) return status;
    }
    return readings_.finish(readings);
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    check_.begin_at(at);
    montage_.reset();
    if (mains_) mains_->begin_at(at);
    bridge_.reset();
    if (lead_) lead_->begin_at(at);
    if (heart_) heart_->begin_at(at);
    cleaning_.begin_at(at);
    residual_.begin_at(at);
    reasons_.begin_at(at);
    level_.begin_at(at);
    readings_.begin_at(at);
    if (events_) events_->begin_at(at);
    if (watch_) watch_->reset();
    doubts_.reset();
    forget_last();
    last_id_ = 0;
    heard_ = told_readings_ = told_events_ = 0;
    ended_ = false;
  }

  // With `watch`: by this time of a steady clock so many samples in all, since the beginning, had come from the device.
  // For the thread that hands them over; before or after process(). No clock is read in here.
  void arrived(SampleIndex samples, Seconds at) noexcept {
    if (watch_) watch_->arrived(samples, at);
  }
  // A channel's last reading as it stands at this time of that clock: without its value once nothing has come for too
  // long (`stale`) or while the device runs at another rate than it says (`wrong_rate`); before the first one, and
  // where there is no watch to vouch for it, too.
  Reading standing(int channel, Seconds now) const noexcept {
    const Reading& last = last_[static_cast<std::size_t>(channel)];
    return watch_ ? watch_->standing(last, now)
                  : Reading::invalid(channel, last.at(), static_cast<Marks>(last.reasons() | mark::stale));
  }
  const LiveStreamWatch* watch() const noexcept { return watch_ ? &*watch_ : nullptr; }
  SampleIndex position() const noexcept { return check_.position(); }
  // A session begun at a multiple of this repeats the bits of one begun at 0.
  std::int64_t period() const noexcept {
    std::int64_t all = readings_.period();
    for (const std::int64_t one : {cleaning_.period(), residual_.period(), reasons_.period(), level_.period()})
      all = chain_detail::common_period(all, one);
    if (heart_) all = chain_detail::common_period(all, heart_->period());
    return all;
  }

  // A session for another plan, for change() to take over. Outside the real-time thread: it is designed and allocated
  // here. Of this session it reads what only change() alters.
  Result<LivePipeline> try_prepare(const Pipeline<Cleaning>& plan) const {
    auto next = try_start(plan, from());
    if (!next) return next.fault();
    LivePipeline& n = *next;
    if (auto fault = change_stage::prepare_filter(n.cleaning_, cleaning_)) return *fault;
    if (n.heart_ && heart_)
      if (auto fault = n.heart_->prepare_for(*heart_)) return *fault;
    return next;
  }
#if defined(__cpp_exceptions)
  // Throws ConfigError naming parameter, value found and what is allowed.
  LivePipeline prepare(const Pipeline<Cleaning>& plan) const { return try_prepare(plan).take(); }
#endif
  // Live change of the plan at a frame boundary; what it replaces comes back, to be destroyed outside the real-time
  // thread. A stage that is asked for as it is goes on as it is; another one takes over what it can (its own change()).
  // Trust, positions, counters, what waits to be told and the ids of events go on in any case. Where a heart begins or
  // ceases to be taken off or left out, the level comes sooner or later from here on, and begins anew. A detector that
  // is no longer asked for, or is to be of the other kind, takes its open events with it. Refused (handed back
  // unchanged) when `next` belongs to another format, or to another montage or lead: those make other channels.
  LivePipeline change(LivePipeline next) noexcept {
    using namespace change_stage;
    if (next.from() != from() || lead_at(next.lead_) != lead_at(lead_) || !(next.plan_.montage == plan_.montage))
      return next;
    const SampleIndex now = position();
    hand_over_detector_input(next);
    replace(check_, next.check_);
    replace(mains_, next.mains_, now);
    const bool anew = heart_.has_value() != next.heart_.has_value() || (heart_ && !heart_->alike(*next.heart_));
    const bool as_before = !anew && cleaning_.belongs_to() == next.cleaning_.belongs_to();
    if (heart_ && !anew) {
      heart_->change(*next.heart_, now);
    } else if (anew) {
      if (next.heart_) next.heart_->begin_at(now);
      std::swap(heart_, next.heart_);
    }
    if (anew) {
      begin_anew(cleaning_, next.cleaning_, now);
      begin_anew(residual_, next.residual_, now);
      begin_anew(level_, next.level_, now);
    } else {
      replace_filter(cleaning_, next.cleaning_);
      replace(residual_, next.residual_);
      replace(level_, next.level_);
    }
    next.reasons_ = reasons_.change(std::move(next.reasons_), now, as_before);
    replace(readings_, next.readings_);
    change_detector(next.events_, now);
    if (!(next.plan_.watch == plan_.watch)) std::swap(watch_, next.watch_);
    std::swap(plan_, next.plan_);
    std::swap(belongs_to_, next.belongs_to_);
    return next;
  }

  // The state between two calls, for carrying on elsewhere with the same plan and format. What `watch` has seen stays
  // here: it is by this machine's clock.
  SavedState save() const { return save_state(const_cast<LivePipeline&>(*this), belongs_to_); }
  // `wrong_state`, and the session as it was, when the bytes belong to another plan or format or are damaged. A change
  // that was under way is complete at once, as in LiveFilter.
  Status load(std::span<const std::byte> bytes) noexcept {
    const Status status = load_state(*this, bytes, belongs_to_);
    if (status != Status::ok) return status;
    if (watch_) watch_->reset();
    forget_last();
    cleaning_.end_loading();
    if (heart_) heart_->end_loading();
    return status;
  }
  // All stages, and the last tile, as far as it may not have been told.
  template <class Archive>
  void state(Archive& archive) {
    check_.state(archive);
    montage_.state(archive);
    if (mains_) mains_->state(archive);
    bridge_.state(archive);
    if (lead_) lead_->state(archive);
    if (heart_) heart_->state(archive);
    cleaning_.state(archive);
    residual_.state(archive);
    reasons_.state(archive);
    level_.state(archive);
    readings_.state(archive);
    if (events_) events_->state(archive);
    doubts_.state(archive);
    for (auto* values : {&clean_, &alarm_, &height_}) archive(*values);
    for (auto* marks : {&clean_marks_, &alarm_marks_, &height_marks_}) archive(*marks);
    for (auto* count : {&heard_, &told_readings_, &told_events_}) archive(*count);
    archive(last_id_);
    archive(ended_);
    const auto within = [](std::int64_t n, std::int64_t most) { return n >= 0 && n <= most; };
    if (!within(heard_, tile) || !within(told_readings_, heard_) || !within(told_events_, heard_))
      heard_ = told_readings_ = told_events_ = 0;  // not from here
  }

  // What each stage delays on the way to a reading, and their sum.
  Latency latency(Hertz at = {100}) const {
    Latency all = cleaning_.latency(at);
    if (heart_)
      for (const auto& stage : heart_->latency(at).stages) all.stages.push_back(stage);
    for (const auto& stage : level_.latency().stages) all.stages.push_back(stage);
    return all;
  }
  // Of the device, and of what has readings and events.
  const StreamFormat& from() const noexcept { return from_; }
  const StreamFormat& format() const noexcept { return montage_.format(); }

  const Pipeline<Cleaning>& spec() const noexcept { return plan_; }

  // The stages by name, for their counters and bounds, and to declare markers to the detector.
  const LiveSignalCheck& check() const noexcept { return check_; }
  const LiveFilter<Cleaning>& cleaning() const noexcept { return cleaning_; }
  const LevelReasons& reasons() const noexcept { return reasons_; }
  const LiveLevels& readings() const noexcept { return readings_; }
  const Heart* heart() const noexcept { return heart_ ? &*heart_ : nullptr; }
  Detector* events() noexcept { return events_ ? &*events_ : nullptr; }

 private:
  static std::size_t values(int channels) { return static_cast<std::size_t>(tile * channels); }

  void hear(ConstBlock in) noexcept {
    const std::int64_t n = in.frames;
    const ConstBlock electrodes = lead_ ? lead_->without(in) : in;
    const Block checked{checked_.data(), n, electrodes.channels, checked_marks_.data()};
    const Block raw{raw_.data(), n, channels_, raw_marks_.data()};
    const Block clean{clean_.data(), n, channels_, clean_marks_.data()};
    const Block height{height_.data(), n, channels_, height_marks_.data()};
    check_.process(electrodes, checked);
    montage_.process(checked, raw);
    take_hum_off(raw);
    ConstBlock heard = raw, gate = raw;
    if (heart_) {
      if (lead_) heard = lead_->beside(raw, in);
      const Block later{later_.data(), n, heard.channels, later_marks_.data()};
      heart_->treat(heard, raw, later);
      const Block treated = lead_ ? lead_->cut_off(later) : later;
      cleaning_.process(treated, clean);
      if (heart_->leaves_out()) gate = treated;
    } else {
      cleaning_.process(raw, clean);
    }
    residual_.process(clean, clean);
    if (heart_) heart_->mark_beats(clean);
    reasons_.listen(raw, heard, clean);
    if (heart_ && heart_->has_alarm()) listen(heard, raw, clean, {alarm_.data(), n, channels_, alarm_marks_.data()});
    level_.process(std::array<ConstBlock, 2>{clean, gate}, height);
    reasons_.tell(height);
    for (std::int64_t i = 0; i < n; ++i) doubts_.note(i, false);
    if (heart_) heart_->doubt(height, doubts_);
    heard_ = n;
    told_readings_ = 0;
    told_events_ = events_ ? 0 : n;
  }
  // Losses are bridged by what came before without hum, which is in what goes into the canceller.
  void take_hum_off(Block raw) noexcept {
    const std::int64_t n = raw.frames * channels_;
    const bool whole = std::none_of(raw.marks, raw.marks + n, [](Marks m) { return (m & mark::missing) != 0; });
    for (std::int64_t i = 0; i < raw.frames; i += whole ? raw.frames : 1) {
      const Block part = raw.part(i, whole ? raw.frames : 1);
      if (!whole) bridge_.fill(part);
      if (mains_) mains_->process(part, part);
      bridge_.remember(part);
    }
  }
  static std::optional<int> lead_at(const std::optional<LeadColumn>& lead) noexcept {
    return lead ? std::optional(lead->at()) : std::nullopt;
  }
  // What the detector hears: at once, with the heart's marks, and with what is found on the level's path.
  void listen(ConstBlock heard, ConstBlock raw, ConstBlock clean, Block alarm) noexcept {
    heart_->listen(heard, raw, alarm);
    const Marks but_heart = static_cast<Marks>(knows_heart() ? ~mark::heart : ~mark::none);
    for (std::int64_t k = 0; k < alarm.frames * channels_; ++k)
      alarm.marks[k] = (alarm.marks[k] & but_heart) | (clean.marks[k] & (mark::hum | mark::flat));
  }
  // What is known of the last tile and has not been told.
  Status tell(Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (told_events_ < heard_) {
      const bool early = heart_ && heart_->has_alarm();
      const std::size_t before = events.items().size();
      const Consumed done = events_->process(
          early ? rest(alarm_, alarm_marks_, told_events_) : rest(clean_, clean_marks_, told_events_), events);
      doubt(events.behind(before));
      told_events_ += done.frames;
      if (done.status != Status::ok) return done.status;
    }
    if (told_readings_ < heard_) {
      const std::size_t before = readings.items().size();
      const Consumed done = readings_.process(rest(height_, height_marks_, told_readings_), readings);
      for (const Reading& r : readings.items().subspan(before)) last_[static_cast<std::size_t>(r.channel())] = r;
      told_readings_ += done.frames;
      if (done.status != Status::ok) return done.status;
    }
    return Status::ok;
  }
  bool knows_heart() const noexcept { return events_ && events_->knows_heart(); }
  void doubt(std::span<Event> events) noexcept {
    if (knows_heart()) return;
    for (Event& e : events) doubts_.mark(e, e.decided.value - (position().value - heard_));
  }
  void forget_last() noexcept {
    for (int c = 0; c < channels_; ++c)
      last_[static_cast<std::size_t>(c)] = Reading::invalid(c, position(), mark::settling, Trust::warmup);
  }
  ConstBlock rest(const std::vector<double>& x, const std::vector<Marks>& marks, std::int64_t told) const noexcept {
    return ConstBlock{x.data(), heard_, channels_, marks.data()}.part(told, heard_ - told);
  }

  void change_detector(std::optional<Detector>& next, SampleIndex now) noexcept {
    if (events_ && next && events_->goes_on_as(*next)) return change_stage::replace(*events_, *next);
    if (!events_ && !next) return;
    told_events_ = heard_;
    if (events_) last_id_ = events_->last_id();
    if (next) {
      next->begin_at(now);
      next->number_from(last_id_);
    }
    std::swap(events_, next);
  }
  // What the detector has not been told of the last tile stands where the next plan looks for it.
  void hand_over_detector_input(const LivePipeline& next) noexcept {
    const bool before = heart_ && heart_->has_alarm(), then = next.heart_ && next.heart_->has_alarm();
    if (before == then) return;
    std::copy((before ? alarm_ : clean_).begin(), (before ? alarm_ : clean_).end(), (then ? alarm_ : clean_).begin());
    std::copy((before ? alarm_marks_ : clean_marks_).begin(), (before ? alarm_marks_ : clean_marks_).end(),
              (then ? alarm_marks_ : clean_marks_).begin());
  }

  Pipeline<Cleaning> plan_;
  StreamFormat from_;
  std::optional<LeadColumn> lead_;  // the device's channel that is an ECG, and no EMG
  LiveSignalCheck check_;
  LiveMontage montage_;
  std::optional<LiveMains> mains_;
  Bridge bridge_;
  std::optional<Heart> heart_;
  LiveFilter<Cleaning> cleaning_;
  LiveResidual residual_;
  LevelReasons reasons_;
  LiveGatedRms level_;
  LiveLevels readings_;
  std::optional<Detector> events_;
  std::optional<LiveStreamWatch> watch_;
  int channels_;
  EventDoubts doubts_;
  std::vector<double> checked_;
  std::vector<Marks> checked_marks_;
  std::vector<double> raw_, clean_, height_;
  std::vector<Marks> raw_marks_, clean_marks_, height_marks_;
  // With a heart only: without it, late; and what the detector hears.
  std::vector<double> later_, alarm_;
  std::vector<Marks> later_marks_, alarm_marks_;
  std::int64_t heard_ = 0, told_readings_ = 0, told_events_ = 0;  // frames of the last tile
  bool ended_ = false;
  std::uint64_t last_id_ = 0;    // of the events of a detector that is gone
  std::vector<Reading> last_{};  // of every channel
  std::uint64_t belongs_to_;
};

}  // namespace unguard
