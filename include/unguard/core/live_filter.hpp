// SPDX-License-Identifier: Apache-2.0
// A filter spec brought to life for one stream: what `start(spec, format)` returns. A value: it copies, saves and
// loads. process() is for the real-time thread: no allocation, lock, system call, exception or unbounded loop. Cost
// beside the kernel's own: one pass over the input for the quarantine, about 6 % of a five-section band-pass.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/cross_fade.hpp"
#include "unguard/core/entry.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/kernel.hpp"
#include "unguard/core/priming.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/simd.hpp"
#include "unguard/core/state.hpp"

namespace unguard {

template <FilterSpec S>
class LiveFilter {
 public:
  using spec_type = S;
  using kernel_type = KernelOf<S>;

  LiveFilter(S spec, StreamFormat format, kernel_type kernel, std::int64_t priming)
      : spec_(std::move(spec)),
        format_(std::move(format)),
        kernel_(std::move(kernel)),
        channels_(format_.channels.count()),
        ringing_(kernel_, format_.full_scale()),
        quarantine_(channels_, format_.full_scale(), ringing_, samples_in(longest_bridge, format_.rate)),
        primer_(channels_, priming),
        scratch_(static_cast<std::size_t>(scratch_frames * channels_)),
        belongs_to_(hash_of(to_text(spec_), format_)) {}

  // frames in, as many out; `out` may be `in`. Any number of frames, 0 included; the same bits however the stream is
  // cut. Nobody else may write to either meanwhile. Should it happen all the same and a NaN get past the quarantine
  // into a recursion, this call's output is marked and the filter starts again, instead of giving NaN for ever.
  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    if (in.frames == 0) return Status::ok;
    const FlushSubnormals guard;
    while (primer_.missing() > 0 && in.frames > 0) {
      const std::int64_t n = std::min({in.frames, primer_.missing(), scratch_frames});
      prime(in.part(0, n), out.part(0, n));
      in = in.part(n, in.frames - n);
      out = out.part(n, out.frames - n);
    }
    if (in.frames == 0) return Status::ok;
    const std::int64_t frames = out.frames;
    // In pieces that stay in the first-level cache from the quarantine through every stage.
    const std::int64_t piece = std::max(scratch_frames, cached_values / channels_);
    for (; in.frames > piece; in = in.part(piece, in.frames - piece), out = out.part(piece, out.frames - piece))
      run(in.part(0, piece), out.part(0, piece));
    run(in, out);
    if (!finite(out.data + (out.frames - 1) * channels_)) start_again(out.part(out.frames - frames, frames));
    return Status::ok;
  }

  // A filter holds nothing back; there for symmetry with detectors.
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  // As just started, with the next sample being number `at`: for tests of long streams and for continued recordings.
  // Bits repeat when `at` is a multiple of the kernel's period.
  void begin_at(SampleIndex at) noexcept {
    kernel_.reset();
    kernel_.seek(at.value);
    quarantine_.reset(at);
    primer_.reset();
    fade_.end();
    quarantine_.use(ringing_);
    position_ = at;
  }
  std::int64_t period() const noexcept { return kernel_.period(); }

  // The filter for another spec of the same type, for change() to cross-fade to. Outside the real-time thread: it is
  // designed and allocated here. Of this filter it reads what only change() alters.
  Result<LiveFilter> try_prepare(const S& spec) const {
    auto next = try_start(spec, format_);
    if (!next) return next.fault();
    auto leaving = make_kernel(spec_, format_);
    if (!leaving) return leaving.fault();
    (*next).fade_ = CrossFade<kernel_type>(std::move(*leaving), (*next).ringing(), samples_in(mixing, format_.rate),
                                           channels_, scratch_frames);
    return next;
  }
#if defined(__cpp_exceptions)
  // Throws ConfigError naming parameter, value found and what is allowed.
  LiveFilter prepare(const S& spec) const { return try_prepare(spec).take(); }
#endif

