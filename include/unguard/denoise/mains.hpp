// SPDX-License-Identifier: Apache-2.0
// The mains canceller for a session, in front of the filters: while samples are missing the hum goes on as it was, and
// after a long loss only the level is found anew. So a lifted electrode or a step does not cost the seconds that hum
// takes to be found. Where the lines have just moved by more than all that is left, hum has begun or ended, and what
// came before was it; where more hum is taken off than all that came, it is no longer there: both are marked.
// Source and cost: LineCanceller. Latency: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/all_within.hpp"
#include "unguard/core/block.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/fields.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/latency.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/recovery.hpp"
#include "unguard/core/state.hpp"
#include "unguard/denoise/line_canceller.hpp"

namespace unguard {

struct Mains {
  LineCanceller canceller{};

  friend bool operator==(const Mains&, const Mains&) = default;
};
constexpr SpecInfo info(const Mains*) {
  return {"Mains", "the mains canceller of a session, which rides over losses",
          "Widrow et al. 1975, doi:10.1109/PROC.1975.10036"};
}
constexpr auto fields(const Mains*) { return field_list(field<&Mains::canceller>("canceller", "what is taken out")); }

// What is missing and a `gap`, too, was bridged (Bridge): what stands there, without hum. The
// marks are those of its input, `missing` besides while it listens for the level after a long loss, and `hum` where
// hum has just begun or ended, or is put in where there is none. What a loss leaves in the lines is not marked:
// Residual says whether what is left is hum.
class LiveMains {
 public:
  using spec_type = Mains;

