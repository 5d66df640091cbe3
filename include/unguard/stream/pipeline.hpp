// SPDX-License-Identifier: Apache-2.0
// A whole session, from what a device hands over to readings and events: checks, montage, mains, cleaning, a look at
// what is left, a gated level with its readings, and a detector on what was cleaned. Named stages in a fixed order; no
// signal processing of its own. Two paths: the detector hears the cleaned signal at once, heart included, and cancels
// what was the heart's; the level waits until the heart is taken out. Cost and latency: those of the stages.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/denoise/bridge.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/heart_marks.hpp"
#include "unguard/denoise/mains.hpp"
#include "unguard/denoise/montage.hpp"
#include "unguard/detect/spasm_detector.hpp"
#include "unguard/envelope/gated_rms.hpp"
#include "unguard/envelope/levels.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/noise_bandwidth.hpp"
#include "unguard/quality/level_reasons.hpp"
#include "unguard/quality/residual.hpp"
#include "unguard/quality/signal_check.hpp"
#include "unguard/stream/stream_watch.hpp"

namespace unguard {

// `cleaning` is any Chain that begins with Priming; without `mains` hum is left to it, without `events` there is no
// detector. With `heart` it is taken off before the level, whose gate is then that much `ahead`: it waits for the
// longer of both. With `gate` in its place beats are left out of the level, which comes that much later besides. With
// either the detector cancels events that were beats within 150 ms; its `lead`, if it is a channel of the device by
// name and none of the montage, is an ECG and no EMG: no readings, no events, no say in the checks.
template <FilterSpec Cleaning>
struct Pipeline {
  Cleaning cleaning;
  Montage montage{};
  SignalCheck check{};
  std::optional<Mains> mains{};
  std::optional<EcgSubtraction> heart{};
  std::optional<HeartGate> gate{};
  Residual residual{};
  NoiseFloor noise{};
  HeartShare heart_share{};
  GatedRms level{};
  Levels readings{};
  std::optional<SpasmDetector> events{};
  std::optional<StreamWatch> watch{};

  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

// Pipeline{Chain{Priming{}, Bandpass{}}}: not every compiler deduces that by itself.
template <FilterSpec Cleaning>
Pipeline(Cleaning) -> Pipeline<Cleaning>;

namespace pipeline_detail {

// What a saved session belongs to: the whole plan, and all that is known of the device.
template <FilterSpec Cleaning>
std::uint64_t hash_of(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  std::string text = to_text(plan.cleaning) + to_text(plan.check) + to_text(plan.mains) + to_text(plan.heart) +
                     to_text(plan.gate) + to_text(plan.residual) + to_text(plan.noise) + to_text(plan.heart_share) +
                     to_text(plan.level) + to_text(plan.readings) + to_text(plan.events) + to_text(plan.watch) +
                     (plan.montage.common_average ? "average" : "");
  for (const auto& d : plan.montage.derivations) text += to_text(d.channel.name) + to_text(d.plus) + to_text(d.minus);
  for (const auto& c : format.channels) text += to_text(c.name) + to_text(c.unit);
  const Converter& known = format.converter;
  for (const auto& v : {known.step, known.low_rail, known.high_rail, known.noise}) text += to_text(v);
  return unguard::hash_of(text, format);
}

}  // namespace pipeline_detail

// A value: it copies, saves and loads, in the middle of a tile that a full sink has interrupted, too. process() and
// change() are for the real-time thread: no allocation, lock, system call or exception.
template <FilterSpec Cleaning>
class LivePipeline {
 public:
  using spec_type = Pipeline<Cleaning>;
  using Detector = LiveSpasmDetector<SpasmDetector>;
  using Subtraction = LiveFilter<EcgSubtraction>;

  // What there is of the heart: what takes it off the level's path, or leaves it out there, and what cleans the
  // detector's and marks the beats in it.
  struct Heart {
    std::variant<Subtraction, LiveHeartGate> treatment;
    std::int64_t wait;  // how much later the level comes, in samples
    struct Alarm {
      LiveFilter<Cleaning> cleaning;
      LiveHeartMarks marks;
    };
    std::optional<Alarm> alarm{};  // where there is a detector

    std::int64_t before = wait;  // frames until what came first comes out

