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
#include <tuple>
#include <utility>
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

namespace unguard {

// `cleaning` is any Chain that begins with Priming; without `mains` hum is left to it, without `events` there is no
// detector. With `heart` it is taken off before the level, which then waits for that instead of its own `wait`; the
// detector cancels events that were beats within 150 ms. With `gate` in its place beats are left out of the level,
// which waits for that besides; the detector does the same.
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
};

// Pipeline{Chain{Priming{}, Bandpass{}}}: not every compiler deduces that by itself.
template <FilterSpec Cleaning>
Pipeline(Cleaning) -> Pipeline<Cleaning>;

template <FilterSpec Cleaning>
class LivePipeline {
 public:
  using Detector = LiveSpasmDetector<SpasmDetector>;
  using Subtraction = LiveFilter<EcgSubtraction>;

  // What there is of the heart: what takes it off the level's path, and what cleans the detector's and marks the beats
  // in it.
  struct Heart {
    Subtraction subtraction;
    std::int64_t wait;  // how much later the level comes, in samples
    struct Alarm {
      LiveFilter<Cleaning> cleaning;
      LiveHeartMarks marks;
    };
    std::optional<Alarm> alarm{};  // where there is a detector
  };
  // The same where beats are left out instead.
  struct Gate {
    LiveHeartGate live;
    std::optional<typename Heart::Alarm> alarm{};
  };

  LivePipeline(LiveSignalCheck check, LiveMontage montage, std::optional<LiveMains> mains, std::optional<Heart> heart,
               std::optional<Gate> gate, LiveFilter<Cleaning> cleaning, LiveResidual residual, LevelReasons reasons,
               LiveGatedRms level, LiveLevels readings, std::optional<Detector> events)
      : check_(std::move(check)),
        montage_(std::move(montage)),
        mains_(std::move(mains)),
        bridge_(montage_.format()),
        heart_(std::move(heart)),
        gate_(std::move(gate)),
        cleaning_(std::move(cleaning)),
        residual_(std::move(residual)),
        reasons_(std::move(reasons)),
        level_(std::move(level)),
        readings_(std::move(readings)),
        events_(std::move(events)),
        channels_(montage_.format().channels.count()),
        checked_(values(check_.format().channels.count())),
        checked_marks_(checked_.size()),
        raw_(values(channels_)),
        clean_(raw_.size()),
        height_(raw_.size()),
        raw_marks_(raw_.size()),
        clean_marks_(raw_.size()),
        height_marks_(raw_.size()) {
    if (!heart_ && !gate_) return;
    later_.resize(raw_.size());
    later_marks_.resize(raw_.size());
    if (heart_) {
      gate_marks_.resize(raw_.size());
      waiting_marks_.resize(static_cast<std::size_t>(heart_->wait * channels_));
    }
    if (!alarm()) return;
    alarm_.resize(raw_.size());
    alarm_marks_.resize(raw_.size());
  }

  // What the device handed over, its marks included (PacketAssembly's `missing`). `full`: empty the sinks and go on
  // with the first frame not consumed; what was consumed is not lost.
  Consumed process(ConstBlock in, Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (in.channels != check_.format().channels.count()) return {Status::wrong_channels, 0};
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
    if (heart_) {
      heart_->subtraction.begin_at(at);
      std::fill(waiting_marks_.begin(), waiting_marks_.end(), mark::none);
      oldest_ = 0;
    }
    if (gate_) gate_->live.begin_at(at);
    if (auto* alarm = this->alarm()) {
      alarm->cleaning.begin_at(at);
      alarm->marks.begin_at(at);
    }
    cleaning_.begin_at(at);
    residual_.begin_at(at);
    reasons_.begin_at(at);
    level_.begin_at(at);
    readings_.begin_at(at);
    if (events_) events_->begin_at(at);
    heard_ = told_readings_ = told_events_ = 0;
    ended_ = false;
  }
  SampleIndex position() const noexcept { return check_.position(); }

  // What each stage delays on the way to a reading, and their sum.
  Latency latency(Hertz at = {100}) const {
    Latency all = cleaning_.latency(at);
    if (heart_)
      for (const auto& stage : heart_->subtraction.latency(at).stages) all.stages.push_back(stage);
    if (gate_)
      for (const auto& stage : gate_->live.latency(at).stages) all.stages.push_back(stage);
    for (const auto& stage : level_.latency().stages) all.stages.push_back(stage);
    return all;
  }
  // Of the device, and of what the stages see.
  const StreamFormat& from() const noexcept { return check_.format(); }
  const StreamFormat& format() const noexcept { return montage_.format(); }

