// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <vector>

#include "unguard/simulate/digitiser.hpp"
#include "unguard/simulate/ecg_artefact.hpp"
#include "unguard/simulate/lead_off.hpp"
#include "unguard/simulate/mains_artefact.hpp"
#include "unguard/simulate/motion_artefact.hpp"

namespace unguard {
namespace {

using std::numbers::pi;

std::vector<double> ecg(const EcgArtefact& spec, const std::vector<double>& peaks, Hertz rate, std::size_t n) {
  EcgPlayer player(spec, peaks, rate);
  std::vector<double> x(n);
  for (auto& v : x) v = player.next();
  return x;
}

// Truth: a Gaussian's full width at half maximum is 2.3548 sigma. Sampled at 20 kHz; Q and S may narrow it a little.
TEST(EcgArtefact, TheQrsIsSharp) {
  for (double sigma : {0.004, 0.0065, 0.007}) {
    const auto x = ecg({.qrs_sigma = {sigma}}, {20000.0}, {20000}, 40000);
    std::size_t first = 20000, last = 20000;
    while (x[first - 1] >= x[20000] / 2) --first;
    while (x[last + 1] >= x[20000] / 2) ++last;
    EXPECT_NEAR(static_cast<double>(last - first + 1) / 20000, 2.3548 * sigma, 0.02 * 2.3548 * sigma + 1e-4);
  }
}

// Truth: the position of the largest sample around each beat of a stream; beats as far apart as the spec allows.
TEST(EcgArtefact, PeaksLieWhereTheTruthSaysAndBeatsVary) {
  const EcgArtefact spec{.beats_per_minute = 70, .variability = 0.1};
  const auto peaks = draw_r_peaks(spec, RandomStream(2, "heartbeat"), {300 * 2000}, {2000});
  const auto x = ecg(spec, peaks, {2000}, 300 * 2000);
  int seen = 0;
  double shortest = 10, longest = 0;
  for (std::size_t k = 1; k < peaks.size(); ++k) {
    const double rr = (peaks[k] - peaks[k - 1]) / 2000;
    EXPECT_NEAR(rr, 60.0 / 70, 0.1 * 60 / 70 + 1e-9);
    shortest = std::min(shortest, rr);
    longest = std::max(longest, rr);
    const auto at = static_cast<std::int64_t>(std::floor(peaks[k] + 0.5));
    if (at < 100 || at > 300 * 2000 - 100) continue;
    ++seen;
    for (std::int64_t i = at - 100; i <= at + 100; ++i)
      ASSERT_LE(x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(at)] + 1e-4) << "beat " << k;
  }
  EXPECT_NEAR(seen, 350, 8);
  EXPECT_GT(longest - shortest, 0.08);
}

// Truth: the power of 300 s of it; the number that the header states, and the dB that follow from it.
TEST(EcgArtefact, HasTheStatedRms) {
  const EcgArtefact spec;
  const auto peaks = draw_r_peaks(spec, RandomStream(2, "heartbeat"), {300 * 1000}, {1000});
  double sum = 0;
  for (double v : ecg(spec, peaks, {1000}, 300000)) sum += v * v;
  const double rms = std::sqrt(sum / 300000);
  EXPECT_NEAR(rms, ecg_rms_per_r_peak, 0.001);
  EXPECT_NEAR(20 * std::log10(2 / (r_peak_for({2}, -5).value * rms)), -5, 0.1);
}

// Truth: Fourier coefficients over a whole number of periods, without drift.
TEST(MainsArtefact, HasItsFundamentalAndHarmonics) {
  const MainsArtefact spec{
      .frequency = {60}, .harmonics = {0, 0.3, 0.1, 0, 0, 0, 0, 0, 0.5, 9, 9, 9, 9, 9, 9, 9, 9}, .drift = {0}};
  const MainsTone tone(spec, {7}, {2000}, RandomStream(1, "mains"));
  const auto rms = [&](double order) {
    std::complex<double> sum = 0;
    for (std::int64_t i = 0; i < 2000; ++i)
      sum += tone.at({i}) * std::polar(1.0, -2 * pi * order * 60 * static_cast<double>(i) / 2000);
    return std::abs(sum) / 2000 * std::numbers::sqrt2;
  };
  EXPECT_NEAR(rms(1), 7, 1e-9);
  EXPECT_NEAR(rms(2), 0, 1e-9);
  EXPECT_NEAR(rms(3), 2.1, 1e-9);
  EXPECT_NEAR(rms(4), 0.7, 1e-9);
  EXPECT_NEAR(rms(10), 3.5, 1e-9);
  EXPECT_NEAR(rms(1000.0 / 60), 0, 1e-9);  // nothing above half the rate, nothing folded
}

// Truth: the closed form of the phase; frequency over one second from upward zero crossings.
TEST(MainsArtefact, DriftsWithinItsBoundsAndReachesThem) {
  const MainsArtefact spec{.harmonics = {}, .drift = {0.2}, .drift_period = {40}};
  const MainsTone tone(spec, {1}, {2000}, RandomStream(1, "mains"));
  double lowest = 100, highest = 0, last = -1;
  std::vector<double> crossings;
  double before = tone.at({0});
  for (std::int64_t i = 1; i < 40 * 2000; ++i) {
    const double now = tone.at({i});
    if (before < 0 && now >= 0) crossings.push_back((static_cast<double>(i) - now / (now - before)) / 2000);
    before = now;
  }
  for (std::size_t k = 50; k < crossings.size(); ++k) {
    last = 50 / (crossings[k] - crossings[k - 50]);
    lowest = std::min(lowest, last);
    highest = std::max(highest, last);
  }
  EXPECT_NEAR(lowest, 49.8, 0.01);
  EXPECT_NEAR(highest, 50.2, 0.01);
}

// Truth: the spec: RMS over T = 2000 s (bandwidth about 14 Hz: standard error 0.3 %), and nearly all of it below 20 Hz.
TEST(MotionArtefact, WandersSlowlyWithTheStatedRms) {
  for (double rate : {500.0, 2000.0}) {
    MotionPlayer player({}, {20}, {}, {rate}, RandomStream(3, "wander"));
    const auto n = static_cast<std::int64_t>(2000 * rate);
    double sum = 0, fast = 0;
    const Sections above20 = *design(Highpass{.cutoff = {20}, .order = 4}, {rate});
    std::vector<SectionState> state(above20.size());
    for (std::int64_t i = 0; i < n; ++i) {
      const double x = player.at({i});
      double y = x;
      for (std::size_t k = 0; k < above20.size(); ++k) y = step(above20[k], state[k], y);
      sum += x * x;
      fast += y * y;
    }
    EXPECT_NEAR(std::sqrt(sum / static_cast<double>(n)), 20, 20 * 4.5 * 0.003);
    EXPECT_LT(fast / sum, 0.3);
  }
}

// Truth: a half sine of the stated height and sign, and nothing beside it.
TEST(MotionArtefact, TugsAreHalfSinesOneUpOneDown) {
  MotionPlayer player({.tug = {800}}, {0}, {{{100}, {299}}, {{500}, {699}}}, {2000}, RandomStream(3, "wander"));
  std::vector<double> x;
  for (std::int64_t i = 0; i < 1000; ++i) x.push_back(player.at({i}));
  EXPECT_NEAR(x[199], 800, 1e-9);
  EXPECT_LT(*std::min_element(x.begin() + 500, x.begin() + 699), -799.9);
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(x[i] != 0, (i >= 100 && i < 299) || (i >= 500 && i < 699)) << i;
}

// Truth: the spec, over an hour.
TEST(Stretches, AreAsManyAndAsLongAsStated) {
  const auto all = draw_lead_offs({.per_hour = 120, .shortest = {0.5}, .longest = {2}}, RandomStream(1, "lead off"),
                                  {3600 * 1000}, {1000});
  // Mean gap 30 s, mean length 1.08 s: 115 in an hour, standard deviation about 10.
  EXPECT_NEAR(static_cast<double>(all.size()), 115, 46);
  SampleIndex last{20000};
  for (const auto& s : all) {
    EXPECT_GT(s.begin, last);
    EXPECT_GE(s.end - s.begin, 500);
    EXPECT_LE(s.end - s.begin, 2000);
    last = s.end;
  }
  EXPECT_LT(last, SampleIndex{3600 * 1000});
  EXPECT_TRUE(draw_lead_offs({.per_hour = 0}, RandomStream(1, "x"), {3600 * 1000}, {1000}).empty());
}

// Truth: the definition of rounding to a step, worked by hand.
TEST(Digitiser, RoundsToTheStepAndStopsAtTheRails) {
  const Digitiser d{.step = {0.5}, .low_rail = {-10}, .high_rail = {9.9}};
  EXPECT_EQ(digitise(d, 0.24), 0);
  EXPECT_EQ(digitise(d, 0.25), 0.5);
  EXPECT_EQ(digitise(d, -0.25), 0);
  EXPECT_EQ(digitise(d, -0.26), -0.5);
  EXPECT_EQ(digitise(d, 1e6), 9.5);
  EXPECT_EQ(digitise(d, -1e6), -10);
}

}  // namespace
}  // namespace unguard
