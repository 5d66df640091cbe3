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
    follow_course(c);
    if (c.known < all || !away_from_course(c)) return false;
    c.blocks.fill({c.blocks.back().level, 0});
    c.known = 0;
    c.settling = longest;
    return true;
  }
  // Whether a level that was found to move has not come to rest, or to a steady course, yet.
  bool moving(int channel) const noexcept { return channels_[static_cast<std::size_t>(channel)].settling > 0; }
  // What comes next has nothing to do with what came.
  void forget(int channel) noexcept { channels_[static_cast<std::size_t>(channel)] = {}; }
  // A step was found elsewhere: what comes next may still be on its way.
  void follow(int channel) noexcept {
    Channel& c = channels_[static_cast<std::size_t>(channel)];
    c = {.usual_bend = c.usual_bend, .settling = longest};
  }
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
      archive(c.usual_bend);
      archive(c.settling);
      // Not from here.
      if (c.count < 0 || c.count >= block_ || c.known < 0 || c.known > all || c.settling < 0 || c.settling > longest)
        c = {};
    }
  }

 private:
  static constexpr Seconds block{0.01};
  static constexpr std::int64_t fewest = 2;  // values that make a mean
  static constexpr int stretch = 6;          // blocks
  static constexpr int all = 3 * stretch;
  // Of the root mean square within the blocks: EMG comes to about 0.7.
  static constexpr double beyond = 3;
  // A course is steady where three levels in a row bend by no more than this share of the least, or than they did
  // before in root mean square, times this; after half a second it is the new course, whatever it is.
  static constexpr double steady = 0.01, bends = 1.8;
  static constexpr double follows = 0.05;  // by so much a bend moves what is usual
  static constexpr int longest = 50;       // blocks

  struct Block {
    double level = 0, power = 0;  // mean, and variance about it
  };
  struct Channel {
    double origin = 0, sum = 0, squares = 0;
    std::int64_t count = 0;
    std::array<Block, all> blocks{};  // the last one last
    int known = 0;
    double usual_bend = 0;  // squared
    int settling = 0;       // blocks it may take at most, while a level comes to rest
  };

  void follow_course(Channel& c) const noexcept {
    if (c.settling > 0) --c.settling;
    if (c.known < 3) return;
    const double bend = c.blocks[all - 3].level - 2 * c.blocks[all - 2].level + c.blocks[all - 1].level;
    const double square = bend * bend, least = steady * least_ * steady * least_;
    if (square < std::max(least, bends * bends * c.usual_bend)) c.settling = 0;
    if (c.settling == 0) c.usual_bend += follows * (square - c.usual_bend);
  }

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
