// SPDX-License-Identifier: Apache-2.0
// Delay against steadiness: every smoother measured by its impulse and step response through the live processor.
// Truth: the closed forms of the continuous smoothers; the processors are run at 5,000 times their cut-off, so that
// the difference between continuous and sampled stays far below the 1 % that is allowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <numbers>
#include <vector>

#include "unguard/core/live_filter.hpp"
#include "unguard/envelope/arv.hpp"
#include "unguard/envelope/two_pole.hpp"
#include "unguard/filter/butterworth.hpp"

namespace unguard {
namespace {

using namespace literals;

using std::numbers::pi;
constexpr double rate = 10000;

struct Smoother {
  double noise_bandwidth = 0;  // Hz
  double window = 0;           // s: of the boxcar with that noise bandwidth
  double delay = 0;            // s: group delay at 0 Hz, the centroid
  double t90 = 0;              // s: a step reaches 90 %
  double overshoot = 0;        // of a step
  double cutoff = 0;           // Hz, -3 dB; 0 when not asked for
};

template <class S>
Smoother measure(const S& spec, double seconds, bool with_cutoff) {
  auto live = start(spec, StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)});
  const auto n = static_cast<std::int64_t>(seconds * rate);
  std::vector<double> h(static_cast<std::size_t>(n));
  h[0] = 1;
  live.process({h.data(), n, 1}, {h.data(), n, 1});
  Smoother s;
  double sum = 0, squares = 0, moment = 0, highest = 0;
  std::int64_t i90 = -1;
  for (std::int64_t i = 0; i < n; ++i) {
    const double v = h[static_cast<std::size_t>(i)], before = sum;
    sum += v;
    squares += v * v;
    moment += v * static_cast<double>(i);
    highest = std::max(highest, sum);
    if (i90 < 0 && sum >= 0.9) {
      i90 = i;
      s.t90 = (static_cast<double>(i) + (0.9 - before) / v) / rate;
    }
  }
  EXPECT_NEAR(sum, 1, 1e-9);
  s.noise_bandwidth = squares / (sum * sum) * rate / 2;
  s.window = 1 / (2 * s.noise_bandwidth);
  s.delay = moment / sum / rate;
  s.overshoot = highest / sum - 1;
  if (!with_cutoff) return s;
  double low = 0.01, high = 100;
  for (int k = 0; k < 50; ++k) {
    const double f = std::sqrt(low * high);
    std::complex<double> at = 0;
    for (std::int64_t i = n - 1; i >= 0; --i)
      at = at * std::polar(1.0, -2 * pi * f / rate) + h[static_cast<std::size_t>(i)];
    (std::abs(at) > std::sqrt(0.5) ? low : high) = f;
  }
  s.cutoff = low;
  return s;
}

void print(const char* name, const Smoother& s) {
  std::printf(
      "[ measured ] %-16s ENBW %.4f Hz, T %.4f s, delay / T %.4f, t90 / T %.4f, overshoot %.4f, -3 dB %.4f Hz\n", name,
      s.noise_bandwidth, s.window, s.delay / s.window, s.t90 / s.window, s.overshoot, s.cutoff);
}
void within_1_percent(double found, double expected, const char* what) {
  std::printf("[ measured ] off by %.4f %%: %s\n", 100 * std::fabs(found / expected - 1), what);
  EXPECT_NEAR(found / expected, 1, 0.01) << what << ": " << found << ", expected " << expected;
}

// ENBW 1 / 2T, delay T / 2, t90 0.9 T.
TEST(Smoothers, BoxcarIsWhatItsTheorySays) {
  const Smoother s = measure(Arv{.window = 125_ms}, 1, false);
  print("boxcar", s);
  within_1_percent(s.noise_bandwidth, 1 / (2 * 0.125), "ENBW");
  within_1_percent(s.delay / s.window, 0.5, "delay / T");
  within_1_percent(s.t90 / s.window, 0.9, "t90 / T");
  EXPECT_NEAR(s.overshoot, 0, 1e-12);
}

