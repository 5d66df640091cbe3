// SPDX-License-Identifier: Apache-2.0
// Truth: what each stretch was made of: white noise of variance 1, with action potentials of 10 ms or with activity.
#include "unguard/detect/interference_pattern.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "unguard/core/random.hpp"
#include "unguard/core/text.hpp"
#include "unguard/detect/change_point.hpp"

namespace unguard {
namespace {

// At 2 kHz.
constexpr std::size_t ms = 2;
constexpr InterferencePattern rule{.piece = 15};
constexpr double expected_dB = 8;

std::vector<double> rest(std::size_t samples, std::uint64_t seed) {
  RandomStream random(seed, "interference pattern");
  std::vector<double> x(samples);
  for (double& v : x) v = random.normal();
  return x;
}
// One period of a sine of that height, as an action potential is once it is whitened: some power beyond it.
void add_potential(std::vector<double>& x, std::size_t at, double height = 6) {
  for (std::size_t i = 0; i < 10 * ms && at + i < x.size(); ++i)
    x[at + i] += height * std::sin(2 * std::numbers::pi * static_cast<double>(i) / (10 * ms));
}
// Activity of that power over rest.
void add_activity(std::vector<double>& x, std::size_t from, std::size_t to, double dB) {
  for (std::size_t i = from; i < to; ++i) x[i] *= std::sqrt(1 + std::pow(10, dB / 10));
}
bool is_full(const std::vector<double>& x, const InterferencePattern& by = rule, bool a_unit_fires = false) {
  const ActivityEvidence evidence(1, 1 + std::pow(10, expected_dB / 10));
  const auto square = [&](std::int64_t ago) {
    const double v = x[x.size() - 1 - static_cast<std::size_t>(ago)];
    return v * v;
  };
  return by.is_full(0, static_cast<std::int64_t>(x.size()) - 1, a_unit_fires, square,
                    [&](std::int64_t ago) { return evidence(square(ago)); });
}
// How many of 200 stretches are full.
template <class Make>
int full(const std::string& what, Make make) {
  int count = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) count += is_full(make(seed));
  std::printf("[ MEASURED ] %s: %d of 200 are full\n", what.c_str(), count);
  return count;
}
int full_potentials(std::size_t count, std::size_t apart, std::size_t behind) {
  return full(std::to_string(count) + " action potentials " + std::to_string(apart) + " ms apart, " +
                  std::to_string(behind) + " ms of rest behind",
              [&](std::uint64_t seed) {
                auto x = rest(((count - 1) * apart + 10 + behind) * ms, seed);
                for (std::size_t k = 0; k < count; ++k) add_potential(x, k * apart * ms);
                return x;
              });
}
// Activity of that length, with so much rest in it from 50 ms on.
int full_bursts(std::size_t lasts, std::size_t gap, double dB) {
  return full(std::to_string(lasts) + " ms of " + to_text(dB) + " dB but " + std::to_string(gap) + " ms",
              [&](std::uint64_t seed) {
                auto x = rest(lasts * ms, seed);
                const std::size_t from = gap > 0 ? 50 * ms : x.size();
                add_activity(x, 0, from, dB);
                add_activity(x, from + gap * ms, x.size(), dB);
                return x;
              });
}

// Truth: the rule: one piece, 7.5 ms, says nothing of gaps; nor is one action potential with rest behind full.
TEST(InterferencePattern, OneActionPotentialIsNotFull) {
  auto x = rest(14 * ms, 1);
  add_potential(x, 0);
  EXPECT_FALSE(is_full(x));
  EXPECT_LE(full_potentials(1, 0, 40), 2);
}

// Truth: units fire at 5 to 25 Hz, so that there is rest between their action potentials.
TEST(InterferencePattern, ATrainOfThemWithNothingBetweenIsNotFull) {
  for (const std::size_t apart : {40u, 60u, 83u, 125u, 200u}) EXPECT_LE(full_potentials(5, apart, 0), 2);
}

// Truth: two that are 10 ms apart leave no gap, and are told from activity by how short they are alone (RecentFirings);
// two that are 40 ms apart leave 30 ms. Between, it depends.
TEST(InterferencePattern, ADoubletIsFullAsLongAsItsTwoLeaveNoGap) {
  EXPECT_GE(full_potentials(2, 10, 0), 198);
  EXPECT_LE(full_potentials(2, 40, 0), 6);
}

// Truth: the activity put in.
TEST(InterferencePattern, AnActivityIsFullHoweverWeakOrShortItIs) {
  for (const double dB : {3.0, 10.0, 20.0}) {
    EXPECT_GE(full_bursts(20, 0, dB), 180);
    EXPECT_GE(full_bursts(40, 0, dB), 195);
    EXPECT_GE(full_bursts(300, 0, dB), 199);
  }
}

// Truth: of 300 ms, 40 of rest leave 87 % active and 200 leave a third: more and less than nearly all.
TEST(InterferencePattern, AGapInAnActivityIsForgivenAHoleIsNot) {
  for (const double dB : {3.0, 10.0, 20.0}) {
    EXPECT_GE(full_bursts(300, 40, dB), 195);
    EXPECT_LE(full_bursts(300, 200, dB), 4);
  }
}

// Truth: the definitions. Five pieces, three of them active: full where 60 % are nearly all, not full by that where 80
// % are. Of action potentials that cost nothing a train explains itself the better, of such that cost much one that
// lasts does.
TEST(InterferencePattern, ItsThresholdsDecideWhatTheySay) {
  std::vector<double> pieces;
  for (const double level : {3.0, 0.9, 3.0, 0.9, 3.0}) pieces.insert(pieces.end(), 15, level);
  const auto by = [&](double nearly_all, double an_impulse) {
    InterferencePattern changed = rule;
    changed.nearly_all = nearly_all;
    changed.an_impulse = an_impulse;
    return is_full(pieces, changed);
  };
  EXPECT_TRUE(by(0.6, 0));
  EXPECT_FALSE(by(0.8, 0));
  EXPECT_FALSE(by(0.8, 2));
  EXPECT_TRUE(by(0.8, 30));
  // What one more of a unit that has just fired costs is another matter.
  const auto where_one_fires = [&](double one_more) {
    InterferencePattern changed = rule;
    changed.nearly_all = 0.8;
    changed.an_impulse = 30;
    changed.one_more = one_more;
    return is_full(pieces, changed, true);
  };
  EXPECT_FALSE(where_one_fires(1));
  EXPECT_TRUE(where_one_fires(30));
  InterferencePattern deaf = rule;
  deaf.nearly_all = 0.6;
  deaf.active = 10;
  EXPECT_FALSE(is_full(pieces, deaf));
}

}  // namespace
}  // namespace unguard
