// SPDX-License-Identifier: Apache-2.0
// EMG as it is, with the samples around every heartbeat marked, so that GatedRms leaves them out: no muscle is
// altered, some is not looked at. Gating: Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003; where to gate for
// least error behind a 20 Hz high-pass is our own. T and P waves stay in: the band-pass behind it has to take them.
// Latency: look_ahead. Cost: RPeakTracker, and one copy a sample.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
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
#include "unguard/core/state.hpp"
#include "unguard/denoise/r_peak_tracker.hpp"
#include "unguard/denoise/r_peaks.hpp"

namespace unguard {

// Stands before the band-pass, which rings after a QRS complex: the gate reaches further behind R than before it. With
// the 5 ms that GatedRms adds it leaves out 15 % of the time at 75 beats a minute, and one beat never more than half of
// a window of 250 ms, so that there is a level all the same.
struct HeartGate {
  std::string lead{};
  Seconds before{0.02};
  Seconds after{0.093};
  Seconds look_ahead{0.06};
  double prominence = 4.2;

  friend bool operator==(const HeartGate&, const HeartGate&) = default;
};
constexpr SpecInfo info(const HeartGate*) {
  return {"HeartGate", "the samples around every heartbeat marked, to be left out of a level",
          "Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003"};
}
constexpr auto fields(const HeartGate*) {
  using S = HeartGate;
  return field_list(
      field<&S::lead>("lead", "channel with an ECG; none: beats are found on all channels"),
      field<&S::before>("before", "what is left out before an R peak; no more than look_ahead", between(0, 0.2)),
      field<&S::after>("after", "and behind it", between(0, 0.3)),
      field<&S::look_ahead>("look_ahead", "how much later the output comes", between(0.02, 0.2)),
      field<&S::prominence>("prominence",
                            "how far the mean beat must stand out from what lies between beats, in standard deviations "
                            "of it, to be believed; nothing is left out for another",
                            between(3.5, 100)));
}

// Its marks are those of its input, as late as the samples, and `heart` around a beat that is believed: a reason to
// leave a sample out, not to withhold a level. A value that is none is replaced by the last good one and marked
// `missing` besides, for whatever stands behind to bridge; so are the first ones, for which none has come out.
class LiveHeartGate {
 public:
  using spec_type = HeartGate;

