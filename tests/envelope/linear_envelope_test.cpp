// SPDX-License-Identifier: Apache-2.0
// Truth: the closed forms of the smoothers (methods 2.3), the same stages one after the other, and tones.
#include "unguard/envelope/linear_envelope.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "refusal.hpp"
#include "unguard/core/chain.hpp"
#include "unguard/core/random.hpp"
#include "unguard/envelope/exponential_envelope.hpp"
#include "unguard/envelope/rectify.hpp"
#include "unguard/envelope/tkeo_envelope.hpp"

namespace unguard {
namespace {

using namespace literals;

const StreamFormat format{.rate = 2000_Hz, .channels = Channels::unnamed(3)};

std::vector<double> noise(std::size_t values) {
  RandomStream random(301, "noise");
  std::vector<double> x(values);
  for (double& v : x) v = 20 * random.normal();
  return x;
}
template <class S>
std::vector<double> through(const S& spec, std::vector<double> x) {
  auto live = start(spec, format);
  const auto frames = static_cast<std::int64_t>(x.size()) / 3;
  EXPECT_EQ(live.process({x.data(), frames, 3}, {x.data(), frames, 3}), Status::ok);
  return x;
}

TEST(LinearEnvelope, IsBitForBitRectificationAndTheLowPass) {
  const auto x = noise(9000);
  EXPECT_EQ(through(LinearEnvelope{.cutoff = 6_Hz}, x),
            through(Chain{Rectify{}, Lowpass{.cutoff = 6_Hz, .order = 2}}, x));
  EXPECT_EQ(through(LinearEnvelope{.kind = SmootherKind::bessel, .order = 4, .cutoff = 6_Hz}, x),
            through(Chain{Rectify{}, BesselLowpass{.cutoff = 6_Hz, .order = 4}}, x));
  const auto power = through(
      LinearEnvelope{.kind = SmootherKind::critically_damped, .cutoff = 6_Hz, .detection = Detection::power}, x);
  auto squares = x;
  for (double& v : squares) v *= v;
  const auto smoothed = through(CriticallyDamped{.cutoff = 6_Hz, .order = 2}, squares);
  for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(power[i], std::sqrt(smoothed[i])) << i;
}

TEST(LinearEnvelope, RunsInsideAChainAsAlone) {
  const auto x = noise(9000);
  const auto band = through(Bandpass{}, x);
  EXPECT_EQ(through(Chain{Bandpass{}, LinearEnvelope{}}, x), through(LinearEnvelope{}, band));
  EXPECT_EQ(through(Chain{Bandpass{}, TkeoEnvelope{}}, x), through(TkeoEnvelope{}, band));
}

// The window is that of the boxcar with the same sum of squares, whatever the kind and order, also where the window is
// short or an hour long.
TEST(LinearEnvelope, GivenByItsWindowIsAsSmoothAsThatBoxcar) {
  for (const auto kind : {SmootherKind::butterworth, SmootherKind::bessel, SmootherKind::critically_damped})
    for (const int order : {1, 2, 4})
      for (const Seconds window : {Seconds{0.002}, Seconds{0.125}, Seconds{20}, Seconds{60}}) {
        const auto sections = smoother_of({.kind = kind, .order = order, .window = window}, 2000_Hz);
        ASSERT_TRUE(sections) << message(sections.fault());
        EXPECT_NEAR(*noise_power({{*sections, {}, {}}}) * (window * 2000_Hz), 1, window < Seconds{30} ? 1e-6 : 2e-5)
            << to_text(kind) << " " << order << " " << to_text(window);
      }
}

TEST(LinearEnvelope, RefusesWhatCannotBe) {
  EXPECT_EQ(why(try_start(LinearEnvelope{.cutoff = 6_Hz, .window = 125_ms}, format)),
            "window is 0.125 s: expected cutoff or window, not both (LinearEnvelope.window)");
  EXPECT_EQ(why(try_start(LinearEnvelope{.cutoff = 1000_Hz}, format)),
            "cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz (LinearEnvelope.cutoff)");
  EXPECT_EQ(why(try_start(LinearEnvelope{.window = 0.9_ms}, format)),
            "window is 0.0009 s: expected at least two samples, 0.001 s (LinearEnvelope.window)");
  EXPECT_EQ(why(try_start(LinearEnvelope{.detection = Detection::power}, format)),
            "kind is butterworth: expected critically damped for power, or order 1: the others overshoot, and behind a "
            "burst the power would come out below 0 (LinearEnvelope.kind)");
}

// Truth: p += (1 - a)(x^2 - p) with a = exp(-1 / (time constant x rate)).
TEST(ExponentialEnvelope, IsTheRecursionOfTheTextbook) {
  const auto x = noise(9000), y = through(ExponentialEnvelope{.time_constant = 50_ms}, x);
  const double a = std::exp(-1 / 100.0);
  double p[3] = {0, 0, 0};
  for (std::size_t i = 0; i < x.size(); ++i) {
    p[i % 3] += (1 - a) * (x[i] * x[i] - p[i % 3]);
    ASSERT_NEAR(y[i], std::sqrt(p[i % 3]), 1e-12 * y[i]) << i;
  }
}

// Truth: the energy of a tone A cos(w n) is A^2 sin^2 w, at every sample.
TEST(TkeoEnvelope, ReadsOfAToneItsAmplitudeTimesTheSineOfItsFrequency) {
  for (const double f : {20.0, 100.0, 450.0}) {
    const double w = 2 * std::numbers::pi * f / 2000;
    std::vector<double> x(3 * 4000);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = 50 * std::cos(w * static_cast<double>(i / 3));
    EXPECT_NEAR(through(TkeoEnvelope{}, x).back() / (50 * std::sin(w)), 1, 1e-9) << f;
  }
}

// Truth: drift is slow; at 0.5 Hz the energy is 2.5e-6 of the power.
TEST(TkeoEnvelope, HardlySeesDrift) {
  std::vector<double> x(3 * 8000);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 1000 * std::sin(std::numbers::pi * static_cast<double>(i / 3) / 2000);
  EXPECT_LT(through(TkeoEnvelope{}, x).back(), 2);
}

}  // namespace
}  // namespace unguard
