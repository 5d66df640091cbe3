// SPDX-License-Identifier: Apache-2.0
// An onset detector brought to life for one stream: one OnsetChannel a channel, and around them what all such detectors
// share: quarantine, marks, ids, peaks, reports of fixed number, saving, live change. A value. process() is for the
// real-time thread: no allocation, lock, system call or exception; bounded work. Source of the rules: each detector's
// header. Cost: one moving sum a sample beside the channel's own.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
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
#include "unguard/core/quarantine.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/detect/declared_context.hpp"
#include "unguard/detect/envelope_area.hpp"
#include "unguard/detect/event_queue.hpp"
#include "unguard/detect/on_marks.hpp"
#include "unguard/detect/onset_channel.hpp"
#include "unguard/envelope/moving_sum.hpp"

namespace unguard {

// The moving RMS whose largest value is an event's peak.
inline constexpr Seconds peak_window{0.025};

// All events are ACTIVITY, whatever was declared; what was declared at the onset stands beside it. `area_uV_s` is 0 of
// methods that know no level of rest, `confidence` of those that do not know how sure they are.
template <class S, OnsetChannel ChannelType>
class LiveOnsetDetector {
 public:
  using spec_type = S;
  using channel_type = ChannelType;

  LiveOnsetDetector(S spec, StreamFormat format, std::vector<ChannelType> channels)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        bridge_(samples_in(spec_.on_marks.bridge, format_.rate)),
        guard_(samples_in(spec_.on_marks.guard, format_.rate)),
        late_(samples_in(spec_.on_marks.late, format_.rate)),
        belongs_to_(hash_of(to_text(spec_), format_)),
        quarantine_(channels_, format_.full_scale(), 0),
        squares_(samples_in(peak_window, format_.rate), channels_),
        context_(Context::none),
        queue_(static_cast<std::size_t>(2 * channels_)),
        detectors_(std::move(channels)),
        areas_(channels_, looks_back()),
        tracks_(count()),
        x_(count()),
        square_(count()),
        power_(count()),
        marks_(count()) {
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
      for (int c = 0; c < channels_; ++c)
        if (tracks_[at(c)].open) close(c, next(), Report::close);
    };
    return end_frames(ended_, end, [&] { return queue_.deliver(sink); });
  }

  // Declares something about the stream, from its sample on. Refused for samples already processed.
  Status declare(const Marker& marker) noexcept { return markers_.add(marker, {next()}); }

