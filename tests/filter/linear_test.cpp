// SPDX-License-Identifier: Apache-2.0
// Truth: the definition. Every sample goes through every part, one operation after the other, as the difference
// equations are written; closed forms for a delay.
#include "unguard/filter/linear.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "unguard/core/chain.hpp"
#include "unguard/filter/butterworth.hpp"
#include "unguard/filter/delay.hpp"
#include "unguard/filter/fir.hpp"
#include "unguard/filter/noise_bandwidth.hpp"
#include "unguard/filter/notch.hpp"
#include "unguard/filter/sos.hpp"
#include "unguard/filter/transfer_function.hpp"

namespace unguard {
namespace {

using namespace literals;

std::vector<double> through(const LinearPart& part, const std::vector<double>& x) {
  std::vector<double> y = x;
  if (!part.taps.empty()) {
    for (std::size_t n = 0; n < x.size(); ++n) {
      y[n] = 0;
      for (std::size_t k = 0; k < part.taps.size() && k <= n; ++k) y[n] += part.taps[k] * x[n - k];
    }
  } else if (!part.polynomials.empty()) {
    std::vector<double> state(part.polynomials.order() + 1);
    for (double& v : y) v = step(part.polynomials, state.data(), v);
  } else {
    std::vector<SectionState> state(part.sections.size());
    for (double& v : y)
      for (std::size_t k = 0; k < state.size(); ++k) v = step(part.sections[k], state[k], v);
  }
  return y;
}

void expect_as_defined(const Linear& parts) {
  const auto length = static_cast<std::size_t>(memory(parts));
  std::vector<double> to_step(length, 1.0), to_impulse(length);
  to_impulse[0] = 1;
  for (const auto& part : parts) {
    to_step = through(part, to_step);
    to_impulse = through(part, to_impulse);
  }
  for (const double ratio : {0.5, 30.0, 3e5}) {
    std::int64_t last = 0;
    for (std::size_t i = 0; i < length; ++i)
      if (std::fabs(to_step[i] - response(parts, {0}, {1}).real()) * ratio >= 1)
        last = static_cast<std::int64_t>(i) + 1;
    EXPECT_EQ(settle_samples(parts, ratio), last) << ratio;
  }
  double power = 0;
  for (const double h : to_impulse) power += h * h;
  EXPECT_NEAR(*noise_power(parts), power, 1e-11 * power);
}

Taps decaying(int count) {
  Taps taps;
  for (int k = 0; k < count; ++k) taps.push_back(std::cos(0.3 * k) * std::exp(-4.0 * k / count));
  return taps;
}

TEST(Linear, SettlesAndPassesNoiseAsDefined) {
  expect_as_defined({});
  expect_as_defined({{{}, {0.5, 0.25, -0.125}}});
  expect_as_defined({{{}, {0, 0, 0, 1}}});
  expect_as_defined({{{}, {0, 0, 0}}});
  expect_as_defined({{{}, {1, -1}}});
  expect_as_defined({{{}, {0, 0.7, 0.3, 0}}, {{}, decaying(9)}});
  expect_as_defined(*linear(Bandpass{}, 2000_Hz));
  expect_as_defined(*linear(Chain{Bandpass{}, Fir{decaying(25)}, Notch{}, Delay{20_ms}}, 2000_Hz));
  expect_as_defined(*linear(Chain{Fir{decaying(900)}, Fir{decaying(500)}, Lowpass{.cutoff = 5_Hz}}, 2000_Hz));
  expect_as_defined(*linear(Chain{TransferFunction{{0.2, 0.1}, {1, -0.7}}, Fir{{1, 0.5}}, Highpass{}}, 2000_Hz));
}

TEST(Linear, FollowsLongFiniteResponsesInTimeProportionalToTheirLength) {
  // Sample by sample through every tap it would take minutes, and the runner of the tests would end it.
  const Linear minute = *linear(Delay{60_s}, 10000_Hz);
  EXPECT_EQ(settle_samples(minute, 3e5), 600000);
  EXPECT_EQ(noise_power(minute), 1);
  EXPECT_NEAR(noise_bandwidth(minute, 10000_Hz)->value, 5000, 1e-9);
  EXPECT_EQ(group_delay(minute, 123_Hz, 10000_Hz), 600000);
  const Linear longest = *linear(Chain{Fir{decaying(max_taps)}, Delay{60_s}, Fir{decaying(max_taps)}}, 10000_Hz);
  EXPECT_GT(*settle_samples(longest, 3e5), 600000);
  EXPECT_GT(*noise_power(longest), 0);
}

// 60 s are 6000 whole turns at 100 Hz, and a quarter more at 100 + 1/240 Hz.
TEST(Linear, KeepsThePhaseOfALongDelay) {
  const Linear minute = *linear(Delay{60_s}, 10000_Hz);
  EXPECT_NEAR(std::abs(response(minute, 100_Hz, 10000_Hz) - 1.0), 0, 1e-9);
  EXPECT_NEAR(std::abs(response(minute, Hertz{100 + 1.0 / 240}, 10000_Hz) - std::complex<double>(0, -1)), 0, 1e-9);
}

// (1 - z^-1)(1 + z^-2 / 2): half a sample, and at 0 Hz (0 + 2 / 2) / (1 + 1 / 2) = 2 / 3 more.
TEST(Linear, DelaysByALimitWhereAFiniteResponseIsZero) {
  const Linear fir = *linear(Fir{{1, -1, 0.5, -0.5}}, 2000_Hz);
  EXPECT_NEAR(group_delay(fir, 0_Hz, 2000_Hz), 0.5 + 2.0 / 3, 1e-15);
  EXPECT_NEAR(group_delay(fir, 0_Hz, 2000_Hz), group_delay(fir, Hertz{1e-3}, 2000_Hz), 1e-9);
  const Linear same = *linear(TransferFunction{{1, -1, 0.5, -0.5}, {1}}, 2000_Hz);
  for (const double f : {0.0, 1.0, 250.0, 999.0, 1000.0})
    EXPECT_EQ(group_delay(fir, Hertz{f}, 2000_Hz), group_delay(same, Hertz{f}, 2000_Hz)) << f;
  const Linear at_half = *linear(Fir{{0, 1, 1, 0.5, 0.5}}, 2000_Hz);
  EXPECT_NEAR(group_delay(at_half, 1000_Hz, 2000_Hz), 1.5 + 2.0 / 3, 1e-15);
}

// (1 - z^-1)(1 - z^-1 / 2): 1 / 2, and at 0 Hz -(1 / 2) / (1 / 2) = -1 more; mirrored at half the rate.
TEST(Linear, DelaysByALimitWhereASectionIsZero) {
  const Linear low = *linear(Sos{{1, -1.5, 0.5, 1, 0, 0}}, 2000_Hz),
               high = *linear(Sos{{1, 1.5, 0.5, 1, 0, 0}}, 2000_Hz);
  EXPECT_NEAR(group_delay(low, 0_Hz, 2000_Hz), -0.5, 1e-15);
  EXPECT_NEAR(group_delay(high, 1000_Hz, 2000_Hz), -0.5, 1e-15);
  const Linear same = *linear(TransferFunction{{1, -1.5, 0.5}, {1}}, 2000_Hz);
  for (const double f : {0.0, 1.0, 250.0, 1000.0})
    EXPECT_NEAR(group_delay(low, Hertz{f}, 2000_Hz), group_delay(same, Hertz{f}, 2000_Hz), 1e-12) << f;
}

}  // namespace
}  // namespace unguard
