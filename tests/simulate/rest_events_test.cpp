// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/rest_events.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace unguard {
namespace {

std::vector<TrueEvent> an_hour(const RestEvents& spec, Hertz rate, std::int64_t seconds = 3600) {
  return draw_rest_events(spec, RandomStream(4, "rest events", 0), 0, {2},
                          {seconds * static_cast<std::int64_t>(rate.value)}, rate);
}

// Truth: the taxonomy: 30 ms <= spike < 250 ms <= burst <= 2 s < tonic.
TEST(RestEvents, DurationsLieInTheirClassAtEveryRate) {
  for (double rate : {500.0, 1000.0, 1926.0, 2000.0, 2048.0, 4000.0}) {
    std::map<EventKind, int> counts;
    for (const auto& e : an_hour({}, {rate})) {
      const double s = static_cast<double>(e.offset - e.onset) / rate;
      ++counts[e.kind];
      const EventKind by_duration = s < 0.25 ? EventKind::spike : s <= 2 ? EventKind::phasic_burst : EventKind::tonic;
      EXPECT_EQ(e.kind, by_duration) << s << " s at " << rate << " Hz";
      EXPECT_GE(s, 0.03);
      EXPECT_LE(s, 8);
    }
    EXPECT_GT(counts[EventKind::spike], 150) << rate;
    EXPECT_GT(counts[EventKind::phasic_burst], 150) << rate;
    EXPECT_GT(counts[EventKind::tonic], 70) << rate;
  }
}

// Truth: log-uniform durations: a tenth of a class's logarithmic width lies within 20 % of its border.
TEST(RestEvents, BothSidesOfEveryBorderAreMet) {
  int below_250 = 0, above_250 = 0, below_2 = 0, above_2 = 0;
  for (const auto& e : an_hour({}, {2000})) {
    const double s = static_cast<double>(e.offset - e.onset) / 2000;
    below_250 += s >= 0.2 && s < 0.25;
    above_250 += s >= 0.25 && s < 0.3;
    below_2 += s > 1.6 && s <= 2;
    above_2 += s > 2 && s < 2.5;
  }
  EXPECT_GE(below_250, 5);
  EXPECT_GE(above_250, 5);
  EXPECT_GE(below_2, 5);
  EXPECT_GE(above_2, 5);
}

// Truth: the spec.
TEST(RestEvents, KeepTheirDistanceTheirQuietAndTheirStrength) {
  const RestEvents spec{.quiet = {15}, .lowest_snr_dB = 12, .highest_snr_dB = 18, .shortest_gap = {1.1}};
  const auto all = an_hour(spec, {2000});
  ASSERT_GT(all.size(), 100u);
  SampleIndex last{15 * 2000};
  double gaps = 0;
  for (const auto& e : all) {
    EXPECT_GE(e.onset - last, 2200);
    gaps += static_cast<double>(e.onset - last) / 2000;
    EXPECT_GE(e.snr_dB, 12);
    EXPECT_LE(e.snr_dB, 18);
    EXPECT_NEAR(20 * std::log10(e.level.value / 2), e.snr_dB, 1e-12);
    EXPECT_EQ(e.context, Context::rest);
    last = e.offset;
  }
  EXPECT_LT(last.value + 2200, 3600 * 2000);
  const double n = static_cast<double>(all.size());
  EXPECT_NEAR(gaps / n, 3, 4.5 * (3 - 1.1) / std::sqrt(n));
}

// Truth: the law that time is drawn forwards.
TEST(RestEvents, ALongerRecordBeginsWithTheShorterOne) {
  const auto all = an_hour({}, {2000}), some = an_hour({}, {2000}, 600);
  ASSERT_GT(some.size(), 50u);
  ASSERT_LT(some.size(), all.size());
  EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin()));
}

// Truth: the spec: what has no weight does not occur.
TEST(RestEvents, WeightsOfZeroLeaveAKindOut) {
  for (const auto& e : an_hour({.spikes = 0, .tonics = 0}, {2000})) EXPECT_EQ(e.kind, EventKind::phasic_burst);
  EXPECT_TRUE(an_hour({.spikes = 0, .bursts = 0, .tonics = 0}, {2000}).empty());
}

}  // namespace
}  // namespace unguard
