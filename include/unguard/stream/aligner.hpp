// SPDX-License-Identifier: Apache-2.0
// Signals of other rates and clocks (angle, force, ECG of another device) beside the EMG: one value per EMG frame, on
// the straight line between its neighbours in time, marked where a loss was bridged. Cost: a copy of every frame, and
// two dozen operations a frame and side channel. Latency: a frame goes out once every input is known up to it, at the
// latest when the frame `wait` behind it has come; values belong to the frame's own time. Nothing limits the band of an
// input that is faster than the EMG: resample it first.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/error.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/sink.hpp"
#include "unguard/core/state.hpp"
#include "unguard/stream/side_input.hpp"

namespace unguard {

struct Aligner {
  Interpolation interpolation = Interpolation::linear;
  Seconds bridge{0.05};
  Seconds wait{0.15};
  Seconds buffer{2};

  friend bool operator==(const Aligner&, const Aligner&) = default;
};
constexpr SpecInfo info(const Aligner*) {
  return {"Aligner", "signals of other rates and clocks, one value per EMG frame", "linear interpolation; definitions"};
}
constexpr auto fields(const Aligner*) {
  return field_list(
      field<&Aligner::interpolation>("interpolation",
                                     "what stands between two samples: nothing, the one before, or the straight line"),
      field<&Aligner::bridge>("bridge",
                              "what lies further from or between samples than this, and than one and a half periods of "
                              "its input, is marked missing",
                              between(0, 10)),
      field<&Aligner::wait>("wait", "how long a frame waits for a late input before it goes out marked",
                            between(0, 10)),
      field<&Aligner::buffer>("buffer", "how far an input may be ahead of the EMG", between(0, 60)));
}

// The frames that go out have the same bits however the inputs are cut and interleaved, as long as no input comes later
// than `wait` less the longest bridge (`hold` and `none`: than `wait`). What comes later cannot give the same bits; it
// is counted, and serves the frames that are still to go out.
class LiveAligner {
 public:
  LiveAligner(const Aligner& spec, StreamFormat emg, std::vector<SideInput> sides)
      : spec_(spec),
        emg_(std::move(emg)),
        channels_(emg_.channels.count()),
        wait_(samples_in(spec_.wait, emg_.rate)),
        room_(wait_ + tile),
        values_(static_cast<std::size_t>(room_ * channels_)),
        marks_(values_.size()),
        out_(sides.size() + 1),
        belongs_to_(hash_of(to_text(spec_), emg_)) {
    frames_.ahead = spec_.buffer * emg_.rate;
    for (auto& side : sides) {
      const double period = emg_.rate / side.format.rate, expected = 1.5 * period + rounding;
      const SideRule rule{spec_.interpolation, expected, std::fmax(expected, spec_.bridge * emg_.rate + rounding)};
      // From what may be held behind the next frame to what may come ahead, and a quarter more for a faster clock.
      const double held = (spec_.wait + spec_.buffer) * side.format.rate;
      const auto width = static_cast<std::size_t>(side.format.channels.count());
      side_values_.emplace_back(static_cast<std::size_t>(tile) * width);
      side_marks_.emplace_back(static_cast<std::size_t>(tile) * width);
      belongs_to_ = hash_text(to_text(side.format.rate) + (side.clock ? "numbered" : "timed"), belongs_to_ + width);
      sides_.emplace_back(std::move(side), emg_.rate, rule, static_cast<std::size_t>(std::ceil(1.25 * held)) + 8);
    }
  }

