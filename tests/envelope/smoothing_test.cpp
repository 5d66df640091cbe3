// SPDX-License-Identifier: Apache-2.0
// Truth: the closed forms of methods 2.3 for continuous smoothers; at 10 kHz and some 0.4 s of window the difference to
// sampled ones stays far below the 1 % that is allowed.
#include "unguard/envelope/smoothing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numbers>

#include "refusal.hpp"
#include "unguard/envelope/presets.hpp"

namespace unguard {
namespace {

using namespace literals;
using std::numbers::pi;
constexpr Hertz rate{10000};

struct Theory {
  const char* name;
  double enbw;              // of the cutoff; of 1 / T for the boxcar
  double window;            // of 1 / the cutoff
  double delay, t90;        // of the window
  double overshoot, least;  // and by how much it may be off
};

template <class S>
void meets(const S& spec, const Theory& theory, double cutoff) {
  const auto found = smoothing(spec, rate);
  ASSERT_TRUE(found) << message(found.fault());
  const Smoothing& s = *found;
  const auto within = [&](double value, double expected, const char* what) {
    std::printf("[ measured ] %s: %s %.4f, theory %.4f, off by %.4f %%\n", theory.name, what, value, expected,
                100 * std::fabs(value / expected - 1));
    EXPECT_NEAR(value / expected, 1, 0.01) << theory.name << ": " << what;
  };
  within(s.enbw.value / cutoff, theory.enbw, "ENBW / fc");
  within(s.window.value * cutoff, theory.window, "T fc");
  within(s.delay / s.window, theory.delay, "delay / T");
  within(s.t90 / s.window, theory.t90, "t90 / T");
  if (theory.overshoot > 0)
    EXPECT_NEAR(s.overshoot, theory.overshoot, theory.least) << theory.name;
  else
    EXPECT_NEAR(s.overshoot, 0, 1e-9) << theory.name;
}

// The fraction of a step that n equal poles leave after x time constants falls to 0.1.
constexpr double t90_of_two = 3.88972;

TEST(Smoothing, OfEverySmootherIsWhatItsTheorySays) {
  meets(Rms{.window = 400_ms}, {"boxcar, RMS", 0.5, 1, 0.5, 0.9, 0, 0}, 1 / 0.4);
  meets(Arv{.window = 400_ms}, {"boxcar, ARV", 0.5, 1, 0.5, 0.9, 0, 0}, 1 / 0.4);
  const double pole = 1 / (2 * pi * 0.8);  // T = 2 tau, fc = 1 / 2 pi tau
  meets(ExponentialEnvelope{.time_constant = 800_ms}, {"one pole", pi / 2, 1 / pi, 0.5, std::log(10.0) / 2, 0, 0},
        pole);
  meets(LinearEnvelope{.order = 1, .cutoff = 2_Hz}, {"Butterworth 1", pi / 2, 1 / pi, 0.5, std::log(10.0) / 2, 0, 0},
        2);
  const double root = std::sqrt(std::sqrt(2) - 1);  // fc of two poles at 1: a / 8 over a root / 2 pi
  const Theory two{"two equal poles", pi / 4 / root, 2 * root / pi, 0.5, t90_of_two / 4, 0, 0};
  meets(TwoPole{.window = 400_ms}, two, 4 / 0.4 * root / (2 * pi));
  meets(TwoPole{.window = 400_ms, .detection = Detection::power}, two, 4 / 0.4 * root / (2 * pi));
  meets(TkeoEnvelope{.window = 400_ms}, two, 4 / 0.4 * root / (2 * pi));
  meets(LinearEnvelope{.kind = SmootherKind::critically_damped, .cutoff = 2_Hz}, two, 2);
  meets(LinearEnvelope{.cutoff = 2_Hz},
        {"Butterworth 2", pi / 4 / std::sin(pi / 4), 0.450, 0.5, 0.94, std::exp(-pi), 4e-4}, 2);
  meets(LinearEnvelope{.order = 4, .cutoff = 2_Hz},
        {"Butterworth 4", pi / 8 / std::sin(pi / 8), 0.487, 0.854, 1.30, 0.108, 1e-3}, 2);
  // Poles at (-3 +- j sqrt 3) / 2 on the delay's scale: 3 / (s^2 + 3 s + 3), ENBW 3 / 4 / 2 and fc 1.3617 / 2 pi;
  // overshoot exp(-pi sqrt 3).
  meets(LinearEnvelope{.kind = SmootherKind::bessel, .cutoff = 2_Hz},
        {"Bessel 2", 1.154, 0.433, 0.5, 0.94, std::exp(-pi * std::sqrt(3)), 4e-5}, 2);
}

// By their window all are as smooth as they say.
TEST(Smoothing, HasTheWindowThatWasAskedFor) {
  for (const auto kind : {SmootherKind::butterworth, SmootherKind::bessel, SmootherKind::critically_damped})
    for (const int order : {1, 2, 4})
      EXPECT_NEAR((*smoothing(LinearEnvelope{.kind = kind, .order = order, .window = 100_ms}, 2000_Hz)).window.value,
                  0.1, 1e-7);
}

// Truth: what the presets are said to be: a loop of 100 to 125 ms, two and four times that.
TEST(Presets, AreAsSmoothAndAsLateAsTheySay) {
  const auto of = [](const auto& spec) { return *smoothing(spec, 2000_Hz); };
  EXPECT_NEAR(of(presets::feedback).window.value, 0.125, 1e-6);
  EXPECT_NEAR(of(presets::feedback).delay.value, 0.0625, 1e-3);
  EXPECT_LT(of(presets::feedback).t90.value, 0.125);
  EXPECT_NEAR(of(presets::display).window.value, 0.25, 1e-6);
  EXPECT_NEAR(of(presets::measurement).window.value, 0.5, 1e-9);
  EXPECT_NEAR(of(presets::measurement).delay.value, 0.24975, 1e-9);
}

TEST(Smoothing, RefusesWhatStartRefuses) {
  EXPECT_EQ(why(smoothing(LinearEnvelope{.cutoff = 3000_Hz}, 2000_Hz)),
            "cutoff is 3000 Hz: expected below half the sampling rate, 1000 Hz (LinearEnvelope.cutoff)");
  EXPECT_EQ(why(smoothing(Rms{.window = {-1}}, 2000_Hz)), "window is -1 s: expected 1e-06 to 3600 s (Rms.window)");
}

}  // namespace
}  // namespace unguard
