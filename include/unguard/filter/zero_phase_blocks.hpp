// SPDX-License-Identifier: Apache-2.0
// The zero-phase twin of a record too long for memory: blocks go in, finished frames come out as soon as enough of what
// follows them is known. Edges by extension, as in zero_phase.hpp (Gustafsson 1996, doi:10.1109/78.492552). Cost: at
// most three runs of the filter. Latency: at least the look-ahead, at most twice; memory: twice the look-ahead too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/floating_point.hpp"
#include "unguard/filter/linear.hpp"
#include "unguard/filter/zero_phase.hpp"

namespace unguard {

template <class K>
class ZeroPhaseBlocks {
 public:
  // `released`: frames let go at a time; `look_ahead`: frames known behind them.
  ZeroPhaseBlocks(K kernel, const StreamFormat& format, Padding padding, std::int64_t edge, std::int64_t look_ahead,
                  std::int64_t released)
      : forward_(kernel),
        backward_(std::move(kernel)),
        format_(format),
        channels_(format.channels.count()),
        padding_(padding),
        edge_(edge),
        look_ahead_(look_ahead),
        released_(released),
        waiting_(size(std::max(look_ahead + released, edge + 1))),
        ahead_(size(look_ahead)),
        ends_(size(edge + 1)),
        pad_(size(edge)),
        tile_(zero_phase_detail::turning_tile(channels_)) {}

  std::int64_t look_ahead() const noexcept { return look_ahead_; }
  // Frames kept at most, whatever the length of the record.
  std::int64_t most_waiting() const noexcept { return static_cast<std::int64_t>(waiting_.size()) / channels_; }
  // Bytes held for samples; it was all allocated at the start.
  std::size_t bytes() const noexcept {
    return sizeof(double) * (waiting_.size() + ahead_.size() + ends_.size() + pad_.size() + tile_.size());
  }

  // The next frames of the record; put(ConstBlock) is called with finished frames, in order, none or several times.
  // Refuses what is not of the format or not finite, and has then taken nothing.
  template <class Put>
  std::optional<Fault> push(ConstBlock in, Put&& put) {
    if (auto fault = zero_phase_detail::refuse_samples(in, format_)) return fault;
    const FlushSubnormals guard;
    while (in.frames > 0) {
      const std::int64_t room = taken_ <= edge_ ? edge_ + 1 - taken_ : most_waiting() - held_;
      const std::int64_t n = std::min(in.frames, room);
      remember(in.part(0, n));
      if (taken_ <= edge_) {
        std::copy_n(in.data, n * channels_, at(waiting_, held_));
        held_ += n;
        taken_ += n;
        if (taken_ > edge_) begin();
      } else {
        forward_.run(in.data, at(waiting_, held_), n);
        held_ += n;
        taken_ += n;
      }
      in = in.part(n, in.frames - n);
      while (taken_ > edge_ && held_ >= look_ahead_ + released_) let_go(put);
    }
    return std::nullopt;
  }

  // The record has ended: everything that is left. Refuses a record that is too short; afterwards the next may begin.
  template <class Put>
  std::optional<Fault> finish(Put&& put) {
    const auto fault = zero_phase_detail::refuse_too_short(taken_, edge_);
    if (!fault) {
      const FlushSubnormals guard;
      const double* last = at(ends_, edge_);
      extend(last, [&](std::int64_t i) { return at(ends_, edge_ - 1 - i); });
      forward_.run(pad_.data(), pad_.data(), edge_);
      backward_.reset();
      const double* end = edge_ > 0 ? at(pad_, edge_ - 1) : at(waiting_, held_ - 1);
      zero_phase_detail::settle_for(backward_, end, channels_);
      zero_phase_detail::run_backward(backward_, pad_.data(), edge_, channels_, tile_);
      zero_phase_detail::run_backward(backward_, waiting_.data(), held_, channels_, tile_);
      put(ConstBlock{waiting_.data(), held_, channels_});
    }
    held_ = taken_ = 0;
    return fault;
  }

 private:
  std::size_t size(std::int64_t frames) const { return static_cast<std::size_t>(frames * channels_); }
  double* at(std::vector<double>& frames, std::int64_t frame) { return frames.data() + frame * channels_; }

