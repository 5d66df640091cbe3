// SPDX-License-Identifier: Apache-2.0
// A resampler brought to life for one stream: what `start(spec, format)` returns. Frame k out belongs to the instant
// k down / up of the input's clock and comes as soon as the last sample it needs is there, so that the whole record,
// finish() included, is scipy.signal.resample_poly's. Before and after the record stand zeros, as there. A value: it
// copies, saves and loads; process() is pure. Cost: see polyphase.hpp, and one pass for the quarantine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/core/processor.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/state.hpp"
#include "unguard/filter/polyphase.hpp"
#include "unguard/filter/rate_ratio.hpp"

namespace unguard {

// What a spec comes to at one input rate.
struct ResamplerDesign {
  std::string name;  // of the spec
  std::string spec;  // as text
  RateRatio ratio;
  Taps taps;            // at `up` times the input's rate; gain `up` at 0 Hz
  std::int64_t centre;  // the tap that meets the sample at the output's own instant
  Hertz rate;           // of the output
};

class LiveResampler {
 public:
  LiveResampler(ResamplerDesign design, StreamFormat format)
      : design_(std::move(design)),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        polyphase_(design_.taps, design_.ratio.up, channels_),
        quarantine_(channels_, format_.full_scale(), Ringing(polyphase_, format_.full_scale()),
                    samples_in(longest_bridge, format_.rate)),
        clean_(static_cast<std::size_t>(Polyphase::tile_frames * channels_)),
        found_(clean_.size()),
        belongs_to_(hash_of(design_.spec, format_)) {
    reset();
  }

  // Takes every frame; `out`, elsewhere than `in`, has room for most_written(in.frames). The same bits however the
  // stream is cut.
  Produced process(ConstBlock in, Block out) noexcept {
    if (const Status status = refused(in, out); status != Status::ok) return {status, 0, 0};
    const FlushSubnormals guard;
    std::int64_t written = 0;
    for (std::int64_t first = 0; first < in.frames;) {
      const ConstBlock piece = in.part(first, std::min(Polyphase::tile_frames, in.frames - first));
      const Block to = out.part(written, out.frames - written);
      if (quarantine_.clear(piece, position_)) {
        quarantine_.remember(piece);
        written += run(piece, to);
        position_ = position_ + piece.frames;
        first += piece.frames;
      } else {
        const std::int64_t n = quarantine_.admit(piece, position_, clean_.data(), found_.data());
        written += run({clean_.data(), n, channels_, found_.data()}, to);
        position_ = position_ + n;
        first += n;
        for (int c = 0; c < channels_; ++c)
          if (const auto level = quarantine_.recovered(c)) polyphase_.settle(c, *level);
      }
    }
    return {Status::ok, in.frames, written};
  }
  // The most that this many frames can bring, wherever in the stream.
  std::int64_t most_written(std::int64_t frames) const noexcept {
    const auto [up, down] = design_.ratio;
    return frames / down * up + (frames % down * up + down - 1) / down;
  }

  // Frames still to come at the end of the stream.
  std::int64_t tail() const noexcept { return ended_ ? 0 : frames_before(position_.value) - next_; }
  // The end of the stream: the last frames, tail() of them, which makes most_written(frames) in all from a stream that
  // began on the grid of period(). Nothing may follow but reset(), begin_at() or load().
  Produced finish(Block out) noexcept {
    if (out.channels != channels_) return {Status::wrong_channels, 0, 0};
    const std::int64_t all = tail();
    if (out.frames < all) return {Status::wrong_frames, 0, 0};
    if (all > 0 && !out.data) return {Status::missing_data, 0, 0};
    const FlushSubnormals guard;
    std::fill(clean_.begin(), clean_.end(), 0.0);
    SampleIndex at = position_;
    for (std::int64_t written = 0; written < all;) {
      const std::int64_t n = std::min(Polyphase::tile_frames, wait_);
      for (std::int64_t i = 0; i < n; ++i)
        for (int c = 0; c < channels_; ++c)
          found_[static_cast<std::size_t>(i * channels_ + c)] = quarantine_.standing(c, at + i);
      written += run({clean_.data(), n, channels_, found_.data()}, out.part(written, all - written));
      at = at + n;
    }
    ended_ = true;
    return {Status::ok, 0, all};
  }

