// SPDX-License-Identifier: Apache-2.0
// Root mean square over what a gate lets through of a window: lost, blanked or artefact samples are left out of the
// statistic instead of being replaced in it. With a share p left, its spread grows by 1 / sqrt(p) only. A sample waits
// before it counts, for what is found against it a little later. Hogan & Mann 1980, doi:10.1109/TBME.1980.326652, over
// fewer samples; gating as Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003. Cost: O(1) a sample, exact.
// Latency: half the window, and the wait.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/state.hpp"
#include "unguard/envelope/moving_average.hpp"
#include "unguard/envelope/moving_sum.hpp"
#include "unguard/quality/quiet.hpp"

namespace unguard {

struct GatedRms {
  Seconds window{0.25};
  Seconds tail{0.005};
  double least_share = 0.5;
  Seconds wait{0.05};
  Seconds before{0.005};
  Seconds ahead{0};
  Microvolts least_noise{0};

  friend bool operator==(const GatedRms&, const GatedRms&) = default;
};
constexpr SpecInfo info(const GatedRms*) {
  return {"GatedRms", "root mean square over what a gate lets through of a window",
          "Hogan & Mann 1980, doi:10.1109/TBME.1980.326652"};
}
constexpr auto fields(const GatedRms*) {
  return field_list(
      field<&GatedRms::window>("window", "length of the window", between(0.001, 3600)),
      field<&GatedRms::tail>("tail", "what a filter before it still answers to a bridged sample, left out, too",
                             between(0, 10)),
      field<&GatedRms::least_share>("least_share", "share of the window that must be left for a value",
                                    between(0.01, 1)),
      field<&GatedRms::wait>("wait", "how long a sample waits for what may yet be found against it", between(0, 10)),
      field<&GatedRms::before>("before", "what came so shortly before a mark is left out, too; within the wait",
                               between(0, 10)),
      field<&GatedRms::ahead>("ahead",
                              "by how much the gate is ahead of the signal, where a filter before it looks ahead; part "
                              "of the wait",
                              between(0, 10)),
      field<&GatedRms::least_noise>("least_noise",
                                    "RMS that a connected electrode never stays below: no level by chance below it is "
                                    "believed; 0: any is",
                                    between(0, 1000)));
}

// Two inputs: the filtered signal, and, aligned with it, a block whose marks are the gate (its values are not looked
// at): the signal as it came in, or as SignalCheck marked it. A sample is left out while the gate bears a mark, for the
// tail behind it, and where the signal is marked `gated` or with what forbids a value; a gap alone does not, for the
// gate says better where it was. A gate that is ahead of the signal is a wait, too: what it finds stands ready when the
// sample comes. While it is left out for another reason than the heart, there is no value. What is found late (no
// contact, hum) has been in the signal before: it empties the window, and what waits. A step is found when most of it
// has passed: what came just before a mark is left out.
class LiveGatedRms {
 public:
  using spec_type = GatedRms;

