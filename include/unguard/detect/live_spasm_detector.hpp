// SPDX-License-Identifier: Apache-2.0
// SpasmDetector brought to life for one stream. A value: it copies, saves and loads. process() is for the real-time
// thread: no allocation, lock, system call or exception; bounded work. Source of the rules: spasm_detector.hpp.
// Cost: per sample two moving sums and four comparisons; per edge one pass over three slow windows.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/marker.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/detect/activity.hpp"
#include "unguard/detect/rest_calibration.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

// A spec in samples.
struct LiveSpasmPlan {
  ActivityRule rule{};
  ThresholdRule thresholds{};
  double share_a_look = 0;
  double cap = 1;
  std::int64_t learn = 0;
  Context first_context = Context::none;
  std::vector<RestNoise> rest{};  // one a channel; none: learnt
  std::uint64_t belongs_to = 0;
};

template <class S>
class LiveSpasmDetector {
 public:
  using spec_type = S;

  LiveSpasmDetector(S spec, StreamFormat format, LiveSpasmPlan plan)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        plan_(std::move(plan)),
        channels_(format_.channels.count()),
        quarantine_(channels_, format_.full_scale(), 0),
        slow_sum_(plan_.rule.slow, channels_),
        fast_sum_(plan_.rule.fast, channels_),
        squares_(3 * plan_.rule.slow + plan_.rule.look, channels_),
        slow_powers_(squares_.length(), channels_),
        context_(plan_.first_context),
        queue_(static_cast<std::size_t>(channels_ * (Activity::most_reports_a_sample + 1))),
        baselines_(count(), RestBaseline(plan_.thresholds, plan_.share_a_look, plan_.cap)),
        activities_(count()),
        square_(count()),
        slow_(count()),
        fast_(count()),
        clean_(count()),
        marks_(count()) {
    if (plan_.rest.empty()) learners_.assign(count(), RestCollector(plan_.rule.slow, plan_.rule.fast, plan_.learn));
    begin_at({});
  }

  // Takes frames until the sink is full; what was consumed has been reported. The same reports however a stream is cut
  // and however small the sink is. `full`: empty the sink and go on with the first frame not consumed.
  Consumed process(ConstBlock in, Sink<Event>& sink) noexcept {
    if (const Status shape = frames_for_a_sink(in, channels_, ended_); shape != Status::ok) return {shape, 0};
    const FlushSubnormals guard;
    const bool clear = quarantine_.clear(in, position_);
    return take_frames(
        in.frames, position_, held_, [&](std::int64_t i) { step(in.part(i, 1), clear); },
        [&] { return queue_.deliver(sink); });
  }

  // The end of the stream: open events close. `full`: empty the sink and call again.
  Status finish(Sink<Event>& sink) noexcept {
    const auto end = [&] {
      const FlushSubnormals guard;
      for (int c = 0; c < channels_; ++c) activities_[at(c)].finish(view(c, next()), queue_);
    };
    return end_frames(ended_, end, [&] { return queue_.deliver(sink); });
  }