  // Live change at a frame boundary: `next` takes over state and position, and the old one comes back, to be destroyed
  // outside the real-time thread. Where every stage carries its state over, nothing jumps and nothing is marked.
  // Otherwise the new one starts in steady state for the last sample, for another design's state may answer with volts:
  // if prepare() made it, it is not heard until it has settled and then mixed in over 20 ms, nothing is marked, and
  // changing() counts down; if not, or if a change was still under way, the output is marked settling until what
  // differs is below the stated disturbance. Refused (handed back unchanged) when `next` belongs to another format.
  LiveFilter change(LiveFilter next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    // `next` may have run before, as when an old set is used again: what it does not take over must be as new.
    next.kernel_.reset();
    next.primer_.adopt(primer_);
    next.kernel_.seek(position_.value);
    if (primer_.missing() == 0)
      for (int c = 0; c < channels_; ++c) next.kernel_.settle(c, quarantine_.last_good()[static_cast<std::size_t>(c)]);
    const bool seamless = next.kernel_.adopt(kernel_);
    next.position_ = position_;
    next.quarantine_.adopt(quarantine_);
    next.quarantine_.use(next.ringing_);
    if (seamless) {
      next.quarantine_.use(quarantine_.ringing());
      next.quarantine_.carry_over(position_, next.ringing_);
    }
    next.fade_.end();
    if (fade_.left() == 0 && !seamless && primer_.missing() == 0 && next.fade_.begin(kernel_)) {
      next.quarantine_.use(either(quarantine_.ringing(), next.ringing_));
    } else if (!seamless || fade_.left() > 0) {
      const std::int64_t until = position_.value + std::max(ringing(), next.ringing());
      for (int c = 0; c < channels_; ++c) next.quarantine_.spread(c, mark::settling, until);
    }
    std::swap(*this, next);
    return next;
  }
  // Samples until a change is complete and the new spec is heard alone; 0 when none is under way.
  std::int64_t changing() const noexcept { return fade_.left(); }

  // Algorithmic delay by stage; group delays are those at `at`.
  Latency latency(Hertz at = {100}) const {
    Latency latency{format_.rate, {}};
    if constexpr (requires { kernel_.delays(at); })
      latency.stages = kernel_.delays(at);
    else
      latency.stages.push_back(kernel_.delay(at));
    return latency;
  }

  // The state between two blocks, for carrying on elsewhere with the same spec and format.
  SavedState save() const { return save_state(const_cast<LiveFilter&>(*this), belongs_to_); }
  // A change that was under way is complete at once, and marked settling for as long as it would have taken: what it
  // faded from is not saved.
  Status load(std::span<const std::byte> bytes) noexcept {
    const Status status = load_state(*this, bytes, belongs_to_);
    if (status == Status::ok) end_loading();
    return status;
  }
  // What load() does beyond `state`, for what has this filter within its own state.
  void end_loading() noexcept {
    quarantine_.stand_before(ringing_);
    for (int c = 0; fade_.left() > 0 && c < channels_; ++c)
      quarantine_.spread(c, mark::settling, position_.value + fade_.left());
    fade_.end();
  }