  // The next frames of the EMG. Calls deliver(SampleIndex first, std::span<const ConstBlock>) for all frames that are
  // due now, in portions: the EMG itself first, then every input, each with its marks.
  template <class Deliver>
  Status push(ConstBlock emg, Deliver&& deliver) noexcept {
    if (const Status status = refused(emg, channels_); status != Status::ok) return status;
    for (std::int64_t done = 0; done < emg.frames;) {
      const std::int64_t n = std::min(emg.frames - done, room_ - waiting());
      for (std::int64_t i = 0; i < n; ++i) hold(emg.part(done + i, 1));
      done += n;
      release(deliver);
    }
    return Status::ok;
  }
  // Samples of a side input that numbers them: `first` and those behind it.
  template <class Deliver>
  Consumed push_side(int side, SampleIndex first, ConstBlock samples, Deliver&& deliver) noexcept {
    if (known(side) && !input(side).numbered()) return {Status::wrong_time, 0};
    // What cannot be counted is refused, and must not be counted on from.
    return take(side, samples, deliver,
                [&](std::int64_t i) { return SampleTime{can_be_counted(first) ? first + i : first}; });
  }
  // Samples of a side input that each bring their time on the EMG's sample clock.
  template <class Deliver>
  Consumed push_side(int side, std::span<const SampleTime> times, ConstBlock samples, Deliver&& deliver) noexcept {
    if (known(side) && input(side).numbered()) return {Status::wrong_time, 0};
    if (static_cast<std::int64_t>(times.size()) != samples.frames) return {Status::wrong_frames, 0};
    return take(side, samples, deliver, [&](std::int64_t i) { return times[static_cast<std::size_t>(i)]; });
  }
  // A better estimate of a numbered input's clock, for the samples that come from now on. Where it turns back, samples
  // are refused until they are later than the last.
  Status set_clock(int side, const SideClock& clock) noexcept {
    return known(side) ? input(side).set_clock(clock) : Status::wrong_channels;
  }

