// SPDX-License-Identifier: Apache-2.0
// Where the phases of a bend begin. Cost: none; a value.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "unguard/clinical/angle_course.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Of standing, what comes just before the bend counts: what lies further back may be rest, or the muscle still letting
// go of the bend before.
inline constexpr Seconds longest_standing{4};

// In samples; a pause halfway down, if there was one.
struct BendEdges {
  std::int64_t standing = 0, bending = 0, full = 0, returning = 0, end = 0;
  std::int64_t pause = 0, pause_end = 0;  // both 0: there was none
  bool hung = true;                       // there was a full flexion

  // The first tick of standing that counts; `length`: samples of a tick.
  std::int64_t standing_tick(std::int64_t length) const noexcept {
    return std::max<std::int64_t>(standing / length, bending / length - std::llround(longest_standing * tick_rate));
  }
  friend bool operator==(const BendEdges&, const BendEdges&) = default;
};

}  // namespace unguard
