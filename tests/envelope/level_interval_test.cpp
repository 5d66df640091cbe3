// SPDX-License-Identifier: Apache-2.0
// Truth: tables of the chi-square distribution, and how often the interval holds the level that was simulated.
#include "unguard/envelope/level_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/envelope/smoothing.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

using namespace literals;

// Truth: Abramowitz & Stegun, table 26.8; the last from scipy.stats.chi2.ppf.
TEST(LevelInterval, HasTheQuantilesOfTheTables) {
  EXPECT_NEAR(chi_square_quantile(1, 0.95), 3.84146, 1e-5);
  EXPECT_NEAR(chi_square_quantile(10, 0.025), 3.24697, 1e-5);
  EXPECT_NEAR(chi_square_quantile(10, 0.975), 20.4832, 1e-4);
  EXPECT_NEAR(chi_square_quantile(100, 0.025), 74.2219, 1e-4);
  EXPECT_NEAR(chi_square_quantile(100, 0.975), 129.561, 1e-3);
  EXPECT_NEAR(chi_square_quantile(2, 0.5), 2 * std::log(2.0), 1e-12);
  const auto wide = level_interval(1e6);
  ASSERT_TRUE(wide);
  EXPECT_NEAR((*wide).low, 1 - 1.96 / std::sqrt(2e6), 2e-6);
  EXPECT_NEAR((*wide).high, 1 + 1.96 / std::sqrt(2e6), 2e-6);
}

TEST(LevelInterval, RefusesWhatCannotBe) {
  EXPECT_EQ(why(level_interval(0)),
            "degrees_of_freedom is 0: expected 0.1 to 1e+09 (LevelInterval.degrees_of_freedom)");
  EXPECT_EQ(why(level_interval(10, 1)), "confidence is 1: expected above 0 and below 1 (LevelInterval.confidence)");
  EXPECT_EQ(why(level_interval(10, std::nan(""))),
            "confidence is nan: expected above 0 and below 1 (LevelInterval.confidence)");
}

// 8,000 levels 5 windows apart, so that they tell nothing of each other.
template <class S>
void covers(const S& spec, CarrierPreset preset) {
  constexpr double rate = 2000;
  constexpr int count = 8000;
  const StreamFormat format{.rate = {rate}, .channels = Channels::unnamed(1)};
  const auto emg = carrier_sections(corners(preset), {rate}), band = *design(Bandpass{}, {rate});
  double area = 0, squares = 0;
  for (double f = 0.25; f < rate / 2; f += 0.5) {
    const double p = std::norm(response(emg, {f}, {rate}) * response(band, {f}, {rate})) * 2 / rate;
    area += p * 0.5;
    squares += p * p * 0.5;
  }
  const Smoothing smooth = *smoothing(spec, {rate});
  const double freedom = degrees_of_freedom(Hertz{area * area / squares}, smooth.window,
                                            roots_power(spec) ? Detection::power : Detection::rectified);
  const LevelInterval interval = *level_interval(freedom);
  // The mean of |x| of Gaussian noise is sqrt(2 / pi) of its RMS.
  const double truth = std::sqrt(area) * (roots_power(spec) ? 1 : std::sqrt(2 / std::numbers::pi));
  Carrier carrier(corners(preset), {rate}, RandomStream(302, "coverage"));
  auto live = start(Chain{Bandpass{}, spec}, format);
  const auto step = static_cast<std::int64_t>(5 * smooth.window.value * rate);
  std::vector<double> x(static_cast<std::size_t>(step));
  int held = 0;
  for (int i = -3; i < count; ++i) {
    for (double& v : x) v = carrier.next();
    live.process({x.data(), step, 1}, {x.data(), step, 1});
    if (i < 0) continue;
    const Estimate e = interval.of(x.back());
    held += e.low <= truth && truth <= e.high;
  }
  const double share = 100.0 * held / count;
  std::printf("[ measured ] %s on %s, nu %.1f: 95 %% interval holds the level in %.2f %% of %d\n",
              to_text(spec).c_str(), to_text(preset).c_str(), freedom, share, count);
  // One deviation of the count is 0.22 %.
  EXPECT_GE(share, 93);
  EXPECT_LE(share, 97);
}

TEST(LevelInterval, HoldsTheLevelAsOftenAsItSays) {
  for (const auto preset : {CarrierPreset::trunk, CarrierPreset::limb}) {
    covers(Rms{.window = 125_ms}, preset);
    covers(TwoPole{.window = 125_ms, .detection = Detection::power}, preset);
    covers(TwoPole{.window = 250_ms}, preset);
    covers(ExponentialEnvelope{.time_constant = 125_ms}, preset);
  }
}

}  // namespace
}  // namespace unguard
