// SPDX-License-Identifier: Apache-2.0
// Truth: the distribution of a mean square of white noise, which is chi-square; the likelihood of every onset, summed
// anew. (The table of methods: published_table_test.cpp.)
#include "unguard/detect/aglr.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "detect/onset_driver.hpp"
#include "unguard/core/random.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/one_channel_sections.hpp"

namespace unguard {
namespace {

// P(chi-square of n degrees of freedom > x) for even n, in closed form: exp(-x / 2) sum over k < n / 2 of (x / 2)^k /
// k!
double chi_square_tail(int n, double x) {
  double term = std::exp(-x / 2), sum = 0;
  for (int k = 0; k < n / 2; ++k) {
    sum += term;
    term *= x / 2 / (k + 1);
  }
  return sum;
}
// The mean square at which the statistic is h.
double mean_square_at(double h, int n) {
  double low = 1, high = 1e6;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (aglr_statistic(middle, n) < h ? low : high) = middle;
  }
  return low;
}

TEST(Aglr, TwiceItsStatisticIsChiSquareOfOneDegreeOfFreedom) {
  // For many samples; half of it, since only a higher variance counts: P(2 g > x) = erfc(sqrt(x / 2)) / 2. For n = 1200
  // the tails up to 1 % are within 8 %, which is the skewness that is left, 1 / (3 sqrt(n / 2)) deviations.
  for (const double h : {0.25, 1.0, 2.0, 3.0}) {
    const double tail = chi_square_tail(1200, 1200 * mean_square_at(h, 1200));
    EXPECT_NEAR(tail / (0.5 * std::erfc(std::sqrt(h))), 1, 0.08) << h;
  }
}

TEST(Aglr, ExceedsAsOftenAsTheMeanSquareOfWhiteNoiseSays) {
  // Exactly chi-square of 50. n = 100,000 windows that do not overlap: z of 3.5.
  constexpr int n = 50, windows = 100000;
  const auto x = onsets::white(n * (windows + 10), 2, 3);
  const std::vector<double> none;
  for (const double h : {1.0, 2.0, 3.0}) {
    AglrChannel channel(RestWhitener(none, 4), n, 1e9, n, n, {});
    int above = 0;
    for (std::int64_t i = 0; i < n * windows; ++i) {
      channel.step(x[static_cast<std::size_t>(i)], i);
      if ((i + 1) % n == 0) above += channel.statistic() > h;
    }
    const double p = chi_square_tail(n, n * mean_square_at(h, n));
    std::printf("[ MEASURED ] P(g > %g): %.5f, exactly %.5f, for endless windows %.5f\n", h, above / 1e5, p,
                0.5 * std::erfc(std::sqrt(h)));
    EXPECT_NEAR(above / 1e5, p, 3.5 * std::sqrt(p * (1 - p) / windows));
  }
}

TEST(Aglr, AlarmsWhereAWindowSummedAnewDoesAndMovesToTheLikeliestOnset) {
  // Windows and likelihoods summed anew: the same alarm and the same onsets, n = 40 bursts.
  constexpr std::int64_t window = 50, back = 200, ahead = 50;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto x = onsets::burst(6000, 4000, 5500, 2.2, 100 + seed);
    const std::vector<double> none;
    AglrChannel channel(RestWhitener(none, 4), window, 15, back, ahead, {.leave_for = 100});
    std::vector<OnsetChange> said;
    std::vector<std::int64_t> when;
    for (std::int64_t i = 0; i < 6000; ++i) {
      const auto change = channel.step(x[static_cast<std::size_t>(i)], i);
      if (change.says == OnsetSays::nothing) continue;
      said.push_back(change);
      when.push_back(i);
    }
    const auto square = [&](std::int64_t i) {
      return x[static_cast<std::size_t>(i)] * x[static_cast<std::size_t>(i)] / 4;
    };
    const auto mean_square = [&](std::int64_t first, std::int64_t last) {
      double sum = 0;
      for (std::int64_t i = first; i <= last; ++i) sum += square(i);
      return sum / static_cast<double>(last - first + 1);
    };
    std::int64_t alarm = window - 1;
    while (!(aglr_statistic(mean_square(alarm - window + 1, alarm), window) > 15)) ++alarm;
    ASSERT_GE(said.size(), 2u);
    EXPECT_EQ(when[0], alarm);
    std::int64_t likeliest = alarm;
    double best = 0;
    for (std::int64_t j = alarm; j > alarm - back; --j)
      if (const double g = aglr_statistic(mean_square(j, alarm), alarm - j + 1); g > best) {
        best = g;
        likeliest = j;
      }
    EXPECT_EQ(said[0].onset, likeliest);
    EXPECT_EQ(said[1].says, OnsetSays::moved);
    EXPECT_EQ(when[1], alarm + ahead);
    const double v = mean_square(alarm + 1, alarm + ahead);
    best = 0;
    for (std::int64_t j = alarm + ahead; j > alarm - back; --j) {
      double likelihood = 0;
      for (std::int64_t i = j; i <= alarm + ahead; ++i)
        likelihood += -0.5 * std::log(v) + 0.5 * square(i) * (1 - 1 / v);
      if (likelihood > best) {
        best = likelihood;
        likeliest = j;
      }
    }
    EXPECT_EQ(said[1].onset, likeliest) << "seed " << seed;
  }
}