  // As just started.
  void reset() noexcept { begin_at({}); }
  // As just started, with the next sample being number `at`. Bits repeat when `at` is a multiple of period().
  void begin_at(SampleIndex at) noexcept {
    const auto [up, down] = design_.ratio;
    polyphase_.reset();
    quarantine_.reset(at);
    position_ = at;
    next_ = frames_before(at.value);
    ended_ = false;
    // How far behind `at` the first frame's instant lies, in parts 1 / up of a sample.
    const std::int64_t behind = (down - at.value % down * up % down) % down;
    wait_ = (design_.centre + behind) / up + 1;
    phase_ = (design_.centre + behind) % up;
  }
  // Input samples after which the instants of the output fall on the input's again.
  std::int64_t period() const noexcept { return design_.ratio.down; }

  // In input samples: how long after its instant a frame comes, at most; where `up` is more than 1 up to one sample
  // less. For taps that are not symmetric, the group delay at `at` tells the instant.
  Latency latency(Hertz at = {100}) const {
    const auto up = static_cast<double>(design_.ratio.up);
    return {format_.rate,
            {{design_.name, DelayKind::group_delay, group_delay(design_.taps, at, format_.rate * up) / up, at}}};
  }

  SavedState save() const { return save_state(const_cast<LiveResampler&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }

  const StreamFormat& format() const noexcept { return format_; }
  // The same channels at the other rate.
  StreamFormat output_format() const {
    StreamFormat format = format_;
    format.rate = design_.rate;
    return format;
  }
  const ResamplerDesign& design() const noexcept { return design_; }
  SampleIndex position() const noexcept { return position_; }
  // The number of the next frame out.
  SampleIndex output_position() const noexcept { return {next_}; }
  // Samples replaced since the start, all channels.
  std::int64_t replaced_non_finite() const noexcept { return quarantine_.non_finite(); }
  std::int64_t replaced_out_of_range() const noexcept { return quarantine_.out_of_range(); }
  std::int64_t replaced_missing() const noexcept { return quarantine_.missing(); }

  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    archive(next_);
    archive(wait_);
    archive(phase_);
    archive(ended_);
    quarantine_.state(archive);
    polyphase_.state(archive);
    // A state from elsewhere must not point outside.
    if (wait_ < 1 || phase_ < 0 || phase_ >= design_.ratio.up) begin_at(position_);
  }

 private:
  Status refused(ConstBlock in, Block out) const noexcept {
    if (in.channels != channels_ || out.channels != channels_) return Status::wrong_channels;
    if (in.frames < 0 || out.frames < most_written(in.frames)) return Status::wrong_frames;
    if (ended_) return Status::ended;
    return in.frames > 0 && (!in.data || !out.data) ? Status::missing_data : Status::ok;
  }
  // How many frames have their instant before sample `at`.
  std::int64_t frames_before(std::int64_t at) const noexcept { return most_written(at); }

  // At most a tile that may enter, with its marks or none; returns the frames written, no more than `out` has room for.
  std::int64_t run(ConstBlock in, Block out) noexcept {
    const auto [up, down] = design_.ratio;
    polyphase_.take(in.data, in.frames);
    std::int64_t written = 0, newest = wait_ - 1;
    for (; newest < in.frames && written < out.frames; ++written) {
      polyphase_.frame(phase_, in.frames - 1 - newest, out.data + written * channels_);
      for (int c = 0; out.marks && c < channels_; ++c)
        out.marks[written * channels_ + c] = in.marks ? in.marks[newest * channels_ + c] : mark::none;
      phase_ += down;
      newest += phase_ / up;
      phase_ %= up;
    }
    wait_ = newest + 1 - in.frames;
    next_ += written;
    return written;
  }

  ResamplerDesign design_;
  StreamFormat format_;
  int channels_;
  Polyphase polyphase_;
  Quarantine quarantine_;
  std::vector<double> clean_;
  std::vector<Marks> found_;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
  std::int64_t next_ = 0;   // number of the next frame out
  std::int64_t wait_ = 1;   // input samples until it can be made
  std::int64_t phase_ = 0;  // the first of its taps
  bool ended_ = false;
};

// Specs that are resamplers say how: `Result<ResamplerDesign> design_resampler(const Spec&, const StreamFormat&)`.
template <class S>
concept ResamplerSpec = Spec<S> && requires(const S& s, const StreamFormat& format) {
  { design_resampler(s, format) } -> std::same_as<Result<ResamplerDesign>>;
};

// The resampler for this stream, or why there is none.
template <ResamplerSpec S>
Result<LiveResampler> try_start(const S& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto design = design_resampler(spec, format);
  if (!design) return design.fault();
  return LiveResampler(std::move(*design), format);
}

#if defined(__cpp_exceptions)
// The resampler for this stream; throws ConfigError naming parameter, value found and what is allowed.
template <ResamplerSpec S>
LiveResampler start(const S& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
