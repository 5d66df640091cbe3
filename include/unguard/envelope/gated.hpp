// SPDX-License-Identifier: Apache-2.0
// Any envelope over what may be believed: samples that bear a mark are left out of the statistic instead of being
// replaced in it, y = S(w g(x)) / S(w) with weights w of 0 and 1 and the envelope's own smoother S. What is left speaks
// for all: unbiased, and as steady as the rest of the window is long. Normalised convolution, Knutsson & Westin 1993,
// doi:10.1109/CVPR.1993.341081. Latency: that of the envelope. Cost: twice the envelope's.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
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
#include "unguard/envelope/gated_smoother.hpp"

namespace unguard {

template <Gateable S>
struct Gated {
  S envelope{};
  double least_share = 0.5;
  Seconds tail{0};

  friend bool operator==(const Gated&, const Gated&) = default;
};
template <Gateable S>
Gated(S, double, Seconds) -> Gated<S>;
template <class S>
constexpr SpecInfo info(const Gated<S>*) {
  return {"Gated", "an envelope that leaves marked samples out",
          "Knutsson & Westin 1993, doi:10.1109/CVPR.1993.341081"};
}
template <class S>
constexpr auto fields(const Gated<S>*) {
  return field_list(
      field<&Gated<S>::envelope>("envelope",
                                 "what is gated: Rms, Arv, TwoPole, LinearEnvelope, ExponentialEnvelope, "
                                 "TkeoEnvelope, MovingMedian, BayesianEnvelope, AdaptiveRms or WhitenedRms"),
      field<&Gated<S>::least_share>("least_share", "share of the weights that must be left for a value",
                                    between(0.01, 1)),
      field<&Gated<S>::tail>("tail", "how long behind a mark samples are left out, too", between(0, 10)));
}

// The statistic begins like the envelope's own, with zeros before the stream. A mark of any kind leaves its sample out,
// but those that are said of a level (noise, low_snr, gated), and so does what is not finite or beyond full scale.
// What is found late (no contact, hum, motion) was in the signal before its first mark: the statistic begins anew.
// Marks out: `gated` while more than 1e-4 of the weights is left out; `missing`, with the reason, where less than
// least_share is left; and what the envelope itself says of its level.
template <Gateable S>
class LiveGated {
 public:
  using spec_type = Gated<S>;

  LiveGated(const Gated<S>& spec, StreamFormat format, GatedSmoother<S> smoother)
      : spec_(spec),
        format_(std::move(format)),
        channels_(format_.channels.count()),
        smoother_(std::move(smoother)),
        left_out_for_(samples_in(spec_.tail, format_.rate) + smoother_.reach_back() + 1),
        full_scale_(format_.full_scale()),
        weighted_(static_cast<std::size_t>(2 * tile_frames * channels_)),
        tile_marks_(static_cast<std::size_t>(tile_frames * channels_)),
        closed_for_(static_cast<std::size_t>(channels_)),
        late_(closed_for_.size()),
        reason_(closed_for_.size()),
        belongs_to_(hash_of(to_text(spec_), format_)) {
    reset();
  }

  // frames in, as many out; `out` may be `in`. The same bits however the stream is cut.
  Status process(ConstBlock in, Block out) noexcept {
    if (const Status shape = frame_for_frame(in, out, channels_); shape != Status::ok) return shape;
    const FlushSubnormals guard;
    for (std::int64_t first = 0, n; first < in.frames; first += n) {
      n = std::min(tile_frames, in.frames - first);
      take(in.part(first, n), out.part(first, n));
      position_ = position_ + n;
    }
    return Status::ok;
  }
  template <class AnySink>
  Status finish(AnySink&) noexcept {
    return Status::ok;
  }

  void reset() noexcept { begin_at({}); }
  void begin_at(SampleIndex at) noexcept {
    smoother_.reset();
    for (int c = 0; c < channels_; ++c) smoother_.begin(c, 1);
    std::fill(closed_for_.begin(), closed_for_.end(), 0);
    std::fill(late_.begin(), late_.end(), mark::none);
    std::fill(reason_.begin(), reason_.end(), mark::none);
    non_finite_ = out_of_range_ = 0;
    position_ = at;
  }
  std::int64_t period() const noexcept { return smoother_.period(); }
  SampleIndex position() const noexcept { return position_; }
  // Live change at a frame boundary: the statistic is kept where it can be, and otherwise begins anew, with no value
  // until enough has come. Handed back unchanged when `next` belongs to another format.
  LiveGated change(LiveGated next) noexcept {
    if (next.channels_ != channels_ || next.format_.rate != format_.rate) return next;
    next.begin_at(position_);
    next.closed_for_ = closed_for_;
    next.late_ = late_;
    next.reason_ = reason_;
    next.non_finite_ = non_finite_;
    next.out_of_range_ = out_of_range_;
    if (!next.smoother_.adopt(smoother_))
      for (int c = 0; c < channels_; ++c) {
        next.smoother_.begin(c, 0);
        next.reason_[static_cast<std::size_t>(c)] |= mark::settling;
      }
    std::swap(*this, next);
    return next;
  }
  Latency latency(Hertz at = {100}) const { return {format_.rate, {smoother_.delay(at)}}; }
  SavedState save() const { return save_state(const_cast<LiveGated&>(*this), belongs_to_); }
  Status load(std::span<const std::byte> bytes) noexcept { return load_state(*this, bytes, belongs_to_); }
  template <class Archive>
  void state(Archive& archive) {
    archive(position_.value);
    smoother_.state(archive);
    archive(closed_for_);
    archive(late_);
    archive(reason_);
    archive(non_finite_);
    archive(out_of_range_);
  }