// Poles at -a: h = a^2 t exp(-at); ENBW a / 8, -3 dB at a sqrt(sqrt 2 - 1) / 2 pi, delay 2 / a, and t90 = 3.88972 / a
// from (1 + x) exp(-x) = 0.1.
TEST(Smoothers, TwoEqualPolesAreWhatTheirTheorySays) {
  const double window = 0.4, a = 4 / window;  // ENBW = 1 / 2T
  const Smoother s = measure(TwoPole{.window = {window}}, 8, true);
  print("two equal poles", s);
  within_1_percent(s.window, window, "T");
  const double cutoff = a * std::sqrt(std::sqrt(2) - 1) / (2 * pi);
  within_1_percent(s.cutoff, cutoff, "-3 dB");
  within_1_percent(s.noise_bandwidth / s.cutoff, 1.220, "ENBW / fc");
  within_1_percent(s.window * s.cutoff, 0.410, "T fc");
  within_1_percent(s.delay * s.cutoff, 0.205, "delay fc");
  within_1_percent(s.delay / s.window, 0.5, "delay / T");
  within_1_percent(s.t90 / s.window, 3.88972 / 4, "t90 / T");
  EXPECT_NEAR(s.overshoot, 0, 1e-9);
}

// ENBW pi / (2 n) / sin(pi / 2n) fc, delay at 0 Hz: sum of the poles' 1 / (2 Q) shares, overshoot exp(-pi) at order 2.
TEST(Smoothers, ButterworthOfOrder2IsWhatItsTheorySays) {
  const Smoother s = measure(Lowpass{.cutoff = {2}, .order = 2}, 6, true);
  print("Butterworth 2", s);
  within_1_percent(s.cutoff, 2, "-3 dB");
  within_1_percent(s.noise_bandwidth / 2, pi / 4 / std::sin(pi / 4), "ENBW / fc");
  within_1_percent(s.noise_bandwidth / 2, 1.111, "ENBW / fc");
  within_1_percent(s.window * 2, 0.450, "T fc");
  within_1_percent(s.delay * 2, std::sqrt(2) / (2 * pi), "delay fc");
  within_1_percent(s.delay / s.window, 0.500, "delay / T");
  within_1_percent(s.t90 / s.window, 0.94, "t90 / T: the table's two digits leave 0.5 %");
  within_1_percent(s.overshoot, std::exp(-pi), "overshoot");
}

TEST(Smoothers, ButterworthOfOrder4IsWhatItsTheorySays) {
  const Smoother s = measure(Lowpass{.cutoff = {2}, .order = 4}, 6, true);
  print("Butterworth 4", s);
  within_1_percent(s.cutoff, 2, "-3 dB");
  within_1_percent(s.noise_bandwidth / 2, pi / 8 / std::sin(pi / 8), "ENBW / fc");
  within_1_percent(s.noise_bandwidth / 2, 1.026, "ENBW / fc");
  within_1_percent(s.window * 2, 0.487, "T fc");
  // 2 (cos(pi / 8) + cos(3 pi / 8)) / 2 pi
  within_1_percent(s.delay * 2, 2 * (std::cos(pi / 8) + std::cos(3 * pi / 8)) / (2 * pi), "delay fc");
  within_1_percent(s.delay / s.window, 0.854, "delay / T");
  within_1_percent(s.t90 / s.window, 1.30, "t90 / T");
  within_1_percent(s.overshoot, 0.108, "overshoot: the table's three digits leave 0.5 %");
}

// The rooted kind smooths power: the same T on x^2, so the same noise bandwidth there.
TEST(Smoothers, TwoEqualPolesOnPowerSmoothTheSquare) {
  auto live = start(TwoPole{.window = 400_ms, .detection = Detection::power},
                    StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)});
  auto plain = start(TwoPole{.window = 400_ms}, StreamFormat{.rate = {rate}, .channels = Channels::unnamed(1)});
  std::vector<double> x(20000), square(x.size()), y(x.size()), z(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 10 * std::sin(0.05 * static_cast<double>(i)) + (i > 9000 ? 25 : 0);
    square[i] = x[i] * x[i];
  }
  live.process({x.data(), 20000, 1}, {y.data(), 20000, 1});
  plain.process({square.data(), 20000, 1}, {z.data(), 20000, 1});
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(y[i], std::sqrt(z[i])) << i;
}

}  // namespace
}  // namespace unguard
