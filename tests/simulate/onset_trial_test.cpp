// SPDX-License-Identifier: Apache-2.0
#include "unguard/simulate/onset_trial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "unguard/simulate/onset_record.hpp"

namespace unguard {
namespace {

constexpr CarrierKind kinds[] = {CarrierKind::gaussian, CarrierKind::laplacian, CarrierKind::motor_units};
constexpr OnsetShape shapes[] = {OnsetShape::step, OnsetShape::ramp, OnsetShape::trapezoid,
                                 OnsetShape::truncated_gaussian};

std::vector<double> noise_of(const OnsetTrial& trial, std::size_t frames) {
  OnsetNoise noise = start_onset_noise(trial, seconds_at({static_cast<std::int64_t>(frames)}, trial.rate));
  std::vector<double> x(frames);
  EXPECT_EQ(noise.generate(x), Status::ok);
  return x;
}

// The mean power behind the band of the SNR, from `begin` on.
double in_band(std::vector<double> x, Hertz rate, std::size_t begin) {
  const Sections band = *design(onset_band(rate), rate);
  std::vector<SectionState> state(band.size());
  double power = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t k = 0; k < band.size(); ++k) x[i] = step(band[k], state[k], x[i]);
    if (i >= begin) power += x[i] * x[i];
  }
  return power / static_cast<double>(x.size() - begin);
}

// Truth: the definition of the SNR, on T = 300 s of each: the standard error of a power is 1 / sqrt(B_s T), at most
// 0.6 % for Gaussian EMG of the trunk, sqrt(5 / 2) of that for Laplacian EMG; both powers together, 4.5 standard errors
// are at most 0.22 dB.
TEST(OnsetTrial, SnrIsTheRatioOfThePowersInTheBand) {
  double worst = 0, worst_noise = 0;
  std::int64_t seed = 30;
  for (double rate : {500.0, 1000.0, 4000.0})
    for (auto kind : kinds)
      for (auto colour : {NoiseColour::white, NoiseColour::trunk, NoiseColour::limb}) {
        const OnsetTrial trial{.seed = ++seed,
                               .rate = {rate},
                               .carrier = colour == NoiseColour::white ? CarrierPreset::limb : CarrierPreset::trunk,
                               .kind = kind,
                               .baseline = {1},
                               .active = {300},
                               .tail = {0},
                               .snr_dB = 8,
                               .noise = {3},
                               .noise_colour = colour};
        const OnsetRecord record = simulate_onset(trial);
        const auto begin = static_cast<std::size_t>(record.onset.value) + static_cast<std::size_t>(rate / 2);
        const std::vector<double> noise = noise_of(trial, record.data.size());
        std::vector<double> emg = record.data;
        for (std::size_t i = 0; i < emg.size(); ++i) emg[i] -= noise[i];
        const double n = in_band(noise, {rate}, begin), e = in_band(emg, {rate}, begin);
        EXPECT_NEAR(10 * std::log10(e / n), 8, 0.22) << rate << to_text(kind) << to_text(colour);
        EXPECT_NEAR(std::sqrt(n), 3, 3 * 4.5 * 0.003) << rate << to_text(colour);
        worst = std::max(worst, std::fabs(10 * std::log10(e / n) - 8));
        worst_noise = std::max(worst_noise, std::fabs(std::sqrt(n) / 3 - 1));
      }
  std::printf("[ MEASURED ] 27 kinds of trial, 300 s: SNR within %.3f dB, noise within %.2f %%\n", worst,
              100 * worst_noise);
}

// Truth: the definition of the ratio, on 300 s of the heart alone: the record less the same without a heart. Beats vary
// by 6 % in length, 2 % of it by chance: their number, and the power with it, is within 1 % (0.05 dB) of the mean.
TEST(OnsetTrial, TheHeartIsAsFarBelowTheEmgAsStated) {
  for (double rate : {500.0, 2000.0})
    for (double ratio : {10.0, 0.0, -5.0}) {
      OnsetTrial trial{.seed = 5, .rate = {rate}, .snr_dB = 12, .noise = {2}, .emg_over_ecg_dB = ratio};
      const auto frames = static_cast<std::size_t>(300 * rate);
      std::vector<double> heart = noise_of(trial, frames);
      trial.emg_over_ecg_dB.reset();
      const std::vector<double> noise = noise_of(trial, frames);
      for (std::size_t i = 0; i < frames; ++i) heart[i] -= noise[i];
      const double emg = 4 * std::pow(10.0, 1.2);
      EXPECT_NEAR(10 * std::log10(emg / in_band(heart, {rate}, 0)), ratio, 0.06) << rate;
    }
}

