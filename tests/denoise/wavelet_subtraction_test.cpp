// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG alone; thresholds worked out by hand.
#include "unguard/denoise/wavelet_subtraction.hpp"

#include <gtest/gtest.h>

#include "denoise/offline_heart.hpp"

namespace unguard {
namespace {

TEST(WaveletSubtraction, LeavesLessOfTheHeartThanThereWas) {
  for (const Microvolts level : {Microvolts{2.5}, Microvolts{20}})
    for (const double ratio : {10.0, 0.0, -10.0}) {
      const auto q = hearts::measured(WaveletSubtraction{}, level, ratio);
      if (ratio <= 0) {
        EXPECT_LT(q.treated.error, q.none.error) << level.value << " uV, " << ratio << " dB";
      }
      if (ratio < 0) {
        EXPECT_LT(q.treated.error, q.high_pass_30.error) << level.value << " uV, " << ratio << " dB";
      }
    }
}

TEST(WaveletSubtraction, WorksAtAnyRate) {
  for (const double rate : {250.0, 500.0, 1000.0, 4000.0}) {
    const hearts::Mix m{.rate = {rate}, .emg_over_ecg_dB = -10, .seed = 511};
    const auto mixed = hearts::mix(m);
    const auto alone = hearts::in_band(mixed.emg, 1, m.rate);
    const auto q =
        hearts::quality(hearts::in_band(hearts::treated(WaveletSubtraction{}, m, mixed.x), 1, m.rate), alone, m.rate);
    std::printf("[ MEASURED ] WaveletSubtraction, %g Hz, -10 dB: error %.1f %%, EMG lost %.1f %%\n", rate, q.error,
                q.lost);
    EXPECT_LE(q.error, 10) << rate;  // untreated 270 %
  }
}

TEST(WaveletSubtraction, LeavesAloneWhatItMust) { hearts::leaves_alone_what_it_must(WaveletSubtraction{}); }
TEST(WaveletSubtraction, ScalesAndKeepsChannelsApart) { hearts::scales_and_keeps_channels_apart(WaveletSubtraction{}); }
TEST(WaveletSubtraction, TakesLittleWhereThereIsNoHeart) {
  // Of Gaussian coefficients one in 150,000 exceeds 4.5 standard deviations; those of coarse levels are few, and their
  // median says less.
  const double lost = hearts::lost_without_a_heart(WaveletSubtraction{});
  EXPECT_GE(lost, 0);
  EXPECT_LE(lost, 1);
}

TEST(WaveletSubtraction, HasAsManyLevelsAsLeaveNothingAbove10Hz) {
  // What is left reaches to rate / 2 ^ (levels + 1).
  EXPECT_EQ(levels_of({}, {2000}), 7);
  EXPECT_EQ(levels_of({}, {1024}), 6);
  EXPECT_EQ(levels_of({}, {250}), 4);
  EXPECT_EQ(levels_of({.levels = 3}, {1024}), 3);
}

TEST(WaveletSubtraction, TakesOffWhatStandsOutAtBeatsOnly) {
  // Noise of 1 with the same spike of 100 at beats and elsewhere: only those at beats go.
  RandomStream random(9, "spikes");
  std::vector<double> x(40000), r;
  for (auto& v : x) v = random.normal();
  for (std::size_t k = 0; k < 20; ++k) {
    r.push_back(static_cast<double>(500 + 1900 * k));
    x[500 + 1900 * k] += 100;
    x[1400 + 1900 * k] += 100;
  }
  const auto y = remove_ecg(WaveletSubtraction{}, {x.data(), 40000, 1}, hearts::format_of({1000}, 1), r).take();
  for (std::size_t k = 0; k < 20; ++k) {
    EXPECT_LT(std::fabs(y[500 + 1900 * k]), 12) << k;
    EXPECT_EQ(y[1400 + 1900 * k], x[1400 + 1900 * k]) << k;
  }
}

TEST(WaveletSubtraction, RefusesWhatCannotBe) {
  const std::vector<double> x(20000);
  const auto told = [&](const WaveletSubtraction& spec) {
    const auto tried = remove_ecg(spec, {x.data(), 20000, 1}, hearts::format_of({1000}, 1), {});
    return tried ? std::string() : message(tried.fault());
  };
  EXPECT_EQ(told({}), "");
  EXPECT_NE(told({.levels = 15}).find("levels is 15: expected 1 to 14"), std::string::npos);
  EXPECT_NE(told({.threshold = 0.5}).find("WaveletSubtraction.threshold"), std::string::npos);
}

}  // namespace
}  // namespace unguard
