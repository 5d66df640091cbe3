// SPDX-License-Identifier: Apache-2.0
// A level that moves more slowly than JumpCheck sees: steps through a slow input filter, tugs, an electrode that
// slides. Of three stretches of 60 ms, in whose means EMG hardly shows, the last lies away from where the two before it
// were heading, by more than what moves within them explains. Reason: P(2-15 Hz) before the high-pass tells movement
// from muscle, De Luca et al. 2010, doi:10.1016/j.jbiomech.2010.01.027; the rule is our own. Cost: two sums a sample,
// and every 10 ms some twenty a channel. Latency: a move of ten times the least is found within 20 ms, one of twice the
// least within 50 ms.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/units.hpp"

namespace unguard {

class BaselineCheck {
 public:
  BaselineCheck(int channels, Microvolts least, Hertz rate)
      : least_(least.value),
        block_(std::max<std::int64_t>(samples_in(block, rate), fewest)),
        channels_(static_cast<std::size_t>(channels)) {}

  // Whether the level is found to have moved with this sample.
  bool take(int channel, double x) noexcept {
    Channel& c = channels_[static_cast<std::size_t>(channel)];
    if (c.count == 0) c.origin = x;
    const double away = x - c.origin;
    c.sum += away;
    c.squares += away * away;
    if (++c.count < block_) return false;
    const double n = static_cast<double>(block_), mean = c.sum / n;
    std::copy(c.blocks.begin() + 1, c.blocks.end(), c.blocks.begin());
    c.blocks.back() = {c.origin + mean, std::max(0.0, c.squares / n - mean * mean)};
    c.count = 0;
    c.sum = c.squares = 0;
    c.known = std::min(c.known + 1, all);
    if (c.known < all || !away_from_course(c)) return false;
    c.blocks.fill({c.blocks.back().level, 0});
    return true;
  }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept { channels_[static_cast<std::size_t>(channel)] = {}; }
  void reset() noexcept { std::fill(channels_.begin(), channels_.end(), Channel{}); }

  template <class Archive>
  void state(Archive& archive) {
    for (Channel& c : channels_) {
      archive(c.origin);
      archive(c.sum);
      archive(c.squares);
      archive(c.count);
      for (Block& b : c.blocks) {
        archive(b.level);
        archive(b.power);
      }
      archive(c.known);
      if (c.count < 0 || c.count >= block_ || c.known < 0 || c.known > all) c = {};  // not from here
    }
  }

 private:
  static constexpr Seconds block{0.01};
  static constexpr std::int64_t fewest = 2;  // values that make a mean
  static constexpr int stretch = 6;          // blocks
  static constexpr int all = 3 * stretch;
  // Of the root mean square within the blocks: EMG comes to about 0.7.
  static constexpr double beyond = 3;

  struct Block {
    double level = 0, power = 0;  // mean, and variance about it
  };
  struct Channel {
    double origin = 0, sum = 0, squares = 0;
    std::int64_t count = 0;
    std::array<Block, all> blocks{};  // the last one last
    int known = 0;
  };

  bool away_from_course(const Channel& c) const noexcept {
    double away = 0, power = 0;
    for (int i = 0; i < all; ++i) {
      const Block& b = c.blocks[static_cast<std::size_t>(i)];
      away += (i / stretch == 1 ? -2 : 1) * b.level;
      power += b.power;
    }
    away = std::fabs(away / stretch);
    return away > least_ && away * away > beyond * beyond * power / all;
  }

  double least_;
  std::int64_t block_;
  std::vector<Channel> channels_;
};

}  // namespace unguard
