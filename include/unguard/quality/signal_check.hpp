// SPDX-License-Identifier: Apache-2.0
// May this sample be believed? Marks, in front of everything else, what no muscle made: flat and open inputs, the
// rails, jumps, what is no number. What must not reach a recursion is marked missing beside its reason, so that the
// filters behind hold, and after a long loss listen again, instead of ringing. The checks name their sources. Cost:
// about 60 operations a sample. Latency: none; how soon each reason is found is said by bounds().
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/state.hpp"
#include "unguard/quality/baseline_check.hpp"
#include "unguard/quality/detection_bound.hpp"
#include "unguard/quality/flat_check.hpp"
#include "unguard/quality/jump_check.hpp"
#include "unguard/quality/open_check.hpp"
#include "unguard/quality/rail_check.hpp"

namespace unguard {

struct SignalCheck {
  Microvolts least_noise{1};
  Seconds flat_within{0.15};
  Microvolts least_jump{800};
  Microvolts least_move{500};
  Microvolts open_hum{150};
  double hum_share = 0.8;
  Seconds recovery{0.15};

  friend bool operator==(const SignalCheck&, const SignalCheck&) = default;
};
constexpr SpecInfo info(const SignalCheck*) {
  return {"SignalCheck", "marks what no muscle made: flat and open inputs, rails, jumps, what is no number", "unguard"};
}
constexpr auto fields(const SignalCheck*) {
  return field_list(
      field<&SignalCheck::least_noise>("least_noise", "RMS that a connected electrode never stays below",
                                       between(0.05, 1000)),
      field<&SignalCheck::flat_within>("flat_within",
                                       "how soon a flat channel is to be found; longer where the step is "
                                       "too coarse for that",
                                       between(0.02, 10)),
      field<&SignalCheck::least_jump>("least_jump", "change within a millisecond that is suspected", between(1, 1e6)),
      field<&SignalCheck::least_move>("least_move", "change of the mean level that no muscle makes", between(1, 1e6)),
      field<&SignalCheck::open_hum>("open_hum", "RMS of hum that only an open input shows", between(1, 1e6)),
      field<&SignalCheck::hum_share>("hum_share", "share of hum in the power of an open input", between(0.5, 0.99)),
      field<&SignalCheck::recovery>("recovery", "for how long contact must be good again before it counts",
                                    between(0, 10)));
}

class LiveSignalCheck {
 public:
  LiveSignalCheck(const SignalCheck& spec, const StreamFormat& format)
      : spec_(spec),
        format_(format),
        channels_(format.channels.count()),
        full_scale_(format.full_scale()),
        bound_(flat_bound(spec.least_noise, spec.flat_within, format.converter.step, format.rate)),
        recovery_(samples_in(spec.recovery, format.rate)),
        bridged_(samples_in(longest_bridge, format.rate)),
        flat_(channels_, bound_, format.rate),
        constant_(channels_, constant_bound(spec.least_noise, format.converter.step, format.rate), format.rate),
        rails_(channels_, format.converter),
        jumps_(channels_, spec.least_jump, std::max<std::int64_t>(bridged_, 1), format.rate),
        baseline_(channels_, spec.least_move, format.rate),
        open_(channels_, spec.hum_share, spec.open_hum, Seconds{0.1}, format.rate),
        last_good_(static_cast<std::size_t>(channels_)),
        heard_(static_cast<std::size_t>(channels_)),
        away_(static_cast<std::size_t>(channels_)),
        calm_(static_cast<std::size_t>(channels_)),
        lost_(static_cast<std::size_t>(channels_)),
        off_(static_cast<std::size_t>(channels_)),
        moved_(static_cast<std::size_t>(channels_)),
        off_reason_(static_cast<std::size_t>(channels_)),
        marks_(static_cast<std::size_t>(channels_)),
        belongs_to_(hash_text(to_text(format_.converter.step) + to_text(format_.converter.low_rail) +
                                  to_text(format_.converter.high_rail),
                              hash_of(to_text(spec_), format_))) {}

