// SPDX-License-Identifier: Apache-2.0
// FlexionRelaxation brought to life for one stream: the levels of every bend by bend_levels.hpp, measured as
// live_bend_measure.hpp says. Source of the rules: flexion_relaxation.hpp. Cost: a bend of 20 s, 0.2 ms a muscle.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "unguard/clinical/bend_levels.hpp"
#include "unguard/clinical/live_bend_measure.hpp"
#include "unguard/core/units.hpp"

namespace unguard {

// Levels of phases that have not begun are not known.
class FlexionLevels {
 public:
  using Item = Bend;

  explicit FlexionLevels(BendLevelRule rule) : levels_(std::move(rule)) {}

  void remember(std::int64_t ticks) { levels_.remember(ticks); }
  void whole(const PowerCourse& course, const BendFollower& follower, Bend& bend) noexcept {
    levels_.whole(course, follower.last(), bend);
    describe(follower.last(), follower.phases(), bend);
    const BendEdges& e = follower.last();
    // Where such a movement ended is not known to a second.
    const Seconds longest =
        seconds_at({std::max(e.full - e.bending, e.end - e.returning)}, follower.phases().format().rate);
    if (bend.deepest.value - bend.upright.value < follower.phases().spec().moving.value * longest.value)
      bend.doubts |= doubt::too_slow;
  }
  void so_far(const PowerCourse& course, const BendFollower& follower, SampleIndex now, Bend& bend) const noexcept {
    const BendEdges edges = follower.so_far(now.value);
    levels_.levels(course, edges, now.value, bend);
    describe(edges, follower.phases(), bend);
  }

 private:
  static void describe(const BendEdges& e, const LiveBendPhases<BendPhases>& phases, Bend& b) noexcept {
    b.bending = {e.bending};
    b.full = {e.full};
    b.returning = {e.returning};
    b.end = {e.end};
    b.upright = phases.angle_at({e.bending});
    b.deepest = phases.angle_at({(e.full + e.returning) / 2});
    b.doubts |= doubts_of_upright(b.upright);
    if (!b.has_silence) return;
    b.silence_from = phases.angle_at(b.silence_begins);
    b.silence_to = phases.angle_at(b.silence_ends);
  }

  BendLevels levels_;
};

template <class S>
using LiveFlexionRelaxation = LiveBendMeasure<S, FlexionLevels>;

}  // namespace unguard
