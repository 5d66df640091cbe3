// SPDX-License-Identifier: Apache-2.0
#include "unguard/envelope/moving_average.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/rms.hpp"

namespace unguard {
namespace {

using namespace literals;

using std::numbers::pi;

template <class S>
std::vector<double> envelope(const S& spec, const std::vector<double>& x, double rate) {
  auto live = start(spec, StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)});
  std::vector<double> y(x.size());
  const auto n = static_cast<std::int64_t>(x.size());
  EXPECT_EQ(live.process({x.data(), n, 1}, {y.data(), n, 1}), Status::ok);
  return y;
}
std::vector<double> sine(double amplitude, double frequency, double rate, int n) {
  std::vector<double> x(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    x[static_cast<std::size_t>(i)] = amplitude * std::sin(2 * pi * frequency * i / rate + 0.3);
  return x;
}
std::vector<double> noise(int n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0, 20);
  std::vector<double> x(static_cast<std::size_t>(n));
  for (double& v : x) v = normal(generator);
  return x;
}

// Truth: the closed forms A / sqrt(2) and 2 A / pi over whole periods of a sinusoid.
TEST(MovingAverage, KnowsTheSinusoid) {
  const double rate = 2000, amplitude = 30;
  const auto x = sine(amplitude, 40, rate, 2000);
  const auto rms = envelope(Rms{.window = 100_ms}, x, rate);
  const auto arv = envelope(Arv{.window = 100_ms}, x, rate);
  for (std::size_t i = 200; i < x.size(); ++i) {
    ASSERT_NEAR(rms[i] / (amplitude / std::sqrt(2)), 1, 1e-12) << i;
    // 50 samples a period, |sin| is sampled: the mean over a period is exact to 1 - (pi / 50)^2 / 3 at worst.
    ASSERT_NEAR(arv[i] / (2 * amplitude / pi), 1, 1.4e-3) << i;
  }
}

// Truth: the definition, summed anew for every sample in 64-bit-mantissa arithmetic.
TEST(MovingAverage, EqualsTheDefinitionAtEveryWindowLength) {
  const double rate = 1000;
  const auto x = noise(3000, 11);
  for (int window : {1, 2, 3, 7, 64, 125, 999}) {
    const auto rms = envelope(Rms{.window = {window / rate}}, x, rate);
    const auto arv = envelope(Arv{.window = {window / rate}}, x, rate);
    for (int i = 0; i < 3000; ++i) {
      long double squares = 0, absolute = 0;
      for (int k = std::max(0, i - window + 1); k <= i; ++k) {
        const long double v = x[static_cast<std::size_t>(k)];
        squares += v * v;
        absolute += std::fabs(v);
      }
      const double r = static_cast<double>(std::sqrt(squares / window)), a = static_cast<double>(absolute / window);
      ASSERT_NEAR(rms[static_cast<std::size_t>(i)], r, 2e-14 * r) << window << " at " << i;
      ASSERT_NEAR(arv[static_cast<std::size_t>(i)], a, 2e-14 * a) << window << " at " << i;
    }
  }
}

// Truth: the run without the hit. One second at the 300 mV rail leaves nothing behind, not even a rounding.
TEST(MovingAverage, IsBitForBitTheSameAfterAHitOf300Millivolts) {
  const double rate = 2000;
  const auto clean = noise(20000, 12);
  auto hit = clean;
  for (std::size_t i = 5000; i < 7000; ++i) hit[i] = i % 2 ? 300e3 : -300e3;
  for (double window_ms : {25.0, 100.0, 125.0, 500.0}) {
    const auto gone = static_cast<std::size_t>(7000 + std::llround(window_ms * rate / 1000));
    const auto a = envelope(Rms{.window = {window_ms / 1000}}, clean, rate);
    const auto b = envelope(Rms{.window = {window_ms / 1000}}, hit, rate);
    const auto c = envelope(Arv{.window = {window_ms / 1000}}, clean, rate);
    const auto d = envelope(Arv{.window = {window_ms / 1000}}, hit, rate);
    EXPECT_GT(b[6999], 1000 * a[6999]);  // it was a hit
    for (std::size_t i = gone; i < clean.size(); ++i) {
      ASSERT_EQ(a[i], b[i]) << window_ms << " ms at " << i;
      ASSERT_EQ(c[i], d[i]) << window_ms << " ms at " << i;
    }
  }
}

// Truth: a constant stays one over ten million samples; a sum that subtracts drifts.
TEST(MovingAverage, DoesNotDrift) {
  const double rate = 2000;
  auto live = start(Rms{.window = 125_ms}, StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)});
  std::vector<double> x(10000, 0.1), y(x.size());
  for (int b = 0; b < 1000; ++b) live.process({x.data(), 10000, 1}, {y.data(), 10000, 1});
  for (double v : y) ASSERT_NEAR(v, 0.1, 1e-15);
}

// Truth: the rounding rule of durations, stated in units.hpp.
TEST(MovingAverage, RefusesAWindowBelowOneSample) {
  const StreamFormat format{.rate = {1000}, .channels = Channels::unnamed(1)};
  const auto refused = try_start(Rms{.window = 0.4_ms}, format);
  ASSERT_FALSE(refused);
  EXPECT_EQ(message(refused.fault()), "window is 0.0004 s: expected at least one sample, 0.001 s (Rms.window)");
  EXPECT_TRUE(try_start(Rms{.window = 0.5_ms}, format));
}

}  // namespace
}  // namespace unguard