  // The values as they are, but for those that are none, and their marks; `out` may be `in` and should have marks.
  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    if (in.frames == 0) return Status::ok;
    const FlushSubnormals guard;
    for (std::int64_t i = 0; i < in.frames; ++i, position_ = position_ + 1) take(in.part(i, 1), out.part(i, 1));
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    flat_.reset();
    constant_.reset();
    rails_.reset();
    jumps_.reset();
    baseline_.reset();
    open_.reset();
    std::fill(last_good_.begin(), last_good_.end(), 0.0);
    std::fill(heard_.begin(), heard_.end(), 0.0);
    std::fill(away_.begin(), away_.end(), 0.0);
    std::fill(calm_.begin(), calm_.end(), std::uint8_t{0});
    std::fill(lost_.begin(), lost_.end(), 0);
    std::fill(off_.begin(), off_.end(), 0);
    std::fill(moved_.begin(), moved_.end(), 0);
    std::fill(off_reason_.begin(), off_reason_.end(), mark::none);
    replaced_non_finite_ = replaced_out_of_range_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  // Live change at a frame boundary; what `next` looks for it looks for afresh. Handed back unchanged when it belongs
  // to another format.
  LiveSignalCheck change(LiveSignalCheck next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    std::copy(last_good_.begin(), last_good_.end(), next.last_good_.begin());
    next.replaced_non_finite_ = replaced_non_finite_;
    next.replaced_out_of_range_ = replaced_out_of_range_;
    std::swap(*this, next);
    return next;
  }