  // As just started.
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at_sample) noexcept {
    quarantine_.reset(at_sample);
    squares_.reset();
    context_.reset();
    markers_.clear();
    queue_.clear();
    areas_.reset(at_sample.value);
    for (std::size_t c = 0; c < count(); ++c) {
      detectors_[c].reset();
      tracks_[c] = {};
      tracks_[c].floor = at_sample.value;
      x_[c] = square_[c] = power_[c] = 0;
      marks_[c] = mark::none;
    }
    position_ = at_sample;
    ids_ = 0;
    held_ = ended_ = false;
  }
  // Moving sums and pairs of samples begin with the stream, and so does what a channel gathers.
  std::int64_t period() const noexcept {
    std::int64_t all = 2 * squares_.period();
    if constexpr (requires(const ChannelType& d) { d.period(); })
      for (const ChannelType& d : detectors_) all = std::lcm(all, d.period());
    return all;
  }

  // Live change at a frame boundary: ids, what was declared and what has not been delivered go on. Where only
  // thresholds differ so does everything else; otherwise open events end here and the new detector begins anew. Handed
  // back unchanged when `next` belongs to another format.
  LiveOnsetDetector change(LiveOnsetDetector next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.quarantine_.adopt(quarantine_);
    next.squares_.adopt(squares_);
    next.context_.adopt(context_);
    next.markers_ = markers_;
    for (int c = 0; c < channels_; ++c) {
      if (next.detectors_[at(c)].adopt(detectors_[at(c)])) {
        next.tracks_[at(c)] = tracks_[at(c)];
        next.areas_.adopt(areas_, c);
      } else if (tracks_[at(c)].open && !ended_)
        close(c, this->next(), Report::close);
    }
    next.queue_ = queue_;
    next.ids_ = ids_;
    next.held_ = held_;
    next.ended_ = ended_;
    std::copy(power_.begin(), power_.end(), next.power_.begin());
    std::swap(*this, next);
    return next;
  }

  // The delay of the decision about a step far above the threshold; weaker ones take longer.
  Latency latency() const {
    std::int64_t most = 0;
    for (const ChannelType& d : detectors_) most = std::max(most, d.latency());
    return {format_.rate, {{std::string(info_of<S>().name), DelayKind::decision, static_cast<double>(most), {}}}};
  }

  SavedState save() const { return save_state(const_cast<LiveOnsetDetector&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const S& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  const ChannelType& channel(int c) const noexcept { return detectors_[at(c)]; }
  // Mean square of the last 25 ms.
  double power(int c) const noexcept { return power_[at(c)]; }
  // Largest mean square so far of the event that is open; 0 where none is.
  double peak_power(int c) const noexcept { return tracks_[at(c)].open ? tracks_[at(c)].peak : 0; }
  // `settling` until rest has been learnt; and what a mark forbids now.
  Marks standing(int c) const noexcept { return detectors_[at(c)].learning() ? mark::settling : marks_[at(c)]; }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(ids_);
    archive(held_);
    archive(ended_);
    quarantine_.state(archive);
    squares_.state(archive);
    context_.state(archive);
    markers_.state(archive);
    queue_.state(archive);
    areas_.state(archive);
    for (auto& d : detectors_) d.state(archive);
    for (int c = 0; c < channels_; ++c) {
      Track& t = tracks_[at(c)];
      archive_report(archive, t.event);
      archive(t.open);
      archive(t.peak);
      archive(t.area_from);
      archive(t.area_before);
      archive(t.marked);
      archive(t.first_marked);
      archive(t.floor);
      // Not from here.
      if (t.open) t.event.channel = c;
      if (!std::isfinite(t.peak) || t.peak < 0) t.peak = 0;
      if (!std::isfinite(t.area_before)) t.area_before = 0;
    }
    archive(power_);
    archive(marks_);
  }

 private:
  // One channel's event, and the marked stretch it may be in.
  struct Track {
    Event event{};
    bool open = false;
    double peak = 0;             // squared
    std::int64_t area_from = 0;  // sample at which its area begins
    double area_before = 0;      // and what lies before, uV samples
    std::int64_t marked = 0;     // samples in a row
    std::int64_t first_marked = 0;
    std::int64_t floor = 0;  // no onset before this sample
  };

  // Whether channels say how loud rest is: then there is an area above it.
  static constexpr bool knows_rest = requires(const ChannelType& d) { d.rest_power(); };

  static std::size_t at(int channel) noexcept { return static_cast<std::size_t>(channel); }
  std::size_t count() const noexcept { return at(channels_); }
  // Samples back that an event's edges may lie, and its envelope.
  std::int64_t looks_back() const {
    std::int64_t most = 0;
    if constexpr (knows_rest)
      for (const ChannelType& d : detectors_) most = std::max(most, d.looks_back() + squares_.window());
    return most;
  }
  // The sample after the last one worked through.
  std::int64_t next() const noexcept { return position_.value + held_; }

  void step(ConstBlock frame, bool clear) noexcept {
    const double* x = frame.data;
    if (clear) {
      quarantine_.remember(frame);
      std::fill(marks_.begin(), marks_.end(), mark::none);
    } else {
      quarantine_.admit(frame, position_, x_.data(), marks_.data());
      x = x_.data();
    }
    while (markers_.due(position_)) context_.take(markers_.take());
    const double window = static_cast<double>(squares_.window());
    // A marked sample says nothing: the level stands still.
    for (std::size_t c = 0; c < count(); ++c) square_[c] = marks_[c] & mark::of_samples ? power_[c] : x[c] * x[c];
    squares_.add(square_.data(), power_.data());
    areas_.begin_sample(position_.value);
    for (std::size_t c = 0; c < count(); ++c) {
      power_[c] /= window;
      const int channel = static_cast<int>(c);
      if (marks_[c] & mark::of_samples) {
        areas_.add(channel, 0);
        meet_mark(channel);
        continue;
      }
      tracks_[c].marked = 0;
      measure(channel);
      follow(channel, detectors_[c].step(x[c], position_.value));
    }
  }

  void measure(int c) noexcept {
    Track& track = tracks_[at(c)];
    if constexpr (knows_rest)
      areas_.add(c, std::max(0.0, std::sqrt(power_[at(c)]) - std::sqrt(detectors_[at(c)].rest_power())));
    if (!track.open) return;
    track.peak = std::max(track.peak, power_[at(c)]);
    if (position_.value < track.area_from) track.area_before = areas_.before(c, position_.value + 1);
  }
  // The envelope is half a window late.
  std::int64_t late_in_envelope(std::int64_t edge) const noexcept { return edge + squares_.window() / 2; }
  void area_begins_at(int c, std::int64_t onset) noexcept {
    Track& track = tracks_[at(c)];
    track.area_from = late_in_envelope(onset);
    track.area_before = areas_.before(c, track.area_from);
  }
  double area_to(int c, std::int64_t offset) const noexcept {
    return std::max(0.0, areas_.before(c, late_in_envelope(offset)) - tracks_[at(c)].area_before);
  }
  void follow(int c, OnsetChange change) noexcept {
    Track& track = tracks_[at(c)];
    switch (change.says) {
      case OnsetSays::nothing:
        return;
      case OnsetSays::on:
        track.open = true;
        track.event = {};
        track.event.id = ++ids_;
        track.event.channel = c;
        track.event.onset = {std::clamp(change.onset, track.floor, position_.value)};
        track.event.decided = position_;
        track.event.context = context_.at(track.event.onset.value);
        track.event.confidence = change.confidence;
        track.peak = power_[at(c)];
        area_begins_at(c, track.event.onset.value);
        return report(c, Report::open);
      case OnsetSays::moved:
        change.onset = std::clamp(change.onset, track.floor, track.event.decided.value);
        if (change.onset == track.event.onset.value && change.confidence == track.event.confidence) return;
        track.event.confidence = change.confidence;
        track.event.onset = {change.onset};
        area_begins_at(c, change.onset);
        track.event.context = context_.at(change.onset);
        return report(c, Report::update);
      case OnsetSays::off:
      case OnsetSays::cancelled:
        track.event.confidence = change.confidence;
        return close(c, change.offset, change.says == OnsetSays::off ? Report::close : Report::cancel);
    }
  }

  void meet_mark(int c) noexcept {
    Track& track = tracks_[at(c)];
    const std::int64_t now = position_.value;
    if (track.marked++ == 0) track.first_marked = now;
    if (track.open) {
      track.event.reasons |= marks_[at(c)];
      const std::int64_t age = track.first_marked - track.event.onset.value;
      const bool late = (marks_[at(c)] & mark::found_late) && now - track.event.onset.value < late_;
      // Young: what was marked may be what opened it.
      if (late || age < guard_)
        abandon(c, Report::cancel);
      else if (track.marked > bridge_)
        abandon(c, Report::close);
    }
    if (track.marked <= bridge_) return;
    if (track.marked == bridge_ + 1) detectors_[at(c)].restart();
    track.floor = now + 1;
  }
  void abandon(int c, Report how) noexcept {
    const Track& track = tracks_[at(c)];
    close(c, std::max(track.event.onset.value, track.first_marked), how);
    detectors_[at(c)].restart();
  }

  void close(int c, std::int64_t offset, Report how) noexcept {
    Track& track = tracks_[at(c)];
    track.event.offset = {std::max(offset, track.event.onset.value)};
    track.event.area_uV_s = area_to(c, track.event.offset.value) / format_.rate.value;
    // What has come since the last report counts, whatever ends it; what is taken back is none.
    if constexpr (requires { detectors_[at(c)].confidence(); }) track.event.confidence = detectors_[at(c)].confidence();
    if (how == Report::cancel) track.event.confidence = 0;
    report(c, how);
    track.open = false;
    // What was cancelled was none: the next one may have begun in it.
    if (how != Report::cancel) track.floor = std::max(track.floor, track.event.offset.value);
  }
  void report(int c, Report how) noexcept {
    Track& track = tracks_[at(c)];
    track.event.report = how;
    track.event.peak = {std::sqrt(track.peak)};
    queue_.push(track.event);
  }

  S spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t bridge_, guard_, late_;
  std::uint64_t belongs_to_;
  Quarantine quarantine_;
  MovingSum squares_;
  DeclaredContext context_;
  MarkerQueue markers_{};
  EventQueue queue_;
  std::vector<ChannelType> detectors_;
  EnvelopeArea areas_;
  std::vector<Track> tracks_;
  std::vector<double> x_, square_, power_;  // of the last frame; power_: mean squares
  std::vector<Marks> marks_;
  std::uint64_t ids_ = 0;
  SampleIndex position_{};
  bool held_ = false;
  bool ended_ = false;
};