  LiveGatedRms(const GatedRms& spec, StreamFormat format)
      : spec_(spec),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        window_(samples_in(spec_.window, format_.rate)),
        tail_(samples_in(spec_.tail, format_.rate)),
        ahead_(samples_in(spec_.ahead, format_.rate)),
        wait_(std::max<std::int64_t>(samples_in(spec_.wait, format_.rate) - ahead_, 0)),
        before_(std::min(samples_in(spec_.before, format_.rate), ahead_ + wait_)),
        least_(std::ceil(spec_.least_share * static_cast<double>(window_))),
        full_scale_(format_.full_scale()),
        quiet_power_(quiet_power(spec_.least_noise, format_.converter, spec_.window)),
        quietest_power_(quiet_power(spec_.least_noise, format_.converter, spec_.window * spec_.least_share)),
        sums_(window_, 2 * channels_),
        frame_(static_cast<std::size_t>(2 * channels_)),
        now_(static_cast<std::size_t>(channels_)),
        closed_for_(static_cast<std::size_t>(channels_)),
        waiting_(static_cast<std::size_t>(wait_ * channels_)),
        kept_(static_cast<std::size_t>((ahead_ + wait_) * channels_)),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  Status process(std::span<const ConstBlock> in, Block out) noexcept {
    if (in.size() != 2 || out.channels != channels_) return Status::wrong_channels;
    for (const ConstBlock& block : in) {
      if (block.channels != channels_) return Status::wrong_channels;
      if (block.frames != out.frames || block.frames < 0) return Status::wrong_frames;
      if (block.frames > 0 && (!block.data || !out.data)) return Status::missing_data;
    }
    const FlushSubnormals guard;
    for (std::int64_t i = 0; i < out.frames; ++i) take(in[0].part(i, 1), in[1].part(i, 1), out.part(i, 1));
    position_ = position_ + out.frames;
    return Status::ok;
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    sums_.reset();
    std::fill(closed_for_.begin(), closed_for_.end(), 0);
    std::fill(now_.begin(), now_.end(), mark::none);
    std::fill(waiting_.begin(), waiting_.end(), 0.0);
    std::fill(kept_.begin(), kept_.end(), std::uint8_t{0});
    oldest_ = gate_ = waited_ = known_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return sums_.period(); }
  SampleIndex position() const noexcept { return position_; }
  // Live change at a frame boundary. What is in the window and what waits is kept where both stay as long; otherwise
  // the window fills anew. Handed back unchanged when `next` belongs to another format.
  LiveGatedRms change(LiveGatedRms next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    std::copy(closed_for_.begin(), closed_for_.end(), next.closed_for_.begin());
    std::copy(now_.begin(), now_.end(), next.now_.begin());
    if (next.window_ == window_ && next.wait_ == wait_ && next.ahead_ == ahead_) {
      next.sums_.adopt(sums_);
      std::copy(waiting_.begin(), waiting_.end(), next.waiting_.begin());
      std::copy(kept_.begin(), kept_.end(), next.kept_.begin());
      next.oldest_ = oldest_;
      next.gate_ = gate_;
      next.waited_ = waited_;
      next.known_ = known_;
    }
    std::swap(*this, next);
    return next;
  }
  Latency latency() const {
    return {format_.rate,
            {{"GatedRms", DelayKind::centroid, static_cast<double>(window_ - 1) / 2 + static_cast<double>(wait_), {}}}};
  }
  SavedState save() const { return save_state(const_cast<LiveGatedRms&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(known_);
    sums_.state(archive);
    archive(closed_for_);
    archive(now_);
    archive(waiting_);
    archive(kept_);
    archive(oldest_);
    archive(gate_);
    archive(waited_);
    for (auto& flag : kept_) flag = flag != 0;
    const auto within = [](std::int64_t row, std::int64_t rows) {
      return row >= 0 && row < std::max<std::int64_t>(rows, 1);
    };
    if (!within(oldest_, wait_)) oldest_ = 0;  // not from here
    if (!within(gate_, ahead_ + wait_)) gate_ = 0;
  }

  const GatedRms& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }

 private:
  static constexpr Marks closing = static_cast<Marks>(~(mark::gated | mark::of_level));
  static constexpr Marks forbidding = static_cast<Marks>((mark::withholding & ~mark::gap) | mark::gated);

