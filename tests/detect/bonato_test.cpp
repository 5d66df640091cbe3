// SPDX-License-Identifier: Apache-2.0
// Truth: the closed forms of Bonato et al. 1998, tabled by another program (research/methods 3.1); the binomial
// distribution summed from its other end; Monte Carlo.
#include "unguard/detect/bonato.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/simulate/carrier.hpp"

namespace unguard {
namespace {

TEST(Bonato, ItsClosedFormsAreThoseOfTheTable) {
  // methods 3.1, m = 5: within half of the last digit given.
  struct Row {
    double alarm;
    int r0;
    double share, zeta;
    double detection[5];
  };
  const Row rows[] = {{0.05, 1, 0.01021, 9.170, {0.705, 0.921, 0.978, 0.995, 1.000}},
                      {0.05, 2, 0.07644, 5.142, {0.703, 0.910, 0.971, 0.992, 1.000}},
                      {0.01, 1, 0.00201, 12.421, {0.489, 0.816, 0.939, 0.985, 1.000}},
                      {0.001, 2, 0.01010, 9.190, {0.295, 0.659, 0.851, 0.951, 0.999}}};
  const double snr[] = {3, 6, 8, 10, 15};
  for (const Row& row : rows) {
    EXPECT_NEAR(bonato_noise_share(row.alarm, row.r0, 5), row.share, 0.51e-5);
    EXPECT_NEAR(bonato_threshold(row.alarm, row.r0, 5), row.zeta, 0.51e-3);
    for (int i = 0; i < 5; ++i)
      EXPECT_NEAR(bonato_detection(row.alarm, row.r0, 5, snr[i]), row.detection[i], 0.51e-3) << snr[i] << " dB";
  }
  EXPECT_NEAR(Bonato{}.threshold, bonato_threshold(0.001, 2, 5), 1e-3);
}

TEST(Bonato, ItsClosedFormsHoldBeyondTheTable) {
  // One of m: 1 - (1 - p)^m; all of m: p^m; any r0: the binomial distribution from its other end.
  for (const double alarm : {1e-9, 1e-4, 0.05, 0.3}) {
    EXPECT_NEAR(bonato_noise_share(alarm, 1, 7) / -std::expm1(std::log1p(-alarm) / 7), 1, 1e-9);
    EXPECT_NEAR(bonato_noise_share(alarm, 4, 4) / std::pow(alarm, 0.25), 1, 1e-12);
    for (const int m : {5, 20, 64})
      for (const int r0 : {1, 2, m / 2}) {
        const double p = bonato_noise_share(alarm, r0, m);
        double fewer = 0;
        for (int k = 0; k < r0; ++k)
          fewer += std::exp(std::lgamma(m + 1.0) - std::lgamma(k + 1.0) - std::lgamma(m - k + 1.0) + k * std::log(p) +
                            (m - k) * std::log1p(-p));
        EXPECT_NEAR(1 - fewer, alarm, 1e-12);
      }
  }
}

// The share of windows of m pairs that do not overlap in which r0 exceed.
double share_of_windows(const std::vector<double>& w, double zeta, int r0, int m) {
  std::int64_t windows = 0, above = 0;
  for (std::size_t i = 0; i + 2 * static_cast<std::size_t>(m) <= w.size(); i += 2 * static_cast<std::size_t>(m)) {
    int exceed = 0;
    for (std::size_t k = 0; k < 2 * static_cast<std::size_t>(m); k += 2)
      exceed += w[i + k] * w[i + k] + w[i + k + 1] * w[i + k + 1] > zeta;
    above += exceed >= r0;
    ++windows;
  }
  return static_cast<double>(above) / static_cast<double>(windows);
}

TEST(Bonato, WhiteNoiseExceedsAsOftenAsTheClosedFormsSay) {
  // Monte Carlo, 2 %: n = 600,000 windows of 10 samples, whose standard error is 0.6 % of 0.05 and less of 0.91.
  const auto w = onsets::white(6000000, 1, 1);
  const double zeta = bonato_threshold(0.05, 2, 5);
  EXPECT_NEAR(share_of_windows(w, zeta, 2, 5) / 0.05, 1, 0.02);
  auto active = w;
  const double times = std::sqrt(1 + std::pow(10.0, 0.6));
  for (double& v : active) v *= times;
  EXPECT_NEAR(share_of_windows(active, zeta, 2, 5) / bonato_detection(0.05, 2, 5, 6), 1, 0.02);
}

TEST(Bonato, WhiteningRestoresItsFalseAlarms) {
  // methods 3.1: limb EMG as noise, at 2 kHz, leaves 0.09 to 0.11 instead of 0.05, and AR(6) restores it. n = 60,000
  // windows, whose standard error is 1.8 % of 0.05, beside the model's own.
  Carrier carrier(corners(CarrierPreset::limb), {2000}, RandomStream(1, "noise"));
  std::vector<double> x, w;
  RestWhitener whitener(6, 40000);
  for (std::int64_t i = 0; i < 640000; ++i) {
    x.push_back(carrier.next());
    if (const auto white = whitener.step(x.back(), i)) w.push_back(*white);
  }
  const double zeta = bonato_threshold(0.05, 1, 5), coloured = share_of_windows(x, zeta, 1, 5),
               whitened = share_of_windows(w, zeta, 1, 5);
  std::printf("[ MEASURED ] windows above by chance, of 0.05: %.4f coloured, %.4f whitened\n", coloured, whitened);
  EXPECT_GT(coloured, 0.08);
  EXPECT_NEAR(whitened, 0.05, 0.005);
}

TEST(Bonato, AlarmsAtTheSecondOfFiveAndFillsShortGaps) {
  // By hand, of variance 1 and a threshold of 9: pairs that exceed are 4, 4. Pair 500 and pair 503 do: onset 1000,
  // decided at sample 1007. Pairs up to 520 do, and again from 530: a gap of 9 pairs, 15 are filled. It ends with pair
  // 599: five behind it, less than two do, and 15 later it is off.
  const std::vector<double> none;
  BonatoChannel channel(RestWhitener(none, 1), 9, 2, 5, {.leave_for = 15});
  std::vector<OnsetChange> said;
  std::vector<std::int64_t> when;
  for (std::int64_t i = 0; i < 2000; ++i) {
    const std::int64_t pair = i / 2;
    const bool high = pair == 500 || (pair >= 503 && pair <= 520) || (pair >= 530 && pair <= 599);
    const auto change = channel.step(high ? 4 : 0.5, i);
    if (change.says == OnsetSays::nothing) continue;
    said.push_back(change);
    when.push_back(i);
  }
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].onset, 1000);
  EXPECT_EQ(when[0], 1007);
  EXPECT_EQ(said[1].says, OnsetSays::off);
  EXPECT_EQ(said[1].offset, 1200);
}

TEST(Bonato, RefusesMoreThanThereAre) {
  // By its own words.
  EXPECT_EQ(message(try_start(Bonato{.at_least = 6}, onsets::format({2000})).fault()),
            "at_least is 6: expected at most out_of, 5 (Bonato.at_least)");
}

}  // namespace
}  // namespace unguard
