// SPDX-License-Identifier: Apache-2.0
// Truth: the library's own filters, one after the other, bit for bit; the closed form of a sine; a burst whose samples
// are counted. (The table of methods: published_table_test.cpp.)
#include "unguard/detect/tkeo_onset.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/filter/tkeo.hpp"

namespace unguard {
namespace {

TEST(TkeoOnset, ItsStatisticIsTheFiltersInARow) {
  // Band-pass, TKEO, rectifier and low-pass of the library: the same bits.
  const auto x = onsets::white(4000, 5, 1);
  std::vector<double> y(x.size());
  auto chain = start(Chain{Bandpass{{30}, {300}, 2}, Tkeo{}, Rectify{}, Lowpass{{50}, 2}}, onsets::format({2000}));
  chain.process({x.data(), 4000, 1}, {y.data(), 4000, 1});
  auto statistic = try_statistic(TkeoOnset{}, {2000}).take();
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(statistic.step(x[i]).compared, y[i]) << i;
}

TEST(TkeoOnset, TheEnergyOfASineIsKnown) {
  // A^2 sin^2(w), Kaiser 1990.
  auto statistic = try_statistic(TkeoOnset{.order = 0}, {2000}).take();
  const double w = 2 * std::numbers::pi * 100 / 2000;
  double last = 0;
  for (int i = 0; i < 2000; ++i) last = statistic.step(7 * std::sin(w * i)).compared;
  EXPECT_NEAR(last, 49 * std::sin(w) * std::sin(w), 1e-9);
}

TEST(TkeoOnset, FindsABurstWhereItIs) {
  // The burst's own samples: at 20 dB the low-pass is above from its first few; 50 samples on it is decided.
  const auto found = onsets::events(TkeoOnset{.spreads = 6}, onsets::burst(10000, 6000, 8000, 10, 2));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].onset.value), 6000, 10);
  EXPECT_NEAR(static_cast<double>(found[0].decided.value), 6050, 10);
  EXPECT_NEAR(static_cast<double>(found[0].offset.value), 8000, 60) << "the low-pass rings on";
}

TEST(TkeoOnset, RefusesABandItCannotHave) {
  // The rate: half of it is 250 Hz.
  EXPECT_EQ(message(try_start(TkeoOnset{}, onsets::format({500})).fault()).substr(0, 15), "high is 300 Hz:");
  EXPECT_TRUE(try_start(TkeoOnset{.order = 0}, onsets::format({500})));
}

}  // namespace
}  // namespace unguard
