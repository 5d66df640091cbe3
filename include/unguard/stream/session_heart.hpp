// SPDX-License-Identifier: Apache-2.0
// What a session does about the heart: on the level's path it is taken off, or beats are left out, both late; on the
// detector's, which does not wait, beats are marked. No signal processing of its own. Cost and latency: those of
// EcgSubtraction or HeartGate, and of HeartMarks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "unguard/core/chain.hpp"
#include "unguard/denoise/ecg_subtraction.hpp"
#include "unguard/denoise/heart_gate.hpp"
#include "unguard/denoise/heart_marks.hpp"
#include "unguard/stream/change_stage.hpp"

namespace unguard {

template <FilterSpec Cleaning>
class SessionHeart {
 public:
  using Subtraction = LiveFilter<EcgSubtraction>;

  // What cleans the detector's path and marks the beats in it, where there is a detector.
  struct Alarm {
    LiveFilter<Cleaning> cleaning;
    LiveHeartMarks marks;
  };

  // `late`: by how many samples the treatment delays.
  SessionHeart(std::variant<Subtraction, LiveHeartGate> treatment, std::int64_t late, std::optional<Alarm> alarm)
      : treatment_(std::move(treatment)), late_(late), before_(late), alarm_(std::move(alarm)) {}

  // Whether beats are left out, which the output's marks say, instead of taken off.
  bool leaves_out() const noexcept { return std::holds_alternative<LiveHeartGate>(treatment_); }
  bool has_alarm() const noexcept { return alarm_.has_value(); }

  // The level's path. What stands before the beginning is no value: an electrode's offset would ring behind it.
  void treat(ConstBlock heard, Block later) noexcept {
    std::visit([&](auto& one) { one.process(heard, later); }, treatment_);
    const std::int64_t none = std::min(before_, heard.frames);
    for (std::int64_t k = 0; k < none * later.channels; ++k) later.marks[k] |= mark::missing;
    before_ -= none;
  }
  // The detector's.
  void listen(ConstBlock heard, ConstBlock raw, Block alarm) noexcept {
    alarm_->cleaning.process(raw, alarm);
    alarm_->marks.process(heard, alarm);
  }
  void begin_at(SampleIndex at) noexcept {
    std::visit([=](auto& one) { one.begin_at(at); }, treatment_);
    before_ = late_;
    if (!alarm_) return;
    alarm_->cleaning.begin_at(at);
    alarm_->marks.begin_at(at);
  }
  std::int64_t period() const noexcept {
    return std::visit([](const auto& one) { return one.period(); }, treatment_);
  }
  Latency latency(Hertz at) const {
    return std::visit([=](const auto& one) { return one.latency(at); }, treatment_);
  }

  // Taken off or left out, both.
  bool alike(const SessionHeart& other) const noexcept { return treatment_.index() == other.treatment_.index(); }
  // Outside the real-time thread: this one, of a next session, for take_over() from the one that runs.
  std::optional<Fault> prepare_for(const SessionHeart& running) {
    auto* mine = std::get_if<Subtraction>(&treatment_);
    const auto* theirs = std::get_if<Subtraction>(&running.treatment_);
    if (mine && theirs)
      if (auto fault = change_stage::prepare_filter(*mine, *theirs)) return fault;
    if (alarm_ && running.alarm_) return change_stage::prepare_filter(alarm_->cleaning, running.alarm_->cleaning);
    return std::nullopt;
  }
  // Of one that is alike; what it replaces is left in `next`.
  void change(SessionHeart& next, SampleIndex now) noexcept {
    if (auto* running = std::get_if<Subtraction>(&treatment_))
      change_stage::replace_filter(*running, *std::get_if<Subtraction>(&next.treatment_));
    else
      change_stage::replace(*std::get_if<LiveHeartGate>(&treatment_), *std::get_if<LiveHeartGate>(&next.treatment_));
    if (next.late_ != late_) {
      std::swap(late_, next.late_);
      before_ = std::min(before_, late_);
    }
    if (alarm_ && next.alarm_) {
      change_stage::replace_filter(alarm_->cleaning, next.alarm_->cleaning);
      if (!(alarm_->marks.spec() == next.alarm_->marks.spec()))
        change_stage::begin_anew(alarm_->marks, next.alarm_->marks, now);
      return;
    }
    if (next.alarm_) {
      next.alarm_->cleaning.begin_at(now);
      next.alarm_->marks.begin_at(now);
    }
    std::swap(alarm_, next.alarm_);
  }

  template <class Archive>
  void state(Archive& archive) {
    std::visit([&](auto& one) { one.state(archive); }, treatment_);
    archive(before_);
    if (!alarm_) return;
    alarm_->cleaning.state(archive);
    alarm_->marks.state(archive);
  }
  void end_loading() noexcept {
    if (auto* subtraction = std::get_if<Subtraction>(&treatment_)) subtraction->end_loading();
    if (alarm_) alarm_->cleaning.end_loading();
  }

 private:
  std::variant<Subtraction, LiveHeartGate> treatment_;
  std::int64_t late_;
  std::int64_t before_;  // frames until what came first comes out
  std::optional<Alarm> alarm_;
};

// What is asked for the heart, whether it is taken off or left out.
struct HeartAsked {
  std::string_view spec{};
  std::string lead{};
  double prominence = 0;
  Seconds look_ahead{0};
};
inline HeartAsked heart_asked(const std::optional<EcgSubtraction>& off, const std::optional<HeartGate>& out) {
  if (off) return {info_of<EcgSubtraction>().name, off->lead, off->prominence, off->look_ahead};
  if (out) return {info_of<HeartGate>().name, out->lead, out->prominence, out->look_ahead};
  return {};
}

// Found on `heard`; with an alarm path, which `cleaning` cleans and whose first `channels` are marked, if asked for.
template <FilterSpec Cleaning>
Result<std::optional<SessionHeart<Cleaning>>> try_start_heart(const std::optional<EcgSubtraction>& off,
                                                              const std::optional<HeartGate>& out,
                                                              const StreamFormat& heard,
                                                              const LiveFilter<Cleaning>* cleaning, int channels) {
  using Heart = SessionHeart<Cleaning>;
  const HeartAsked asked = heart_asked(off, out);
  std::optional<typename Heart::Alarm> alarm;
  if (cleaning && (off || out)) {
    auto beats = try_start(RPeaks{.lead = asked.lead, .prominence = asked.prominence}, heard);
    if (!beats) return beats.fault();
    alarm = {*cleaning, LiveHeartMarks(std::move(*beats), channels)};
  }
  const std::int64_t late = samples_in(asked.look_ahead, heard.rate);
  if (off) {
    auto subtraction = try_start(*off, heard);
    if (!subtraction) return subtraction.fault();
    return std::optional(Heart(std::move(*subtraction), late, std::move(alarm)));
  }
  if (out) {
    auto gate = try_start(*out, heard);
    if (!gate) return gate.fault();
    return std::optional(Heart(std::move(*gate), late, std::move(alarm)));
  }
  return std::optional<Heart>();
}

}  // namespace unguard