  const S& spec() const noexcept { return spec_; }
  // What a saved state of it belongs to: equal where spec, rate and number of channels are.
  std::uint64_t belongs_to() const noexcept { return belongs_to_; }
  const StreamFormat& format() const noexcept { return format_; }
  const kernel_type& kernel() const noexcept { return kernel_; }
  SampleIndex position() const noexcept { return position_; }
  // Samples replaced since the start, all channels.
  std::int64_t replaced_non_finite() const noexcept { return quarantine_.non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return quarantine_.out_of_range(); }
  std::int64_t replaced_missing() const noexcept { return quarantine_.missing(); }
  // For how long a lasting error of 1 mV marks the output.
  std::int64_t ringing() const noexcept { return ringing_.least(); }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    quarantine_.state(archive);
    primer_.state(archive);
    fade_.state(archive);
    kernel_.state(archive);
  }

 private:
  static constexpr std::int64_t scratch_frames = 32;
  static constexpr std::int64_t cached_values = 2048;
  static constexpr Seconds mixing{0.020};

  void run(ConstBlock in, Block out) noexcept {
    if (fade_.left() == 0 && quarantine_.clear(in, position_)) {
      quarantine_.remember(in);
      kernel_.run(in.data, out.data, in.frames);
      if (out.marks) {
        std::fill_n(out.marks, out.frames * channels_, mark::none);
        say_of(kernel_, out.data, out.frames, channels_, out.marks);
      }
      position_ = position_ + in.frames;
      return;
    }
    run_with_marks(in, out);
  }
  UNGUARD_COLD void run_with_marks(ConstBlock in, Block out) noexcept {
    for (std::int64_t first = 0; first < in.frames;) {
      // A fade ends with its tile: what is lost behind it rings as in the new filter alone.
      const std::int64_t until = fade_.left() > 0 ? std::min(scratch_frames, fade_.left()) : scratch_frames;
      const std::int64_t most = std::min(until, in.frames - first);
      const Block to = out.part(first, most);
      const std::int64_t n = quarantine_.admit(in.part(first, most), position_, scratch_.data(), to.marks);
      const bool fading = fade_.left() > 0;
      if (fading) fade_.run(scratch_.data(), n);
      if constexpr (requires { kernel_.run(scratch_.data(), to.data, n, in.marks); })
        kernel_.run(scratch_.data(), to.data, n, in.marks ? in.part(first, n).marks : nullptr);
      else
        kernel_.run(scratch_.data(), to.data, n);
      if (fading) mix(to.data, n);
      if (to.marks) say_of(kernel_, to.data, n, channels_, to.marks);
      position_ = position_ + n;
      go_on_where_recovered();
      first += n;
    }
  }
  void mix(double* y, std::int64_t n) noexcept {
    fade_.mix(y, n);
    if (fade_.left() == 0) quarantine_.use(ringing_);
  }
  void go_on_where_recovered() noexcept {
    for (int c = 0; c < channels_; ++c)
      if (const auto level = quarantine_.recovered(c)) {
        kernel_.settle(c, *level);
        if (fade_.left() > 0) fade_.settle(c, *level);
      }
  }

  // What is not finite leaves a NaN when taken from itself. The last frame alone, because this is paid for in every
  // call: what stays in a recursion is still there.
  bool finite(const double* frame) const noexcept {
    double nothing = 0;
    for (int c = 0; c < channels_; ++c) nothing += frame[c] - frame[c];
    return nothing == 0;
  }

  // In steady state for the last sample let through; `out` is what has just been said.
  UNGUARD_COLD void start_again(Block out) noexcept {
    for (std::int64_t k = 0; k < out.frames * channels_; ++k) {
      if (!std::isfinite(out.data[k])) {
        out.data[k] = 0;
        quarantine_.count_non_finite();
      }
      if (out.marks) out.marks[k] |= mark::non_finite;
    }
    quarantine_.distrust(position_);
    kernel_.reset();
    kernel_.seek(position_.value);
    for (int c = 0; c < channels_; ++c) kernel_.settle(c, quarantine_.last_good()[static_cast<std::size_t>(c)]);
    fade_.end();
    quarantine_.use(ringing_);
  }

  void prime(ConstBlock in, Block out) noexcept {
    for (std::int64_t first = 0; first < in.frames;) {
      const Block to = out.part(first, in.frames - first);
      const ConstBlock from = in.part(first, in.frames - first);
      const std::int64_t n = quarantine_.admit(from, position_ + first, scratch_.data(), to.marks);
      primer_.take(scratch_.data(), n);
      go_on_where_recovered();
      first += n;
    }
    std::fill_n(out.data, out.frames * channels_, 0.0);
    if (out.marks)
      for (std::int64_t i = 0; i < out.frames * channels_; ++i) out.marks[i] |= mark::settling;
    position_ = position_ + in.frames;
    if (primer_.missing() > 0) return;
    kernel_.seek(position_.value);
    for (int c = 0; c < channels_; ++c) kernel_.settle(c, primer_.level(c));
  }

  S spec_;
  StreamFormat format_;
  kernel_type kernel_;
  int channels_;
  Ringing ringing_;
  Quarantine quarantine_;
  Primer primer_;
  CrossFade<kernel_type> fade_{};
  std::vector<double> scratch_;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

// How long a spec listens before its first output; a Chain that begins with Priming says more.
template <class S>
Seconds priming_of(const S&) {
  return {0};
}

// The filter for this stream, or why there is none.
template <FilterSpec S>
Result<LiveFilter<S>> try_start(const S& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  return LiveFilter<S>(spec, format, std::move(*kernel), samples_in(priming_of(spec), format.rate));
}

#if defined(__cpp_exceptions)
// The filter for this stream; throws ConfigError naming parameter, value found and what is allowed.
template <FilterSpec S>
LiveFilter<S> start(const S& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
