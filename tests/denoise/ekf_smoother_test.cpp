// SPDX-License-Identifier: Apache-2.0
// Truth: the simulated EMG alone; hearts that are sums of Gaussians; for a model without waves, the least squares that
// its smoother must solve.
#include "unguard/denoise/ekf_smoother.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>

#include "denoise/offline_heart.hpp"

namespace unguard {
namespace {

TEST(EkfSmoother, LeavesLessOfTheHeartThanThereWas) {
  for (const Microvolts level : {Microvolts{2.5}, Microvolts{20}})
    for (const double ratio : {10.0, 0.0, -10.0}) {
      const auto q = hearts::measured(EkfSmoother{}, level, ratio);
      if (ratio <= 0) {
        EXPECT_LT(q.treated.error, q.none.error) << level.value << " uV, " << ratio << " dB";
      }
      if (ratio < 0) {
        EXPECT_LT(q.treated.error, q.high_pass_30.error) << level.value << " uV, " << ratio << " dB";
      }
    }
}

TEST(GaussianBeat, IsFoundFromItsValues) {
  const std::vector<GaussianWave> waves{{100, 0.05, 0}, {-30, 0.04, 0.2}, {-20, 0.05, -0.18}, {25, 0.3, 1.7}};
  MeanOverPhase m;
  for (int b = 0; b < 600; ++b) {
    m.phase.push_back((b + 0.5) / 600 * 2 * std::numbers::pi - std::numbers::pi);
    m.mean.push_back(value_of(waves, m.phase.back()));
    m.deviation.push_back(1);
    m.error.push_back(0.01);
  }
  const auto found = fit_waves(m, 13);
  ASSERT_GE(found.size(), waves.size());
  for (double phase : m.phase) ASSERT_NEAR(value_of(found, phase), value_of(waves, phase), 0.15) << phase;
  EXPECT_EQ(fit_waves(m, 2).size(), 2u);
  std::fill(m.mean.begin(), m.mean.end(), 0.02);
  EXPECT_TRUE(fit_waves(m, 13).empty()) << "within three errors";
}

TEST(GaussianBeat, PhasesGoRoundFromRToR) {
  const std::vector<std::int64_t> beats{100, 180, 300};
  const auto phases = beat_phases(beats, 400);
  EXPECT_NEAR(phases[100], 0, 1e-12);
  EXPECT_NEAR(phases[120], std::numbers::pi / 2, 1e-12);
  EXPECT_NEAR(phases[180], 0, 1e-12);
  EXPECT_NEAR(phases[210], std::numbers::pi / 2, 1e-12);
  EXPECT_NEAR(phases[80], -std::numbers::pi / 2, 1e-12);
  EXPECT_NEAR(phases[330], std::numbers::pi / 2, 1e-12);
}

TEST(GaussianBeat, MeanIsThatOfMostBeats) {
  // One beat in five is 50 higher: the median does not know.
  std::vector<double> x, phases;
  for (int beat = 0; beat < 25; ++beat)
    for (int i = 0; i < 100; ++i) {
      phases.push_back((i + 0.5) / 100 * 2 * std::numbers::pi - std::numbers::pi);
      x.push_back(std::sin(phases.back()) + (beat % 5 == 0 ? 50 : 0));
    }
  std::vector<bool> good(x.size(), true);
  const auto m = mean_over_phase(x, phases, good, 100);
  ASSERT_EQ(m.mean.size(), 100u);
  for (std::size_t b = 0; b < 100; ++b) ASSERT_NEAR(m.mean[b], std::sin(m.phase[b]), 1e-12) << b;
}

TEST(PhaseKalman, SolvesTheLeastSquaresOfAWalkSeenInNoise) {
  // Without waves the voltage is a random walk of variance q seen in noise of variance r: what is most likely has the
  // least sum of (x - v)^2 / r + (step of v)^2 / q.
  const double q = 0.04, r = 1;
  const Eigen::Index n = 300;
  RandomStream random(3, "walk");
  std::vector<double> x(static_cast<std::size_t>(n)), phases(x.size());
  double v = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    v += 0.2 * random.normal();
    x[i] = v + random.normal();
    phases[i] = wrapped(0.01 * static_cast<double>(i));
  }
  std::vector<bool> good(x.size(), true);
  for (std::size_t i = 120; i < 150; ++i) good[i] = false;
  PhaseKalman kalman({}, {.voltage = q, .phase_seen = 1e-6, .voltage_seen = r}, 1, 100, 1000);
  const auto smooth = kalman.smooth(phases, x, good);
  // To begin with, the voltage is 0 give or take the largest value.
  double most = 0;
  for (double value : x) most = std::max(most, std::fabs(value));
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(n);
  a(0, 0) += 1 / (most * most);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (good[static_cast<std::size_t>(i)]) {
      a(i, i) += 1 / r;
      b(i) = x[static_cast<std::size_t>(i)] / r;
    }
    if (i + 1 == n) continue;
    a(i, i) += 1 / q;
    a(i + 1, i + 1) += 1 / q;
    a(i, i + 1) -= 1 / q;
    a(i + 1, i) -= 1 / q;
  }
  const Eigen::VectorXd exact = a.llt().solve(b);
  for (Eigen::Index i = 0; i < n; ++i) ASSERT_NEAR(smooth[static_cast<std::size_t>(i)], exact(i), 1e-9) << i;
}

