// SPDX-License-Identifier: Apache-2.0
// Where a movement began or ended. It does so gently, so that the instant at which any speed is passed comes late; but
// people move with nearly the least jerk (Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985), and by that rule
// each share of the way says which share of the time has passed: these lie on a straight line, which is followed from
// 3 to 30 % of the way back to 0. Least squares; the noise of an angle counts as much as it is of time.
// Cost: two dozen multiplications a tick of what is between. Latency: the whole way has to be known.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace unguard {

namespace movement_detail {

inline constexpr double outer = 0.03, inner = 0.3;  // of the way

inline double way_at(double time) noexcept { return time * time * time * (10 + time * (6 * time - 15)); }
// The share of the time after which so much of the way is done, 0 to 1; to 1e-7.
inline double time_of(double way) noexcept {
  double low = 0, high = 1;
  for (int i = 0; i < 23; ++i) {
    const double middle = (low + high) / 2;
    (way_at(middle) < way ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace movement_detail

// In ticks. `way(tick)`: how much of the movement lies between the edge and there, as a share. `near`: a tick beside
// the edge. `inwards`: +1 where the movement began there, -1 where it ended. No more than `most` ticks are looked at.
template <class Way>
double movement_edge(Way&& way, std::int64_t near, int inwards, std::int64_t most) noexcept {
  using namespace movement_detail;
  std::int64_t at = near, left = most;
  for (; left > 0 && way(at) >= outer; --left) at -= inwards;
  for (left = most; left > 0 && way(at) < outer; --left) at += inwards;
  const std::int64_t first = at;
  double count = 0, x = 0, y = 0, xx = 0, xy = 0, ticks = 0;
  for (; left > 0; --left, at += inwards) {
    const double done = way(at);
    if (!(done < inner)) break;
    const double u = time_of(std::max(0.0, done)), speed = u * u * (1 - u) * (1 - u), weight = speed * speed;
    const auto off = static_cast<double>((at - first) * inwards);
    ticks += 1;
    count += weight;
    x += weight * off;
    y += weight * u;
    xx += weight * off * off;
    xy += weight * off * u;
  }
  const auto crossed = static_cast<double>(first);
  const double spread = xx * count - x * x, slope = (xy * count - x * y) / spread;
  if (ticks < 3 || !(spread > 0) || !(slope > 0)) return crossed;
  // No further outwards than as long again as the line is.
  const double zero = std::clamp((x - y / slope) / count, -ticks, 0.0);
  return crossed + zero * inwards;
}

}  // namespace unguard