  Latency latency(Hertz at = {100}) const { return {format_.rate, {{"SignalCheck", DelayKind::group_delay, 0, at}}}; }
  SavedState save() const { return save_state(const_cast<LiveSignalCheck&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const SignalCheck& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  std::int64_t ringing() const noexcept { return 0; }
  std::int64_t replaced_non_finite() const noexcept { return replaced_non_finite_; }
  std::int64_t replaced_out_of_range() const noexcept { return replaced_out_of_range_; }
  // What is found on this stream, by reason.
  std::vector<DetectionBound> bounds() const {
    const Converter& converter = format_.converter;
    const Seconds sample{1 / format_.rate.value};
    return {
        {mark::non_finite, {0}, "every value that is no finite number"},
        {mark::out_of_range, {0}, "every value beyond " + to_text(Microvolts{full_scale_})},
        {mark::clipped, converter.high_rail ? Seconds{0} : sample * 3,
         converter.high_rail ? "every value at a rail"
                             : "rails unknown: three equal values further out than any before, entered or left by a "
                               "leap of 16 times the smallest change seen"},
        {mark::jump, {0}, "changes of " + to_text(spec_.least_jump) + " within a millisecond that stay"},
        {mark::motion, {0.05}, "changes of the mean level by " + to_text(spec_.least_move * 2) + " within some 20 ms"},
        {mark::flat, bound_.after,
         "values within " + to_text(bound_.width) +
             (converter.step ? bound_.as_asked ? "" : ": the step is too coarse for flat_within" : ": step unknown")},
        {mark::lead_off, open_within,
         "hum of " + to_text(spec_.open_hum * std::numbers::sqrt2) + " or more, " +
             (open_.share_at({55}, format_.rate) > 0.9 ? "of 46 to 65 Hz"
                                                       : "of what mains frequencies the rate tells") +
             " with any harmonics, and nothing else"}};
  }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    flat_.state(archive);
    constant_.state(archive);
    rails_.state(archive);
    jumps_.state(archive);
    baseline_.state(archive);
    archive(moved_);
    open_.state(archive);
    archive(last_good_);
    archive(heard_);
    archive(away_);
    archive(calm_);
    for (auto& flag : calm_) flag = flag != 0;
    archive(lost_);
    archive(off_);
    archive(off_reason_);
    archive(replaced_non_finite_);
    archive(replaced_out_of_range_);
  }

 private:
  static constexpr Seconds open_within{0.3};

  void take(ConstBlock in, Block out) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      marks_[i] = in.marks ? in.marks[c] : mark::none;
      out.data[c] = enter(c, in.data[c], marks_[i]);
      if (lost_[i] == 0) look(c, last_good_[i], marks_[i]);
    }
    const double* hum = open_.take(heard_.data());
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      if (lost_[i] == 0) judge(i, hum[c] > 0, marks_[i]);
      if (out.marks) out.marks[c] = marks_[i];
    }
  }
  // What is no value, or none was, is held and goes no further.
  double enter(int channel, double x, Marks& marks) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const Marks none = no_value(x, full_scale_);
    if (none) marks |= static_cast<Marks>(none | mark::missing);
    replaced_non_finite_ += none == mark::non_finite;
    replaced_out_of_range_ += none == mark::out_of_range;
    if (marks & mark::missing) {
      if (++lost_[c] > bridged_) forget(channel);
      return last_good_[c];
    }
    lost_[c] = 0;
    return last_good_[c] = x;
  }
  void look(int channel, double x, Marks& marks) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const bool clipped = rails_.take(channel, x);
    if (clipped) marks |= mark::clipped | mark::missing;
    const Jump jump = jumps_.take(channel, x);
    if (jump != Jump::none) marks |= mark::jump | mark::missing;
    // Where contact comes back nothing is known of what it bends by, and recovery waits as it is.
    if (jump == Jump::confirmed) off_[c] > 0 ? baseline_.forget(channel) : baseline_.follow(channel);
    hear(c, x, !clipped && jump == Jump::none);
    // Too late to keep it out: what is behind has to begin anew.
    if (jump == Jump::none && baseline_.take(channel, x)) moved_[c] = bridged_ + 1;
    if (baseline_.moving(channel)) moved_[c] = std::max<std::int64_t>(moved_[c], 1);
    if (moved_[c] > 0) {
      marks |= mark::jump | mark::motion | mark::missing;
      --moved_[c];
    }
    const bool constant = constant_.take(channel, x);
    touch(c, flat_.take(channel, x) || constant, mark::flat);
  }
  // What may be hum: a rail or a jump would be louder than any for a second. The level behind it is as if it had been
  // so.
  void hear(std::size_t c, double x, bool calm) noexcept {
    if (calm && !calm_[c]) away_[c] = x - heard_[c];
    if (calm) heard_[c] = x - away_[c];
    calm_[c] = calm;
  }
  void judge(std::size_t c, bool hum, Marks& marks) noexcept {
    touch(c, hum, mark::lead_off);
    if (off_[c] > 0) {
      marks |= static_cast<Marks>(off_reason_[c] | mark::missing);
      if (--off_[c] == 0) off_reason_[c] = mark::none;
    }
  }
  // No contact now, and so until it has been good for a while.
  void touch(std::size_t c, bool off, Marks reason) noexcept {
    if (!off) return;
    off_[c] = recovery_ + 1;
    off_reason_[c] |= reason;
  }
  void forget(int channel) noexcept {
    flat_.forget(channel);
    constant_.forget(channel);
    rails_.forget(channel);
    jumps_.forget(channel);
    baseline_.forget(channel);
    open_.forget(channel);
  }

  SignalCheck spec_;
  StreamFormat format_;
  int channels_;
  double full_scale_;
  FlatBound bound_;
  std::int64_t recovery_, bridged_;
  FlatCheck flat_, constant_;
  RailCheck rails_;
  JumpCheck jumps_;
  BaselineCheck baseline_;
  OpenCheck open_;
  std::vector<double> last_good_;
  std::vector<double> heard_;        // per channel: what may be hum
  std::vector<double> away_;         // per channel: what rails and jumps have moved the level by
  std::vector<std::uint8_t> calm_;   // per channel: the last sample was neither
  std::vector<std::int64_t> lost_;   // per channel: samples missing in a row
  std::vector<std::int64_t> off_;    // per channel: samples until contact counts again
  std::vector<std::int64_t> moved_;  // per channel: samples until a moved level counts as the level
  std::vector<Marks> off_reason_;
  std::vector<Marks> marks_;  // of the frame at hand
  std::uint64_t belongs_to_;
  std::int64_t replaced_non_finite_ = 0;
  std::int64_t replaced_out_of_range_ = 0;
  SampleIndex position_{};
};

inline Result<LiveSignalCheck> try_start(const SignalCheck& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  return LiveSignalCheck(spec, format);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveSignalCheck start(const SignalCheck& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
