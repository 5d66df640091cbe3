// SPDX-License-Identifier: Apache-2.0
#include "unguard/detect/rest_calibrator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "detect/streams.hpp"
#include "unguard/core/live_filter.hpp"
#include "unguard/detect/quietest_rest.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using streams::format;
using streams::in;
using streams::rate;
using streams::Wave;

// Resting EMG of the trunk behind the band-pass: the slowest noise, on which choosing biases most.
std::vector<double> trunk_noise(double seconds, std::uint64_t seed) {
  Carrier carrier(corners(CarrierPreset::trunk), {rate}, RandomStream(seed, "rest", 0));
  auto band = start(Bandpass{}, format());
  std::vector<double> x(static_cast<std::size_t>(in(seconds + 1)));
  for (auto& v : x) v = 3 * carrier.next();
  const auto n = static_cast<std::int64_t>(x.size());
  band.process({x.data(), n, 1}, {x.data(), n, 1});
  x.erase(x.begin(), x.begin() + in(1));
  return x;
}
ConstBlock block(const std::vector<double>& x) { return {x.data(), static_cast<std::int64_t>(x.size()), 1}; }

std::string refusal(const Result<RestCalibration>& result) {
  return result.has_value() ? "accepted" : message(result.fault());
}

// Truth: closed form, the chi distribution of a moving RMS of white noise with 200 and 50 samples: median
// sigma (1 - 1/(9 nu) ...) and sd sigma / sqrt(2 nu).
TEST(RestCalibrator, RecoversLevelAndSpreadOfWhiteNoise) {
  const auto rest = calibrate_rest({}, Wave{}.noise(120, 5, 1).block(), format(), "white");
  EXPECT_NEAR(rest.level.per_channel[0].value, 5 * std::sqrt(std::pow(1 - 2 / (9.0 * 200), 3)), 0.03);
  EXPECT_NEAR(rest.fast_level.per_channel[0].value, 5 * std::sqrt(std::pow(1 - 2 / (9.0 * 50), 3)), 0.03);
  EXPECT_NEAR(rest.spread.per_channel[0].value, 5 / std::sqrt(2 * 200.0), 0.02);
  EXPECT_NEAR(rest.fast_spread.per_channel[0].value, 5 / std::sqrt(2 * 50.0), 0.03);
  EXPECT_EQ(rest.level.source, CalibrationSource::declared);
  EXPECT_EQ(rest.level.how, "white; moving RMS of 0.1 s");
  EXPECT_NEAR(rest.level.duration.value, 120, 0.2);
  EXPECT_NEAR(static_cast<double>(rest.level.samples), 120 * rate, 0.2 * rate);
}

// Truth: coverage by simulation; 1,000 rests of 10 s around the pooled value. A perfect interval covers 92 to 98 % of
// them with more than 0.9999.
TEST(RestCalibrator, IntervalsCoverTheTruthAsOftenAsTheySay) {
  const auto pooled = calibrate_rest({}, block(trunk_noise(2400, 1)), format(), "");
  constexpr const Calibration RestCalibration::*all[] = {&RestCalibration::level, &RestCalibration::spread,
                                                         &RestCalibration::fast_level, &RestCalibration::fast_spread};
  int covered[4] = {};
  for (int i = 0; i < 1000; ++i) {
    const auto rest = calibrate_rest({}, block(trunk_noise(10, 100 + static_cast<std::uint64_t>(i))), format(), "");
    for (int k = 0; k < 4; ++k) {
      const Estimate& e = (rest.*all[k]).per_channel[0];
      const double truth = (pooled.*all[k]).per_channel[0].value;
      covered[k] += e.low <= truth && truth <= e.high;
    }
    EXPECT_GT(rest.level.samples, in(9.8));
    EXPECT_LE(rest.level.samples, in(10));
  }
  std::printf(
      "[ MEASURED ] rest, 95 %% interval of 1000 rests of 10 s covers: level %.1f %%, spread %.1f %%, "
      "fast level %.1f %%, fast spread %.1f %%\n",
      covered[0] / 10.0, covered[1] / 10.0, covered[2] / 10.0, covered[3] / 10.0);
  for (const int c : covered) {
    EXPECT_GE(c, 920);
    EXPECT_LE(c, 980);
  }
}