  void take(ConstBlock signal, ConstBlock gate, Block out) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const double x = signal.data[c];
      const Marks of_signal = signal.marks ? signal.marks[c] : mark::none;
      const Marks of_gate = gate.marks ? gate.marks[c] : mark::none;
      if (of_gate & closing) {
        // A loss alone says nothing of what came before it, and a heartbeat was looked for ahead.
        constexpr Marks only_now = mark::missing | mark::gap | mark::heart;
        if ((of_gate & closing & ~only_now) && closed_for_[i] < std::max<std::int64_t>(tail_, 1))
          leave_out(c, 1, before_);
        closed_for_[i] = tail_ + 1;
      }
      const auto late = static_cast<Marks>((of_signal | of_gate) & mark::found_late);
      if (late && !(now_[i] & mark::found_late)) {
        sums_.settle(2 * c, 0);
        sums_.settle(2 * c + 1, 0);
        // What is found in the signal says nothing of what has not come out yet.
        leave_out(c, of_gate & mark::found_late ? 1 : std::max<std::int64_t>(ahead_, 1), ahead_ + wait_);
      }
      now_[i] = static_cast<Marks>(late | (of_gate & mark::withholding));
      const bool open = !(of_gate & mark::found_late) && closed_for_[i] == 0;
      const bool good = !(of_signal & forbidding) && std::fabs(x) <= full_scale_;
      if (closed_for_[i] > 0) --closed_for_[i];
      enter(c, good ? x * x : 0, good, open);
    }
    if (wait_ > 0) oldest_ = oldest_ + 1 == wait_ ? 0 : oldest_ + 1;
    if (ahead_ + wait_ > 0) gate_ = gate_ + 1 == ahead_ + wait_ ? 0 : gate_ + 1;
    sums_.add(frame_.data(), frame_.data());
    if (waited_ < ahead_ + wait_)
      ++waited_;
    else
      known_ = std::min(known_ + 1, window_);
    for (int c = 0; c < channels_; ++c) {
      const auto i = static_cast<std::size_t>(2 * c);
      const double count = frame_[i + 1], known = static_cast<double>(known_);
      // Before the stream was nothing: as zeros, like in the ungated one, and marked until the window is full.
      const double before = static_cast<double>(window_) - known;
      out.data[c] = count > 0 ? std::sqrt(frame_[i] / (count + before)) : 0;
      if (!out.marks) continue;
      const double quiet = count < known ? quietest_power_ : quiet_power_;
      const Marks flat = count >= least_ && frame_[i] < quiet * count ? mark::flat : mark::none;
      const Marks degraded = signal.marks ? static_cast<Marks>(signal.marks[c] & mark::degrading) : mark::none;
      out.marks[c] = static_cast<Marks>(
          now_[static_cast<std::size_t>(c)] | degraded | flat | (count < known ? mark::gated : mark::none) |
          (known_ < window_ ? mark::settling : mark::none) | (count + before < least_ ? mark::missing : mark::none));
    }
  }

  // The gate's verdict on a sample of now waits for its value, the value for what is found later; the one that has
  // waited for all goes to the sums.
  void enter(int channel, double square, bool good, bool open) noexcept {
    const auto i = static_cast<std::size_t>(2 * channel);
    bool kept = open;
    if (ahead_ + wait_ > 0) {
      kept = kept_[place(0, channel)] != 0;
      kept_[place(0, channel)] = open;
    }
    if (wait_ == 0) {
      kept = kept && good;
    } else {
      if (!good) kept_[place(ahead_, channel)] = 0;
      std::swap(waiting_[static_cast<std::size_t>(oldest_ * channels_ + channel)], square);
    }
    frame_[i] = kept ? square : 0;
    frame_[i + 1] = kept;
  }
  // Of the samples that wait, from the first to the last so many back.
  void leave_out(int channel, std::int64_t first, std::int64_t last) noexcept {
    for (std::int64_t i = first; i <= last; ++i) kept_[place(i, channel)] = 0;
  }
  // The verdict on the sample so many back; the one of now takes the place of the oldest.
  std::size_t place(std::int64_t back, int channel) const noexcept {
    const std::int64_t row = gate_ >= back ? gate_ - back : gate_ - back + ahead_ + wait_;
    return static_cast<std::size_t>(row * channels_ + channel);
  }

  GatedRms spec_;
  StreamFormat format_;
  int channels_;
  std::int64_t window_, tail_, ahead_, wait_, before_;  // wait_: of the signal, beyond ahead_
  double least_;
  double full_scale_;
  double quiet_power_, quietest_power_;  // of a whole window, and of the least there must be of one
  MovingSum sums_;                       // of squares and of counts, by turns
  std::vector<double> frame_;
  std::vector<Marks> now_;                // per channel: what forbids a value at the last sample
  std::vector<std::int64_t> closed_for_;  // per channel: samples that are still left out
  std::vector<double> waiting_;           // squares that wait: frames of all channels
  std::vector<std::uint8_t> kept_;        // whether they will count, and those whose value has not come
  std::int64_t oldest_ = 0, gate_ = 0;    // of those that wait, and of the verdicts
  std::int64_t waited_ = 0;               // frames since the start, up to a wait
  std::int64_t known_ = 0;                // frames in the sums, up to a window
  SampleIndex position_{};
  std::uint64_t belongs_to_;
};

inline Result<LiveGatedRms> try_start(const GatedRms& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (const Seconds wait = std::max(spec.wait, spec.ahead); spec.before > wait)
    return fault_of<GatedRms>("before", spec.before,
                              "no more than " + std::string(wait == spec.wait ? "wait, " : "ahead, ") + to_text(wait));
  if (auto window = window_in_samples<GatedRms>(spec.window, format.rate); !window) return window.fault();
  return LiveGatedRms(spec, format);
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveGatedRms start(const GatedRms& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