  const Gated<S>& spec() const noexcept { return spec_; }
  const StreamFormat& format() const noexcept { return format_; }
  std::int64_t replaced_non_finite() const noexcept { return non_finite_; }
  std::int64_t replaced_out_of_range() const noexcept { return out_of_range_; }
  // For how long a channel of which nothing was left stays marked.
  std::int64_t ringing() const noexcept { return smoother_.refills_within(mostly_whole) + left_out_for_; }

 private:
  static constexpr std::int64_t tile_frames = 32;
  static constexpr double mostly_whole = 1e-4;
  static constexpr Marks of_a_level = mark::of_level | mark::gated;

  void take(ConstBlock in, Block out) noexcept {
    for (std::int64_t i = 0; i < in.frames; ++i) {
      double* x = weighted_.data() + 2 * i * channels_;
      for (int c = 0; c < channels_; ++c) {
        const std::int64_t k = i * channels_ + c;
        tile_marks_[static_cast<std::size_t>(k)] = judge(c, in.data[k], in.marks ? in.marks[k] : mark::none, x);
      }
      smoother_.step(x);
    }
    for (std::int64_t i = 0; i < in.frames; ++i)
      for (int c = 0; c < channels_; ++c) {
        const std::int64_t k = i * channels_ + c;
        const double* y = weighted_.data() + 2 * i * channels_ + c;
        const double share = smoother_.share(y[channels_]);
        out.data[k] = share > 0 ? smoother_.level(y[0], y[channels_]) : 0;
        if (!out.marks) continue;
        const Marks found = tile_marks_[static_cast<std::size_t>(k)];
        if (share < spec_.least_share) {
          out.marks[k] = static_cast<Marks>(found | mark::gated | mark::missing);
          continue;
        }
        out.marks[k] = static_cast<Marks>((found & of_a_level) | smoother_.said_of(c, out.data[k]) |
                                          (std::fabs(share - 1) > mostly_whole ? mark::gated : mark::none));
      }
  }
  // Puts sample and weight of a channel into the frame; returns what is said of it.
  Marks judge(int c, double x, Marks found, double* frame) noexcept {
    const auto i = static_cast<std::size_t>(c);
    const Marks none = no_value(x, full_scale_);
    non_finite_ += none == mark::non_finite;
    out_of_range_ += none == mark::out_of_range;
    const Marks against = static_cast<Marks>((found & ~of_a_level) | none);
    const Marks late = static_cast<Marks>(against & mark::found_late);
    if (late & ~late_[i]) smoother_.begin(c, 0);
    late_[i] = late;
    if (against) {
      closed_for_[i] = left_out_for_;
      reason_[i] = against;
    }
    const bool open = closed_for_[i] == 0;
    smoother_.enter(c, none || (found & mark::lost) ? smoother_.last(c) : x, open, frame);
    if (!open) --closed_for_[i];
    return static_cast<Marks>((found & of_a_level) | reason_[i]);
  }

  Gated<S> spec_;
  StreamFormat format_;
  int channels_;
  GatedSmoother<S> smoother_;
  std::int64_t left_out_for_;  // from a mark on
  double full_scale_;
  std::vector<double> weighted_;  // of a tile: by frame, the samples that count and then their weights
  std::vector<Marks> tile_marks_;
  std::vector<std::int64_t> closed_for_;  // per channel
  std::vector<Marks> late_, reason_;      // per channel: found late and still there; why it was closed last
  std::int64_t non_finite_ = 0, out_of_range_ = 0;
  std::uint64_t belongs_to_;
  SampleIndex position_{};
};

template <Gateable S>
Result<LiveGated<S>> try_start(const Gated<S>& spec, const StreamFormat& format) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  auto smoother = make_gated_smoother(spec.envelope, format);
  if (!smoother) return smoother.fault();
  return LiveGated<S>(spec, format, std::move(*smoother));
}
#if defined(__cpp_exceptions)
// Throws ConfigError naming parameter, value found and what is allowed.
template <Gateable S>
LiveGated<S> start(const Gated<S>& spec, const StreamFormat& format) {
  return try_start(spec, format).take();
}
#endif

}  // namespace unguard