  LiveMains(Mains spec, StreamFormat format, LineCancellerKernel kernel)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        kernel_(std::move(kernel)),
        channels_(format_.channels.count()),
        full_scale_(format_.full_scale()),
        recovery_(channels_, samples_in(longest_bridge, format_.rate)),
        lost_(static_cast<std::size_t>(channels_)),
        frame_(static_cast<std::size_t>(channels_)),
        came_(static_cast<std::size_t>(kernel_.until_update() * channels_)),
        follow_(-std::expm1(-2 * std::numbers::pi * (offset / format_.rate))),
        leak_(-std::expm1(-1 / (memory * format_.rate))),
        slow_leak_(-std::expm1(-1 / (put_in_memory * format_.rate))),
        in_(static_cast<std::size_t>(channels_)),
        taken_(static_cast<std::size_t>(channels_)),
        left_(static_cast<std::size_t>(channels_)),
        moved_(static_cast<std::size_t>(channels_)),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    if (in.frames == 0) return Status::ok;
    const FlushSubnormals guard;
    if (undisturbed(in)) {
      for (std::int64_t first = 0; first < in.frames;) {
        const std::int64_t n = std::min(kernel_.until_update(), in.frames - first);
        go_on(in.part(first, n), out.part(first, n));
        first += n;
      }
    } else {
      for (std::int64_t i = 0; i < in.frames; ++i) ride_over(in.part(i, 1), out.part(i, 1));
    }
    position_ = position_ + in.frames;
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }
  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    kernel_.reset();
    recovery_.reset();
    std::fill(lost_.begin(), lost_.end(), 0);
    for (auto* loudness : {&in_, &taken_, &left_}) std::fill(loudness->begin(), loudness->end(), Loudness{});
    std::fill(moved_.begin(), moved_.end(), 0.0);
    waiting_ = 0;
    replaced_non_finite_ = replaced_out_of_range_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return 1; }
  // Live change at a frame boundary; another width of the same lines goes on with what is known of them. Handed back
  // unchanged when `next` belongs to another format.
  LiveMains change(LiveMains next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.kernel_.adopt(kernel_);
    next.recovery_.adopt(recovery_);
    std::copy(lost_.begin(), lost_.end(), next.lost_.begin());
    next.waiting_ = waiting_;
    std::copy(in_.begin(), in_.end(), next.in_.begin());
    std::copy(taken_.begin(), taken_.end(), next.taken_.begin());
    std::copy(left_.begin(), left_.end(), next.left_.begin());
    std::copy(moved_.begin(), moved_.end(), next.moved_.begin());
    next.replaced_non_finite_ = replaced_non_finite_;
    next.replaced_out_of_range_ = replaced_out_of_range_;
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const { return {format_.rate, {kernel_.delay(at)}}; }
  SavedState save() const { return save_state(const_cast<LiveMains&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    kernel_.state(archive);
    recovery_.state(archive);
    archive(lost_);
    archive(waiting_);
    for (auto* loudness : {&in_, &taken_, &left_})
      for (Loudness& l : *loudness) l.state(archive);
    archive(moved_);
    archive(replaced_non_finite_);
    archive(replaced_out_of_range_);
  }

  const Mains& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  SampleIndex position() const noexcept { return position_; }
  std::int64_t ringing() const noexcept { return 0; }
  std::int64_t replaced_non_finite() const noexcept { return replaced_non_finite_; }
  std::int64_t replaced_out_of_range() const noexcept { return replaced_out_of_range_; }

 private:
  static constexpr Hertz offset{10};
  static constexpr Seconds memory{0.02};
  static constexpr double least_power = 4;  // uV^2
  // Of the power of what is taken off: less than that has come. And for so long.
  static constexpr double came_least = 0.4;
  static constexpr Seconds put_in_memory{0.05};
  static constexpr double least_put_in = 1;  // uV^2

  // Power without what is slower than the mains, a drift included.
  struct Loudness {
    double first = 0, second = 0, power = 0;

    // Single values count as `most` at most: a step must not be louder than all else for a second.
    void take(double x, double follow, double leak, double most = std::numeric_limits<double>::infinity()) noexcept {
      const double away = x - first, moved = away - second;
      first += follow * away;
      second += follow * moved;
      power += leak * (std::min(moved * moved, most) - power);
    }
    template <class Archive>
    void state(Archive& archive) {
      archive(first);
      archive(second);
      archive(power);
    }
  };

  bool undisturbed(ConstBlock in) const noexcept {
    const std::int64_t n = in.frames * channels_;
    if (waiting_ > 0 || !all_within_(in.data, n, full_scale_)) return false;
    return !in.marks || std::none_of(in.marks, in.marks + n, [](Marks m) { return (m & mark::missing) != 0; });
  }
  void go_on(ConstBlock in, Block out) noexcept {
    const std::int64_t n = in.frames * channels_;
    if (out.marks && in.marks)
      std::copy_n(in.marks, n, out.marks);
    else if (out.marks)
      std::fill_n(out.marks, n, mark::none);
    std::copy_n(in.data, n, came_.begin());  // for `out` may be `in`
    kernel_.run(in.data, out.data, in.frames);
    for (std::int64_t i = 0; i < in.frames; ++i) weigh(came_.data() + i * channels_, out.part(i, 1), in.frames - 1 - i);
  }
  // Compares what is left of a frame with how the lines have moved and with what came; the lines move with the last
  // frame of a cycle, `after` which there are so many more in this piece.
  void weigh(const double* came, Block frame, std::int64_t after) noexcept {
    for (int c = 0; c < channels_; ++c) {
      const auto k = static_cast<std::size_t>(c);
      left_[k].take(frame.data[c], follow_, leak_);
      taken_[k].take(came[c] - frame.data[c], follow_, slow_leak_);
      in_[k].take(came[c], follow_, slow_leak_, 4 * taken_[k].power);
      const double left = left_[k].power, taken = taken_[k].power;
      if (after == 0) moved_[k] = kernel_.moved_power(c);
      const bool moving = moved_[k] > left && moved_[k] > least_power;
      const bool put_in = taken > least_put_in && in_[k].power < came_least * taken;
      if (frame.marks && (moving || put_in)) frame.marks[c] |= mark::hum;
    }
  }
  void ride_over(ConstBlock in, Block out) noexcept {
    for (int c = 0; c < channels_; ++c) {
      Marks marks = in.marks ? in.marks[c] : mark::none;
      frame_[static_cast<std::size_t>(c)] = enter(c, in.data[c], marks);
      if (out.marks) out.marks[c] = marks;
    }
    kernel_.run(frame_.data(), out.data, 1);
    weigh(frame_.data(), out, 0);
  }
  double enter(int channel, double x, Marks& marks) noexcept {
    auto& lost = lost_[static_cast<std::size_t>(channel)];
    const double before = kernel_.expected(channel);
    const Marks none = no_value(x, full_scale_);
    if (none) marks |= static_cast<Marks>(none | mark::missing);
    replaced_non_finite_ += none == mark::non_finite;
    replaced_out_of_range_ += none == mark::out_of_range;
    if (marks & mark::missing) {
      waiting_ += lost == 0 && !recovery_.listening(channel);
      ++lost;
      kernel_.coast(channel);
      return marks & mark::gap ? x + kernel_.hum(channel) : before;
    }
    if (recovery_.needed_after(lost)) {
      recovery_.begin(channel);
    } else if (lost > 0 && !recovery_.listening(channel)) {
      --waiting_;
    }
    lost = 0;
    if (!recovery_.listening(channel)) return x;
    kernel_.coast(channel);
    marks |= mark::missing;
    if (recovery_.take(channel, x - kernel_.hum(channel))) {
      kernel_.rebase(channel, recovery_.end(channel).median);
      --waiting_;
      return kernel_.expected(channel);
    }
    return before;
  }

  Mains spec_;
  StreamFormat format_;
  LineCancellerKernel kernel_;
  int channels_;
  AllWithin all_within_ = best_all_within();
  double full_scale_;
  Recovery recovery_;
  std::vector<std::int64_t> lost_;  // per channel: samples missing in a row
  std::int64_t waiting_ = 0;        // channels that miss samples or listen
  std::vector<double> frame_;
  std::vector<double> came_;  // the frames up to an update
  double follow_, leak_, slow_leak_;
  std::vector<Loudness> in_, taken_, left_;
  std::vector<double> moved_;  // per channel: power of how the lines moved
  std::uint64_t belongs_to_;
  std::int64_t replaced_non_finite_ = 0;
  std::int64_t replaced_out_of_range_ = 0;
  SampleIndex position_{};
};

inline Result<LiveMains> try_start(const Mains& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto kernel = make_kernel(spec.canceller, format);
  if (!kernel) return kernel.fault();
  return LiveMains(spec, format, std::move(*kernel));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
inline LiveMains start(const Mains& spec, const StreamFormat& format) { return try_start(spec, format).take(); }
#endif

}  // namespace unguard
