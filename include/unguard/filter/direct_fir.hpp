// SPDX-License-Identifier: Apache-2.0
// A finite impulse response tap by tap: for short ones, and the first taps of long ones.
// Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 6.5. Cost: one multiplication and addition a tap,
// sample and channel, the same for every frame. Adds no delay of its own.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "unguard/filter/fir_run.hpp"
#include "unguard/filter/recent.hpp"
#include "unguard/filter/taps.hpp"

namespace unguard {

class DirectFir {
 public:
  static constexpr std::int64_t tile_frames = 32;

  // Keeps at least `remembered` samples of every channel.
  DirectFir(const Taps& taps, int channels, std::int64_t remembered = 0)
      : taps_(taps),
        channels_(channels),
        run_(best_fir_run()),
        recent_(std::max(static_cast<std::int64_t>((taps.size() + 3) / 4 * 4) - 1 + tile_frames, remembered),
                channels) {
    taps_.resize((taps.size() + 3) / 4 * 4);
    turned_ = taps_;
    for (auto four = turned_.begin(); four != turned_.end(); four += 4) std::reverse(four, four + 4);
  }

  void run(const double* x, double* y, std::int64_t n) noexcept {
    std::array<double, tile_frames> tile;
    const auto count = static_cast<std::int64_t>(taps_.size());
    for (std::int64_t m; n > 0; n -= m, x += m * channels_, y += m * channels_) {
      m = std::min(tile_frames, n);
      recent_.take(x, m);
      for (int c = 0; c < channels_; ++c) {
        run_(taps_.data(), turned_.data(), count, recent_.last(c, count - 1 + m), tile.data(), m);
        for (std::int64_t i = 0; i < m; ++i) y[i * channels_ + c] = tile[static_cast<std::size_t>(i)];
      }
    }
  }
  void reset() noexcept { recent_.reset(); }
  void seek(std::int64_t) noexcept { recent_.reset(); }
  // The ring's place for the next sample.
  void seek_ring(std::int64_t at) noexcept { recent_.reset(at); }
  std::int64_t period() const noexcept { return 1; }
  double settle(int channel, double level) noexcept {
    const auto count = static_cast<std::int64_t>(taps_.size());
    recent_.fill(channel, level);
    run_(taps_.data(), turned_.data(), count, recent_.last(channel, count), &level, 1);
    return level;
  }
  // Only the same taps: others would go on without a transient, but jump to what they make of an offset.
  bool adopt(const DirectFir& other) noexcept { return other.taps_ == taps_ && recent_.adopt(other.recent_); }
  template <class Archive>
  void state(Archive& archive) {
    recent_.state(archive);
  }
  const Recent& recent() const noexcept { return recent_; }

 private:
  Taps taps_;    // with zeros up to a multiple of four
  Taps turned_;  // for fir_run
  int channels_;
  FirRun run_;
  Recent recent_;
};

}  // namespace unguard