TEST(Aglr, OpensAtTheAlarmAndIsUpdatedBehindIt) {
  // The order of reports: OPEN, UPDATE, CLOSE; the burst's own samples, at 20 dB within 2 ms.
  const auto reports = onsets::reports(Aglr{}, onsets::burst(12000, 8001, 10000, 10, 5));
  ASSERT_GE(reports.size(), 2u);
  EXPECT_EQ(reports.front().report, Report::open);
  EXPECT_EQ(reports.back().report, Report::close);
  for (std::size_t i = 1; i + 1 < reports.size(); ++i) EXPECT_EQ(reports[i].report, Report::update);
  EXPECT_NEAR(static_cast<double>(reports.back().onset.value), 8001, 4);
  EXPECT_NEAR(static_cast<double>(reports.back().offset.value), 10000, 4);
  EXPECT_NEAR(static_cast<double>(reports.back().decided.value), 8001, 8);
}

TEST(Aglr, ColourLeftByTheModelAlarms) {
  // methods 3.2: 163 alarms an hour for h = 8, of noise behind 20-450 Hz and six coefficients, learnt from a rest that
  // is not stated: within a factor of two, since the rate changes as much with a level that is off by 3 %. White noise,
  // on which the statistic rests, alarms less than half as often. n = 1 hour: 121 and 28 an hour were measured over 3
  // and 5.
  int alarms[2] = {0, 0};
  for (const bool white : {false, true}) {
    auto channel = try_onset_channel(Aglr{.threshold = 8, .learn = {60}}, onsets::format({2000}), 0).take();
    OneChannelSections band(design(Bandpass{{20}, {450}, 2}, {2000}).take());
    RandomStream noise(3, "hour");
    for (std::int64_t i = -600; i < 7320000; ++i) {
      const double n = noise.normal(), filtered = band.step(n);
      if (i >= 0) alarms[white] += channel.step(white ? n : filtered, i).says == OnsetSays::on;
    }
  }
  std::printf("[ MEASURED ] alarms in an hour of noise: %d behind the band-pass (table 163), %d of white noise\n",
              alarms[0], alarms[1]);
  EXPECT_GT(alarms[0], 163 / 2);
  EXPECT_LT(alarms[0], 163 * 2);
  EXPECT_LT(alarms[1], alarms[0] / 2);
}

TEST(Aglr, TakesRestFromAModel) {
  // A model of white noise of 2 uV: no learning, and the same alarm as whitening by nothing and that scale.
  Aglr spec;
  spec.noise = {.order = 1, .coefficients = {0}};
  spec.noise.level.per_channel = {{2, 2, 2}};
  const auto x = onsets::burst(3000, 1000, 2000, 5, 6);
  const auto found = onsets::events(spec, x);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].onset.value), 1000, 6);
  EXPECT_EQ(message(try_start(spec, onsets::format({1000})).fault()),
            "noise.rate is 2000 Hz: expected that of the stream, 1000 Hz (Aglr.noise.rate)");
}

}  // namespace
}  // namespace unguard
