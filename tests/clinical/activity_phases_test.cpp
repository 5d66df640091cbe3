// SPDX-License-Identifier: Apache-2.0
// Truth: the phases of simulated people, with and without flexion-relaxation, and what their ratios are when the phases
// are told; what the messages have to name.
#include "unguard/clinical/activity_phases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "clinical/simulated.hpp"
#include "unguard/clinical/bend.hpp"
#include "unguard/simulate/scenario.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{2000};
constexpr int muscles = paraspinal_channels;

struct Scene {
  PowerCourse course{rate, muscles, 12000};
  std::vector<BendEdges> truth{};

  explicit Scene(const Paraspinal& spec) {
    const SimulatedRecord simulated(spec);
    for (std::size_t i = 0; i < simulated.degrees.size(); ++i) course.add(&simulated.emg[muscles * i], nullptr);
    const auto& phases = simulated.truth.phases;
    for (std::size_t i = 0; i + 2 < phases.size(); ++i)
      if (phases[i].phase == Context::bending)
        truth.push_back({.bending = phases[i].begin.value,
                         .full = phases[i + 1].begin.value,
                         .returning = phases[i + 2].begin.value,
                         .end = phases[i + 2].end.value});
  }
};
// `hold`: of the level of bending; 0: silent.
Paraspinal person(int number, double hold) {
  RandomStream random(900, "person", number);
  Paraspinal spec = scenario(hold > 0 ? "guarded" : "healthy", {83}, 60 + number);
  spec.bending.rest = {10};
  spec.bending.spikes = 0;
  spec.bending.bending_level = {random.uniform(12, 40)};
  spec.bending.returning_level = spec.bending.bending_level * random.uniform(1.2, 3);
  if (hold > 0) spec.bending.hold_level = spec.bending.bending_level * hold;
  return spec;
}
Bend measured(const PowerCourse& course, const BendEdges& edges) {
  BendLevels levels({.noise = std::vector<double>(muscles, 0.25)});
  levels.remember(12000);
  Bend bend{};
  levels.whole(course, edges, bend);
  return bend;
}

TEST(ActivityPhases, GiveTheRatiosThatTheAngleWould) {
  std::vector<double> off;
  int uncertain = 0, people = 0;
  for (const double hold : {0.0, 0.3, 0.5})
    for (int i = 0; i < 8; ++i, ++people) {
      const Scene scene(person(i, hold));
      const auto found = bends_by_activity(scene.course, muscles).take();
      ASSERT_EQ(found.size(), scene.truth.size()) << "person " << i << ", hold " << hold;
      std::vector<Bend> ours, told;
      for (std::size_t k = 0; k < found.size(); ++k) {
        uncertain += found[k].uncertain;
        ours.push_back(measured(scene.course, found[k].edges));
        told.push_back(measured(scene.course, scene.truth[k]));
      }
      for (const BendRatio which :
           {BendRatio::extension_relaxation, BendRatio::flexion_relaxation, BendRatio::flexion_extension})
        off.push_back(std::fabs(std::log(ratio(ours, which)->value / ratio(told, which)->value)));
    }
  std::sort(off.begin(), off.end());
  std::printf("[ MEASURED ] %d people: ratios off by %.1f %% in the median, %.1f %% at most; %d bends uncertain\n",
              people, 100 * off[off.size() / 2], 100 * off.back(), uncertain);
  EXPECT_LE(off[off.size() / 2], 0.02);
  EXPECT_LE(off.back(), 0.1);
  EXPECT_EQ(uncertain, 0);
}

// A back that never lets go: the finding itself, and nothing that phases could be read from.
TEST(ActivityPhases, SayWhereFullFlexionDoesNotStandOut) {
  int said = 0, people = 0;
  for (const double hold : {1.0, 1.3})
    for (int i = 0; i < 8; ++i, ++people) {
      Paraspinal spec = person(i, hold);
      spec.bending.returning_level = spec.bending.bending_level;
      const auto found = bends_by_activity(Scene(spec).course, muscles).take();
      said += std::all_of(found.begin(), found.end(), [](const ActivityBend& b) { return b.uncertain; });
    }
  EXPECT_EQ(said, people);
}

// Coming up is so much louder than going down, and hanging than standing, that the one could pass for bending and
// standing for full flexion: but then the record's first bend would lie in its standing.
TEST(ActivityPhases, DoNotTakeComingUpForBending) {
  int wrong = 0, said = 0;
  for (int i = 0; i < 12; ++i) {
    Paraspinal spec = person(i, 0.5);
    spec.bending.rest = {1};
    spec.bending.standing_level = {2};
    spec.bending.bending_level = {8};
    spec.bending.hold_level = {4};
    spec.bending.returning_level = {50};
    const Scene scene(spec);
    const auto found = bends_by_activity(scene.course, muscles).take();
    if (found.empty()) continue;
    const double off = std::fabs(static_cast<double>(found[0].edges.bending - scene.truth[0].bending)) / rate.value;
    if (off < 1) continue;
    ++wrong;
    said += std::all_of(found.begin(), found.end(), [](const ActivityBend& b) { return b.uncertain; });
  }
  std::printf("[ MEASURED ] of 12 backs the first bend was not seen in %d, and that was said of %d\n", wrong, said);
  EXPECT_EQ(said, wrong);
}

// Going down so much weaker than coming up, or the other way, that it could pass for quiet and two bends for one.
TEST(ActivityPhases, HearTheWeakerHalfOfABend) {
  int told = 0, wrong = 0, bends = 0;
  for (const auto& [down, up] : {std::pair{12.0, 120.0}, std::pair{120.0, 12.0}})
    for (int i = 0; i < 4; ++i) {
      Paraspinal spec = person(i, 0.5);
      spec.bending.rest = {5};
      spec.bending.standing_level = {4};
      spec.bending.bending_level = {down};
      spec.bending.hold_level = {4};
      spec.bending.returning_level = {up};
      const Scene scene(spec);
      bends += static_cast<int>(scene.truth.size());
      for (const ActivityBend& b : bends_by_activity(scene.course, muscles).take()) {
        if (b.uncertain) continue;
        ++told;
        wrong += std::none_of(scene.truth.begin(), scene.truth.end(), [&](const BendEdges& t) {
          return std::fabs(static_cast<double>(b.edges.bending - t.bending)) < rate.value &&
                 std::fabs(static_cast<double>(b.edges.end - t.end)) < rate.value;
        });
      }
    }
  std::printf("[ MEASURED ] %d of %d bends told, %d of them are none\n", told, bends, wrong);
  EXPECT_EQ(told, bends);
  EXPECT_EQ(wrong, 0);
}

TEST(ActivityPhases, RefuseByName) {
  PowerCourse course(rate, 1, 1000);
  EXPECT_EQ(message(bends_by_activity(course, 1, {.phase = {0}}).fault()),
            "phase is 0 s: expected 0.5 to 60 s (ActivityPhases.phase)");
  EXPECT_EQ(message(bends_by_activity(course, 1).fault()),
            "record is 0 s: expected at least 5.6 s (ActivityPhases.record)");
  const double x = 0;
  const Marks lost = mark::lead_off;
  for (int i = 0; i < 20000; ++i) course.add(&x, &lost);
  EXPECT_EQ(message(bends_by_activity(course, 1).fault()),
            "record is hardly anything of muscle 1: expected EMG of every muscle, of all four phases "
            "(ActivityPhases.record)");
}

}  // namespace
}  // namespace unguard