  // The stages by name, for their counters and bounds, and to declare markers to the detector.
  const LiveSignalCheck& check() const noexcept { return check_; }
  const LiveFilter<Cleaning>& cleaning() const noexcept { return cleaning_; }
  const LevelReasons& reasons() const noexcept { return reasons_; }
  const LiveLevels& readings() const noexcept { return readings_; }
  Detector* events() noexcept { return events_ ? &*events_ : nullptr; }

 private:
  static constexpr std::int64_t tile = 32;  // stays in the first-level cache through all stages
  static std::size_t values(int channels) { return static_cast<std::size_t>(tile * channels); }

  typename Heart::Alarm* alarm() noexcept {
    auto* alarm = heart_ ? &heart_->alarm : gate_ ? &gate_->alarm : nullptr;
    return alarm && *alarm ? &**alarm : nullptr;
  }
  void hear(ConstBlock in) noexcept {
    const std::int64_t n = in.frames;
    const Block checked{checked_.data(), n, in.channels, checked_marks_.data()};
    const Block raw{raw_.data(), n, channels_, raw_marks_.data()};
    const Block clean{clean_.data(), n, channels_, clean_marks_.data()};
    const Block height{height_.data(), n, channels_, height_marks_.data()};
    check_.process(in, checked);
    montage_.process(checked, raw);
    take_hum_off(raw);
    const Block later{later_.data(), n, channels_, later_marks_.data()};
    if (heart_) {
      heart_->subtraction.process(raw, later);
      cleaning_.process(later, clean);
      hold_back(raw);
    } else if (gate_) {
      gate_->live.process(raw, later);
      cleaning_.process(later, clean);
    } else {
      cleaning_.process(raw, clean);
    }
    residual_.process(clean, clean);
    reasons_.listen(raw, clean);
    if (alarm()) listen(raw, clean, {alarm_.data(), n, channels_, alarm_marks_.data()});
    const Block gate{raw.data, n, channels_, heart_ ? gate_marks_.data() : gate_ ? later.marks : raw.marks};
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
  // The gate of a level that comes later is as late; but what is found late is known at once, and what came shortly
  // before a mark is left out, too.
  void hold_back(ConstBlock raw) noexcept {
    const std::int64_t before = std::min(samples_in(Seconds{0.005}, raw_rate()), heart_->wait);
    for (std::int64_t i = 0; i < raw.frames; ++i)
      for (int c = 0; c < channels_; ++c) {
        const Marks now = raw.marks[i * channels_ + c];
        const std::int64_t row = (oldest_ + i) % heart_->wait;
        Marks& waits = waiting_marks_[static_cast<std::size_t>(row * channels_ + c)];
        gate_marks_[static_cast<std::size_t>(i * channels_ + c)] = static_cast<Marks>(waits | (now & mark::found_late));
        waits = now;
        if (!(now & ~mark::missing)) continue;
        for (std::int64_t k = 1; k < before; ++k)
          waiting_marks_[static_cast<std::size_t>((row + heart_->wait - k) % heart_->wait * channels_ + c)] |=
              mark::missing;
      }
    oldest_ = (oldest_ + raw.frames) % heart_->wait;
  }
  // What the detector hears: at once, with the heart's marks, and with what is found on the level's path.
  void listen(ConstBlock raw, ConstBlock clean, Block alarm) noexcept {
    this->alarm()->cleaning.process(raw, alarm);
    this->alarm()->marks.process(raw, alarm);
    for (std::int64_t k = 0; k < alarm.frames * channels_; ++k)
      alarm.marks[k] |= clean.marks[k] & (mark::hum | mark::flat);
  }
  Hertz raw_rate() const noexcept { return montage_.format().rate; }
  // What is known of the last tile and has not been told.
  Status tell(Sink<Reading>& readings, Sink<Event>& events) noexcept {
    if (told_events_ < heard_) {
      const bool early = alarm();
      const Consumed done = events_->process(
          early ? rest(alarm_, alarm_marks_, told_events_) : rest(clean_, clean_marks_, told_events_), events);
      told_events_ += done.frames;
      if (done.status != Status::ok) return done.status;
    }
    if (told_readings_ < heard_) {
      const Consumed done = readings_.process(rest(height_, height_marks_, told_readings_), readings);
      told_readings_ += done.frames;
      if (done.status != Status::ok) return done.status;
    }
    return Status::ok;
  }
  ConstBlock rest(const std::vector<double>& x, const std::vector<Marks>& marks, std::int64_t told) const noexcept {
    return ConstBlock{x.data(), heard_, channels_, marks.data()}.part(told, heard_ - told);
  }

  LiveSignalCheck check_;
  LiveMontage montage_;
  std::optional<LiveMains> mains_;
  Bridge bridge_;
  std::optional<Heart> heart_;
  std::optional<Gate> gate_;
  LiveFilter<Cleaning> cleaning_;
  LiveResidual residual_;
  LevelReasons reasons_;
  LiveGatedRms level_;
  LiveLevels readings_;
  std::optional<Detector> events_;
  int channels_;
  std::vector<double> checked_;
  std::vector<Marks> checked_marks_;
  std::vector<double> raw_, clean_, height_;
  std::vector<Marks> raw_marks_, clean_marks_, height_marks_;
  // With a heart only: without it, late; the level's gate, as late; and what the detector hears.
  std::vector<double> later_, alarm_;
  std::vector<Marks> later_marks_, gate_marks_, waiting_marks_, alarm_marks_;
  std::int64_t oldest_ = 0;                                       // of the marks that wait
  std::int64_t heard_ = 0, told_readings_ = 0, told_events_ = 0;  // frames of the last tile
  bool ended_ = false;
};

namespace pipeline_detail {

// What the cleaning leaves of the least noise there is in 20 to 450 Hz; all of it where that cannot be told.
template <FilterSpec Cleaning>
Microvolts left_of(Microvolts noise, const Cleaning& cleaning, Hertz rate) {
  const auto parts = linear(cleaning, rate);
  const auto power = parts ? noise_power(*parts) : std::nullopt;
  return noise * std::sqrt(std::min(1.0, power.value_or(1) * rate.value / 2 / 430));
}

}  // namespace pipeline_detail

// The checks look at the electrodes as they come in: a rail or a lost contact is one of an electrode, not of a pair.
template <FilterSpec Cleaning>
Result<LivePipeline<Cleaning>> try_start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  auto check = try_start(plan.check, format);
  if (!check) return check.fault();
  auto montage = try_start(plan.montage, format);
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
  using Live = LivePipeline<Cleaning>;
  std::optional<typename Live::Heart> heart;
  if (plan.heart) {
    auto subtraction = try_start(*plan.heart, derived);
    if (!subtraction) return subtraction.fault();
    const std::int64_t wait = samples_in(plan.heart->look_ahead, derived.rate);
    heart = typename Live::Heart{.subtraction = std::move(*subtraction), .wait = wait};
    if (plan.events) {
      auto beats = try_start(RPeaks{.lead = plan.heart->lead, .prominence = plan.heart->prominence}, derived);
      if (!beats) return beats.fault();
      heart->alarm = {*cleaning, LiveHeartMarks(std::move(*beats))};
    }
  }
  std::optional<typename Live::Gate> gate;
  if (plan.gate) {
    if (plan.heart)
      return Fault{"Pipeline", "gate", to_text(*plan.gate), "none where the heart is taken off, or no heart"};
    auto live = try_start(*plan.gate, derived);
    if (!live) return live.fault();
    gate = typename Live::Gate{.live = std::move(*live)};
    if (plan.events) {
      auto beats = try_start(RPeaks{.lead = plan.gate->lead, .prominence = plan.gate->prominence}, derived);
      if (!beats) return beats.fault();
      gate->alarm = {*cleaning, LiveHeartMarks(std::move(*beats))};
    }
  }
  GatedRms height = plan.level;
  if (heart) height.wait = height.before = Seconds{0};
  height.least_noise = std::max(height.least_noise, left.least_noise);
  auto level = try_start(height, derived);
  if (!level) return level.fault();
  // The lead of a heart that is taken off is the one to hear it by.
  HeartShare beats = plan.heart_share;
  if (plan.heart && beats.lead.empty()) beats.lead = plan.heart->lead;
  const double left_noise = pipeline_detail::left_of(Microvolts{1}, plan.cleaning, derived.rate).value;
  auto reasons = try_start(plan.noise, beats, derived, height.window, height.wait,
                           plan.heart ? plan.heart->look_ahead : Seconds{0}, left_noise * left_noise);
  if (!reasons) return reasons.fault();
  auto readings = try_start(plan.readings, derived);
  if (!readings) return readings.fault();
  std::optional<LiveSpasmDetector<SpasmDetector>> events;
  if (plan.events) {
    auto started = try_start(*plan.events, derived);
    if (!started) return started.fault();
    events = std::move(*started);
  }
  return LivePipeline<Cleaning>(std::move(*check), std::move(*montage), std::move(mains), std::move(heart),
                                std::move(gate), std::move(*cleaning), std::move(*residual), std::move(*reasons),
                                std::move(*level), std::move(*readings), std::move(events));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
template <FilterSpec Cleaning>
LivePipeline<Cleaning> start(const Pipeline<Cleaning>& plan, const StreamFormat& format) {
  return try_start(plan, format).take();
}
#endif

}  // namespace unguard