TEST(PhaseKalman, FollowsWavesWithoutLookingAtThem) {
  // Nothing is seen but the phase: the voltage is the model's own.
  const std::vector<GaussianWave> waves{{100, 0.05, 0.0}, {-30, 0.04, 0.2}, {25, 0.3, 1.7}};
  std::vector<double> phases(20000), x(phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) phases[i] = wrapped(0.0035 * static_cast<double>(i) - 3);
  PhaseKalman kalman(waves, {.phase_seen = 1e-9, .voltage_seen = 1}, 1, 100, 2000);
  const auto smooth = kalman.smooth(phases, x, std::vector<bool>(x.size(), false));
  for (std::size_t i = 0; i < phases.size(); ++i) ASSERT_NEAR(smooth[i], value_of(waves, phases[i]), 3) << i;
}

TEST(EkfSmoother, WorksAtAnyRate) {
  for (const double rate : {250.0, 500.0, 1000.0, 4000.0}) {
    const hearts::Mix m{.rate = {rate}, .emg_over_ecg_dB = -10, .seed = 511};
    const auto mixed = hearts::mix(m);
    const auto alone = hearts::in_band(mixed.emg, 1, m.rate);
    const auto q =
        hearts::quality(hearts::in_band(hearts::treated(EkfSmoother{}, m, mixed.x), 1, m.rate), alone, m.rate);
    std::printf("[ MEASURED ] EkfSmoother, %g Hz, -10 dB: error %.1f %%, EMG lost %.1f %%\n", rate, q.error, q.lost);
    EXPECT_LE(q.error, 15) << rate;  // untreated 270 %
  }
}

TEST(EkfSmoother, LeavesAloneWhatItMust) { hearts::leaves_alone_what_it_must(EkfSmoother{}); }
TEST(EkfSmoother, ScalesAndKeepsChannelsApart) { hearts::scales_and_keeps_channels_apart(EkfSmoother{}); }
TEST(EkfSmoother, TakesLittleWhereThereIsNoHeart) {
  const double lost = hearts::lost_without_a_heart(EkfSmoother{});
  EXPECT_GE(lost, 0);
  EXPECT_LE(lost, 4);
}

TEST(EkfSmoother, IsTheSameInBlocks) {
  // Records of more than a block: what is smoothed from behind a block's end does not depend on what follows.
  const hearts::Mix m{.rate = {1000}, .duration = {240}, .emg_over_ecg_dB = -5, .seed = 541};
  const auto mixed = hearts::mix(m);
  const auto beats = hearts::inside(mixed.r_peaks, mixed.frames);
  std::vector<std::int64_t> r;
  for (double at : beats) r.push_back(std::llround(at));
  const auto phases = beat_phases(r, mixed.x.size());
  const std::vector<bool> good(mixed.x.size(), true);
  const auto smoothed = [&](std::size_t n) {
    PhaseKalman kalman(
        {{60, 0.05, 0}, {-20, 0.05, 0.2}},
        {.height = 0.0016, .shape = 0.0004, .rate = 0.2, .voltage = 0.16, .phase_seen = 1e-5, .voltage_seen = 400}, 0.6,
        100, 1000);
    return kalman.smooth({phases.data(), n}, {mixed.x.data(), n}, good);
  };
  const auto all = smoothed(mixed.x.size()), first = smoothed(130000);
  for (std::size_t i = 0; i < 110000; ++i) ASSERT_NEAR(all[i], first[i], 1e-9) << i;
}

TEST(EkfSmoother, RefusesWhatCannotBe) {
  const std::vector<double> x(20000);
  const auto told = [&](const EkfSmoother& spec, double rate, std::int64_t frames) {
    const auto tried = remove_ecg(spec, {x.data(), frames, 1}, hearts::format_of({rate}, 1), {});
    return tried ? std::string() : message(tried.fault());
  };
  EXPECT_EQ(told({}, 1000, 20000), "");
  EXPECT_NE(told({.waves = 0}, 1000, 20000).find("waves is 0: expected 1 to 30"), std::string::npos);
  EXPECT_NE(told({}, 200, 20000).find("at least 250 Hz"), std::string::npos);
  EXPECT_NE(told({}, 1000, 4000).find("frames is 4000: expected at least 5000, 5 s"), std::string::npos);
}

}  // namespace
}  // namespace unguard
