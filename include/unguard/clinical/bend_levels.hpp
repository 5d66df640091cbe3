// SPDX-License-Identifier: Apache-2.0
// A bend measured: from the powers of every muscle and the instants at which its phases begin, the levels, the silence
// and what speaks against both. Definitions: bend.hpp. Cost: some additions a tick of the bend, and silence_edge.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/clinical/bend.hpp"
#include "unguard/clinical/bend_edges.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/clinical/silence_edge.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// How levels are made of powers.
struct BendLevelRule {
  std::vector<double> noise{};  // uV^2 a channel; empty: not known
  double floor = 0.25;          // uV^2 above the noise
  std::int64_t window = 100;    // ticks, of the strongest stretch
  std::int64_t margin = 25;     // ticks at both ends of a hold
  std::int64_t least_hold = 100;
  double silence_share = 0.1;  // of the level of extending
  bool as_published = false;
};

// Electrode and amplifier give their noise whatever the muscle does: a phase of less than this share of its power is of
// an electrode that is off, or the noise was told too large. Either way it has no level.
inline constexpr double least_share_of_noise = 0.5;

// The level that a power leaves above the noise; both in uV^2.
inline PhaseLevel phase_level(const StretchPower& of, double noise, double floor) noexcept {
  if (of.ticks == 0) return {};
  const double left = of.power - noise;
  if (left < floor) return {{std::sqrt(floor)}, of.power * of.spread / (2 * floor), of.share, true};
  return {{std::sqrt(left)}, of.power * of.spread / (2 * left), of.share, false};
}

class BendLevels {
 public:
  explicit BendLevels(BendLevelRule rule) : rule_(std::move(rule)) {}

  // Room for a silence edge among so many ticks.
  void remember(std::int64_t ticks) {
    powers_.resize(static_cast<std::size_t>(ticks));
    before_.resize(static_cast<std::size_t>(ticks + 1));
  }

  // The levels of the channel of `bend`, as far as the edges are there: a phase that has not begun, or not ended, is
  // one without a level. `now`: the sample up to which it is known.
  void levels(const PowerCourse& course, const BendEdges& edges, std::int64_t now, Bend& bend) const noexcept {
    const int c = bend.channel;
    const Ticks t = ticks(course, edges, now);
    if (rule_.noise.empty()) bend.doubts |= doubt::noise_unknown;
    if (t.down < course.begin()) bend.doubts |= doubt::not_remembered;
    bend.standing = level(course.over(c, t.standing, t.down), bend);
    bend.flexing = level(strongest(course, c, t.down, t.full), bend);
    bend.extending = level(strongest(course, c, t.up, t.end), bend);
    if (edges.pause_end > edges.pause)
      bend.half = level(course.over(c, edges.pause / course.length(), edges.pause_end / course.length()), bend);
    if (edges.hung) bend.flexed = level(held(course, c, t), bend);
    bend.silent = bend.flexed.believed() && bend.extending.believed() &&
                  bend.flexed.level.value < rule_.silence_share * bend.extending.level.value;
  }
  // Of a bend that is over, too: where it is silent, and what speaks against it.
  void whole(const PowerCourse& course, const BendEdges& edges, Bend& bend) noexcept {
    levels(course, edges, edges.end, bend);
    const Ticks t = ticks(course, edges, edges.end);
    for (const PhaseLevel* l : {&bend.flexing, &bend.extending})
      if (l->share < 0.5) bend.doubts |= doubt::not_believed;
    if (!edges.hung) {
      bend.doubts |= doubt::no_hold;
      return;
    }
    if (bend.flexed.share < 0.5) bend.doubts |= doubt::not_believed;
    if (t.up - t.full < rule_.least_hold) bend.doubts |= doubt::short_hold;
    if (bend.silent) silence(course, t, held(course, bend.channel, t).power, bend);
  }

 private:
  static constexpr std::int64_t share_of_movement = 12;

  struct Ticks {
    std::int64_t standing, down, full, up, end;
  };
  static Ticks ticks(const PowerCourse& course, const BendEdges& e, std::int64_t now) noexcept {
    const auto tick = [&](std::int64_t sample) { return std::min(sample, now) / course.length(); };
    return {std::min(e.standing_tick(course.length()), tick(e.bending)), tick(e.bending), tick(e.full),
            tick(e.returning), tick(e.end)};
  }
  // What lies around the hold's edges is left out of it, if it is long enough; the more, the slower the movement beside
  // it, for the less is known where that ended.
  StretchPower held(const PowerCourse& course, int c, const Ticks& t) const noexcept {
    const std::int64_t hold = t.up - t.full;
    if (hold < 4 * rule_.margin) return course.over(c, t.full, t.up);
    const auto margin = [&](std::int64_t movement) {
      return std::min(std::max(rule_.margin, movement / share_of_movement), hold / 4);
    };
    return course.over(c, t.full + margin(t.full - t.down), t.up - margin(t.end - t.up));
  }
  StretchPower strongest(const PowerCourse& course, int c, std::int64_t from, std::int64_t to) const noexcept {
    return rule_.as_published ? course.largest(c, from, to, rule_.window) : course.strongest(c, from, to, rule_.window);
  }
  PhaseLevel level(const StretchPower& of, Bend& bend) const noexcept {
    const double noise = rule_.noise.empty() ? 0 : rule_.noise[static_cast<std::size_t>(bend.channel)];
    const double by_chance = 1 + 3 * of.spread;
    if (of.ticks > 0 && of.power * by_chance < least_share_of_noise * noise) {
      bend.doubts |= doubt::below_noise;
      return {};
    }
    return phase_level(of, noise, rule_.floor);
  }
  // From the bend to the middle of the hold, and backwards from the return.
  void silence(const PowerCourse& course, const Ticks& t, double silent, Bend& bend) noexcept {
    const std::int64_t middle = (t.full + t.up) / 2;
    const auto begins = edge(course, bend.channel, t.down, middle, 1, silent);
    const auto ends = edge(course, bend.channel, t.end - 1, middle - 1, -1, silent);
    if (begins < 0 || ends < 0) return;
    bend.has_silence = true;
    bend.silence_begins = {begins * course.length()};
    bend.silence_ends = {(ends + 1) * course.length()};
  }
  // The tick from which on it is silent; going backwards, the last one that is.
  std::int64_t edge(const PowerCourse& course, int c, std::int64_t from, std::int64_t to, int way,
                    double silent) noexcept {
    constexpr std::int64_t half_a_second = 50;
    const std::int64_t n = std::min<std::int64_t>((to - from) * way, std::ssize(powers_));
    if (n < half_a_second) return -1;
    from = to - n * way;
    for (std::int64_t i = 0; i < n; ++i) powers_[static_cast<std::size_t>(i)] = course.at(c, from + i * way);
    const double active = way > 0 ? course.largest(c, from, to, half_a_second).power
                                  : course.largest(c, to + 1, from + 1, half_a_second).power;
    const auto found = silence_edge({powers_.data(), static_cast<std::size_t>(n)}, active, silent, before_);
    return found < 0 ? -1 : from + found * way;
  }

  BendLevelRule rule_;
  std::vector<double> powers_{}, before_{};
};

}  // namespace unguard