// Truth: the same noise as a declared rest. Stated: level within 2 %, spreads within 6 %, on average over 200 records.
TEST(QuietestRest, EqualsTheDeclaredRestOnStationaryNoise) {
  for (const double seconds : {20.0, 60.0}) {
    RestNoise seed_sum, wide_sum, declared_sum;
    constexpr int records = 200;
    const auto add = [](RestNoise& sum, const RestNoise& n) {
      sum.level += n.level / records;
      sum.spread += n.spread / records;
      sum.fast_level += n.fast_level / records;
      sum.fast_spread += n.fast_spread / records;
    };
    for (int i = 0; i < records; ++i) {
      const auto x = trunk_noise(seconds, 1000 + static_cast<std::uint64_t>(i));
      const auto wanted = std::max(in(2), static_cast<std::int64_t>(x.size()) / 10);
      add(seed_sum, *rest_detail::quietest({}, block(x), 0, format(), {in(0.1), in(0.025)}, wanted));
      add(wide_sum, calibrate_quietest_offline({}, block(x), format(), "").at(0));
      add(declared_sum, calibrate_rest({}, block(x), format(), "").at(0));
    }
    std::printf(
        "[ measured ] quietest / declared, %.0f s: level %.4f %.4f, spread %.3f %.3f; widened: level %.4f %.4f, "
        "spread %.3f %.3f (slow, fast)\n",
        seconds, seed_sum.level / declared_sum.level, seed_sum.fast_level / declared_sum.fast_level,
        seed_sum.spread / declared_sum.spread, seed_sum.fast_spread / declared_sum.fast_spread,
        wide_sum.level / declared_sum.level, wide_sum.fast_level / declared_sum.fast_level,
        wide_sum.spread / declared_sum.spread, wide_sum.fast_spread / declared_sum.fast_spread);
    for (const RestNoise& n : {seed_sum, wide_sum}) {
      EXPECT_NEAR(n.level / declared_sum.level, 1, 0.02);
      EXPECT_NEAR(n.fast_level / declared_sum.fast_level, 1, 0.02);
      EXPECT_NEAR(n.spread / declared_sum.spread, 1, 0.06);
      EXPECT_NEAR(n.fast_spread / declared_sum.fast_spread, 1, 0.06);
    }
  }
}

// Truth: closed form for the lowest tenth of a normal distribution.
TEST(QuietestRest, KnowsTheLowestShareOfNormalValues) {
  EXPECT_NEAR(rest_detail::lowest(0.1).lambda, 1.754983, 1e-6);
  EXPECT_NEAR(rest_detail::lowest(0.1).variance, 1 + 1.2815516 * 1.754983 - 1.754983 * 1.754983, 1e-5);
  EXPECT_NEAR(rest_detail::lowest(0.5).lambda, 0.797885, 1e-6);
  EXPECT_EQ(rest_detail::lowest(1).lambda, 0);
  EXPECT_EQ(rest_detail::lowest(1).variance, 1);
}

// Truth: the rest that the activity was added to. Activity takes up 60 % of the record.
TEST(QuietestRest, IsNotMovedByActivity) {
  auto x = trunk_noise(60, 5);
  const auto truth = calibrate_rest({}, block(x), format(), "").at(0);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % 10000 >= 4000) x[i] *= 8;
  const auto found = calibrate_quietest_offline({}, block(x), format(), "");
  EXPECT_NEAR(found.at(0).level / truth.level, 1, 0.05);
  EXPECT_NEAR(found.at(0).spread / truth.spread, 1, 0.25);
  EXPECT_EQ(found.level.source, CalibrationSource::quietest);
  EXPECT_GT(found.level.samples, in(15));
}

