// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/bending.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "unguard/simulate/bending_activity.hpp"

namespace unguard {
namespace {

constexpr Hertz rate{2000};
constexpr SampleIndex end{200 * 2000};

std::vector<BendingCycle> cycles_of(const Bending& spec) {
  return draw_cycles(spec, RandomStream(6, "cycles"), end, rate);
}

// Truth: the spec's durations and unevenness.
TEST(Bending, CyclesFollowEachOtherWithinTheirUnevenness) {
  const Bending spec{.bend = {3}, .unevenness = 0.2};
  const auto cycles = cycles_of(spec);
  ASSERT_GE(cycles.size(), 8u);
  SampleIndex at = cycles.front().stand;
  EXPECT_EQ(at, SampleIndex{40000});
  for (const auto& c : cycles) {
    EXPECT_EQ(c.stand, at);
    EXPECT_NEAR(static_cast<double>(c.bend - c.stand), 8000, 1600);
    EXPECT_NEAR(static_cast<double>(c.hold - c.bend), 6000, 1200);
    EXPECT_NEAR(static_cast<double>(c.back - c.hold), 8000, 1600);
    EXPECT_NEAR(static_cast<double>(c.end - c.back), 8000, 1600);
    at = c.end;
  }
  EXPECT_LE(at, end);
}

// Truth: the phases: upright in standing, rising in bending, full in full flexion, falling in returning; and the
// minimum-jerk peak velocity, 1.875 range / duration.
TEST(Bending, TheAngleAgreesWithThePhases) {
  const Bending spec{.upright = {5}, .full_flexion = {95}};
  const auto cycles = cycles_of(spec);
  AnglePlayer player(spec, cycles);
  std::vector<double> angle;
  for (std::int64_t i = 0; i < end.value; ++i) angle.push_back(player.next());
  const auto at = [&](SampleIndex i) { return angle[static_cast<std::size_t>(i.value)]; };
  for (const auto& c : cycles) {
    for (SampleIndex i = c.stand; i < c.bend; i = i + 1) ASSERT_EQ(at(i), 5);
    double fastest = 0;
    for (SampleIndex i = c.bend; i < c.hold - 1; i = i + 1) {
      ASSERT_LE(at(i), at(i + 1));
      fastest = std::max(fastest, at(i + 1) - at(i));
    }
    EXPECT_NEAR(fastest * static_cast<double>(c.hold - c.bend) / 90, 1.875, 1e-3);
    for (SampleIndex i = c.hold; i < c.back; i = i + 1) ASSERT_EQ(at(i), 95);
    for (SampleIndex i = c.back; i < c.end - 1; i = i + 1) ASSERT_GE(at(i), at(i + 1));
  }
  EXPECT_EQ(angle.back(), 5);
}

// Truth: a search through every sample.
TEST(Bending, CrossingFindsTheFirstSampleBeyondAShare) {
  const BendingCycle c{{0}, {1000}, {5000}, {8000}, {12000}};
  for (double share : {0.31, 0.5, 0.8, 0.95}) {
    SampleIndex up = c.bend, down = c.back;
    while (flexion_at(c, up) < share) up = up + 1;
    while (flexion_at(c, down) >= share) down = down + 1;
    EXPECT_EQ(crossing(c, c.bend, c.hold, share), up);
    EXPECT_EQ(crossing(c, c.back, c.end, share), down);
  }
}

// Truth: the definition: phases lie end to end over the whole record, with a marker at each.
TEST(Bending, PhasesCoverTheRecordAndAreMarked) {
  Truth truth;
  add_phases(cycles_of({}), end, truth);
  SampleIndex at{0};
  for (const auto& p : truth.phases) {
    EXPECT_EQ(p.begin, at);
    EXPECT_LT(p.begin, p.end);
    at = p.end;
  }
  EXPECT_EQ(at, end);
  EXPECT_EQ(truth.markers.size(), truth.phases.size() + 1);  // rest has two
  EXPECT_EQ(truth.markers[0].kind, MarkerKind::rest_begins);
  EXPECT_EQ(truth.markers[1].kind, MarkerKind::rest_ends);
  EXPECT_TRUE(std::is_sorted(truth.markers.begin(), truth.markers.end(),
                             [](const Marker& a, const Marker& b) { return a.at < b.at; }));
}

Truth truth_of(const Bending& spec, std::vector<Segment>& script) {
  Truth truth;
  BendingActivity(spec, RandomStream(6, "activity"), 0, {2}, rate).write(cycles_of(spec), end, script, truth);
  return truth;
}

// Truth: the script: above the resting EMG in bend and return, and not one sample above it in silence.
TEST(Bending, AHealthyBackIsSilentBetweenTheTwoAnglesOfItsTruth) {
  const Bending spec{.standing_level = {0}};
  std::vector<Segment> script;
  const Truth truth = truth_of(spec, script);
  const auto cycles = cycles_of(spec);
  ASSERT_EQ(truth.silences.size(), cycles.size());
  ASSERT_EQ(truth.events.size(), 2 * cycles.size());
  SegmentPlayer player(script);
  std::vector<double> level;
  for (std::int64_t i = 0; i < end.value; ++i) level.push_back(player.next());
  for (std::size_t k = 0; k < cycles.size(); ++k) {
    const TrueSilence& s = truth.silences[k];
    EXPECT_NEAR(s.onset_angle.value, 2 + 98 * 0.8, 98 * 0.031);
    EXPECT_NEAR(s.offset_angle.value, 2 + 98 * 0.85, 98 * 0.031);
    EXPECT_LT(s.onset, cycles[k].hold);
    EXPECT_GT(s.offset, cycles[k].back);
    for (SampleIndex i = s.onset; i < s.offset; i = i + 1) ASSERT_EQ(level[static_cast<std::size_t>(i.value)], 0);
    EXPECT_GT(level[static_cast<std::size_t>(s.onset.value - 1)], 0);
    EXPECT_GT(level[static_cast<std::size_t>(s.offset.value)], 0);
  }
}

// Truth: the spec: active throughout each cycle, spikes within the bend and beyond 1.5 times its activity.
TEST(Bending, AGuardedBackIsNeverSilentAndSpikesOnBending) {
  const Bending spec{.pattern = BendingPattern::guarded};
  std::vector<Segment> script;
  const Truth truth = truth_of(spec, script);
  const auto cycles = cycles_of(spec);
  EXPECT_TRUE(truth.silences.empty());
  SegmentPlayer player(script);
  std::vector<double> level;
  for (std::int64_t i = 0; i < end.value; ++i) level.push_back(player.next());
  for (const auto& c : cycles) {
    const SampleIndex first = c.bend + 1000, last = c.end - 1000;
    for (SampleIndex i = first; i < last; i = i + 1) ASSERT_GT(level[static_cast<std::size_t>(i.value)], 9);
    int activities = 0, guarding = 0;
    std::vector<TrueEvent> spikes;
    for (const auto& e : truth.events) {
      if (e.onset < c.bend || !(e.onset < c.end)) continue;
      activities += e.kind == EventKind::activity && e.onset == c.bend && e.offset == c.end;
      guarding += e.kind == EventKind::guarding && e.onset == c.hold && e.offset == c.back;
      if (e.kind == EventKind::spike_on_bending) spikes.push_back(e);
    }
    EXPECT_EQ(activities, 1);
    EXPECT_EQ(guarding, 1);
    ASSERT_EQ(spikes.size(), 2u);
    EXPECT_LT(spikes[0].offset, spikes[1].onset);
    for (const auto& e : spikes) {
      EXPECT_GT(e.onset, c.bend);
      EXPECT_LT(e.offset, c.hold);
      double peak = 0;
      for (SampleIndex i = e.onset; i < e.offset; i = i + 1)
        peak = std::max(peak, level[static_cast<std::size_t>(i.value)]);
      EXPECT_GE(peak / 25, 1.99);
      EXPECT_LE(peak / 25, 4.01);
    }
  }
}

}  // namespace
}  // namespace unguard
