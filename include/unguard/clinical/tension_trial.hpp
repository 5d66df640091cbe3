// SPDX-License-Identifier: Apache-2.0
// A level of tension that was asked for and the one produced, over the middle of a hold: at its beginning somebody
// still looks for the level, and at its end lets go. Cost: an addition a tick.
#pragma once

#include <cstdint>

#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/power_course.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Both in one unit: uV, or % of a reference.
struct TensionTrial {
  double target = 0;
  double produced = 0;
};

// Of one channel, over the middle half of samples [begin, end), noise taken off in power. Not known() where nothing is
// remembered of it.
inline PhaseLevel held_level(const PowerCourse& course, int channel, std::int64_t begin, std::int64_t end,
                             Microvolts noise = {0}, Microvolts floor = {0.5}) noexcept {
  const std::int64_t quarter = (end - begin) / 4;
  return phase_level(course.over(channel, (begin + quarter) / course.length(), (end - quarter) / course.length()),
                     noise.value * noise.value, floor.value * floor.value);
}

}  // namespace unguard
