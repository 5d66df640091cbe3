// SPDX-License-Identifier: Apache-2.0
// A short loss is bridged along the way the baseline went: a value that is held and then left is a step, and a step
// into a high-pass rings; on a baseline that wanders by millivolts it rings louder than the muscle. From the last value
// it goes on with the slope and bend of a parabola through the means of the last eight times 10 ms, by least squares
// (Savitzky & Golay 1964, doi:10.1021/ac60214a047), as far as that explains more than it leaves: a QRS complex is no
// slope. Long losses, and leaps, are left to the filters behind, which
// listen anew (Recovery). Cost: one copy a sample, and 80 ms of additions where a loss begins. Latency: none.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/core/block.hpp"
#include "unguard/core/format.hpp"
#include "unguard/core/quarantine.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

class Bridge {
 public:
  explicit Bridge(const StreamFormat& format)
      : channels_(format.channels.count()),
        bridged_(samples_in(longest_bridge, format.rate)),
        part_(std::max<std::int64_t>(1, samples_in({0.01}, format.rate))),
        past_(static_cast<std::size_t>(parts * part_ * channels_)),
        known_(static_cast<std::size_t>(channels_)),
        lost_(static_cast<std::size_t>(channels_)),
        bridging_(static_cast<std::size_t>(channels_)),
        way_(static_cast<std::size_t>(channels_)) {}

  // One frame, in place, before the hum is taken off: what is bridged bears `gap` beside `missing`, and has no hum.
  void fill(Block frame) noexcept {
    for (int c = 0; c < channels_; ++c)
      if (frame.marks[c] & mark::missing) take(c, frame.data[c], frame.marks[c]);
  }
  // The same frame, or a block in which nothing is missing, without hum. What is bridged is no longer missing.
  void remember(Block x) noexcept {
    for (std::int64_t i = 0; i < x.frames; ++i) {
      for (int c = 0; c < channels_; ++c) {
        Marks& marks = x.marks[i * channels_ + c];
        if (!(marks & mark::missing))
          go_on(c);
        else if (bridging_[static_cast<std::size_t>(c)])
          marks = static_cast<Marks>(marks & ~mark::missing);
        else
          known_[static_cast<std::size_t>(c)] = 0;
      }
      std::copy_n(x.data + i * channels_, channels_, past_.begin() + next_ * channels_);
      next_ = next_ + 1 == parts * part_ ? 0 : next_ + 1;
    }
  }

  void reset() noexcept {
    std::fill(past_.begin(), past_.end(), 0.0);
    std::fill(known_.begin(), known_.end(), 0);
    std::fill(lost_.begin(), lost_.end(), 0);
    std::fill(bridging_.begin(), bridging_.end(), std::uint8_t{0});
    next_ = 0;
  }
  template <class Archive>
  void state(Archive& archive) {
    archive(past_);
    archive(known_);
    archive(lost_);
    archive(bridging_);
    for (auto& flag : bridging_) flag = flag != 0;
    archive(next_);
    for (auto& way : way_)
      for (double& term : way) archive(term);
    if (next_ < 0 || next_ >= parts * part_) next_ = 0;  // a state from elsewhere must not point outside
  }

 private:
  static constexpr std::int64_t parts = 8;
  static constexpr double by_chance = 4;  // explained over left, each by its degrees of freedom: of noise it is one

  void take(int channel, double& value, Marks& marks) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    const bool begins = lost_[c]++ == 0;
    bridging_[c] = known_[c] == parts * part_ && !(marks & ~mark::lost) && lost_[c] <= bridged_;
    if (!bridging_[c]) return;
    if (begins) way_[c] = way_of(channel);
    const auto t = static_cast<double>(lost_[c]);
    value = way_[c][0] + t * (way_[c][1] + t * way_[c][2]);
    marks |= mark::gap;
  }
  void go_on(int channel) noexcept {
    const auto c = static_cast<std::size_t>(channel);
    lost_[c] = 0;
    bridging_[c] = 0;
    known_[c] = std::min(known_[c] + 1, parts * part_);
  }
  // The parabola in samples from the last value on.
  std::array<double, 3> way_of(int channel) const noexcept {
    std::array<double, parts> mean{};
    for (std::int64_t k = 0, row = next_; k < parts * part_; ++k, row = row + 1 == parts * part_ ? 0 : row + 1)
      mean[static_cast<std::size_t>(k / part_)] +=
          past_[static_cast<std::size_t>(row * channels_ + channel)] / static_cast<double>(part_);
    // About the middle, in parts, by polynomials that are orthogonal there.
    double sum = 0, squares = 0, slope = 0, bend = 0;
    for (std::size_t k = 0; k < parts; ++k) {
      const double x = static_cast<double>(k) - 3.5;
      sum += mean[k];
      slope += x * mean[k] / 42;
      bend += (x * x - 5.25) * mean[k] / 168;
    }
    for (const double m : mean) squares += (m - sum / parts) * (m - sum / parts);
    const double explained = 42 * slope * slope + 168 * bend * bend, left = std::max(0.0, squares - explained);
    const double trusted = explained > 0 ? std::max(0.0, 1 - by_chance * (left / 5) / (explained / 2)) : 0;
    slope *= trusted;
    bend *= trusted;
    const double unit = 1 / static_cast<double>(part_), end = 4 - 0.5 * unit;
    const double last =
        past_[static_cast<std::size_t>((next_ + parts * part_ - 1) % (parts * part_) * channels_ + channel)];
    return {last, unit * (slope + 2 * end * bend), unit * unit * bend};
  }

  int channels_;
  std::int64_t bridged_, part_;
  std::vector<double> past_;            // frames of 80 ms
  std::vector<std::int64_t> known_;     // per channel: of them, good or bridged in a row
  std::vector<std::int64_t> lost_;      // per channel: samples missing in a row
  std::vector<std::uint8_t> bridging_;  // per channel: what is missing now is bridged
  std::vector<std::array<double, 3>> way_;
  std::int64_t next_ = 0;
};

}  // namespace unguard