  // Declares something about the stream, from its sample on. Refused for samples already processed.
  Status declare(const Marker& marker) noexcept { return markers_.add(marker, {next()}); }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at_sample) noexcept {
    quarantine_.reset(at_sample);
    slow_sum_.reset();
    fast_sum_.reset();
    squares_.reset();
    slow_powers_.reset();
    context_.reset();
    markers_.clear();
    queue_.clear();
    for (auto& learner : learners_) learner.reset();
    for (std::size_t c = 0; c < count(); ++c) {
      activities_[c].reset(at_sample.value, plan_.rule.slow);
      baselines_[c].reset();
      if (!plan_.rest.empty()) baselines_[c].calibrate(plan_.rest[c]);
      clean_[c] = 0;
      square_[c] = slow_[c] = fast_[c] = 0;
      marks_[c] = mark::none;
    }
    position_ = at_sample;
    looks_ = 0;
    ids_ = 0;
    held_ = ended_ = false;
  }
  std::int64_t period() const noexcept { return 1; }

  // Live change at a frame boundary: ids, what was declared and what has not been delivered go on. With the same
  // windows so do open events, and with the same `rest` its level as tracked or learnt; otherwise open events end here,
  // and the envelopes fill anew. Handed back unchanged when `next` belongs to another format.
  LiveSpasmDetector change(LiveSpasmDetector next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    const bool windows = next.plan_.rule.slow == plan_.rule.slow && next.plan_.rule.fast == plan_.rule.fast;
    if (!windows && !ended_)
      for (int c = 0; c < channels_; ++c) activities_[at(c)].finish(view(c, this->next()), queue_);
    next.begin_at(position_);
    next.quarantine_.adopt(quarantine_);
    next.context_.adopt(context_);
    next.markers_ = markers_;
    next.queue_ = queue_;
    next.ids_ = ids_;
    next.held_ = held_;
    next.ended_ = ended_;
    if (windows) {
      next.slow_sum_.adopt(slow_sum_);
      next.fast_sum_.adopt(fast_sum_);
      next.squares_ = squares_;
      next.slow_powers_ = slow_powers_;
      next.looks_ = looks_;
      for (auto [to, from] : {std::pair{&next.square_, &square_}, {&next.slow_, &slow_}, {&next.fast_, &fast_}})
        std::copy(from->begin(), from->end(), to->begin());
      std::copy(clean_.begin(), clean_.end(), next.clean_.begin());
      std::copy(marks_.begin(), marks_.end(), next.marks_.begin());
    }
    const bool rest = windows && next.spec_.rest == spec_.rest;
    for (std::size_t c = 0; c < count(); ++c) {
      if (rest) next.baselines_[c].adopt(baselines_[c]);
      if (rest && next.plan_.learn == plan_.learn && !learners_.empty()) next.learners_[c] = learners_[c];
      if (windows) next.activities_[c] = activities_[c];
    }
    std::swap(*this, next);
    return next;
  }

  // Samples until a step to twice the entering level is reported: the share of the window it must fill, for the
  // calibrated channel where that is most. The window is the fast one if all of the stream is declared rest, else the
  // slow one.
  Latency latency() const {
    const bool all_rest = plan_.first_context == Context::rest;
    std::int64_t most = 0;
    for (const RestBaseline& b : baselines_) {
      // Not yet learnt: as if `rise` set the entering level.
      double level = 1, enter = 1 + std::max(plan_.thresholds.rise, 1e-3);
      if (b.calibrated()) {
        level = all_rest ? b.noise().fast_level : b.noise().level;
        enter = std::sqrt(all_rest ? b.fast().enter : b.slow().enter);
      }
      const double share = (enter * enter - level * level) / (4 * enter * enter - level * level);
      const std::int64_t window = all_rest ? plan_.rule.fast : plan_.rule.slow;
      most = std::max(most, static_cast<std::int64_t>(std::floor(share * static_cast<double>(window))));
    }
    return {format_.rate, {{std::string(info_of<S>().name), DelayKind::decision, static_cast<double>(most), {}}}};
  }

  SavedState save() const { return save_state(const_cast<LiveSpasmDetector&>(*this), plan_.belongs_to); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, plan_.belongs_to); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  // Of the last event; those to come are numbered on from it.
  std::uint64_t last_id() const noexcept { return ids_; }
  void number_from(std::uint64_t last) noexcept { ids_ = last; }
  // The level as tracked so far; zeros while it is being learnt.
  const RestNoise& rest(int channel) const noexcept { return baselines_[at(channel)].noise(); }
  // `settling` until the rest has been learnt and the envelopes are full, and what marks forbid an event now.
  Marks standing(int channel) const noexcept {
    if (!baselines_[at(channel)].calibrated()) return mark::settling;
    return activities_[at(channel)].blocked(position_.value - 1)
               ? static_cast<Marks>(marks_[at(channel)] | mark::settling)
               : mark::none;
  }
  // What was learnt, once it has been in every channel. Allocates.
  std::optional<RestCalibration> learnt(std::string band) const {
    if (!plan_.rest.empty()) return std::nullopt;
    std::vector<RestNoise> channels;
    for (const auto& b : baselines_) {
      if (!b.calibrated()) return std::nullopt;
      channels.push_back(b.calibrated_noise());
    }
    return rest_calibration(channels, spec_.slow, spec_.fast,
                            {CalibrationSource::learnt, learners_[0].samples(), format_.rate, std::move(band)});
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(looks_);
    archive(ids_);
    archive(held_);
    archive(ended_);
    quarantine_.state(archive);
    slow_sum_.state(archive);
    fast_sum_.state(archive);
    squares_.state(archive);
    slow_powers_.state(archive);
    context_.state(archive);
    markers_.state(archive);
    queue_.state(archive);
    for (auto& learner : learners_) learner.state(archive);
    for (auto& baseline : baselines_) baseline.state(archive);
    for (auto& activity : activities_) activity.state(archive);
    archive(square_);
    archive(slow_);
    archive(fast_);
    archive(clean_);
    archive(marks_);
    // A state from elsewhere: who was told the rest learns none.
    for (std::size_t c = 0; c < plan_.rest.size(); ++c)
      if (!baselines_[c].calibrated()) baselines_[c].calibrate(plan_.rest[c]);
  }

 private:
  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  std::size_t count() const noexcept { return at(channels_); }
  // The sample after the last one worked through.
  std::int64_t next() const noexcept { return position_.value + held_; }

  ActivityView view(int c, std::int64_t now) const noexcept {
    return {plan_.rule, squares_, slow_powers_, context_,     baselines_[at(c)],
            c,          now,      slow_[at(c)], fast_[at(c)], marks_[at(c)]};
  }

  void step(ConstBlock frame, bool clear) noexcept {
    const double* x = frame.data;
    if (clear) {
      quarantine_.remember(frame);
      std::fill(marks_.begin(), marks_.end(), mark::none);
    } else {
      quarantine_.admit(frame, position_, square_.data(), marks_.data());
      x = square_.data();
    }
    while (markers_.due(position_)) context_.take(markers_.take());
    const double slow_scale = static_cast<double>(plan_.rule.slow), fast_scale = static_cast<double>(plan_.rule.fast);
    for (std::size_t c = 0; c < count(); ++c) {
      // A marked sample says nothing: the fast envelope stands still.
      square_[c] = marks_[c] ? fast_[c] : x[c] * x[c];
      clean_[c] = marks_[c] ? 0 : clean_[c] + 1;
    }
    squares_.add(square_.data());
    slow_sum_.add(square_.data(), slow_.data());
    fast_sum_.add(square_.data(), fast_.data());
    for (std::size_t c = 0; c < count(); ++c) {
      slow_[c] /= slow_scale;
      fast_[c] /= fast_scale;
    }
    slow_powers_.add(slow_.data());
    const bool look = looks_++ % plan_.rule.fast == 0;
    for (int c = 0; c < channels_; ++c) decide(c, look);
  }

  void decide(int c, bool look) noexcept {
    const std::size_t i = at(c);
    RestBaseline& baseline = baselines_[i];
    if (!baseline.calibrated()) {
      RestCollector& learner = learners_[i];
      learner.take(slow_[i], clean_[i] >= plan_.rule.slow, fast_[i], clean_[i] >= plan_.rule.fast);
      if (!learner.full()) return;
      const RestNoise noise = learner.noise();
      // A flat stretch teaches nothing: learn on.
      if (noise.spread > 0 && noise.fast_spread > 0 && noise.level > 0 && noise.fast_level > 0)
        baseline.calibrate(noise);
      else
        learner.reset();
      return;
    }
    Activity& activity = activities_[i];
    activity.step(view(c, position_.value), ids_, queue_);
    if (look && activity.idle() && !activity.blocked(position_.value)) baseline.track(slow_[i], fast_[i]);
  }

  S spec_;
  StreamFormat format_;
  LiveSpasmPlan plan_;
  int channels_;
  Quarantine quarantine_;
  MovingSum slow_sum_;
  MovingSum fast_sum_;
  History squares_;
  History slow_powers_;
  DeclaredContext context_;
  MarkerQueue markers_;
  EventQueue queue_;
  std::vector<RestCollector> learners_{};
  std::vector<RestBaseline> baselines_;
  std::vector<Activity> activities_;
  std::vector<double> square_, slow_, fast_;  // of the last frame: squares, mean squares
  std::vector<std::int64_t> clean_;           // unmarked samples in a row
  std::vector<Marks> marks_;
  std::int64_t looks_ = 0;
  std::uint64_t ids_ = 0;
  SampleIndex position_{};
  bool held_ = false;
  bool ended_ = false;
};

}  // namespace unguard
