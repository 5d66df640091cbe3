// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/resting_units.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "unguard/simulate/scenario.hpp"
#include "unguard/simulate/simulator.hpp"

namespace unguard {
namespace {

UnitFirings drawn(const RestingUnits& spec, double seconds, double rate = 2000) {
  return draw_resting_units(spec, RandomStream(3, "trains"), RandomStream(3, "firings"), 0,
                            {static_cast<std::int64_t>(seconds * rate)}, {rate});
}

// Truth: the closed form of the wave: 2 exp(-1/2) from peak to peak, over at sigma x 4. Sampled at 20 kHz.
TEST(RestingUnits, AnActionPotentialHasItsHeightAndLength) {
  RestingUnitPlayer player({}, {12}, {1000.3}, {20000});
  std::vector<double> x(2000);
  for (auto& v : x) v = player.next();
  EXPECT_NEAR(*std::max_element(x.begin(), x.end()) - *std::min_element(x.begin(), x.end()), 12, 0.01);
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(x[i] != 0, std::fabs(static_cast<double>(i) - 1000.3) < 100) << i;
}

// Truth: the spec, over 20 h. Log-uniform lengths of 6.34 s on average and exponential pauses of 20 s: 2,733 trains,
// standard deviation 41, bound at more than 5 of it. More than 100,000 intervals: the standard error of their
// coefficient of variation is 0.0005.
TEST(RestingUnits, TrainsAndIntervalsAreThoseOfTheSpec) {
  const RestingUnits spec;
  const UnitFirings all = drawn(spec, 72000);
  EXPECT_NEAR(static_cast<double>(all.trains.size()), 72000 / 26.34, 225);
  std::size_t at = 0;
  double sum = 0, squares = 0, n = 0;
  SampleIndex last{40000};
  for (const TrueTrain& t : all.trains) {
    EXPECT_GT(t.begin, last);
    last = t.end;
    EXPECT_GE(t.rate.value, 5);
    EXPECT_LE(t.rate.value, 12);
    EXPECT_LE(t.end - t.begin, 40000);
    ASSERT_GT(t.firings, 0);
    EXPECT_EQ(all.instants[at], static_cast<double>(t.begin.value) + 10);
    for (int i = 1; i < t.firings; ++i) {
      const double share = (all.instants[at + 1] - all.instants[at]) / 2000 * t.rate.value;
      ++at;
      sum += share;
      squares += share * share;
      ++n;
    }
    EXPECT_EQ(t.end.value, static_cast<std::int64_t>(std::ceil(all.instants[at] + 10)));
    ++at;
  }
  EXPECT_EQ(at, all.instants.size());
  ASSERT_GT(n, 100000);
  // The last interval of a train is one that fitted, which takes long ones off: less than 1 % of the mean.
  EXPECT_NEAR(sum / n, 1, 0.01);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * (sum / n)), 0.2, 0.004);
}

// Truth: the record without them: what they add lies within the trains of the truth and is as high as stated, in every
// channel that has one; events and everything else stay bit by bit.
TEST(RestingUnits, AddTheirTrainsToARecordAndNothingElse) {
  for (auto name : {"rest", "healthy"}) {
    Paraspinal spec = scenario(name, {100}, 4);
    spec.digitiser.reset();
    const Simulated without = simulate(spec);
    spec.resting_units =
        RestingUnits{.longest = {3}, .mean_pause = {2}, .height = {{12}, {0}, {30}, {12}}, .after = {2}};
    const Simulated with = simulate(spec);
    EXPECT_EQ(with.truth.events, without.truth.events);
    EXPECT_TRUE(without.truth.trains.empty());
    EXPECT_GT(with.truth.trains.size(), 5u);
    std::vector<char> in_train(with.data.size());
    SampleIndex begin{0};
    for (const TrueTrain& t : with.truth.trains) {
      EXPECT_GE(t.begin, begin);
      begin = t.begin;
      EXPECT_NE(t.channel, 1);
      EXPECT_LE(t.end.value, std::string_view(name) == "healthy" ? 20 * 2000 : with.frames);
      for (std::int64_t i = t.begin.value; i < t.end.value; ++i)
        in_train[static_cast<std::size_t>(i * paraspinal_channels + t.channel)] = 1;
    }
    double highest = 0, lowest = 0;
    for (std::size_t k = 0; k < in_train.size(); ++k) {
      const double added = with.clean[k] - without.clean[k];
      if (!in_train[k]) {
        ASSERT_EQ(added, 0);
        ASSERT_EQ(with.data[k], without.data[k]);
      }
      if (k % paraspinal_channels == 2) {
        highest = std::max(highest, added);
        lowest = std::min(lowest, added);
      }
    }
    EXPECT_NEAR(highest - lowest, 30, 1.5);
  }
}

}  // namespace
}  // namespace unguard
