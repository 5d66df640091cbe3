// SPDX-License-Identifier: Apache-2.0
// Where a movement began or ended. It does so gently, so that the instant at which any speed is passed comes late. How
// gently, people differ: with the least jerk (Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985), as a cosine,
// or with a speed that rises evenly and then stays. By each such rule a share of the way says which share of the time
// has passed; the rule whose times from 3 to 50 % of the way lie best on a straight line says where 0 is. Least squares
// of the angle. Cost: some hundred multiplications a tick of what is between. Latency: the whole way has to be known.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace unguard {

namespace movement_detail {

inline constexpr double outer = 0.03, inner = 0.5;  // of the way

// A rule how people begin, in shares of time and way.
struct Start {
  enum Kind { least_jerk, cosine, even } kind = least_jerk;
  double rising = 0;  // even: share of the time in which the speed rises

  double way_at(double time) const noexcept {
    if (kind == least_jerk) return time * time * time * (10 + time * (6 * time - 15));
    if (kind == cosine) return 0.5 * (1 - std::cos(std::numbers::pi * time));
    return time < rising ? time * time / (2 * rising * (1 - rising)) : (time - rising / 2) / (1 - rising);
  }
  // Of `way`, up to half of it.
  double time_at(double way) const noexcept {
    if (kind == cosine) return std::acos(1 - 2 * way) / std::numbers::pi;
    if (kind == even) {
      const double round = rising / (2 * (1 - rising));
      return way < round ? std::sqrt(2 * way * rising * (1 - rising)) : way * (1 - rising) + rising / 2;
    }
    double low = 0, high = 0.5;
    for (int i = 0; i < 22; ++i) {
      const double middle = (low + high) / 2;
      (way_at(middle) < way ? low : high) = middle;
    }
    return (low + high) / 2;
  }
  // d way / d time.
  double speed_at(double time) const noexcept {
    if (kind == least_jerk) return 30 * time * time * (1 - time) * (1 - time);
    if (kind == cosine) return 0.5 * std::numbers::pi * std::sin(std::numbers::pi * time);
    return std::min(time / rising, 1.0) / (1 - rising);
  }
};
inline constexpr std::array<Start, 6> starts{{{Start::least_jerk},
                                              {Start::cosine},
                                              {Start::even, 0.05},
                                              {Start::even, 0.12},
                                              {Start::even, 0.25},
                                              {Start::even, 0.5}}};

}  // namespace movement_detail

// An instant, in ticks: so far off the middle of one. Two numbers, so that none of it is lost in streams of years.
struct TickTime {
  std::int64_t tick = 0;
  double off = 0;
};

// `way(tick)`: how much of the movement lies between the edge and there, as a share. `near`: a tick beside
// the edge. `inwards`: +1 where the movement began there, -1 where it ended. No more than `most` ticks are looked at.
template <class Way>
TickTime movement_edge(Way&& way, std::int64_t near, int inwards, std::int64_t most) noexcept {
  using namespace movement_detail;
  std::int64_t at = near, left = most;
  for (; left > 0 && way(at) >= outer; --left) at -= inwards;
  for (left = most; left > 0 && way(at) < outer; --left) at += inwards;
  const std::int64_t first = at;
  struct Sums {
    double one = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  };
  std::array<Sums, starts.size()> sums{};
  double ticks = 0;
  for (; left > 0; --left, at += inwards) {
    const double done = way(at);
    if (!(done < inner)) break;
    const auto x = static_cast<double>((at - first) * inwards);
    ticks += 1;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      // An error of the angle is one of so much time; least squares of the angle weigh by the speed.
      const double y = starts[i].time_at(std::max(0.0, done)), speed = starts[i].speed_at(y), w = speed * speed;
      sums[i].one += w;
      sums[i].x += w * x;
      sums[i].y += w * y;
      sums[i].xx += w * x * x;
      sums[i].xy += w * x * y;
      sums[i].yy += w * y * y;
    }
  }
  if (ticks < 3) return {first};
  double best = 0, zero = 0;
  bool any = false;
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Sums& s = sums[i];
    const double xx = s.xx - s.x * s.x / s.one, xy = s.xy - s.x * s.y / s.one, yy = s.yy - s.y * s.y / s.one;
    if (!(xx > 0 && xy > 0)) continue;
    const double off = yy - xy * xy / xx;
    // The least jerk is what people are known for: another rule has to be twenty times as likely.
    if (any && !(std::log(best / off) * ticks / 10 > (chosen == 0 ? 3.0 : 0.0))) continue;
    any = true;
    best = off;
    chosen = i;
    zero = (s.x - s.y * xx / xy) / s.one;
  }
  // No further outwards than as long again as the line is.
  return {first, std::clamp(zero, -ticks, 0.0) * inwards};
}

}  // namespace unguard
