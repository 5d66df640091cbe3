// SPDX-License-Identifier: Apache-2.0
// Truth: autoregressive processes of known coefficients on fixed seeds, and what the messages have to name.
#include "unguard/detect/noise_calibrator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "detect/known_process.hpp"
#include "detect/streams.hpp"

namespace unguard {
namespace {

using streams::format;
using streams::in;

ConstBlock block(const std::vector<double>& x, const std::vector<Marks>* marks = nullptr) {
  return {x.data(), static_cast<std::int64_t>(x.size()), 1, marks ? marks->data() : nullptr};
}
std::size_t samples(double seconds) { return static_cast<std::size_t>(in(seconds)); }

// Truth: the process. Asymptotic standard errors, sqrt((1 - a2^2) / n) of either coefficient; n = 40,000, 20 seeds a
// process: 3.5 of them hold for each of 160 estimates with 0.93, and the seeds are fixed; the mean over seeds
// within 3.5 of its own.
TEST(NoiseCalibrator, RecoversAKnownProcessWithinSamplingError) {
  constexpr int seeds = 20;
  for (const known::Process& p : known::processes) {
    const double n = 20.0 * streams::rate, error = std::sqrt((1 - p.a2 * p.a2) / n);
    const double of_level = 4 * std::sqrt(p.of_squares() / (2 * n));
    double sum[3] = {};
    for (int seed = 1; seed <= seeds; ++seed) {
      const auto x = known::samples(p, 4, samples(20), static_cast<std::uint64_t>(seed));
      const NoiseModel noise = calibrate_noise({.order = 2}, block(x), format(), "as made");
      EXPECT_NEAR(noise.coefficients[0], p.a1, 4 * error);
      EXPECT_NEAR(noise.coefficients[1], p.a2, 4 * error);
      EXPECT_NEAR(noise.level.per_channel[0].value, 4, 4 * of_level);
      sum[0] += noise.coefficients[0] - p.a1;
      sum[1] += noise.coefficients[1] - p.a2;
      sum[2] += noise.level.per_channel[0].value - 4;
      EXPECT_EQ(noise.rate, Hertz{streams::rate});
      EXPECT_EQ(noise.level.how, "as made; RMS over the stretch");
      EXPECT_EQ(noise.level.samples, in(20));
    }
    EXPECT_NEAR(sum[0] / seeds, 0, 3.5 * error / std::sqrt(1.0 * seeds));
    EXPECT_NEAR(sum[1] / seeds, 0, 3.5 * error / std::sqrt(1.0 * seeds));
    EXPECT_NEAR(sum[2] / seeds, 0, of_level / std::sqrt(1.0 * seeds) * 3.5);
  }
}

// Truth: the level. n = 400 rests of 5 s: a perfect interval covers 362 to 394 of them with 0.999.
TEST(NoiseCalibrator, IntervalOfTheLevelCoversItAsOftenAsItSays) {
  const known::Process& p = known::processes[0];
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto x = known::samples(p, 4, samples(5), 100 + seed);
    const Estimate level = calibrate_noise({.order = 2}, block(x), format(), "").level.per_channel[0];
    covered += level.low <= 4 && 4 <= level.high;
  }
  std::printf("[ MEASURED ] noise level, 95 %% interval of 400 rests of 5 s covers %.1f %%\n", covered / 4.0);
  EXPECT_GE(covered, 362);
}

// Truth: the same stretch without what is marked or no number.
TEST(NoiseCalibrator, LeavesOutWhatIsMarkedOrNoNumber) {
  auto x = known::samples(known::processes[0], 4, samples(20), 3);
  std::vector<Marks> marks(x.size());
  for (std::size_t i = 10000; i < 13000; ++i) {
    x[i] = i % 2 ? 1e6 : std::numeric_limits<double>::quiet_NaN();
    if (i % 2) marks[i] = mark::motion;
  }
  const NoiseModel noise = calibrate_noise({.order = 2}, block(x, &marks), format(), "");
  EXPECT_NEAR(noise.coefficients[0], -1.1, 0.02);
  EXPECT_NEAR(noise.coefficients[1], 0.6, 0.02);
  EXPECT_NEAR(noise.level.per_channel[0].value, 4, 0.1);
}

// Truth: what each message has to name.
TEST(NoiseCalibrator, RefusesWhatIsNoRest) {
  const auto rest = known::samples(known::processes[0], 4, samples(5), 4);
  const auto refusal = [](const std::vector<double>& x, const std::vector<Marks>* marks = nullptr,
                          NoiseCalibrator spec = {}, int channels = 1) {
    const auto made = try_calibrate_noise(spec, block(x, marks), format(channels), "");
    return made ? std::string("accepted") : message(made.fault());
  };
  EXPECT_EQ(refusal(rest), "accepted");
  EXPECT_EQ(refusal({rest.begin(), rest.begin() + in(1.5)}),
            "rest is 1.5 s unmarked in channel \"channel 1\": expected unmarked signal of at least 2 s "
            "(NoiseCalibrator.rest)");
  std::vector<Marks> marks(rest.size());
  std::fill_n(marks.begin(), in(1.5), mark::lead_off);
  EXPECT_NE(refusal(rest, &marks).find("a share of at most 0.2 (NoiseCalibrator.rest)"), std::string::npos);
  std::fill_n(marks.begin(), in(3.5), mark::lead_off);
  EXPECT_NE(refusal(rest, &marks).find("1.5 s unmarked"), std::string::npos);
  EXPECT_NE(refusal(std::vector<double>(samples(5))).find("flat or a pure tone"), std::string::npos);
  auto tone = rest;
  for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = 5 * std::sin(0.157 * static_cast<double>(i));
  EXPECT_NE(refusal(tone).find("flat or a pure tone in channel \"channel 1\""), std::string::npos);
  auto offset = rest;
  for (double& x : offset) x += 1e5;
  EXPECT_NE(refusal(offset).find("without an offset, as behind a high-pass (NoiseCalibrator.rest)"), std::string::npos);
  auto unsteady = rest;
  for (std::size_t i = 0; i < unsteady.size() / 4; ++i) unsteady[i] *= 1.7;
  EXPECT_NE(refusal(unsteady).find("a steady rest, quarters within a factor of 1.5"), std::string::npos);
  auto peaked = rest;
  for (std::size_t i = 0; i < peaked.size(); i += 500) peaked[i] += 100;
  EXPECT_NE(refusal(peaked).find("rest without spikes, bursts and heartbeats, a ratio of at most 1.3"),
            std::string::npos);
  EXPECT_NE(refusal(rest, nullptr, {}, 2).find("a block of the stream's 2 channels"), std::string::npos);
  EXPECT_NE(refusal(rest, nullptr, {.order = 0}).find("NoiseCalibrator.order"), std::string::npos);
  EXPECT_THROW(calibrate_noise({}, block(unsteady), format(), ""), ConfigError);
}

}  // namespace
}  // namespace unguard