  // The last edge + 1 frames of the record so far, for its end.
  void remember(ConstBlock in) {
    const std::int64_t n = std::min(in.frames, edge_ + 1);
    std::copy(at(ends_, n), at(ends_, edge_ + 1), ends_.data());
    std::copy_n(in.data + (in.frames - n) * channels_, n * channels_, at(ends_, edge_ + 1 - n));
  }
  template <class Inner>
  void extend(const double* end, Inner&& inner) {
    for (std::int64_t i = 0; i < edge_; ++i)
      for (int c = 0; c < channels_; ++c) at(pad_, i)[c] = zero_phase_detail::beyond(padding_, end[c], inner(i)[c]);
  }
  void begin() {
    const double* first = waiting_.data();
    extend(first, [&](std::int64_t i) { return first + (edge_ - i) * channels_; });
    forward_.reset();
    zero_phase_detail::settle_for(forward_, edge_ > 0 ? pad_.data() : first, channels_);
    forward_.run(pad_.data(), pad_.data(), edge_);
    forward_.run(waiting_.data(), waiting_.data(), held_);
  }
  // Backward from as far ahead as it takes for the state assumed there to be forgotten.
  template <class Put>
  void let_go(Put&& put) {
    std::copy_n(at(waiting_, released_), look_ahead_ * channels_, ahead_.data());
    backward_.reset();
    zero_phase_detail::settle_for(backward_, at(waiting_, released_ + look_ahead_ - 1), channels_);
    zero_phase_detail::run_backward(backward_, ahead_.data(), look_ahead_, channels_, tile_);
    zero_phase_detail::run_backward(backward_, waiting_.data(), released_, channels_, tile_);
    put(ConstBlock{waiting_.data(), released_, channels_});
    std::copy(at(waiting_, released_), at(waiting_, held_), waiting_.data());
    held_ -= released_;
  }

  K forward_, backward_;
  StreamFormat format_;
  int channels_;
  Padding padding_;
  std::int64_t edge_, look_ahead_, released_;
  std::vector<double> waiting_;  // filtered forward
  std::vector<double> ahead_;    // a copy of what is known ahead, filtered backward to get there
  std::vector<double> ends_, pad_, tile_;
  std::int64_t held_ = 0;   // frames in `waiting_`
  std::int64_t taken_ = 0;  // frames of the record so far
};

// What the state assumed at the end of the look-ahead may leave in the output, as a part of the largest input.
inline constexpr double zero_phase_neglected = 1e-13;

// `released` frames are let go at a time; never fewer than are looked ahead, so that it does not cost more than three
// runs. Refuses what is not linear and what remembers for longer than can be followed.
template <FilterSpec S>
Result<ZeroPhaseBlocks<KernelOf<S>>> zero_phase_blocks(const S& spec, const StreamFormat& format,
                                                       const ZeroPhaseEdges& edges = {}, std::int64_t released = 1) {
  if (auto fault = refuse_contraction()) return *fault;
  if (auto fault = validate(format)) return *fault;
  if (auto fault = validate(spec)) return *fault;
  if (auto fault = refuse(edges)) return *fault;
  if (edges.method != ZeroPhaseMethod::pad)
    return fault_of<ZeroPhaseEdges>("method", edges.method, "pad: the others need the whole record");
  auto kernel = make_kernel(spec, format);
  if (!kernel) return kernel.fault();
  Linear parts;
  if (!linear_detail::append(*kernel, parts)) return linear_detail::not_linear(spec);
  // Anything within the range of what comes backward may have been assumed wrongly, for ever.
  const double ratio = 2 * (*kernel).error_gain() / zero_phase_neglected;
  const std::int64_t rings = (*kernel).ringing({ratio, ratio, ratio}).lasting[0];
  if (rings > longest_followed)
    return Fault{"record", "spec", to_text(spec),
                 "a filter that forgets within " + to_text(longest_followed) + " samples"};
  const std::int64_t look_ahead = std::max<std::int64_t>(1, rings);
  return ZeroPhaseBlocks<KernelOf<S>>(std::move(*kernel), format, edges.padding, zero_phase_padding(parts, edges),
                                      look_ahead, std::max(released, look_ahead));
}

}  // namespace unguard