  LiveHeartGate(HeartGate spec, StreamFormat format)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        lead_(format_.channels.find(spec_.lead)),
        before_(samples_in(spec_.before, format_.rate)),
        after_(samples_in(spec_.after, format_.rate)),
        delay_(samples_in(spec_.look_ahead, format_.rate)),
        full_scale_(format_.full_scale()),
        tracker_(format_.rate, lead_ ? 1 : channels_, spec_.prominence),
        last_good_(static_cast<std::size_t>(channels_)),
        frame_marks_(last_good_.size()),
        values_(static_cast<std::size_t>(delay_ * channels_)),
        marks_(values_.size(), mark::missing),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    const FlushSubnormals guard;
    for (std::int64_t i = 0; i < in.frames; ++i) step(in.part(i, 1), out.part(i, 1));
    position_ = position_ + in.frames;
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    tracker_.reset();
    std::fill(last_good_.begin(), last_good_.end(), 0.0);
    std::fill(values_.begin(), values_.end(), 0.0);
    std::fill(marks_.begin(), marks_.end(), mark::missing);
    gates_ = {};
    newest_ = 0;
    heard_ = oldest_ = 0;
    replaced_non_finite_ = replaced_out_of_range_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  // Live change at a frame boundary: a gate as late goes on with the heart and the samples that are known, another
  // one begins anew. Handed back unchanged when `next` belongs to another format.
  LiveHeartGate change(LiveHeartGate next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    if (next.delay_ == delay_ && next.lead_ == lead_ && next.spec_.prominence == spec_.prominence) {
      std::swap(next.tracker_, tracker_);
      std::swap(next.last_good_, last_good_);
      std::swap(next.values_, values_);
      std::swap(next.marks_, marks_);
      next.gates_ = gates_;
      next.newest_ = newest_;
      next.heard_ = heard_;
      next.oldest_ = oldest_;
      next.replaced_non_finite_ = replaced_non_finite_;
      next.replaced_out_of_range_ = replaced_out_of_range_;
    }
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const {
    return {format_.rate, {{"HeartGate", DelayKind::group_delay, static_cast<double>(delay_), at}}};
  }
  SavedState save() const { return save_state(const_cast<LiveHeartGate&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    tracker_.state(archive);
    archive(last_good_);
    archive(values_);
    archive(marks_);
    for (Gate& gate : gates_) {
      archive(gate.from);
      archive(gate.until);
    }
    archive(newest_);
    archive(heard_);
    archive(oldest_);
    archive(replaced_non_finite_);
    archive(replaced_out_of_range_);
    newest_ %= gates_.size();
    if (oldest_ < 0 || oldest_ >= delay_) oldest_ = 0;  // not from here
  }

  const HeartGate& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  // Whether there is a heart to be left out, and how far it stands out.
  bool believable() const noexcept { return tracker_.believable(); }
  double prominence() const noexcept { return tracker_.prominence(); }
  Seconds interval() const noexcept { return tracker_.interval(); }
  // The beat that was decided with the last frame, if one was, and how many frames ago R was.
  const RPeak* decided() const noexcept { return decided_ ? &tracker_.beat() : nullptr; }
  double since(const RPeak& beat) const noexcept { return beat.at.until(heard_ - 1); }
  std::int64_t ringing() const noexcept { return delay_; }
  std::int64_t replaced_non_finite() const noexcept { return replaced_non_finite_; }
  std::int64_t replaced_out_of_range() const noexcept { return replaced_out_of_range_; }

 private:
  // Frames since the beginning that are left out.
  struct Gate {
    std::int64_t from = 0, until = 0;
  };

  void step(ConstBlock in, Block out) noexcept {
    const std::int64_t going = heard_ - delay_;  // the frame that goes out
    Marks any = mark::none;
    for (int c = 0; c < channels_; ++c) any |= enter(c, in.data[c], in.marks ? in.marks[c] : mark::none);
    const int first = lead_.value_or(0);
    decided_ = tracker_.take(last_good_.data() + first, any ? frame_marks_.data() + first : nullptr);
    if (decided_) meet(tracker_.beat(), going);
    const bool left_out =
        std::any_of(gates_.begin(), gates_.end(), [=](const Gate& g) { return going >= g.from && going < g.until; });
    for (int c = 0; c < channels_; ++c) {
      const auto k = static_cast<std::size_t>(oldest_ * channels_ + c), i = static_cast<std::size_t>(c);
      out.data[c] = std::exchange(values_[k], last_good_[i]);
      const Marks then = std::exchange(marks_[k], frame_marks_[i]);
      if (out.marks) out.marks[c] = static_cast<Marks>(then | (left_out ? mark::heart : mark::none));
    }
    oldest_ = oldest_ + 1 == delay_ ? 0 : oldest_ + 1;
    ++heard_;
  }
  Marks enter(int channel, double x, Marks marks) noexcept {
    const auto i = static_cast<std::size_t>(channel);
    const Marks none = no_value(x, full_scale_);
    if (none) marks |= static_cast<Marks>(none | mark::missing);
    replaced_non_finite_ += none == mark::non_finite;
    replaced_out_of_range_ += none == mark::out_of_range;
    if (!(marks & mark::missing)) last_good_[i] = x;
    frame_marks_[i] = marks;
    return marks;
  }
  // What has gone out has gone out: a gate begins there at the earliest, and one that was none ends there.
  void meet(const RPeak& beat, std::int64_t going) noexcept {
    if (beat.instead) gates_[newest_].until = std::min(gates_[newest_].until, going);
    newest_ = (newest_ + 1) % gates_.size();
    const std::int64_t r = beat.at.nearest();
    gates_[newest_] = beat.confidence > 0 ? Gate{std::max(r - before_, going), r + after_ + 1} : Gate{};
  }

  HeartGate spec_;
  StreamFormat format_;
  int channels_;
  std::optional<int> lead_;
  std::int64_t before_, after_, delay_;
  double full_scale_;
  RPeakTracker tracker_;
  std::vector<double> last_good_;   // and what this frame came in as
  std::vector<Marks> frame_marks_;  // of it
  std::vector<double> values_;      // that wait: frames of all channels
  std::vector<Marks> marks_;
  std::uint64_t belongs_to_;
  std::array<Gate, 4> gates_{};
  std::size_t newest_ = 0;
  std::int64_t heard_ = 0, oldest_ = 0;
  bool decided_ = false;  // a beat, with the last frame
  std::int64_t replaced_non_finite_ = 0, replaced_out_of_range_ = 0;
  SampleIndex position_{};
};

inline Result<LiveHeartGate> try_start(const HeartGate& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (spec.before > spec.look_ahead)
    return fault_of<HeartGate>("before", spec.before, "no more than look_ahead, " + to_text(spec.look_ahead));
  if (format.rate < least_rate_for_r_peaks)
    return Fault{"StreamFormat", "rate", to_text(format.rate), "at least " + to_text(least_rate_for_r_peaks)};
  if (!spec.lead.empty() && !format.channels.find(spec.lead))
    return fault_of<HeartGate>("lead", spec.lead, "the name of a channel, or none");
  return LiveHeartGate(spec, format);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveHeartGate start(const HeartGate& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