// A spec whose channels are made by `try_onset_channel(spec, format, channel)`.
template <class S>
concept OnsetSpec = Spec<S> && requires(const S& s, const StreamFormat& format) {
  requires OnsetChannel<typename decltype(try_onset_channel(s, format, 0))::value_type>;
};
template <OnsetSpec S>
using OnsetChannelOf =
    typename decltype(try_onset_channel(std::declval<const S&>(), std::declval<const StreamFormat&>(), 0))::value_type;

// The detector for this stream, or why there is none.
template <OnsetSpec S>
Result<LiveOnsetDetector<S, OnsetChannelOf<S>>> try_start(const S& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  for (const Channel& channel : format.channels)
    if (channel.unit != "uV")
      return Fault{"StreamFormat", "channels", "\"" + channel.name + "\" in " + channel.unit, "channels in uV"};
  std::vector<OnsetChannelOf<S>> channels;
  for (int c = 0; c < format.channels.count(); ++c) {
    auto made = try_onset_channel(spec, format, c);
    if (!made) return made.fault();
    channels.push_back(std::move(*made));
  }
  return LiveOnsetDetector<S, OnsetChannelOf<S>>(spec, format, std::move(channels));
}

#if defined(__cpp_exceptions)
// The detector for this stream; throws ConfigError naming parameter, value found and what is allowed.
template <OnsetSpec S>
LiveOnsetDetector<S, OnsetChannelOf<S>> start(const S& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
