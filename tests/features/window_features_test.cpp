// SPDX-License-Identifier: Apache-2.0
// Truth: worked by hand; closed forms. (Against independent definitions and LibEMG: the Python tests.)
#include "unguard/features/window_features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace unguard {
namespace {

using namespace features;

const std::vector<double> x{3, -1, 2, 2, -4, 0, 1};

TEST(Features, OfSevenSamplesAreWhatComesOutByHand) {
  EXPECT_DOUBLE_EQ(integrated(x), 13);
  EXPECT_DOUBLE_EQ(mean_absolute(x), 13.0 / 7);
  EXPECT_DOUBLE_EQ(square_integral(x), 35);
  EXPECT_DOUBLE_EQ(variance(x), (35 - 9.0 / 7) / 6);
  EXPECT_DOUBLE_EQ(waveform_length(x), 4 + 3 + 0 + 6 + 4 + 1);
  EXPECT_DOUBLE_EQ(step_deviation(x), std::sqrt(78.0 / 6));
  EXPECT_DOUBLE_EQ(maximum_fractal_length(x), std::log10(std::sqrt(78.0)));
  EXPECT_EQ(zero_crossings(x, 0), 4);  // from -4 over an exact 0 to 1 there is one, where it gets to 1
  EXPECT_EQ(zero_crossings(x, 4), 2);
  EXPECT_EQ(zero_crossings(x, 4.5), 1);
  EXPECT_EQ(slope_changes(x, 0), 2);  // a plateau is no turn
  EXPECT_EQ(slope_changes(x, 5), 1);
  EXPECT_EQ(willison_amplitude(x, 4), 3);
  EXPECT_EQ(willison_amplitude(x, 0), 6);
  EXPECT_EQ(log_detector(x), 0);
  EXPECT_NEAR(log_detector(std::vector<double>{1, -4, 2, 2}), 2, 1e-15);
  EXPECT_NEAR(skewness(std::vector<double>{0, 0, 0, 1}), 2 / std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(kurtosis(std::vector<double>{0, 0, 0, 1}), 7.0 / 3, 1e-15);
}

TEST(Features, OfASineAreTheClosedForms) {
  std::vector<double> sine(2000);
  const double omega = 2 * std::numbers::pi * 50 / 2000;
  for (std::size_t n = 0; n < sine.size(); ++n) sine[n] = 10 * std::sin(omega * (static_cast<double>(n) + 0.3));
  EXPECT_NEAR(mean_absolute(sine), 20 / std::numbers::pi, 0.01);
  EXPECT_NEAR(hjorth_activity(sine), 50, 1e-9);
  EXPECT_NEAR(hjorth_mobility(sine), 2 * std::sin(omega / 2), 1e-3);
  EXPECT_NEAR(hjorth_complexity(sine), 1, 1e-3);
  EXPECT_EQ(zero_crossings(sine, 0), 99);
  EXPECT_EQ(slope_changes(sine, 0), 100);
  EXPECT_NEAR(kurtosis(sine), 1.5, 1e-9);
}

TEST(Features, CepstrumOfOnePoleIsItsPowersOverTheirNumber) {
  const auto c = cepstrum(std::vector<double>{-0.8, 0, 0, 0});  // 1 / (1 - 0.8 / z)
  for (int p = 1; p <= 4; ++p) EXPECT_NEAR(c[static_cast<std::size_t>(p - 1)], std::pow(0.8, p) / p, 1e-15);
}

TEST(Features, SampleEntropyOfAFewSamplesIsCountedByHand) {
  // 1 2 1 2 1 2: of 4 stretches of two, 1 2 | 2 1 | 1 2 | 2 1, two pairs are alike, and stay so.
  EXPECT_EQ(sample_entropy(std::vector<double>{1, 2, 1, 2, 1, 2}, 2, 0.2), 0);
  // 1 2 1 2 5 1: 1 2 | 2 1 | 1 2 | 2 5: one pair is alike, and goes on to 1 and to 5.
  EXPECT_TRUE(std::isnan(sample_entropy(std::vector<double>{1, 2, 1, 2, 5, 1}, 2, 0.2)));
  // 1 1 1 1 2: 1 1 | 1 1 | 1 1: three pairs, of which the one of the first two goes on alike.
  EXPECT_DOUBLE_EQ(sample_entropy(std::vector<double>{1, 1, 1, 1, 2}, 2, 0.2), std::log(3.0));
}

// White Gaussian noise: -ln of the chance that two differ by no more than 0.2 standard deviations, erf(0.2 / 2).
TEST(Features, SampleEntropyOfWhiteNoiseIsTheClosedForm) {
  std::mt19937_64 random(31);
  std::normal_distribution<double> normal;
  std::vector<double> noise(4000);
  for (double& v : noise) v = normal(random);
  const double truth = -std::log(std::erf(0.1));
  EXPECT_NEAR(sample_entropy(noise, 2, 0.2), truth, 0.1);  // about 1,300 pairs: 0.028 is a standard error
}

TEST(Features, OfAConstantAreUndefinedWhereTheyHaveNoValue) {
  // Also of those whose mean rounding does not give back: the steps of a converter.
  for (int step = -200; step <= 200; ++step) {
    const std::vector<double> flat(500, 0.0763 * step);
    for (const double v : {skewness(flat), kurtosis(flat), hjorth_mobility(flat), sample_entropy(flat, 2, 0.2)})
      EXPECT_TRUE(std::isnan(v)) << step;
    EXPECT_EQ(variance(flat), 0) << step;
  }
  const std::vector<double> flat(50, 7);
  for (const double v : {skewness(flat), kurtosis(flat), hjorth_mobility(flat), hjorth_complexity(flat),
                         sample_entropy(flat, 2, 0.2), fuzzy_entropy(flat, 2, 0.2), maximum_fractal_length(flat)})
    EXPECT_TRUE(std::isnan(v));
  EXPECT_EQ(variance(flat), 0);
}

const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(2)};

TEST(Features, SlideAndLeaveOutWindowsWithSamplesThatAreNotFinite) {
  std::vector<double> record(2 * 1000);
  for (std::size_t i = 0; i < record.size(); ++i) record[i] = std::sin(static_cast<double>(i));
  record[2 * 260 + 1] = std::numeric_limits<double>::quiet_NaN();
  const Feature wanted[] = {Feature::mav, Feature::ar};
  const auto table =
      window_features(wanted, {.window = {0.1}, .step = {0.05}}, {record.data(), 1000, 2}, format).take();
  EXPECT_EQ(table.columns, (std::vector<std::string>{"MAV", "AR1", "AR2", "AR3", "AR4"}));
  ASSERT_EQ(table.starts.size(), 19u);
  EXPECT_EQ(table.starts.back(), 900);
  for (std::size_t w = 0; w < table.starts.size(); ++w)
    for (std::size_t c = 0; c < 2; ++c) {
      const bool lost = c == 1 && table.starts[w] <= 260 && 260 < table.starts[w] + 100;
      for (std::size_t k = 0; k < 5; ++k)
        EXPECT_EQ(std::isnan(table.values[(w * 2 + c) * 5 + k]), lost) << w << " " << c << " " << k;
    }
  const auto none = window_features(wanted, {}, {record.data(), 10, 2}, format).take();
  EXPECT_TRUE(none.starts.empty());
}

TEST(Features, LeaveOutWindowsWithSamplesThatMustNotBeBelieved) {
  std::vector<double> record(2 * 1000, 3.0);
  std::vector<Marks> marks(record.size(), mark::none);
  marks[2 * 260 + 1] = mark::gap;
  marks[2 * 700] = mark::noise;  // degrades a level only
  const Feature wanted[] = {Feature::mav};
  const auto table =
      window_features(wanted, {.window = {0.1}, .step = {0.05}}, {record.data(), 1000, 2, marks.data()}, format).take();
  int lost = 0;
  for (std::size_t w = 0; w < table.starts.size(); ++w)
    for (std::size_t c = 0; c < 2; ++c) {
      const bool within = c == 1 && table.starts[w] <= 260 && 260 < table.starts[w] + 100;
      EXPECT_EQ(std::isnan(table.values[w * 2 + c]), within) << w << " " << c;
      lost += within;
    }
  EXPECT_EQ(lost, 2);
}

TEST(Features, RefuseByNameWhatTheyCannotDo) {
  const std::vector<double> record(100);
  const auto said = [&](Feature f, const FeatureWindows& spec) {
    const Feature wanted[] = {f};
    const auto made = window_features(wanted, spec, {record.data(), 50, 2}, format);
    return made ? "" : message(made.fault());
  };
  EXPECT_EQ(said(Feature::wamp, {}),
            "wamp_threshold is not given: expected a threshold in uV for WAMP, 0 uV to count every one "
            "(FeatureWindows.wamp_threshold)");
  EXPECT_NE(said(Feature::zc, {}), "");
  EXPECT_NE(said(Feature::ssc, {}), "");
  EXPECT_EQ(said(Feature::zc, {.zc_threshold = Microvolts{0}}), "");
  EXPECT_EQ(said(Feature::ar, {.window = {0.005}}),
            "window is 0.005 s, 5 samples: expected at least 8 samples for these features (FeatureWindows.window)");
  EXPECT_NE(said(Feature::mav, {.step = {1e-5}}), "");
}

}  // namespace
}  // namespace unguard