// Truth: the definition of the R peaks: where the heart of the record is as high as stated.
TEST(OnsetTrial, RPeaksLieWhereTheTruthSays) {
  OnsetTrial trial{.seed = 6, .baseline = {8}, .emg_over_ecg_dB = 0};
  const OnsetRecord record = simulate_onset(trial);
  trial.emg_over_ecg_dB.reset();
  const OnsetRecord without = simulate_onset(trial);
  ASSERT_EQ(record.r_peaks.size(), record.r_peak_times.size());
  EXPECT_NEAR(static_cast<double>(record.r_peaks.size()), 9.5 * 65 / 60, 2);
  EXPECT_TRUE(without.r_peaks.empty());
  EXPECT_EQ(without.r_peak, Microvolts{0});
  for (const SampleIndex r : record.r_peaks) {
    const auto i = static_cast<std::size_t>(r.value);
    EXPECT_NEAR((record.data[i] - without.data[i]) / record.r_peak.value, 1, 0.02);
  }
}

// Truth: the definition of onset and offset: the record differs from its noise there and nowhere else; and by carrier
// times gate, with nothing filtered.
TEST(OnsetTrial, TheBurstIsCarrierTimesGateFromOnsetToOffset) {
  for (double rate : {500.0, 1000.0, 2000.0, 4000.0})
    for (auto kind : kinds)
      for (auto shape : shapes) {
        const OnsetTrial trial{.seed = 9, .rate = {rate}, .kind = kind, .shape = shape, .emg_over_ecg_dB = 10};
        const OnsetRecord record = simulate_onset(trial);
        const double active = shape == OnsetShape::truncated_gaussian ? 0.3 : 1;
        EXPECT_EQ(record.onset, SampleIndex{static_cast<std::int64_t>(0.7 * rate)});
        EXPECT_EQ(record.offset - record.onset, static_cast<std::int64_t>(active * rate));
        EXPECT_EQ(record.data.size(), static_cast<std::size_t>((0.7 + active + 0.5) * rate));
        const std::vector<double> noise = noise_of(trial, record.data.size());
        AnyCarrier carrier(kind, trial.carrier, trial.rate, RandomStream(9, "onset carrier"));
        const OnsetGate gate = onset_gate(trial);
        for (std::int64_t i = 0; i < std::ssize(noise); ++i) {
          const auto k = static_cast<std::size_t>(i);
          const double g = gate.at({i});
          if (i < record.onset.value || i >= record.offset.value) {
            ASSERT_EQ(record.data[k], noise[k]) << i;
          } else {
            ASSERT_GT(g, 0);
            ASSERT_DOUBLE_EQ(record.data[k], noise[k] + record.emg_level.value * g * carrier.next()) << i;
          }
        }
      }
}

// Truth: the laws: the seed decides every bit, blocks of any length give the same ones, more begins with less.
TEST(OnsetNoise, AnyCutOfAnyLengthGivesTheSameBits) {
  for (auto colour : {NoiseColour::white, NoiseColour::limb})
    for (bool heart : {false, true}) {
      OnsetTrial trial{.seed = 12, .rate = {1000}, .noise_colour = colour};
      if (heart) trial.emg_over_ecg_dB = 0;
      const std::vector<double> whole = noise_of(trial, 20000), some = noise_of(trial, 5000);
      EXPECT_TRUE(std::equal(some.begin(), some.end(), whole.begin()));
      OnsetNoise noise = start_onset_noise(trial, {3600});
      RandomStream cuts(1, "cuts");
      std::vector<double> block;
      for (std::size_t at = 0; at < whole.size();) {
        block.resize(std::min<std::size_t>(whole.size() - at, static_cast<std::size_t>(cuts.uniform(0, 300))));
        ASSERT_EQ(noise.generate(block), Status::ok);
        ASSERT_TRUE(std::equal(block.begin(), block.end(), whole.begin() + static_cast<std::ptrdiff_t>(at)));
        at += block.size();
      }
      EXPECT_EQ(noise.position(), SampleIndex{20000});
      trial.seed = 13;
      EXPECT_NE(noise_of(trial, 20000), whole);
    }
}

// Truth: the vocabulary of Status.
TEST(OnsetNoise, EndsWhereItWasToldTo) {
  OnsetNoise noise = start_onset_noise({.rate = {1000}}, {2});
  std::vector<double> x(1500, 7.0);
  EXPECT_EQ(noise.generate(x), Status::ok);
  std::fill(x.begin(), x.end(), 7.0);
  EXPECT_EQ(noise.generate(x), Status::ended);
  EXPECT_EQ(x[0], 7.0);
  EXPECT_EQ(noise.frames_left(), 500);
}

}  // namespace
}  // namespace unguard