    Subtraction* subtraction() noexcept { return std::get_if<Subtraction>(&treatment); }
    const Subtraction* subtraction() const noexcept { return std::get_if<Subtraction>(&treatment); }
    bool leaves_out() const noexcept { return std::holds_alternative<LiveHeartGate>(treatment); }
    void apply(auto&& what) { std::visit(what, treatment); }
    // What stands before the beginning is no value: an electrode's offset would ring behind it.
    void treat(ConstBlock raw, Block later) noexcept {
      apply([&](auto& treatment) { treatment.process(raw, later); });
      const std::int64_t none = std::min(before, raw.frames);
      for (std::int64_t k = 0; k < none * later.channels; ++k) later.marks[k] |= mark::missing;
      before -= none;
    }
    void begin_at(SampleIndex at) noexcept {
      apply([=](auto& treatment) { treatment.begin_at(at); });
      before = wait;
      if (!alarm) return;
      alarm->cleaning.begin_at(at);
      alarm->marks.begin_at(at);
    }
    std::int64_t period() const noexcept {
      return std::visit([](const auto& treatment) { return treatment.period(); }, treatment);
    }
    Latency latency(Hertz at) const {
      return std::visit([=](const auto& treatment) { return treatment.latency(at); }, treatment);
    }
  };

  LivePipeline(Pipeline<Cleaning> plan, StreamFormat from, std::optional<int> lead, LiveSignalCheck check,
               LiveMontage montage, std::optional<LiveMains> mains, std::optional<Heart> heart,
               LiveFilter<Cleaning> cleaning, LiveResidual residual, LevelReasons reasons, LiveGatedRms level,
               LiveLevels readings, std::optional<Detector> events, std::optional<LiveStreamWatch> watch)
      : plan_(std::move(plan)),
        from_(std::move(from)),
        lead_(lead),
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
        checked_(values(check_.format().channels.count())),
        checked_marks_(checked_.size()),
        raw_(values(channels_)),
        clean_(raw_.size()),
        height_(raw_.size()),
        raw_marks_(raw_.size()),
        clean_marks_(raw_.size()),
        height_marks_(raw_.size()),
        emg_(lead_ ? checked_.size() : 0),
        emg_marks_(emg_.size()),
        with_lead_(values(wide())),
        with_lead_marks_(with_lead_.size()),
        later_(with_lead_.size()),
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
    if (events_)
      if (const Status status = events_->finish(events); status != Status::ok) return status;
    return readings_.finish(readings);
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    check_.begin_at(at);
    montage_.reset();
    if (mains_) mains_->begin_at(at);
    bridge_.reset();
    if (heart_) heart_->begin_at(at);
    cleaning_.begin_at(at);
    residual_.begin_at(at);
    reasons_.begin_at(at);
    level_.begin_at(at);
    readings_.begin_at(at);
    if (events_) events_->begin_at(at);
    if (watch_) watch_->reset();
    forget_last();
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
    if (auto fault = prepare_filter(n.cleaning_, cleaning_)) return *fault;
    if (n.heart_ && heart_) {
      if (n.heart_->subtraction() && heart_->subtraction())
        if (auto fault = prepare_filter(*n.heart_->subtraction(), *heart_->subtraction())) return *fault;
      if (n.heart_->alarm && heart_->alarm)
        if (auto fault = prepare_filter(n.heart_->alarm->cleaning, heart_->alarm->cleaning)) return *fault;
    }
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
  // is no longer asked for takes its open events with it. Refused (handed back unchanged) when `next` belongs to
  // another format, or to another montage or lead: those make other channels.
  LivePipeline change(LivePipeline next) noexcept {
    if (next.from() != from() || next.lead_ != lead_ || !(next.plan_.montage == plan_.montage)) return next;
    const SampleIndex now = position();
    hand_over_detector_input(next);
    replace(check_, next.check_);
    replace(mains_, next.mains_, now);
    const bool anew = heart_.has_value() != next.heart_.has_value() ||
                      (heart_ && heart_->treatment.index() != next.heart_->treatment.index());
    const bool as_before = !anew && cleaning_.belongs_to() == next.cleaning_.belongs_to();
    if (heart_ && !anew) {
      replace_heart(next, now);
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
    if (events_.has_value() != next.events_.has_value()) told_events_ = heard_;
    replace(events_, next.events_, now);
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
    if (heart_ && heart_->subtraction()) heart_->subtraction()->end_loading();
    if (heart_ && heart_->alarm) heart_->alarm->cleaning.end_loading();
    return status;
  }
  // All stages, and the last tile, as far as it may not have been told.
  template <class Archive>
  void state(Archive& archive) {
    check_.state(archive);
    montage_.state(archive);
    if (mains_) mains_->state(archive);
    bridge_.state(archive);
    if (heart_) {
      heart_->apply([&](auto& treatment) { treatment.state(archive); });
      archive(heart_->before);
      if (auto& alarm = heart_->alarm) {
        alarm->cleaning.state(archive);
        alarm->marks.state(archive);
      }
    }
    cleaning_.state(archive);
    residual_.state(archive);
    reasons_.state(archive);
    level_.state(archive);
    readings_.state(archive);
    if (events_) events_->state(archive);
    for (auto* values : {&clean_, &alarm_, &height_}) archive(*values);
    for (auto* marks : {&clean_marks_, &alarm_marks_, &height_marks_}) archive(*marks);
    for (auto* count : {&heard_, &told_readings_, &told_events_}) archive(*count);
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
  Detector* events() noexcept { return events_ ? &*events_ : nullptr; }

 private:
  static constexpr std::int64_t tile = 32;  // stays in the first-level cache through all stages
  static std::size_t values(int channels) { return static_cast<std::size_t>(tile * channels); }

  void hear(ConstBlock in) noexcept {
    const std::int64_t n = in.frames;
    const ConstBlock electrodes = lead_ ? without_lead(in) : in;
    const Block checked{checked_.data(), n, electrodes.channels, checked_marks_.data()};
    const Block raw{raw_.data(), n, channels_, raw_marks_.data()};
    const Block clean{clean_.data(), n, channels_, clean_marks_.data()};
    const Block height{height_.data(), n, channels_, height_marks_.data()};
    check_.process(electrodes, checked);
    montage_.process(checked, raw);
    take_hum_off(raw);
    ConstBlock heard = raw, gate = raw;
    if (heart_) {
      if (lead_) heard = beside_lead(raw, in);
      const Block later{later_.data(), n, heard.channels, later_marks_.data()};
      heart_->treat(heard, later);
      const Block treated = lead_ ? without_heart_lead(later) : later;
      cleaning_.process(treated, clean);
      if (lead_) doubt_without_lead(heard, clean);
      if (heart_->leaves_out()) gate = treated;
    } else {
      cleaning_.process(raw, clean);
    }
    residual_.process(clean, clean);
    reasons_.listen(raw, heard, clean);
    if (heart_ && heart_->alarm) listen(heard, raw, clean, {alarm_.data(), n, channels_, alarm_marks_.data()});
    level_.process(std::array<ConstBlock, 2>{clean, gate}, height);
    reasons_.tell(height);
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
  int wide() const noexcept { return channels_ + lead_.has_value(); }
  // The device's channels but for the lead.
  ConstBlock without_lead(ConstBlock in) noexcept {
    const int n = in.channels - 1;
    for (std::int64_t i = 0; i < in.frames; ++i)
      for (int c = 0; c < n; ++c) {
        const std::int64_t from = i * in.channels + c + (c >= *lead_);
        emg_[static_cast<std::size_t>(i * n + c)] = in.data[from];
        emg_marks_[static_cast<std::size_t>(i * n + c)] = in.marks ? in.marks[from] : mark::none;
      }
    return {emg_.data(), in.frames, n, emg_marks_.data()};
  }
  // The derived channels, and the lead as it came behind them.
  ConstBlock beside_lead(ConstBlock raw, ConstBlock in) noexcept {
    for (std::int64_t i = 0; i < raw.frames; ++i) {
      const auto to = static_cast<std::size_t>(i * wide());
      std::copy_n(raw.data + i * channels_, channels_, with_lead_.begin() + to);
      std::copy_n(raw.marks + i * channels_, channels_, with_lead_marks_.begin() + to);
      const std::int64_t from = i * in.channels + *lead_;
      with_lead_[to + static_cast<std::size_t>(channels_)] = in.data[from];
      with_lead_marks_[to + static_cast<std::size_t>(channels_)] = in.marks ? in.marks[from] : mark::none;
    }
    return {with_lead_.data(), raw.frames, wide(), with_lead_marks_.data()};
  }
  // In place: the lead goes no further than the subtraction.
  Block without_heart_lead(Block later) noexcept {
    for (std::int64_t i = 1; i < later.frames; ++i) {
      std::copy_n(later.data + i * wide(), channels_, later.data + i * channels_);
      std::copy_n(later.marks + i * wide(), channels_, later.marks + i * channels_);
    }
    return {later.data, later.frames, channels_, later.marks};
  }
  // Without its lead a heart stays in: the level is less sure, and says why.
  void doubt_without_lead(ConstBlock heard, Block clean) noexcept {
    for (std::int64_t i = 0; i < clean.frames; ++i) {
      if (!(heard.marks[i * wide() + channels_] & mark::missing)) continue;
      for (int c = 0; c < channels_; ++c) clean.marks[i * channels_ + c] |= mark::heart;
    }
  }
  // What the detector hears: at once, with the heart's marks, and with what is found on the level's path.
  void listen(ConstBlock heard, ConstBlock raw, ConstBlock clean, Block alarm) noexcept {
    heart_->alarm->cleaning.process(raw, alarm);
    heart_->alarm->marks.process(heard, alarm);
    for (std::int64_t k = 0; k < alarm.frames * channels_; ++k)
      alarm.marks[k] |= clean.marks[k] & (mark::hum | mark::flat);
  }
  // What is known of the last tile and has not been told.
  Status tell(Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (told_events_ < heard_) {
      const bool early = heart_ && heart_->alarm;
      const Consumed done = events_->process(
          early ? rest(alarm_, alarm_marks_, told_events_) : rest(clean_, clean_marks_, told_events_), events);
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
  void forget_last() noexcept {
    for (int c = 0; c < channels_; ++c)
      last_[static_cast<std::size_t>(c)] = Reading::invalid(c, position(), mark::settling, Trust::warmup);
  }
  ConstBlock rest(const std::vector<double>& x, const std::vector<Marks>& marks, std::int64_t told) const noexcept {
    return ConstBlock{x.data(), heard_, channels_, marks.data()}.part(told, heard_ - told);
  }

  // Where it is asked for as it is, it stays; else its own change() decides.
  template <class Stage>
  static void replace(Stage& running, Stage& next) noexcept {
    if (!(next.spec() == running.spec())) next = running.change(std::move(next));
  }
  // A chain's filters may have to be written out to be compared.
  template <class Filter>
  static void replace_filter(Filter& running, Filter& next) noexcept {
    if (next.belongs_to() != running.belongs_to()) next = running.change(std::move(next));
  }
  template <class Stage>
  static void replace(std::optional<Stage>& running, std::optional<Stage>& next, SampleIndex now) noexcept {
    if (running && next) return replace(*running, *next);
    if (next) next->begin_at(now);
    std::swap(running, next);
  }
  template <class Stage>
  static void begin_anew(Stage& running, Stage& next, SampleIndex now) noexcept {
    next.begin_at(now);
    std::swap(running, next);
  }
  template <class Filter>
  static std::optional<Fault> prepare_filter(Filter& next, const Filter& running) {
    if (next.belongs_to() == running.belongs_to()) return std::nullopt;
    auto prepared = running.try_prepare(next.spec());
    if (!prepared) return prepared.fault();
    next = std::move(*prepared);
    return std::nullopt;
  }
  void replace_heart(LivePipeline& next, SampleIndex now) noexcept {
    Heart &to = *next.heart_, &from = *heart_;
    if (from.subtraction())
      replace_filter(*from.subtraction(), *to.subtraction());
    else
      replace(std::get<LiveHeartGate>(from.treatment), std::get<LiveHeartGate>(to.treatment));
    if (to.wait != from.wait) {
      std::swap(from.wait, to.wait);
      from.before = std::min(from.before, from.wait);
    }
    if (from.alarm && to.alarm) {
      replace_filter(from.alarm->cleaning, to.alarm->cleaning);
      if (!(from.alarm->marks.spec() == to.alarm->marks.spec())) begin_anew(from.alarm->marks, to.alarm->marks, now);
      return;
    }
    if (to.alarm) {
      to.alarm->cleaning.begin_at(now);
      to.alarm->marks.begin_at(now);
    }
    std::swap(from.alarm, to.alarm);
  }
  // What the detector has not been told of the last tile stands where the next plan looks for it.
  void hand_over_detector_input(const LivePipeline& next) noexcept {
    const bool before = heart_ && heart_->alarm, then = next.heart_ && next.heart_->alarm;
    if (before == then) return;
    std::copy((before ? alarm_ : clean_).begin(), (before ? alarm_ : clean_).end(), (then ? alarm_ : clean_).begin());
    std::copy((before ? alarm_marks_ : clean_marks_).begin(), (before ? alarm_marks_ : clean_marks_).end(),
              (then ? alarm_marks_ : clean_marks_).begin());
  }

  Pipeline<Cleaning> plan_;
  StreamFormat from_;
  std::optional<int> lead_;  // the device's channel that is an ECG, and no EMG
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
  std::vector<double> checked_;
  std::vector<Marks> checked_marks_;
  std::vector<double> raw_, clean_, height_;
  std::vector<Marks> raw_marks_, clean_marks_, height_marks_;
  // With a lead: what is EMG of what came, and the derived channels with the lead behind them.
  std::vector<double> emg_;
  std::vector<Marks> emg_marks_;
  std::vector<double> with_lead_;
  std::vector<Marks> with_lead_marks_;
  // With a heart only: without it, late; and what the detector hears.
  std::vector<double> later_, alarm_;
  std::vector<Marks> later_marks_, alarm_marks_;
  std::int64_t heard_ = 0, told_readings_ = 0, told_events_ = 0;  // frames of the last tile
  bool ended_ = false;
  std::vector<Reading> last_{};  // of every channel
  std::uint64_t belongs_to_;
};

namespace pipeline_detail {

// The channel of the device that is the heart's lead and no EMG: one that the montage does not make.
inline std::optional<int> own_lead(const std::string& lead, const Montage& montage, const StreamFormat& format) {
  if (lead.empty()) return std::nullopt;
  for (const auto& d : montage.derivations)
    if (d.channel.name == lead) return std::nullopt;
  return format.channels.find(lead);
}

// What is asked for the heart, whether it is taken off or left out.
struct HeartAsked {
  std::string lead{};
  double prominence = 0;
  Seconds look_ahead{0};
};
template <FilterSpec Cleaning>
HeartAsked heart_asked(const Pipeline<Cleaning>& plan) {
  if (plan.heart) return {plan.heart->lead, plan.heart->prominence, plan.heart->look_ahead};
  if (plan.gate) return {plan.gate->lead, plan.gate->prominence, plan.gate->look_ahead};
  return {};
}
inline StreamFormat without(StreamFormat format, int channel) {
  std::vector<Channel> all(format.channels.begin(), format.channels.end());
  all.erase(all.begin() + channel);
  format.channels = Channels(std::move(all));
  return format;
}
inline Channels with(const Channels& channels, const Channel& one) {
  std::vector<Channel> all(channels.begin(), channels.end());
  all.push_back(one);
  return Channels(std::move(all));
}

// What the cleaning leaves of the least noise there is in 20 to 450 Hz; all of it where that cannot be told.
template <FilterSpec Cleaning>
Microvolts left_of(Microvolts noise, const Cleaning& cleaning, Hertz rate) {
  const auto parts = linear(cleaning, rate);
  const auto power = parts ? noise_power(*parts) : std::nullopt;
  return noise * std::sqrt(std::min(1.0, power.value_or(1) * rate.value / 2 / 430));
}

template <FilterSpec Cleaning>
Result<std::optional<typename LivePipeline<Cleaning>::Heart>> try_start_heart(const Pipeline<Cleaning>& plan,
                                                                              const HeartAsked& asked,
                                                                              const LiveFilter<Cleaning>& cleaning,
                                                                              const StreamFormat& derived,
                                                                              const StreamFormat& heard) {
  using Heart = typename LivePipeline<Cleaning>::Heart;
  std::optional<Heart> heart;
  const std::int64_t wait = samples_in(asked.look_ahead, derived.rate);
  if (plan.heart) {
    auto subtraction = try_start(*plan.heart, heard);
    if (!subtraction) return subtraction.fault();
    heart = Heart{.treatment = std::move(*subtraction), .wait = wait};
  } else if (plan.gate) {
    auto gate = try_start(*plan.gate, heard);
    if (!gate) return gate.fault();
    heart = Heart{.treatment = std::move(*gate), .wait = wait};
  }
  if (heart && plan.events) {
    auto beats = try_start(RPeaks{.lead = asked.lead, .prominence = asked.prominence}, heard);
    if (!beats) return beats.fault();
    heart->alarm = {cleaning, LiveHeartMarks(std::move(*beats), derived.channels.count())};
  }
  return heart;
}

}  // namespace pipeline_detail

// The checks look at the electrodes as they come in: a rail or a lost contact is one of an electrode, not of a pair. A
// `lead` that is a channel of the device, and none of the montage, is looked at by the subtraction alone.
template <FilterSpec Cleaning>
Result<LivePipeline<Cleaning>> try_start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  if (plan.heart && plan.gate)
    return Fault{"Pipeline", "gate", to_text(*plan.gate), "none where the heart is taken off, or no heart"};
  const auto asked = pipeline_detail::heart_asked(plan);
  const std::optional<int> lead = pipeline_detail::own_lead(asked.lead, plan.montage, format);
  const StreamFormat electrodes = lead ? pipeline_detail::without(format, *lead) : format;
  if (lead && electrodes.channels.count() == 0)
    return Fault{"Pipeline", "lead", to_text(asked.lead), "an ECG beside at least one channel of EMG"};
  auto check = try_start(plan.check, electrodes);
  if (!check) return check.fault();
  auto montage = try_start(plan.montage, electrodes);
  if (!montage) return montage.fault();
  const StreamFormat& derived = (*montage).format();
  std::optional<LiveMains> mains;
  if (plan.mains) {
    auto started = try_start(*plan.mains, derived);
    if (!started) return started.fault();
    mains = std::move(*started);
  }
  // Or the first levels would be the electrode's offset.
  if (!(priming_of(plan.cleaning).value > 0))
    return Fault{"Pipeline", "cleaning", to_text(plan.cleaning), "a chain that begins with Priming"};
  auto cleaning = try_start(plan.cleaning, derived);
  if (!cleaning) return cleaning.fault();
  Residual left = plan.residual;
  left.least_noise = pipeline_detail::left_of(left.least_noise, plan.cleaning, derived.rate);
  auto residual = try_start(left, derived);
  if (!residual) return residual.fault();
  StreamFormat heard = derived;
  if (lead) heard.channels = pipeline_detail::with(derived.channels, format.channels[*lead]);
  auto heart = pipeline_detail::try_start_heart(plan, asked, *cleaning, derived, heard);
  if (!heart) return heart.fault();
  GatedRms height = plan.level;
  if (height.ahead != Seconds{0}) return fault_of<GatedRms>("ahead", height.ahead, "0 s: a session knows it itself");
  if (plan.heart) height.ahead = asked.look_ahead;
  height.least_noise = std::max(height.least_noise, left.least_noise);
  auto level = try_start(height, derived);
  if (!level) return level.fault();
  // The lead of a heart that is taken off or left out is the one to hear it by.
  HeartShare beats = plan.heart_share;
  if (beats.lead.empty()) beats.lead = asked.lead;
  const double left_noise = pipeline_detail::left_of(Microvolts{1}, plan.cleaning, derived.rate).value;
  auto reasons = try_start(plan.noise, beats, derived, heard, height.window,
                           std::max(height.wait - height.ahead, Seconds{0}), asked.look_ahead, left_noise * left_noise);
  if (!reasons) return reasons.fault();
  auto readings = try_start(plan.readings, derived);
  if (!readings) return readings.fault();
  std::optional<LiveSpasmDetector<SpasmDetector>> events;
  if (plan.events) {
    auto started = try_start(*plan.events, derived);
    if (!started) return started.fault();
    events = std::move(*started);
  }
  std::optional<LiveStreamWatch> watch;
  if (plan.watch) {
    auto started = try_start(*plan.watch, format);
    if (!started) return started.fault();
    watch = std::move(*started);
  }
  return LivePipeline<Cleaning>(plan, format, lead, std::move(*check), std::move(*montage), std::move(mains),
                                std::move(*heart), std::move(*cleaning), std::move(*residual), std::move(*reasons),
                                std::move(*level), std::move(*readings), std::move(events), std::move(watch));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
template <FilterSpec Cleaning>
LivePipeline<Cleaning> start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  return try_start(plan, format).take();
}
#endif

}  // namespace unguard
