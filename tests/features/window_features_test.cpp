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

#include "refusal.hpp"

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
  marks[2 * 700] = mark::noise;                                                    // degrades a level only
  for (const Marks one : {mark::gap, mark::settling, mark::heart, mark::gated}) {  // as of a live spectrum
    marks[2 * 260 + 1] = one;
    const Feature wanted[] = {Feature::mav};
    const auto table =
        window_features(wanted, {.window = {0.1}, .step = {0.05}}, {record.data(), 1000, 2, marks.data()}, format)
            .take();
    int lost = 0;
    for (std::size_t w = 0; w < table.starts.size(); ++w)
      for (std::size_t c = 0; c < 2; ++c) {
        const bool within = c == 1 && table.starts[w] <= 260 && 260 < table.starts[w] + 100;
        EXPECT_EQ(std::isnan(table.values[w * 2 + c]), within) << w << " " << c;
        lost += within;
      }
    EXPECT_EQ(lost, 2);
  }
}

TEST(Features, LeaveOutWindowsBeyondFullScale) {
  const Feature wanted[] = {Feature::ssi, Feature::kurtosis};
  std::vector<double> record(2 * 200);
  for (std::size_t i = 0; i < record.size(); ++i) record[i] = std::sin(static_cast<double>(i));
  for (const double size : {-1.1e7, 1e160, 1e200}) {
    record[2 * 150] = size;
    const auto table =
        window_features(wanted, {.window = {0.1}, .step = {0.1}}, {record.data(), 200, 2}, format).take();
    ASSERT_EQ(table.starts.size(), 2u);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::isnan(table.values[i]), i == 4 || i == 5) << size << " " << i;
  }
  record[2 * 150] = -1e7;  // full scale itself
  const auto table = window_features(wanted, {.window = {0.1}, .step = {0.1}}, {record.data(), 200, 2}, format).take();
  for (const double v : table.values) EXPECT_TRUE(std::isfinite(v));
}

// The steps of a ramp are all alike, and those of a parabola's steps: what is left is rounding.
TEST(Features, OfRoundingAloneThereIsNoComplexity) {
  for (const double slope : {0.1, 1.0, -0.3, 1e-9, 7e3})
    for (const double offset : {0.0, 0.7, -1e4}) {
      std::vector<double> ramp, parabola;
      for (int n = 0; n < 500; ++n) {
        ramp.push_back(offset + slope * n);
        parabola.push_back(offset + slope * n * n);
      }
      EXPECT_TRUE(std::isnan(hjorth_complexity(ramp))) << slope << " " << offset << " " << hjorth_complexity(ramp);
      EXPECT_TRUE(std::isnan(hjorth_mobility(ramp))) << slope << " " << offset << " " << hjorth_mobility(ramp);
      EXPECT_TRUE(std::isnan(hjorth_complexity(parabola))) << slope << " " << offset;
      if (slope > 1e-3) {
        EXPECT_GT(hjorth_mobility(parabola), 0) << slope << " " << offset;
      }
    }
  // A signal of 1 nV on the offset of an electrode is one.
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(300000, 1e-3);
  std::vector<double> small(500);
  for (double& v : small) v = normal(random);
  EXPECT_NEAR(hjorth_mobility(small), std::sqrt(2), 0.1);
  EXPECT_NEAR(hjorth_complexity(small), std::sqrt(1.5), 0.1);  // white noise: variances as 1 : 2 : 6
  // A constant whose last place wavers has no shape.
  std::vector<double> wavers(500, 0.3);
  for (std::size_t n = 0; n < wavers.size(); n += 7) wavers[n] = 0.1 + 0.2;
  for (const double v : {skewness(wavers), kurtosis(wavers), hjorth_mobility(wavers), sample_entropy(wavers, 2, 0.2),
                         fuzzy_entropy(wavers, 2, 0.2)})
    EXPECT_TRUE(std::isnan(v));
}

TEST(Features, RefuseAsSpectraDoWhatIsNoRecordOfTheStream) {
  const std::vector<double> record(2000, 1.0);
  const Feature wanted[] = {Feature::mav};
  const auto said = [&](ConstBlock block, FeatureWindows spec = {.window = {0.1}, .step = {0.1}}) {
    return why(window_features(wanted, spec, block, format));
  };
  EXPECT_EQ(said({record.data(), 1000, 2}), "accepted");
  EXPECT_EQ(said({record.data(), 2000, 1}), "channels is 1: expected 2 (record.channels)");
  EXPECT_EQ(said({record.data(), -5, 2}), "samples is -5 samples: expected one sample or more (record.samples)");
  EXPECT_EQ(said({record.data(), 0, 2}), "samples is 0 samples: expected one sample or more (record.samples)");
  EXPECT_EQ(said({nullptr, 1000, 2}), "samples is 1000 samples: expected one sample or more (record.samples)");
}

TEST(Features, RefuseTablesThatDoNotFitIntoMemory) {
  const std::vector<double> record(2 * 2000000);
  std::vector<Feature> wanted(40, Feature::mav);
  EXPECT_EQ(why(window_features(wanted, {.window = {0.1}, .step = {0.001}}, {record.data(), 2000000, 2}, format)),
            "step is 0.001 s, which makes 1999901 windows of 2 channels and 40 columns: expected at most 134217728 "
            "numbers at once, 1 GiB (FeatureWindows.step)");
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

TEST(Features, NeedNoMoreSamplesThanTheySayAndNoFewer) {
  const std::vector<double> record{3, -1, 2, 2.5, -4, 0.5, 1, -2};
  for (std::size_t i = 0; i < names(static_cast<Feature*>(nullptr)).size(); ++i) {
    const Feature wanted[] = {static_cast<Feature>(i)};
    const FeatureWindows any{
        .zc_threshold = Microvolts{0}, .ssc_threshold = Microvolts{0}, .wamp_threshold = Microvolts{0}};
    const auto of = [&](std::int64_t samples) {
      FeatureWindows spec = any;
      spec.window = {static_cast<double>(samples) / 1000};
      return window_features(wanted, spec, {record.data(), 8, 1}, {.rate = {1000}, .channels = Channels::unnamed(1)});
    };
    const std::int64_t least = least_samples(wanted[0], any);
    ASSERT_TRUE(of(least)) << to_text(wanted[0]);
    // Stretches that are alike are not to be had from a few.
    if (wanted[0] != Feature::sampen && wanted[0] != Feature::fuzzyen) {
      EXPECT_TRUE(std::isfinite(of(least)->values[0])) << to_text(wanted[0]);
    }
    if (least > 1) {
      EXPECT_EQ(message(of(least - 1).fault()), "window is " + to_text(Seconds{static_cast<double>(least - 1) / 1000}) +
                                                    ", " + to_text(least - 1) + " samples: expected at least " +
                                                    to_text(least) + " samples for these features " +
                                                    "(FeatureWindows.window)");
    }
  }
}

}  // namespace
}  // namespace unguard