// Truth: what the messages have to name.
TEST(RestCalibrator, RefusesWhatIsNoRest) {
  const auto f = format();
  Wave wave;
  wave.noise(3, 5, 3);
  std::vector<Marks> marks(wave.x.size());
  EXPECT_TRUE(try_calibrate_rest({}, wave.block(&marks), f, "").has_value());
  EXPECT_EQ(refusal(try_calibrate_rest({}, Wave{}.noise(1.5, 5, 2).block(), f, "")),
            "stretch is 1.5 s: expected unmarked signal of at least 2 s (RestCalibrator.stretch)");
  for (std::size_t i = 0; i < 1400; ++i) marks[i] = mark::lead_off;
  EXPECT_NE(refusal(try_calibrate_rest({}, wave.block(&marks), f, "")).find("share of marked samples of at most 0.2"),
            std::string::npos);
  for (std::size_t i = 0; i < 2500; ++i) marks[i] = mark::lead_off;
  EXPECT_NE(refusal(try_calibrate_rest({}, wave.block(&marks), f, "")).find("1.75 s"), std::string::npos);
  std::fill(marks.begin(), marks.end(), mark::none);
  for (std::size_t i = 0; i < marks.size(); i += 100) marks[i] = mark::gap;
  EXPECT_NE(refusal(try_calibrate_rest({}, wave.block(&marks), f, "")).find("marks so rare"), std::string::npos);
  EXPECT_NE(refusal(try_calibrate_rest({}, Wave{}.square(5, 0).block(), f, "")).find("flat in channel \"channel 1\""),
            std::string::npos);
  EXPECT_NE(refusal(try_calibrate_rest({}, wave.block(), format(2), "")).find("2 channels"), std::string::npos);
  EXPECT_NE(refusal(try_calibrate_rest({.slow = {0.02}}, wave.block(), f, "")).find("below slow"), std::string::npos);
  EXPECT_NE(refusal(try_calibrate_rest({.most_marked = std::nan("")}, wave.block(), f, "")).find("0 to 0.9"),
            std::string::npos);
  EXPECT_THROW(calibrate_rest({}, Wave{}.noise(1, 5, 2).block(), f, ""), ConfigError);
  EXPECT_NE(refusal(try_calibrate_quietest_offline({}, Wave{}.noise(1.9, 5, 2).block(), f, "")).find("add up to 2 s"),
            std::string::npos);
  EXPECT_NE(refusal(try_calibrate_quietest_offline({.slow = {0.3}}, wave.block(), f, "")).find("quiet window"),
            std::string::npos);
}

// Truth: the same stretch without the samples that were NaN or marked.
TEST(RestCalibrator, LeavesMarkedAndNonFiniteSamplesOut) {
  Wave wave;
  wave.noise(20, 5, 4);
  const auto clean = calibrate_rest({}, wave.block(), format(), "").at(0);
  std::vector<Marks> marks(wave.x.size());
  for (std::size_t i = 10000; i < 13000; ++i) {
    wave.x[i] = i % 2 ? 1e6 : std::numeric_limits<double>::quiet_NaN();
    if (i % 2) marks[i] = mark::motion;
  }
  const auto rest = calibrate_rest({}, wave.block(&marks), format(), "").at(0);
  EXPECT_NEAR(rest.level, clean.level, 0.02 * clean.level);
  EXPECT_NEAR(rest.spread, clean.spread, 0.15 * clean.spread);
}

// Truth: the envelope of a signal that repeats itself within both windows does not vary at all.
TEST(QuietestRest, RefusesARecordWithoutSpread) {
  std::vector<double> x(40000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 ? 4.0 : -4.0;
  const auto refused = try_calibrate_quietest_offline({}, block(x), format(), "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.fault().parameter, "stretch");
}

}  // namespace
}  // namespace unguard
