// SPDX-License-Identifier: Apache-2.0
// The angle of the last minute, one value a tick: what it was on the mean around an instant, and where a movement from
// one angle to another began and ended. A value of fixed size; no allocation behind the start. Cost: a copy a tick; of
// an edge, that of movement_edge.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unguard/clinical/movement_edge.hpp"

namespace unguard {

struct AngleMemory {
  static constexpr std::int64_t size = 6000;  // ticks, a minute

  std::vector<double> degrees = std::vector<double>(static_cast<std::size_t>(size));
  std::int64_t first = 0, last = 0;  // ticks

  void begin_at(std::int64_t tick) noexcept {
    std::fill(degrees.begin(), degrees.end(), 0.0);
    first = last = tick;
  }
  void add(std::int64_t tick, double angle) noexcept {
    last = tick;
    degrees[slot(tick)] = angle;
  }

  // The nearest that is remembered.
  double at(std::int64_t tick) const noexcept {
    return degrees[slot(std::clamp(tick, std::max(first, last - size + 1), last))];
  }
  double mean(std::int64_t from, std::int64_t to) const noexcept {
    double sum = 0;
    for (std::int64_t n = from; n <= to; ++n) sum += at(n);
    return sum / static_cast<double>(to - from + 1);
  }
  double around(std::int64_t tick) const noexcept { return mean(tick - 2, tick + 2); }

  // Where a movement from one angle to another began, beside a tick, and where it ended.
  TickTime start_of(double from, double to, std::int64_t near) const noexcept {
    const auto way = [&](std::int64_t n) { return n > last ? 1.0 : (around(n) - from) / (to - from); };
    return movement_edge(way, near, 1, size);
  }
  TickTime end_of(double from, double to, std::int64_t near) const noexcept {
    const auto way = [&](std::int64_t n) { return n < first ? 1.0 : (to - around(n)) / (to - from); };
    return movement_edge(way, near, -1, size);
  }

 private:
  static std::size_t slot(std::int64_t tick) noexcept { return static_cast<std::size_t>(tick % size); }
};

}  // namespace unguard
