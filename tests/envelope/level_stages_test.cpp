// SPDX-License-Identifier: Apache-2.0
// Truth: powers of signals that know nothing of each other add; L channels that do are worth L values.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/random.hpp"
#include "unguard/envelope/noise_subtracted.hpp"
#include "unguard/envelope/pooled_level.hpp"
#include "unguard/envelope/rms.hpp"

namespace unguard {
namespace {

using namespace literals;

StreamFormat stream(int channels) { return {.rate = 2000_Hz, .channels = Channels::unnamed(channels)}; }

TEST(NoiseSubtracted, LeavesTheMuscleAlone) {
  // 3 : 4 : 5, at the floor, below it, mostly noise, quiet noise.
  const std::array<double, 6> in{5, 3, 2, 4, 30, 0};
  std::array<double, 6> y{};
  std::array<Marks, 6> marks{};
  auto live = start(NoiseSubtracted{.noise = Microvolts{3}}, stream(1));
  ASSERT_EQ(live.process({in.data(), 6, 1}, {y.data(), 6, 1, marks.data()}), Status::ok);
  EXPECT_DOUBLE_EQ(y[0], 4);
  EXPECT_EQ(marks[0], mark::none);
  for (const std::size_t i : {1u, 2u, 5u}) {
    EXPECT_EQ(y[i], 0);
    EXPECT_EQ(marks[i], mark::low_snr);
  }
  EXPECT_DOUBLE_EQ(y[3], std::sqrt(7.0));
  EXPECT_EQ(marks[3], mark::low_snr);  // 9 of 16
  EXPECT_DOUBLE_EQ(y[4], std::sqrt(891.0));
  EXPECT_EQ(marks[4], mark::none);
}

// EMG of 20 uV in noise of 15 uV: 25 uV are read, 20 come out.
TEST(NoiseSubtracted, GivesTheLevelBackThatNoiseWasAddedTo) {
  RandomStream random(331, "both");
  std::vector<double> x(2000 * 200), y(x.size());
  for (double& v : x) v = 20 * random.normal() + 15 * random.normal();
  const auto n = static_cast<std::int64_t>(x.size());
  auto rms = start(Rms{.window = 500_ms}, stream(1));
  auto live = start(NoiseSubtracted{.noise = Microvolts{15}}, stream(1));
  rms.process({x.data(), n, 1}, {x.data(), n, 1});
  live.process({x.data(), n, 1}, {y.data(), n, 1});
  double mean = 0;
  for (std::size_t i = 1000; i < y.size(); ++i) mean += y[i] / static_cast<double>(y.size() - 1000);
  EXPECT_NEAR(mean, 20, 0.2);  // four deviations of 200 independent levels at SNR 28
}

TEST(PooledLevel, IsSteadierByTheRootOfTheChannels) {
  constexpr int channels = 4, count = 10000;
  const std::array<double, channels> reference{10, 20, 30, 40};
  RandomStream random(332, "channels");
  auto rms = start(Rms{.window = 50_ms}, stream(channels));
  auto pooled = start(PooledLevel{.reference = {Microvolts{10}, Microvolts{20}, Microvolts{30}, Microvolts{40}}},
                      stream(channels));
  double one[2] = {0, 0}, all[2] = {0, 0};
  std::vector<double> x(100 * channels), y(x.size());
  for (int i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = 2 * reference[k % channels] * random.normal();
    rms.process({x.data(), 100, channels}, {x.data(), 100, channels});
    pooled.process({x.data(), 100, channels}, {y.data(), 100, channels});
    const double a = x[x.size() - 2], b = y[y.size() - 2];
    one[0] += a, one[1] += a * a, all[0] += b, all[1] += b * b;
  }
  const auto snr = [&](const double* s) {
    return s[0] / count / std::sqrt(s[1] / count - s[0] / count * s[0] / count);
  };
  std::printf("[ measured ] pooled, 4 channels: SNR %.2f, one %.2f, gain %.3f\n", snr(all), snr(one),
              snr(all) / snr(one));
  EXPECT_NEAR(snr(all) / snr(one), 2, 0.08);
  EXPECT_NEAR(all[0] / count / 60, 1, 0.01);
}

TEST(PooledLevel, LeavesOutWhatMayNotBeBelieved) {
  const std::array<double, 4> in{2, 900, 2, 2};
  std::array<Marks, 4> given{mark::none, mark::lead_off, mark::none, mark::noise};
  std::array<double, 4> y{};
  std::array<Marks, 4> marks{};
  auto live = start(PooledLevel{.reference = 1_uV}, stream(4));
  live.process({in.data(), 1, 4, given.data()}, {y.data(), 1, 4, marks.data()});
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_DOUBLE_EQ(y[c], 2);
    EXPECT_EQ(marks[c], mark::gated | (c == 3 ? mark::noise : mark::none));
  }
  given = {mark::clipped, mark::lead_off, mark::none, mark::clipped};
  live.process({in.data(), 1, 4, given.data()}, {y.data(), 1, 4, marks.data()});
  for (const Marks m : marks) EXPECT_EQ(m, mark::gated | mark::missing | mark::clipped | mark::lead_off);
}

// Truth: what was not measured is not known: nobody invents a measurement.
TEST(LevelStages, RefuseToGoWithoutWhatHasToBeMeasured) {
  EXPECT_EQ(why(try_start(NoiseSubtracted{}, stream(3))),
            "noise is not given: expected the RMS that a rest measured, one for all channels or one for each "
            "(NoiseSubtracted.noise)");
  EXPECT_EQ(why(try_start(PooledLevel{}, stream(3))),
            "reference is not given: expected the level measured at one effort, one for all channels or one for each "
            "(PooledLevel.reference)");
}

TEST(LevelStages, RefuseWhatDoesNotFitTheStream) {
  EXPECT_EQ(why(try_start(NoiseSubtracted{.noise = {Microvolts{1}, Microvolts{2}}}, stream(3))),
            "noise is 2 values: expected one for all or one for each of 3 channels (NoiseSubtracted.noise)");
  EXPECT_EQ(why(try_start(PooledLevel{.reference = Microvolts{0}}, stream(3))),
            "reference is 0 uV: expected a finite number above 0 uV (PooledLevel.reference)");
}

}  // namespace
}  // namespace unguard
