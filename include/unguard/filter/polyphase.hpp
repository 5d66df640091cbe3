// SPDX-License-Identifier: Apache-2.0
// A low-pass at `up` times the input's rate of which only the outputs that are wanted are computed, from the taps that
// meet a sample: Crochiere & Rabiner 1983, Multirate Digital Signal Processing, ch. 3; the sums of
// scipy.signal.upfirdn. Cost: taps / up multiplications and additions an output frame and channel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "unguard/core/kernel.hpp"
#include "unguard/filter/fir_run.hpp"
#include "unguard/filter/rate_ratio.hpp"
#include "unguard/filter/recent.hpp"
#include "unguard/filter/taps.hpp"
#include "unguard/filter/taps_ringing.hpp"

namespace unguard {

class Polyphase {
 public:
  static constexpr std::int64_t tile_frames = 32;

  // The taps of a response at `up` times the input's rate.
  Polyphase(const Taps& taps, std::int64_t up, int channels)
      : channels_(channels),
        count_((static_cast<std::int64_t>(taps.size()) + up - 1) / up),
        padded_((count_ + 3) / 4 * 4),
        run_(best_fir_run()),
        taps_(static_cast<std::size_t>(padded_ * up)),
        recent_(padded_ - 1 + tile_frames, channels) {
    for (std::int64_t k = 0; k < static_cast<std::int64_t>(taps.size()); ++k)
      taps_[static_cast<std::size_t>(k % up * padded_ + k / up)] = taps[static_cast<std::size_t>(k)];
    turned_ = taps_;
    for (auto four = turned_.begin(); four != turned_.end(); four += 4) std::reverse(four, four + 4);
  }

  // Input samples that one output is made of, at most.
  std::int64_t span() const noexcept { return count_; }
  // n interleaved frames, n <= tile_frames.
  void take(const double* x, std::int64_t n) noexcept { recent_.take(x, n); }
  // The output frame made by the taps `phase`, phase + up, ... with the newest sample `back` frames before the last
  // that was taken, back < tile_frames.
  void frame(std::int64_t phase, std::int64_t back, double* y) const noexcept {
    const std::int64_t first = phase * padded_;
    for (int c = 0; c < channels_; ++c)
      run_(taps_.data() + first, turned_.data() + first, padded_, recent_.last(c, padded_ + back), y + c, 1);
  }
  void reset() noexcept { recent_.reset(); }
  // As if every sample of a channel so far had been `level`.
  void settle(int channel, double level) noexcept { recent_.fill(channel, level); }

  // In input samples, for the outputs that feel it longest.
  RingingSamples ringing(const ErrorRatios& ratios) const {
    RingingSamples longest = unanswered(ratios);
    for (auto phase = taps_.begin(); phase != taps_.end(); phase += padded_) {
      const RingingSamples one = unguard::ringing(Taps(phase, phase + padded_), ratios);
      for (std::size_t i = 0; i < ratios.size(); ++i) {
        longest.lasting[i] = std::max(longest.lasting[i], one.lasting[i]);
        longest.single[i] = std::max(longest.single[i], one.single[i]);
      }
    }
    return longest;
  }
  template <class Archive>
  void state(Archive& archive) {
    recent_.state(archive);
  }

 private:
  int channels_;
  std::int64_t count_;
  std::int64_t padded_;  // with zeros up to a multiple of four
  FirRun run_;
  Taps taps_;    // phase by phase
  Taps turned_;  // for fir_run
  Recent recent_;
};

}  // namespace unguard