  // Frames of the EMG are left out (PacketAssembler: skipped): the next one is number `at`. All before go out.
  template <class Deliver>
  Status skip_to(SampleIndex at, Deliver&& deliver) noexcept {
    if (ended_) return Status::ended;
    if (at < frames_.heard) return Status::wrong_time;
    release(deliver, true);
    frames_.next = frames_.heard = at;
    return Status::ok;
  }
  // The end of the stream: all that waits goes out. Nothing may follow but reset(), begin_at() or load().
  template <class Deliver>
  void finish(Deliver&& deliver) noexcept {
    release(deliver, true);
    ended_ = true;
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  // As just started, with the next frame of the EMG being number `at`.
  void begin_at(SampleIndex at) noexcept {
    frames_.begun = frames_.next = frames_.heard = at;
    first_ = 0;
    ended_ = false;
    for (auto& side : sides_) side.reset();
  }
  std::int64_t period() const noexcept { return 1; }
  // The next frame to go out.
  SampleIndex position() const noexcept { return frames_.next; }
  // Frames that have come and not gone out.
  std::int64_t waiting() const noexcept { return frames_.heard - frames_.next; }
  // How long a frame waits at most.
  Latency latency() const { return {emg_.rate, {{"Aligner", DelayKind::decision, static_cast<double>(wait_), {}}}}; }
  SavedState save() const { return save_state(const_cast<LiveAligner&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    for (auto* at : {&frames_.begun, &frames_.next, &frames_.heard}) archive(at->value);
    archive(first_);
    archive(ended_);
    archive(values_);
    archive(marks_);
    for (auto& side : sides_) side.state(archive);
    // A state from elsewhere must not point outside.
    if (first_ < 0 || first_ >= room_ || !can_be_counted(frames_.next) || !can_be_counted(frames_.heard) ||
        waiting() < 0 || waiting() > wait_ ||
        std::any_of(sides_.begin(), sides_.end(), [](const LiveSideInput& side) { return side.torn(); }))
      begin_at(frames_.next);
  }

  const Aligner& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return emg_; }
  int sides() const noexcept { return static_cast<int>(sides_.size()); }
  const LiveSideInput& side(int i) const { return sides_[static_cast<std::size_t>(i)]; }

 private:
  static constexpr std::int64_t tile = 64;  // frames that go out together at most
  static constexpr double rounding = 1e-6;  // frames; no distance is judged by the last digits of two times

  bool known(int side) const noexcept { return side >= 0 && side < sides(); }
  LiveSideInput& input(int side) noexcept { return sides_[static_cast<std::size_t>(side)]; }
  Status refused(ConstBlock in, int channels) const noexcept {
    if (in.channels != channels) return Status::wrong_channels;
    if (in.frames < 0) return Status::wrong_frames;
    if (ended_) return Status::ended;
    return in.frames > 0 && !in.data ? Status::missing_data : Status::ok;
  }

  void hold(ConstBlock frame) noexcept {
    const std::int64_t at = (first_ + waiting()) % room_ * channels_;
    std::copy_n(frame.data, channels_, values_.data() + at);
    if (frame.marks)
      std::copy_n(frame.marks, channels_, marks_.data() + at);
    else
      std::fill_n(marks_.data() + at, channels_, mark::none);
    frames_.heard = frames_.heard + 1;
  }
  template <class Deliver, class Stamp>
  Consumed take(int side, ConstBlock samples, Deliver& deliver, Stamp stamp) noexcept {
    if (!known(side)) return {Status::wrong_channels, 0};
    LiveSideInput& to = input(side);
    if (const Status s = refused(samples, to.format().channels.count()); s != Status::ok) return {s, 0};
    Status worst = Status::ok;
    for (std::int64_t i = 0; i < samples.frames; ++i) {
      const ConstBlock one = samples.part(i, 1);
      const auto attempt = [&] { return to.take(stamp(i), one.data, one.marks, frames_); };
      Status status = attempt();
      if (status == Status::full) {
        // What has come before it may let frames go, and they make room.
        release(deliver);
        status = attempt();
      }
      if (status == Status::full) return {status, i};
      if (status != Status::ok) worst = status;
    }
    release(deliver);
    return {worst, samples.frames};
  }

  // Puts out, in order, the frames that are settled or have waited for long enough; or all.
  template <class Deliver>
  void release(Deliver& deliver, bool all = false) noexcept {
    for (std::int64_t n = 1; n > 0 && waiting() > 0;) {
      const std::int64_t most = std::min({waiting(), tile, room_ - first_});
      for (n = 0; n < most && give(n, all); ++n) {
      }
      out_[0] = {values_.data() + first_ * channels_, n, channels_, marks_.data() + first_ * channels_};
      for (std::size_t s = 0; s < sides_.size(); ++s)
        out_[s + 1] = {side_values_[s].data(), n, sides_[s].format().channels.count(), side_marks_[s].data()};
      const SampleIndex at = frames_.next;
      frames_.next = at + n;
      first_ = (first_ + n) % room_;
      if (n > 0) deliver(at, std::span<const ConstBlock>(out_));
    }
  }
  // The values of the inputs at the k-th waiting frame, into the k-th row; false where it goes on waiting.
  bool give(std::int64_t k, bool all) noexcept {
    const SampleIndex frame = frames_.next + k;
    const bool must_go = all || frames_.heard - frame > wait_;
    for (auto& side : sides_)
      if (!side.settled(frame) && !must_go) return false;
    for (std::size_t s = 0; s < sides_.size(); ++s) {
      const std::int64_t at = k * sides_[s].format().channels.count();
      sides_[s].give(frame, must_go, side_values_[s].data() + at, side_marks_[s].data() + at);
    }
    return true;
  }

  Aligner spec_;
  StreamFormat emg_;
  int channels_;
  std::int64_t wait_, room_;    // frames
  std::vector<double> values_;  // of the EMG: a ring
  std::vector<Marks> marks_;
  std::vector<LiveSideInput> sides_{};
  std::vector<std::vector<double>> side_values_{};  // what goes out, per input
  std::vector<std::vector<Marks>> side_marks_{};
  std::vector<ConstBlock> out_;
  std::uint64_t belongs_to_;

  LiveSideInput::Frames frames_{};
  std::int64_t first_ = 0;  // where in the ring the next frame to go out is
  bool ended_ = false;
};

inline constexpr int max_sides = 64;

// The EMG's format, and the side inputs in the order of their numbers.
inline Result<LiveAligner> try_start(const Aligner& spec, const StreamFormat& emg, std::vector<SideInput> sides) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(emg)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (sides.empty() || sides.size() > max_sides)
    return Fault{"LiveAligner", "sides", std::to_string(sides.size()) + " inputs",
                 "1 to " + std::to_string(max_sides) + " inputs"};
  for (const auto& side : sides) {
    if (auto fault = validate(side.format)) return *fault;
    if (side.clock)
      if (auto fault = validate(*side.clock)) return *fault;
    // On a straight line a value is known only with the sample behind it.
    const Seconds least{1.5 / side.format.rate.value};
    if (spec.interpolation == Interpolation::linear && spec.wait < least)
      return fault_of<Aligner>("wait", spec.wait,
                               "at least one and a half periods of every input, " + to_text(least) + ", for linear");
  }
  if (spec.interpolation == Interpolation::linear && spec.wait < spec.bridge)
    return fault_of<Aligner>("bridge", spec.bridge, "at most wait, " + to_text(spec.wait) + ", for linear");
  return LiveAligner(spec, emg, std::move(sides));
}
#if defined(__cpp_exceptions)
inline LiveAligner start(const Aligner& spec, const StreamFormat& emg, std::vector<SideInput> sides) {
  return try_start(spec, emg, std::move(sides)).take();
}
#endif

}  // namespace unguard
